"""Look over one Parquet file of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vertebra.engine.duckdb import exactly
from vertebra.errors import QueryError
from vertebra.profile import measure
from vertebra.profile.arrays import doubles
from vertebra.profile.kinds import Kind
from vertebra.profile.looking import look
from vertebra.profile.measure import Asked
from vertebra.profile.moments import both, together
from vertebra.profile.part import Part, Sampled, sampled
from vertebra.table import Column, DataFile
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 128  # columns in one query: it is parsed and planned in proportion to the square of them
CORRELATED = 16
"""Columns of numbers whose correlations are measured, the first of the table."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured of each file of a version.

    Parameters
    ----------
    columns : tuple of Column
        Those that are profiled.
    key : tuple of str
        Columns of the declared key, where it has several.
    every : bool
        Is every row looked at?
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    every: bool = False


def part_of(ws: Workspace, url: str, file: DataFile, wanted: Wanted) -> Part:
    """What is known of one file.

    Parameters
    ----------
    url : str
        Where it is.
    file : DataFile
        What the table says of it.
    wanted : Wanted
        What is measured.
    """
    scan = f"read_parquet([{exactly(url)}])"
    try:
        return _part(ws, scan, file, wanted, measure.asked(wanted.columns, file))
    except QueryError:  # a file from before a column came does not have it
        there = frozenset(column.name for column in ws.engine.columns(f"from {scan}"))
        if there.issuperset(column.name for column in wanted.columns):
            raise
        return _part(ws, scan, file, wanted, measure.asked(wanted.columns, file, there))


def _part(ws: Workspace, scan: str, file: DataFile, wanted: Wanted, columns: tuple[Asked, ...]) -> Part:
    columns = _with_pivots(ws, scan, columns)
    answer: dict[str, Any] = {}
    rows: dict[str, pa.Array] = {}
    groups = _groups(columns) or [()]
    for number, group in enumerate(groups):
        texts = [*measure.totals(group), "count(*) as n"]
        if not wanted.every:
            texts.append(f"{measure.listed(group)} as rows")
        needed = group
        if wanted.key and not number:
            keys = [one for one in columns if one.column.name in wanted.key]
            packed = ", ".join(f"{one.name} := {one.name}" for one in keys)
            texts.append(f"approx_count_distinct(struct_pack({packed})) export_state as key_h")
            needed = tuple(dict.fromkeys([*group, *keys]))
        found = ws.engine.arrow(
            f"select {', '.join(texts)} from {measure.source(scan, needed, file.rows)}", in_order=True
        )
        answer |= {name: found.column(name)[0] for name in found.column_names}
        rows |= _listed(answer.pop("rows", None))
    part = Part(
        file.rows,
        0,
        {one.column.name: measure.column_part(one, file.rows, answer) for one in columns},
        measure.registers(answer["key_h"]) if wanted.key else None,
    )
    if all(one.kind is Kind.OTHER for one in columns):
        return replace(part, looked=file.rows)  # there is nothing to look at
    batches = _every_row(ws, scan, columns) if wanted.every else iter([rows])
    return _looked_at(part, columns, batches, every=wanted.every)


def _groups(columns: Sequence[Asked]) -> list[tuple[Asked, ...]]:
    return [tuple(columns[begin : begin + _AT_ONCE]) for begin in range(0, len(columns), _AT_ONCE)]


def _with_pivots(ws: Workspace, scan: str, columns: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """The same, with a value near which the others are where the statistics did not give one."""
    without = [one for one in columns if one.pivotless]
    found: dict[str, float] = {}
    for group in _groups(without):
        row = ws.engine.arrow(measure.pivots(scan, group), in_order=True).to_pylist()[0]
        found |= {name: value for name, value in row.items() if value is not None}
    return tuple(replace(one, pivot=found.get(one.name, one.pivot)) for one in columns) if found else columns


def _listed(found: Any) -> dict[str, pa.Array]:
    """The fields of a list of rows, by name."""
    if found is None or not found.is_valid:
        return {}
    rows = found.values
    return {field.name: rows.field(number) for number, field in enumerate(rows.type)}


def _every_row(ws: Workspace, scan: str, columns: Sequence[Asked]) -> Iterator[dict[str, pa.Array]]:
    """All rows, a batch at a time, as `singles` asks for them."""
    texts = [f"{text} as {name}" for name, text in measure.singles(columns)]
    if not texts:
        return
    query = f"select {', '.join(texts)} from {measure.source(scan, columns, 1)}"
    for batch in ws.engine.reader(query, in_order=True):
        yield dict(zip(batch.schema.names, batch.columns, strict=True))


def _looked_at(part: Part, columns: Sequence[Asked], batches: Iterator[Mapping[str, pa.Array]], *, every: bool) -> Part:
    """The same, with what single rows say; each stands for as many as there are for one that was looked at."""
    said: dict[str, Sampled] = {}
    joint = None
    looked = 0
    for rows in batches:
        count = len(next(iter(rows.values()), ()))
        if not count:
            continue
        weight = 1.0 if every else part.rows / count
        looked += count
        for one in columns:
            if one.kind is Kind.OTHER:
                continue
            values, lengths = rows[f"{one.name}_v"], rows.get(f"{one.name}_l")
            more = look(one.kind, one.column.type, values, lengths, weight)
            name = one.column.name
            said[name] = sampled(said[name], more) if name in said else more
        numbers = [one for one in columns if one.kind.number][:CORRELATED]
        if len(numbers) > 1:
            more_ = together(
                tuple(one.column.name for one in numbers), [doubles(rows[f"{one.name}_v"]) for one in numbers], weight
            )
            joint = more_ if joint is None else both(joint, more_)
    full = {name: replace(column, sampled=said.get(name, Sampled())) for name, column in part.columns.items()}
    return Part(part.rows, looked, full, part.key, joint)
