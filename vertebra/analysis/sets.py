"""Stored training and validation sets: which row belongs where, beside the features; both together rebuild each set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vertebra.analysis import split as scheme
from vertebra.analysis.definition import Analysis, split_meaning
from vertebra.analysis.evaluation import Parted
from vertebra.analysis.matrix import Matrix
from vertebra.analysis.publication import Output, Published, publish
from vertebra.errors import StepError, UnknownNameError, nearest
from vertebra.governance import releases
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.sql import literal, quote
from vertebra.table import Column
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


def partition(analysis: Analysis, data: Matrix) -> Parted:
    """Where each row of a feature table belongs.

    Raises
    ------
    StepError
        If there is nothing to learn: too few rows, or one label for all.
    """
    import numpy as np

    part = scheme.parts(data.time, ~np.isnan(data.y), analysis.split)
    fold = scheme.folds(data.time, part == scheme.TRAINING, analysis.split)
    scheme.check(analysis, data.time, part, fold)
    labels = data.y[part == scheme.TRAINING]
    if labels.min() == labels.max():
        raise StepError(
            f"there is nothing to learn for {analysis.name}",
            where=analysis.label.where,
            why=f'the label "{analysis.label.name}" is {labels[0]:g} in all {len(labels)} training rows',
            next_="look at it with `vertebra query`, and mend its `sql` or the view that it comes from",
        )
    return Parted(data, part, fold)


def publish_split(ws: Workspace, analysis: Analysis, features: DatasetVersion, rows: Parted, run_id: int) -> Published:
    """Publish where each row of a feature table belongs: grain, `part`, `fold` (1-based, null outside training)."""
    import pyarrow as pa

    name = analysis.dataset("split")
    meaning = split_meaning(analysis.split)
    fold = pa.array(rows.fold.tolist(), pa.int32(), mask=rows.fold == 0)
    table = rows.data.table.select(list(analysis.key))
    table = table.append_column("part", pa.array(rows.part.tolist(), pa.string())).append_column("fold", fold)
    output = Output(
        name=name,
        path=f"analysis/{analysis.name}/split",
        description=f"Where each row of {features.name} belongs: {', '.join(scheme.PARTS)}, and its fold",
        owner=analysis.owner,
        identity=fingerprint("split", features.identity, meaning),
        definition={"rowwise": {"from": features.name, "key": list(analysis.key)}, "split": meaning},
        fingerprint=fingerprint("split", meaning, list(analysis.key)),
        grain=analysis.key,
        inputs=(features.id,),
        where=analysis.where,
        words={
            "part": Column("part", "", description="training, gap, validation or unlabelled"),
            "fold": Column("fold", "", description="1-based block of the cross-validation, null outside training"),
        },
        exact=False,  # where a row belongs follows from the times of all rows
    )
    return publish(ws, output, "select * from rows", run_id, tables={"rows": table})


def stored_set(ws: Workspace, analysis: Analysis, release: int, part: str) -> pa.Table:
    """A training or validation set as it was stored: grain, label, features, and `fold` for training rows.

    Parameters
    ----------
    ws : Workspace
        Where.
    analysis : Analysis
        Whose.
    release : int
        A release that holds its features and split.
    part : str
        `training`, `gap`, `validation` or `unlabelled`.

    Raises
    ------
    UnknownNameError
        If there is no such part, or the release has no features or split of the analysis.
    """
    if part not in scheme.PARTS:
        raise UnknownNameError(
            f'there is no part "{part}"',
            where=analysis.where,
            why="rows are parted by `split:`",
            next_=nearest(part, scheme.PARTS),
        )
    with ws.catalog.read() as connection:
        contents = releases.contents(connection, release)
    names = analysis.dataset("features"), analysis.dataset("split")
    for name in names:
        if name not in contents:
            raise UnknownNameError(
                f'release {release} has no dataset "{name}"',
                where=analysis.where,
                why="the sets of an analysis are stored when it is trained",
                next_=f"vertebra train {analysis.name}",
            )
    relations = [ws.relation(contents[name], name=short) for name, short in zip(names, ("f", "s"), strict=True)]
    key = ", ".join(quote(column) for column in analysis.key)
    query = f"select f.*, s.fold from f join s using ({key}) where s.part = {literal(part)} order by {key}"
    return ws.engine.arrow(query, relations)
