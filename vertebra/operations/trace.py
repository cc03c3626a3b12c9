"""Trace: which records of which delivered files a row comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.release import contents, dataset_in
from vertebra.operations.trace_descent import Descent, TraceStep, descend
from vertebra.operations.trace_records import TracedRecord, read_records
from vertebra.operations.trace_rows import Equality, no_such_row, read_key
from vertebra.project import read_sources
from vertebra.sql import quote
from vertebra.table import FILE, RECORD
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TraceResult:
    """Where rows of a dataset come from.

    Parameters
    ----------
    dataset : str
        Its name.
    key : mapping
        Which rows, as typed.
    release : int
        Of which release.
    rows : int
        How many rows of the dataset that is.
    exact : bool
        Are the records no more than those that the rows come from? They are never fewer.
    reasons : tuple of str
        What made them more; empty when exact.
    steps : tuple of TraceStep
        The way from the dataset down to formatted tables, with counts.
    total : int
        Records in all.
    records : tuple of TracedRecord
        The records by source (in the order in which the definitions name them), file, version and number: all, or as
        many as were asked for.
    notes : tuple of str
        What else is worth knowing, for example that a source is gone from the project.
    """

    dataset: str
    key: Mapping[str, str]
    release: int
    rows: int
    exact: bool
    reasons: tuple[str, ...]
    steps: tuple[TraceStep, ...]
    total: int
    records: tuple[TracedRecord, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The result as `trace --output json` prints it."""
        return {
            "dataset": self.dataset,
            "key": dict(self.key),
            "release": self.release,
            "rows": self.rows,
            "exact": self.exact,
            "reasons": list(self.reasons),
            "steps": [
                {"dataset": s.dataset, "input": s.input, "rows": s.rows, "exact": s.exact, "why": s.why}
                for s in self.steps
            ],
            "total": self.total,
            "records": [record.to_json() for record in self.records],
            "notes": list(self.notes),
        }


def trace(
    ws: Workspace,
    dataset: str,
    key: Mapping[str, str],
    release: int | None = None,
    environment: str | None = None,
    *,
    limit: int | None = None,
) -> TraceResult:
    """Find the delivered records that rows of a dataset come from.

    Every step down is one query over the input versions that were recorded when the dataset was built, rewritten
    from the definition that was recorded then; nothing is kept for it while loading.

    Parameters
    ----------
    ws : Workspace
        The project.
    dataset : str
        A view, a dataset of an analysis, a formatted table, or what is quarantined beside one.
    key : mapping
        Column to value as text: the grain, or a part of it for all rows that have it.
    release : int, optional
        Its number; the environment's current one by default.
    environment : str, optional
        The project's first by default.
    limit : int, optional
        So many records are read back from their files at most; `total` counts all.

    Raises
    ------
    UnknownNameError
        If the release, the dataset, a column or a row with this key does not exist.
    UsageError
        If the key does not choose rows, or a value does not fit its column.
    DamageError
        If a file does not hold a record that a table says it comes from.
    """
    number, found = contents(ws, release, environment)
    version = dataset_in(found, dataset, number)
    equalities = read_key(ws.engine, version, key)
    rows = _count(ws, version, equalities)
    if not rows:
        relation = ws.relation(version, provenance=True)
        hint = _in_quarantine(ws, found.get(f"{dataset}_quarantine"), equalities)
        raise no_such_row(ws.engine, version, relation, equalities, number, hint)
    descent = descend(ws, version, equalities)
    chosen, total = _pick(descent, limit)
    reasons = dict.fromkeys(f"{step.dataset} from {step.input}: {step.why}" for step in descent.steps if not step.exact)
    return TraceResult(
        dataset=dataset,
        key=dict(key),
        release=number,
        rows=rows,
        exact=not reasons,
        reasons=tuple(reasons),
        steps=tuple(descent.steps),
        total=total,
        records=(records := read_records(ws, chosen, descent.versions)),
        notes=_gone(ws, records),
    )


def _count(ws: Workspace, version: DatasetVersion, equalities: tuple[Equality, ...]) -> int:
    relation = ws.relation(version, provenance=True)
    condition = " and ".join(one.condition for one in equalities)
    counted = ws.engine.arrow(f"select count(*) as n from {quote(relation.name)} where {condition}", (relation,))
    return int(counted.column("n")[0].as_py())


def _in_quarantine(ws: Workspace, quarantine: DatasetVersion | None, equalities: tuple[Equality, ...]) -> str:
    """Say so if the row that is looked for stands in quarantine."""
    known = {column.name for column in quarantine.columns} if quarantine else set()
    if quarantine is None or not known.issuperset(one.column.name for one in equalities):
        return ""
    count = _count(ws, quarantine, equalities)
    return f"{count} such {'row stands' if count == 1 else 'rows stand'} in {quarantine.name}" if count else ""


def _pick(descent: Descent, limit: int | None) -> tuple[dict[int, dict[int, list[int]]], int]:
    """The records to read back, by table version and file version; and how many distinct ones there are in all."""
    import pyarrow as pa

    if not descent.records:
        return {}, 0
    ranked = sorted(descent.records, key=descent.rank)
    pairs: pa.Table = pa.concat_tables(
        [
            table.select([FILE, RECORD]).append_column("rank", pa.repeat(pa.scalar(rank, pa.int64()), table.num_rows))
            for rank, table in enumerate(descent.records[number] for number in ranked)
        ]
    )
    distinct = (
        pairs.group_by([FILE, RECORD])
        .aggregate([("rank", "min")])
        .sort_by([("rank_min", "ascending"), (FILE, "ascending"), (RECORD, "ascending")])
    )
    picked = distinct.slice(0, limit) if limit is not None else distinct
    chosen: dict[int, dict[int, list[int]]] = {}
    columns = (picked.column(name).to_pylist() for name in ("rank_min", FILE, RECORD))
    for rank, file, record in zip(*columns, strict=True):
        chosen.setdefault(ranked[rank], {}).setdefault(file, []).append(record)
    return chosen, distinct.num_rows


def _gone(ws: Workspace, records: tuple[TracedRecord, ...]) -> tuple[str, ...]:
    """Say which sources are not declared any more; their files are read by the template that was recorded."""
    named = dict.fromkeys(record.source for record in records)
    known = read_sources(ws.project.folder) if named else {}
    return tuple(
        f'the source "{name}" is gone from the project; its files were read by the template that was recorded'
        for name in named
        if name not in known
    )
