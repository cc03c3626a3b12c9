"""The query that looks over one Parquet file, once, and what its answer says.

It is written for DuckDB, which hands out the registers of its HyperLogLog (`export_state`). All rows are counted;
rows that are looked at one by one are chosen by their number alone: multiplied by a fraction of the golden ratio they
spread evenly and follow no period of the data (Knuth, "The Art of Computer Programming", volume 3, 6.4, theorem S), so
the same file gives the same sample on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from vertebra.profile.arrays import numbers
from vertebra.profile.kinds import LONGEST, Kind, bound, computed, kind_of
from vertebra.profile.moments import Moments, around
from vertebra.profile.part import Bound, ColumnPart
from vertebra.sql import quote
from vertebra.table import Column, DataFile

if TYPE_CHECKING:
    import pyarrow as pa

LOOKED: Final = 16_384
"""Rows up to which all rows of a file are looked at one by one; of a larger one, one in `SHARE` is."""
SHARE: Final = 64
LEAST, MOST = 4_096, 262_144
"""Rows of a larger file that are looked at, at least and at most."""
CHOSEN: Final = "s"
"""Whether a row is looked at, in what `source` gives."""
_ROW = "file_row_number"


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of a file, as the query asks for it.

    Parameters
    ----------
    column : Column
        Of the table.
    number : int
        By which its answers are called.
    there : bool
        Does the file have it? Else all of it is null.
    low, high : Bound or None
        What the table's statistics say; both or none. Then every value is finite.
    pivot : float
        Near its values where they are close together, so that sums of squares keep their digits.
    nulls : int or None
        What the table's statistics say.
    """

    column: Column
    number: int
    there: bool
    low: Bound | None
    high: Bound | None
    pivot: float = 0.0
    nulls: int | None = None

    @property
    def kind(self) -> Kind:
        """What it is to a profile."""
        return kind_of(self.column.type)

    @property
    def name(self) -> str:
        """How the query calls it."""
        return f"c{self.number}"

    @property
    def pivotless(self) -> bool:
        """Is a value to be looked up near which the others are?"""
        return self.there and self.kind.number and self.low is None


def asked(columns: Sequence[Column], file: DataFile, there: frozenset[str] | None = None) -> tuple[Asked, ...]:
    """The columns as they are asked for; all of them are there, unless it is said which."""
    found = []
    for number, column in enumerate(columns):
        kind = kind_of(column.type)
        low = bound(kind, file.lower.get(column.name), column.type)
        high = bound(kind, file.upper.get(column.name), column.type)
        if low is None or high is None:
            low = high = None
        pivot = _pivot(low, high) if low and high and kind.number else 0.0
        nulls = file.nulls.get(column.name)
        found.append(Asked(column, number, there is None or column.name in there, low, high, pivot, nulls))
    return tuple(found)


def _pivot(low: Bound, high: Bound) -> float:
    """A number near all values, or 0 where their squares lose no digit that counts without one.

    Examples
    --------
    >>> _pivot(Bound(1.0, "1.0"), Bound(9.0, "9.0")), _pivot(Bound(10**6, ""), Bound(10**6 + 2, ""))
    (0.0, 1000001.0)
    """
    least, most = float(low.key), float(high.key)
    return 0.0 if max(abs(least), abs(most)) <= 100 * (most - least) else (least + most) / 2


def looked(rows: int) -> int:
    """How many rows of a file are looked at one by one.

    Examples
    --------
    >>> looked(100), looked(100_000), looked(1_000_000)
    (100, 4096, 15625)
    """
    return rows if rows <= LOOKED else min(max(LEAST, rows // SHARE), MOST)


def source(scan: str, columns: Sequence[Asked], rows: int) -> str:
    """The file's columns under short names, and whether each row is looked at."""
    own = any(one.column.name.lower() == _ROW for one in columns)
    number = "(row_number() over () - 1)" if own else _ROW
    chosen = f"({number} * 1640531527) & 4294967295 < {looked(rows) * 2**32 // max(rows, 1)}"
    casts = (f"{quote(a.column.name) if a.there else 'null'}::{a.column.type} as {a.name}" for a in columns)
    return f"(select {', '.join([*casts, f'{chosen} as {CHOSEN}'])} from {scan})"


def pivots(scan: str, columns: Sequence[Asked]) -> str:
    """A query for a finite value of each column, from the file's first rows."""
    ones = ", ".join(f"any_value({_double(a)}) filter (isfinite({_double(a)})) as {a.name}" for a in columns)
    return f"select {ones} from (from {source(scan, columns, 1)} limit 2048)"


def totals(columns: Sequence[Asked]) -> Iterator[str]:
    """What is asked of all rows."""
    for one in columns:
        c = one.name
        if one.nulls is None or not one.there:
            yield f"count({c}) as {c}_n"
        yield f"approx_count_distinct({c}) export_state as {c}_h"
        yield from (f"{text} as {c}_{name}" for name, text in _totals(one, c))


def _totals(one: Asked, c: str) -> Iterator[tuple[str, str]]:
    finite = f" filter (isfinite({c}))" if one.kind in {Kind.DOUBLE, Kind.DATE, Kind.TIMESTAMP} and not one.low else ""
    if one.kind is Kind.TEXT:
        yield from (("ls", f"min(length({c}))"), ("ll", f"max(length({c}))"), ("lt", f"sum(length({c}))"))
    if one.kind is Kind.BOOLEAN:
        yield "t", f"count_if({c})"
    if one.kind.number:
        apart = f"({_double(one)} - {one.pivot!r}::double)" if one.pivot else _double(one)
        yield from (("s", f"sum({apart}){finite}"), ("q", f"sum({apart} * {apart}){finite}"))
    if one.low is None and one.kind not in {Kind.OTHER, Kind.BOOLEAN}:
        for name, end in (("low", "min"), ("high", "max")):
            place = scale(one.kind, f"{end}({c}){finite}") if one.kind.time else f"{end}({c}){finite}"
            shown = f"left({end}({c}), {LONGEST + 1})" if one.kind is Kind.TEXT else f"({end}({c}){finite})::varchar"
            yield name, f"left({place}, {LONGEST + 1})" if one.kind is Kind.TEXT else place
            yield f"{name}_text", shown
    if finite:
        yield "p", f"count(*) filter ({_infinite(one, '+')})"
        yield "m", f"count(*) filter ({_infinite(one, '-')})"
    if finite and one.kind is Kind.DOUBLE:
        yield "nan", f"count(*) filter (isnan({c}))"


def _infinite(one: Asked, sign: str) -> str:
    return f"{one.name} = '{sign if sign == '-' else ''}infinity'::{one.column.type}"


def _double(one: Asked) -> str:
    return f"{one.name}::double"


def scale(kind: Kind, text: str) -> str:
    """A column's values as numbers: instants in microseconds, dates in days since 1970, all else as it is."""
    match kind:
        case Kind.TIMESTAMP:
            return f"epoch_us({text})"
        case Kind.DATE:
            return f"({text} - date '1970-01-01')"
        case _:
            return text


def singles(columns: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """What is asked of each row that is looked at: name and expression."""
    for one in columns:
        c = one.name
        match one.kind:
            case Kind.OTHER:
                continue
            case Kind.TEXT:
                yield f"{c}_v", f"case when length({c}) > {LONGEST} then left({c}, {LONGEST + 1}) else {c} end"
                yield f"{c}_l", f"length({c})"
            case _:
                yield f"{c}_v", c


def listed(columns: Sequence[Asked]) -> str:
    """The rows that are looked at, as one list."""
    fields = ", ".join(f"{name} := {text}" for name, text in singles(columns))
    return f"list(struct_pack({fields})) filter ({CHOSEN})" if fields else "null"


def column_part(one: Asked, rows: int, answer: Mapping[str, pa.Scalar]) -> ColumnPart:
    """What the answer says of a column of so many rows."""

    def said(name: str) -> Any:
        found = answer.get(f"{one.name}_{name}")
        return None if found is None else found.as_py()

    counted = said("n")
    values = rows - (one.nulls or 0) if counted is None else counted
    out = sum(said(name) or 0 for name in ("p", "m", "nan"))
    low, high = one.low, one.high
    if low is None:
        low, high = (computed(one.kind, said(end), said(f"{end}_text"), one.column.type) for end in ("low", "high"))
    return ColumnPart(
        values,
        registers(answer[f"{one.name}_h"]),
        low,
        high,
        said("nan") or 0,
        said("p") or 0,
        said("m") or 0,
        _moments(one, values - out, said),
        around(values, 0.0, float(said("lt") or 0), 0.0) if one.kind is Kind.TEXT else None,
        said("ls"),
        said("ll"),
    )


def _moments(one: Asked, finite: int, said: Any) -> Moments | None:
    if one.kind is Kind.BOOLEAN:
        return around(finite, 0.0, float(said("t") or 0), float(said("t") or 0))
    if one.kind.number:
        return around(finite, one.pivot, said("s") or 0.0, said("q") or 0.0)
    return None


def registers(state: pa.Scalar) -> Any:
    """The registers of a HyperLogLog as an array."""
    return np.asarray(numbers(state["registers"].values), dtype=np.uint8)
