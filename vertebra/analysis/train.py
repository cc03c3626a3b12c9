"""Train an analysis: features, split, every candidate in every setting, the best of them deployed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from vertebra.analysis.definition import Analysis
from vertebra.analysis.evaluation import Parted, Verdict, evaluate
from vertebra.analysis.features import Sandbox, publish_features, read_features, sandbox
from vertebra.analysis.leakage import check_leakage
from vertebra.analysis.matrix import matrix
from vertebra.analysis.persistence import dumps
from vertebra.analysis.pipeline import check_missing
from vertebra.analysis.publication import ZONE
from vertebra.analysis.reports import reports
from vertebra.analysis.residuals import publish_residuals
from vertebra.analysis.sets import partition, publish_split
from vertebra.analysis.split import PARTS, TRAINING, VALIDATION
from vertebra.analysis.trials import Trial, code_version, find_trials, leading, score, score_by
from vertebra.governance import datasets, models, runs
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.governance.models import Model
from vertebra.step import Check, Outcome, Receipt
from vertebra.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Told what is done now, how many of them are done, and how many there are."""


def quiet(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def train(ws: Workspace, analysis: Analysis, release: int, run_id: int, progress: Progress = quiet) -> Receipt:
    """Train every candidate on a release and deploy the best; a model that stands is found by its identity.

    The best is the one with the best declared metric over all out-of-fold rows of the cross-validation; the first
    declared wins a tie. The validation period only says how good it is.

    Parameters
    ----------
    ws : Workspace
        Where.
    analysis : Analysis
        What.
    release : int
        Number of the release to learn from.
    run_id : int
        The run that does it.
    progress : callable
        Told what is being done.

    Returns
    -------
    Receipt
        `datasets`: features, split and residuals; `rows`: of the features.

    Raises
    ------
    VertebraError
        If the release lacks a dataset, an expression cannot be used, a feature knows the label, or there is too
        little to learn from.
    """
    box = sandbox(ws, analysis, release)
    features = publish_features(ws, analysis, box, run_id)
    data = matrix(analysis, read_features(ws, analysis, features.version))
    rows = partition(analysis, data)
    for candidate in analysis.candidates:
        check_missing(analysis, candidate, data)
    split = publish_split(ws, analysis, features.version, rows, run_id)
    trials = find_trials(ws, analysis, features.version)
    checks: tuple[Check, ...] = ()
    if any(trial.model is None for trial in trials):
        checks = check_leakage(ws, analysis, box, data, rows.part, rows.fold, progress)
        with ws.catalog.write() as connection:
            runs.record_checks(connection, run_id, features.version.id, checks)
    trained, verdicts, size = _train_missing(ws, analysis, box, features.version, rows, trials, run_id, progress)
    leaders = leading(analysis, trained)
    residuals = publish_residuals(ws, analysis, features.version, rows, leaders, verdicts, run_id)
    moved = _deploy(ws, analysis, trained, leaders)
    drawn = reports(ws, analysis, residuals.version, leaders[0].candidate.name, fresh=bool(verdicts) or moved)
    published = (features, split, residuals)
    done = bool(verdicts) or moved or any(one.size for one in published)
    return Receipt(
        outcome=Outcome.DONE if done else Outcome.NONE,
        rows=features.version.rows,
        size=size + sum(one.size for one in published),
        datasets={one.version.name: one.version.id for one in published},
        checks=checks,
        notes=(*_notes(analysis, rows, trained, verdicts), *drawn),
    )


def _train_missing(
    ws: Workspace,
    analysis: Analysis,
    box: Sandbox,
    features: DatasetVersion,
    rows: Parted,
    trials: tuple[Trial, ...],
    run_id: int,
    progress: Progress,
) -> tuple[tuple[Trial, ...], dict[str, Verdict], int]:
    trained: list[Trial] = []
    verdicts: dict[str, Verdict] = {}
    size = 0
    for number, trial in enumerate(trials):
        if trial.model is not None:
            trained.append(trial)
            continue
        progress(f"training {trial.shown}", number, len(trials))
        verdict = evaluate(analysis, trial.candidate, trial.setting, rows)
        model = _save(ws, analysis, box, features, trial, verdict, run_id)
        trained.append(replace(trial, model=model, metrics=verdict.metrics))
        verdicts[trial.identity] = verdict
        size += model.size
    progress("training", len(trials), len(trials))
    return tuple(trained), verdicts, size


def _save(
    ws: Workspace,
    analysis: Analysis,
    box: Sandbox,
    features: DatasetVersion,
    trial: Trial,
    verdict: Verdict,
    run_id: int,
) -> Model:
    """The file first, then its record: a file without a record is found by nobody and written again."""
    data = dumps(verdict.pipe)
    path = f"analysis/{analysis.name}/models/{trial.identity}.skops"
    ws.storage.write(path, data)
    meaning = analysis.meaning()
    with ws.catalog.write() as connection:
        body = json.dumps(meaning, sort_keys=True, ensure_ascii=False)
        definition = datasets.define(connection, ZONE, analysis.name, fingerprint(meaning), body)
        items = {version.dataset_id: version.id for version in box.versions.values()}
        values = {
            "analysis": analysis.name,
            "candidate": trial.candidate.name,
            "identity": trial.identity,
            "sandbox_id": models.sandbox(connection, analysis.name, definition, box.release, run_id, items),
            "release_id": box.release,
            "features_id": features.id,
            "features_fingerprint": analysis.features_fingerprint(),
            "hyperparameters": dict(trial.setting),
            "code_version": code_version(),
            "seed": analysis.seed,
            "path": path,
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "train_rows": verdict.rows,
            "train_seconds": verdict.seconds,
            "run_id": run_id,
        }
        models.record(connection, values, verdict.metrics)
        model = models.by_identity(connection, analysis.name, trial.identity)
    assert model is not None  # noqa: S101  recorded by the transaction above
    return model


def _deploy(ws: Workspace, analysis: Analysis, trials: tuple[Trial, ...], leaders: tuple[Trial, ...]) -> bool:
    model = leaders[0].model
    assert model is not None  # noqa: S101  all are trained by now
    with ws.catalog.read() as connection:
        deployed = models.deployed(connection, analysis.name)
    if deployed is not None and deployed.id == model.id:
        return False
    others = ", ".join(f"{trial.shown} {score(analysis, trial):.4g}" for trial in leaders[1:])
    why = (
        f"best {analysis.metric} of {len(trials)} settings over {analysis.split.folds} folds: "
        f"{leaders[0].shown} {score(analysis, leaders[0]):.4g}"
        + (f"; {others}" if others else "")
        + f"; on the validation period {score(analysis, leaders[0], VALIDATION):.4g}"
    )
    with ws.catalog.write() as connection:
        models.deploy(connection, analysis.name, model.id, why)
    return True


def _notes(
    analysis: Analysis, rows: Parted, trials: tuple[Trial, ...], verdicts: Mapping[str, Verdict]
) -> tuple[str, ...]:
    leaders = leading(analysis, trials)
    counts = {part: int((rows.part == part).sum()) for part in PARTS}
    best = f"{leaders[0].shown}, {analysis.metric} {score(analysis, leaders[0]):.4g} over the folds"
    notes = [
        f"{len(verdicts)} of {len(trials)} models trained, {len(trials) - len(verdicts)} stood already",
        "rows: " + ", ".join(f"{number} {part}" for part, number in counts.items()),
        f"deployed: {best}, {score(analysis, leaders[0], VALIDATION):.4g} on the validation period",
    ]
    for column in analysis.slices:  # is each served equally well?
        served = score_by(analysis, leaders[0], column)
        told = ", ".join(f"{value} {'undefined' if n is None else f'{n:.4g}'}" for value, n in served.items())
        notes.append(f"{analysis.metric} over the folds by {column}: {told}")
    missing = rows.data.missing()[rows.part == TRAINING]
    for position, feature in enumerate(analysis.features):
        count = int(missing[:, position].sum())
        if count:
            notes.append(f"{feature.name} has no value in {count} of {len(missing)} training rows")
    notes += [
        f"{trial.shown}: {word}"
        for trial in trials
        if trial.identity in verdicts
        for word in verdicts[trial.identity].warnings
    ]
    return tuple(notes)
