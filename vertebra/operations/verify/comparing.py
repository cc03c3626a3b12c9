"""The rows that stand beside those that were rebuilt: which is the first that differs, and in which files it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from vertebra.engine import Engine
from vertebra.sql import quote
from vertebra.table import Column, Relation

if TYPE_CHECKING:
    import pyarrow as pa

TOLERANCE = 1e-9
"""Relative; of doubles that were added up, in whose last digits the order of addition shows."""

_STANDS, _MADE = "stands", "made"
_FLOATS = ("DOUBLE", "FLOAT")


@dataclass(frozen=True, slots=True)
class Side:
    """Rows: of a relation, those that a condition keeps; `tables` are what the condition reads."""

    relation: Relation
    where: str = "true"
    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    def sql(self, name: str) -> str:
        """The rows as a relation of a query that is given `relation` under this name."""
        return f"(select * from {name} where {self.where})"


@dataclass(frozen=True, slots=True)
class Gap:
    """How the rows that stand differ from those that were rebuilt.

    Parameters
    ----------
    rows : int
        That differ, on either side.
    row : mapping
        The first of them: its key, or all of it where there is none.
    what : str
        How it differs.
    files : tuple of str
        Places of the data files that hold rows which were not rebuilt as they stand.
    """

    rows: int
    row: Mapping[str, Any]
    what: str
    files: tuple[str, ...] = ()


def compare(engine: Engine, stands: Side, made: Side, key: Sequence[str], *, loose: bool = False) -> Gap | None:
    """The first row that differs; None where all are the same.

    Parameters
    ----------
    engine : Engine
        What computes.
    stands, made : Side
        What stands, and what was rebuilt.
    key : sequence of str
        Columns that identify a row; none where whole rows are compared.
    loose : bool
        May doubles differ by `TOLERANCE`?
    """
    if what := _columns(stands.relation.columns, made.relation.columns):
        return Gap(max(1, len(stands.relation.files)), {}, what)
    tables = {**stands.tables, **made.tables}
    sides = (replace(stands.relation, name=_STANDS), replace(made.relation, name=_MADE))
    values = [column for column in stands.relation.columns if column.name not in key]
    if not key:
        return _whole(engine, stands, made, tables)
    joined = _joined(stands.sql(_STANDS), made.sql(_MADE), key)
    differs = _differs(values, loose=loose)
    count = engine.arrow(f"select count(*) as n {joined} where {differs}", sides, tables)["n"][0].as_py()
    if not count:
        return None
    pairs = [f"s.{quote(c.name)} as s{n}, m.{quote(c.name)} as m{n}" for n, c in enumerate(values)]
    keys = [f"coalesce(s.{quote(name)}, m.{quote(name)}) as k{n}" for n, name in enumerate(key)]
    shown = ", ".join((*keys, "s._here as s_here", "m._here as m_here", *pairs))
    order = ", ".join(f"k{n}" for n, _ in enumerate(key))
    first = engine.arrow(f"select {shown} {joined} where {differs} order by {order} limit 1", sides, tables).to_pylist()
    row = {name: first[0][f"k{n}"] for n, name in enumerate(key)}
    files = tuple(
        file
        for file in stands.relation.files
        if _holds(engine, replace(stands, relation=replace(stands.relation, files=(file,))), made, key, differs, tables)
    )
    return Gap(count, row, _said(first[0], values), files)


def _columns(stands: Sequence[Column], made: Sequence[Column]) -> str:
    old, new = ({column.name: column.type for column in columns} for columns in (stands, made))
    for name in (*old, *new):
        if old.get(name) != new.get(name):
            return f'the column "{name}" is {old.get(name, "not there")}, rebuilt it is {new.get(name, "not there")}'
    return ""


def _joined(stands: str, made: str, key: Sequence[str], kind: str = "full") -> str:
    same = " and ".join(f"s.{quote(name)} is not distinct from m.{quote(name)}" for name in key)
    left, right = (f"(select *, true as _here from {side})" for side in (stands, made))
    return f"from {left} s {kind} join {right} m on {same}"


def _differs(values: Sequence[Column], *, loose: bool) -> str:
    parts = [_other(column, loose=loose) for column in values]
    return " or ".join(("s._here is null", "m._here is null", *parts))


def _other(column: Column, *, loose: bool) -> str:
    s, m = (f"{side}.{quote(column.name)}" for side in "sm")
    if not loose or column.type not in _FLOATS:
        return f"{s} is distinct from {m}"
    near = f"abs({s} - {m}) <= {TOLERANCE} * greatest(abs({s}), abs({m}))"
    return f"({s} is distinct from {m} and not coalesce({near}, false))"


def _said(row: Mapping[str, Any], values: Sequence[Column]) -> str:
    if not row["m_here"]:
        return "this row stands, and is not rebuilt"
    if not row["s_here"]:
        return "this row is rebuilt, and does not stand"
    for number, column in enumerate(values):
        if row[f"s{number}"] != row[f"m{number}"]:
            return f"{column.name} is {_shown(row[f's{number}'])}, rebuilt it is {_shown(row[f'm{number}'])}"
    return "it stands with another value"  # pragma: no cover  values that Python finds equal and the engine does not


def _shown(value: Any) -> str:
    return "null" if value is None else str(value)


def _holds(
    engine: Engine, stands: Side, made: Side, key: Sequence[str], differs: str, tables: Mapping[str, pa.Table]
) -> bool:
    """Has one data file rows that were not rebuilt so?"""
    joined = _joined(stands.sql(_STANDS), made.sql(_MADE), key, "left")
    sides = (replace(stands.relation, name=_STANDS), replace(made.relation, name=_MADE))
    return bool(engine.arrow(f"select count(*) as n {joined} where {differs}", sides, tables)["n"][0].as_py())


def _whole(engine: Engine, stands: Side, made: Side, tables: Mapping[str, pa.Table]) -> Gap | None:
    """Compare multisets of whole rows."""
    sides = (replace(stands.relation, name=_STANDS), replace(made.relation, name=_MADE))
    names = ", ".join(quote(column.name) for column in stands.relation.columns)
    ways = (
        ("this row stands, and is not rebuilt", stands.sql(_STANDS), made.sql(_MADE)),
        ("this row is rebuilt, and does not stand", made.sql(_MADE), stands.sql(_STANDS)),
    )
    found = []
    for what, one, other in ways:
        rest = f"(select {names} from {one} except all select {names} from {other})"
        rows = engine.arrow(f"select *, count(*) over () as _rows from {rest} order by all limit 1", sides, tables)
        found += [(what, row) for row in rows.to_pylist()]
    if not found:
        return None
    what, row = found[0]
    count = sum(one.pop("_rows") for _, one in found)
    files = []
    for file in stands.relation.files if what == ways[0][0] else ():
        alone = (replace(stands.relation, name=_STANDS, files=(file,)), sides[1])
        rest = f"(select {names} from {stands.sql(_STANDS)} except all select {names} from {made.sql(_MADE)})"
        if engine.arrow(f"select count(*) as n from {rest}", alone, tables)["n"][0].as_py():
            files.append(file)
    return Gap(count, {name: value for name, value in row.items() if value not in (None, "")}, what, tuple(files))
