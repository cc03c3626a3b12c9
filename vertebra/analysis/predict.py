"""Predict with the deployed model: the latest stretch of a release, every row of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vertebra.analysis.definition import Analysis
from vertebra.analysis.evaluation import threads
from vertebra.analysis.features import publish_features, read_features, sandbox
from vertebra.analysis.matrix import Matrix, matrix
from vertebra.analysis.persistence import load
from vertebra.analysis.publication import Output, publish, standing
from vertebra.analysis.trials import code_version
from vertebra.errors import ModelError, StepError, UnknownNameError
from vertebra.governance import models
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.governance.models import Model
from vertebra.step import Outcome, Receipt
from vertebra.table import Column
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def predict(ws: Workspace, analysis: Analysis, release: int, run_id: int) -> Receipt:
    """Publish what the deployed model says about the latest rows of a release.

    Every row of the population in that stretch is answered. Where a feature has no value, or a text that the model
    never saw, the model's own preparation fills in; the row's `note` says so, and so does the receipt.

    Parameters
    ----------
    ws : Workspace
        Where.
    analysis : Analysis
        What.
    release : int
        Number of the release to predict for.
    run_id : int
        The run that does it.

    Returns
    -------
    Receipt
        `datasets`: features and predictions; `rows`: of the predictions.

    Raises
    ------
    UnknownNameError
        If no model is deployed, or the release lacks a dataset.
    ModelError
        If the features are defined otherwise than when the model was trained, or it may not be loaded.
    DamageError
        If the model's file is not what was saved.
    """
    model = _deployed(ws, analysis)
    box = sandbox(ws, analysis, release)
    features = publish_features(ws, analysis, box, run_id)
    output = _output(analysis, features.version, model)
    found = standing(ws, output.name, output.identity)
    pipe = load(ws.storage, model)
    data = matrix(analysis, read_features(ws, analysis, features.version))
    latest = _latest(analysis, data)
    notes = _row_notes(analysis, latest, pipe)
    datasets = {features.version.name: features.version.id}
    fallbacks = (*_other_code(model), *_fallbacks(analysis, latest, notes), *_absent(analysis, data, latest))
    if found is not None:
        outcome = Outcome.DONE if features.size else Outcome.NONE
        return Receipt(outcome, found.rows, features.size, {**datasets, found.name: found.id}, fallbacks=fallbacks)
    table = _answers(analysis, latest, pipe, model, notes)
    published = publish(ws, output, "select * from rows", run_id, tables={"rows": table})
    return Receipt(
        Outcome.DONE,
        published.version.rows,
        features.size + published.size,
        {**datasets, published.version.name: published.version.id},
        fallbacks=fallbacks,
        notes=(f"{table.num_rows} rows predicted by model {model.id}, {model.candidate}",),
    )


def _deployed(ws: Workspace, analysis: Analysis) -> Model:
    with ws.catalog.read() as connection:
        model = models.deployed(connection, analysis.name)
    if model is None:
        raise UnknownNameError(
            f'no model is deployed for "{analysis.name}"',
            where=analysis.where,
            why="it was never trained in this project",
            next_=f"vertebra train {analysis.name}",
        )
    if model.features_fingerprint != analysis.features_fingerprint():
        raise ModelError(
            f'the deployed model of "{analysis.name}" reads other features',
            where=analysis.where,
            why="from, where, grain, label or features were changed after it was trained",
            next_=f"vertebra train {analysis.name}",
        )
    return model


def _output(analysis: Analysis, features: DatasetVersion, model: Model) -> Output:
    unit = analysis.label.unit
    meaning = [model.identity, str(analysis.horizon)]
    return Output(
        name=analysis.dataset("predictions"),
        path=f"analysis/{analysis.name}/predictions",
        description=f"What the deployed model of {analysis.name} says about the latest {analysis.horizon}",
        owner=analysis.owner,
        identity=fingerprint("predictions", features.identity, *meaning),
        definition={
            "rowwise": {"from": features.name, "key": list(analysis.key)},
            "model": model.identity,
            "opaque": f"model {model.candidate} of {analysis.name}, learnt from {features.name}",
        },
        fingerprint=fingerprint("predictions", *meaning, list(analysis.key)),
        grain=analysis.key,
        inputs=(features.id,),
        where=analysis.where,
        words={
            "prediction": Column("prediction", "", unit, description=f"of {analysis.label.name}"),
            "actual": Column("actual", "", unit, description="what was measured, null where it is not known"),
            "model": Column("model", "", description="identity of the model"),
            "note": Column("note", "", description="what the model had to fill in, null where nothing"),
        },
        exact=False,  # a row leads to its features; what the model learnt from stands in the catalog's record of it
    )


def _latest(analysis: Analysis, data: Matrix) -> Matrix:
    import numpy as np

    chosen = data.time > data.time.max() - np.timedelta64(analysis.horizon)
    return Matrix(data.table.filter(chosen), data.x[chosen], data.y[chosen], data.time[chosen], data.texts)


def _answers(analysis: Analysis, data: Matrix, pipe: Any, model: Model, notes: list[str | None]) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    try:
        with threads(len(data.y)):
            said: NDArray[np.float64] = np.asarray(pipe.predict(data.x), dtype=np.float64)
    except ValueError as error:
        raise StepError(
            f"the deployed model of {analysis.name} cannot answer",
            where=analysis.where,
            why=" ".join(str(error).split())[:300],
            next_="declare `prepare: {impute: median}` and train again, so that features without a value are filled in",
        ) from error
    table = data.table.select(list(analysis.key))
    columns = {
        "prediction": pa.array(said),
        "actual": pa.array(data.y, mask=np.isnan(data.y)),
        "model": pa.array([model.identity] * len(said), pa.string()),
        "note": pa.array(notes, pa.string()),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def _row_notes(analysis: Analysis, data: Matrix, pipe: Any) -> list[str | None]:
    """What the model has to fill in, for each row; None where nothing."""
    names = [feature.name for feature in analysis.features]
    known = _categories(pipe, data.texts)
    missing = data.missing()
    found: list[str | None] = []
    for row, gaps in enumerate(missing):
        words = [f"{names[position]} has no value" for position in gaps.nonzero()[0]]
        for position, values in known.items():
            value = data.x[row, position]
            if not gaps[position] and value not in values:
                words.append(f"{names[position]} {value!r} was never seen")
        found.append("; ".join(words) or None)
    return found


def _categories(pipe: Any, texts: tuple[int, ...]) -> dict[int, frozenset[Any]]:
    """Values of each text feature that the model has seen; none for a model that reads no texts."""
    if not texts or "prepare" not in pipe.named_steps:
        return {}
    encoder = pipe.named_steps["prepare"].named_transformers_["texts"]
    return {position: frozenset(seen) for position, seen in zip(texts, encoder.categories_, strict=True)}


def _other_code(model: Model) -> tuple[str, ...]:
    now = code_version()
    if model.code_version == now:
        return ()
    return (f"{model.analysis}: model {model.id} was trained with {model.code_version}, it answers with {now}",)


def _fallbacks(analysis: Analysis, data: Matrix, notes: list[str | None]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for note in notes:
        for word in note.split("; ") if note else ():
            counts[word] = counts.get(word, 0) + 1
    return tuple(
        f"{analysis.name}: {word} in {count} of {len(data.y)} predicted rows, the model filled it in"
        for word, count in sorted(counts.items())
    )


def _absent(analysis: Analysis, data: Matrix, latest: Matrix) -> tuple[str, ...]:
    """Say which slice has no row in the latest stretch at all, and so no prediction."""
    now = latest.slices(analysis.slices)
    return tuple(
        f"{analysis.name}: {name}={value} has no row in the latest {analysis.horizon}, and no prediction"
        for name, values in data.slices(analysis.slices).items()
        for value in sorted(set(values) - set(now[name]), key=str)
    )
