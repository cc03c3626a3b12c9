"""Two versions of one dataset, row by row: by their key where it identifies rows, else as multisets of whole rows.

Data files that both versions name are not read: their rows are the same, and cancel out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion
from vertebra.sql import quote
from vertebra.table import PROVENANCE, Column, Relation
from vertebra.workspace import Workspace

BEFORE, AFTER = "before", "after"
_PAIR = (BEFORE, AFTER)


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that one version lacks or that is of another type there; None for no type at all."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """A row that differs.

    Parameters
    ----------
    change : str
        `added`, `removed` or `changed`.
    row : dict
        The whole row; of one that changed its key.
    copies : int
        How many of it were added or removed; more than one only where rows have no key.
    values : dict
        Of a row that changed: column to its value before and after.
    """

    change: str
    row: dict[str, Any]
    copies: int = 1
    values: dict[str, tuple[Any, Any]] | None = None


@dataclass(frozen=True, slots=True)
class RowsDiff:
    """How the rows of two versions of a dataset differ.

    Parameters
    ----------
    key : tuple of str
        By which rows were told apart; none where whole rows were compared.
    why : str
        Why whole rows were compared; empty where the key was used.
    added, removed, changed : int
        Rows; without a key a changed row is one removed and one added.
    columns : dict
        Column to how many rows have another value there, of those that both versions have.
    schema : tuple of ColumnChange
        Columns that only one version has, or that are of another type; their values were not compared.
    examples : tuple of Example
        Rows that differ, in the order of their key.
    """

    key: tuple[str, ...]
    why: str
    added: int
    removed: int
    changed: int
    columns: dict[str, int]
    schema: tuple[ColumnChange, ...]
    examples: tuple[Example, ...] = ()


def rows_diff(
    ws: Workspace, before: DatasetVersion, after: DatasetVersion, examples: int = 0, aside: Workspace | None = None
) -> RowsDiff:
    """Compare two versions of one dataset.

    Parameters
    ----------
    ws : Workspace
        The project.
    before, after : DatasetVersion
        Of the same dataset.
    examples : int
        Rows to show of each kind of change.
    aside : Workspace, optional
        Where `after` stands, if it is elsewhere.
    """
    schema = tuple(_schema(before.columns, after.columns))
    moved = {change.name for change in schema}
    common = [c.name for c in after.columns if c.name not in moved and c.name not in PROVENANCE]
    sides = (
        _sides(ws, before, after)
        if aside is None
        else (ws.relation(before, name=BEFORE), aside.relation(after, name=AFTER))
    )
    old, key = declared_key(ws, before), declared_key(aside or ws, after)
    why = _no_key(old, key, common) or _repeated(ws, sides, key)
    if not common:
        return RowsDiff((), why, after.rows, before.rows, 0, {}, schema)
    if why:
        return _whole(ws, sides, common, schema, why, examples)
    return _keyed(ws, sides, key, [name for name in common if name not in key], schema, examples)


def _schema(before: Sequence[Column], after: Sequence[Column]) -> Iterator[ColumnChange]:
    old, new = ({c.name: c.type for c in columns if c.name not in PROVENANCE} for columns in (before, after))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield ColumnChange(name, old.get(name), new.get(name))


def _sides(ws: Workspace, before: DatasetVersion, after: DatasetVersion) -> tuple[Relation, Relation]:
    """Both versions without the files that they share: a column of the same name and type reads the same there."""
    files = [{file.path for file in ws.tables.snapshot(v.path, v.table_version).files} for v in (before, after)]
    shared = files[0] & files[1]
    return ws.relation(before, name=BEFORE, without=shared), ws.relation(after, name=AFTER, without=shared)


def declared_key(ws: Workspace, version: DatasetVersion) -> tuple[str, ...]:
    """The columns that identify a row by its own values: a view's grain, a source's key as its template has it."""
    if not set(version.grain) & set(PROVENANCE):
        return version.grain
    if version.zone != "formatted" or version.definition_id is None:
        return ()
    with ws.catalog.read() as connection:
        _, body = datasets.definition_of(connection, version.definition_id)
    return tuple(json.loads(body)["key"])


def _no_key(old: Sequence[str], key: Sequence[str], common: Iterable[str]) -> str:
    if not key:
        return "it declares no key"
    if old != key:
        return f"its key was {', '.join(old) or 'none'} and is {', '.join(key)}"
    if not set(key) <= set(common):
        return "a column of its key is of another type, or in one version only"
    return ""


def _repeated(ws: Workspace, sides: Iterable[Relation], key: Sequence[str]) -> str:
    names = ", ".join(quote(name) for name in key)
    counts = [f"(select count(*) from (select 1 from {side} group by {names} having count(*) > 1))" for side in _PAIR]
    found = ws.engine.arrow(f"select {' + '.join(counts)} as n", sides).to_pylist()[0]["n"]
    return f"its key ({', '.join(key)}) repeats" if found else ""


def _keyed(
    ws: Workspace,
    sides: tuple[Relation, Relation],
    key: Sequence[str],
    values: Sequence[str],
    schema: tuple[ColumnChange, ...],
    examples: int,
) -> RowsDiff:
    here = _fresh("here", (column.name for side in sides for column in side.columns))
    joined = _joined(key, here)
    parts = {"added": f"b.{here} is null", "removed": f"a.{here} is null", "changed": _moved(values, here)}
    counts = [
        *(f"count(*) filter ({part}) as {change}" for change, part in parts.items()),
        *(f"count(*) filter ({_moved([name], here)}) as c{number}" for number, name in enumerate(values)),
    ]
    found = ws.engine.arrow(f"select {', '.join(counts)} {joined}", sides).to_pylist()[0]
    shown: list[Example] = []
    for change, part in parts.items():
        if examples and found[change]:
            shown += _examples(ws, sides, change, f"{joined} where {part}", key, values, examples)
    return RowsDiff(
        tuple(key),
        "",
        added=found["added"],
        removed=found["removed"],
        changed=found["changed"],
        columns={name: found[f"c{n}"] for n, name in enumerate(values) if found[f"c{n}"]},
        schema=schema,
        examples=tuple(shown),
    )


def _joined(key: Sequence[str], here: str) -> str:
    """Both versions side by side; `here` is null where one of them has no such row."""
    same = " and ".join(f"b.{quote(name)} is not distinct from a.{quote(name)}" for name in key)
    b, a = (f"(select *, true as {here} from {side})" for side in _PAIR)
    return f"from {b} b full join {a} a on {same}"


def _moved(values: Sequence[str], here: str) -> str:
    """The condition that both versions have a row, with another value in one of these columns."""
    differs = " or ".join(f"b.{quote(name)} is distinct from a.{quote(name)}" for name in values)
    return f"b.{here} and a.{here} and ({differs or 'false'})"


def _examples(
    ws: Workspace,
    sides: tuple[Relation, Relation],
    change: str,
    rows: str,
    key: Sequence[str],
    values: Sequence[str],
    limit: int,
) -> Iterator[Example]:
    side = "b" if change == "removed" else "a"
    end = f"order by {', '.join(f'{side}.{quote(name)}' for name in key)} limit {limit}"
    if change != "changed":
        columns = [column.name for column in sides[0 if side == "b" else 1].columns]
        picked = ", ".join(f"{side}.{quote(name)}" for name in columns)
        for row in ws.engine.arrow(f"select {picked} {rows} {end}", sides).to_pylist():
            yield Example(change, row)
        return
    names = [quote(name) for name in values]
    pairs = [f"b.{q} as b{n}, a.{q} as a{n}, b.{q} is distinct from a.{q} as d{n}" for n, q in enumerate(names)]
    keys = [f"a.{quote(name)} as k{n}" for n, name in enumerate(key)]
    for row in ws.engine.arrow(f"select {', '.join((*keys, *pairs))} {rows} {end}", sides).to_pylist():
        moved = {name: (row[f"b{n}"], row[f"a{n}"]) for n, name in enumerate(values) if row[f"d{n}"]}
        yield Example(change, {name: row[f"k{n}"] for n, name in enumerate(key)}, values=moved)


def _whole(
    ws: Workspace,
    sides: tuple[Relation, Relation],
    common: Sequence[str],
    schema: tuple[ColumnChange, ...],
    why: str,
    examples: int,
) -> RowsDiff:
    names = ", ".join(quote(name) for name in common)
    copies = _fresh("copies", common)
    counted = (
        f"select {names}, sum({copies})::bigint as {copies} from ("
        f"select {names}, -1 as {copies} from {BEFORE} union all select {names}, 1 from {AFTER}) group by all"
    )
    totals = f"coalesce(sum({copies}) filter ({copies} {{}} 0), 0)::bigint"
    sql = f"select {totals.format('>')} as added, -{totals.format('<')} as removed from ({counted})"
    found = ws.engine.arrow(sql, sides).to_pylist()[0]
    shown: list[Example] = []
    if examples:
        for change, sign in (("added", ">"), ("removed", "<")):
            sql = f"select * from ({counted}) where {copies} {sign} 0 order by {names} limit {examples}"
            for row in ws.engine.arrow(sql, sides).to_pylist():
                number = abs(int(row.pop(copies)))
                shown.append(Example(change, row, number))
    return RowsDiff((), why, found["added"], found["removed"], 0, {}, schema, tuple(shown))


def _fresh(name: str, taken: Iterable[str]) -> str:
    """A name that no column has.

    Examples
    --------
    >>> _fresh("here", ["here", "_here"]), _fresh("here", ["a"])
    ('__here', 'here')
    """
    names = {one.lower() for one in taken}
    while name in names:
        name = f"_{name}"
    return name
