"""What the best setting of each candidate said about rows that it had not learnt from, beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vertebra.analysis.definition import Analysis
from vertebra.analysis.evaluation import CROSS_VALIDATION, Parted, Verdict, evaluate
from vertebra.analysis.publication import Output, Published, publish, standing
from vertebra.analysis.split import TRAINING, VALIDATION
from vertebra.analysis.trials import Trial
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.table import Column
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def publish_residuals(
    ws: Workspace,
    analysis: Analysis,
    features: DatasetVersion,
    rows: Parted,
    leaders: tuple[Trial, ...],
    verdicts: Mapping[str, Verdict],
    run_id: int,
) -> Published:
    """Publish out-of-fold and validation residuals, unless they stand already.

    Parameters
    ----------
    ws : Workspace
        Where.
    analysis : Analysis
        Whose.
    features : DatasetVersion
        The feature table.
    rows : Parted
        Its rows.
    leaders : tuple of Trial
        The best setting of each candidate.
    verdicts : mapping
        Those that were just worked out, by identity; others are worked out again, which gives the same.
    run_id : int
        The run that does it.
    """
    name, key = analysis.dataset("residuals"), (*analysis.key, "candidate")
    unit = analysis.label.unit
    output = Output(
        name=name,
        path=f"analysis/{analysis.name}/residuals",
        description=f"What candidates of {analysis.name} say about rows that they had not learnt from",
        owner=analysis.owner,
        identity=fingerprint("residuals", features.identity, [trial.identity for trial in leaders]),
        definition={
            "rowwise": {"from": features.name, "key": list(analysis.key)},
            "models": {trial.candidate.name: trial.identity for trial in leaders},
        },
        fingerprint=fingerprint("residuals", [trial.identity for trial in leaders]),
        grain=key,
        inputs=(features.id,),
        where=analysis.where,
        words={
            "part": Column("part", "", description="cross-validation (out of fold) or validation"),
            "actual": Column("actual", "", unit, description=analysis.label.description),
            "prediction": Column("prediction", "", unit),
            "residual": Column("residual", "", unit, description="actual minus prediction"),
            "model": Column("model", "", description="identity of the model"),
        },
        exact=False,  # a model learnt from other rows too
    )
    found = standing(ws, name, output.identity)
    if found is not None:
        return Published(found, 0)
    tables = []
    for trial in leaders:
        verdict = verdicts.get(trial.identity) or evaluate(analysis, trial.candidate, trial.setting, rows)
        tables.append(_table(analysis, rows, trial, verdict.predicted))
    return publish(ws, output, "select * from rows", run_id, tables={"rows": _stacked(tables)})


def _stacked(tables: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables(tables)


def _table(analysis: Analysis, rows: Parted, trial: Trial, predicted: NDArray[np.float64]) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    chosen = (rows.part == TRAINING) | (rows.part == VALIDATION)
    part = np.where(rows.part[chosen] == TRAINING, CROSS_VALIDATION, VALIDATION)
    fold, actual, said = rows.fold[chosen], rows.data.y[chosen], predicted[chosen]
    table = rows.data.table.select(list(analysis.key)).filter(chosen)
    columns = {
        "candidate": pa.array([trial.candidate.name] * len(said), pa.string()),
        "part": pa.array(part.tolist(), pa.string()),
        "fold": pa.array(fold.tolist(), pa.int32(), mask=fold == 0),
        "actual": pa.array(actual),
        "prediction": pa.array(said),
        "residual": pa.array(actual - said),
        "model": pa.array([trial.identity] * len(said), pa.string()),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table
