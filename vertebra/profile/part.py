"""What is known of some rows of a table, so that two of them make what is known of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

from vertebra.profile import counts as frequent
from vertebra.profile import digest as shape
from vertebra.profile import hyperloglog, moments
from vertebra.profile.counts import Counts
from vertebra.profile.digest import Digest
from vertebra.profile.hyperloglog import Registers
from vertebra.profile.moments import Moments, Together


@dataclass(frozen=True, slots=True)
class Bound:
    """A smallest or largest value: as a number or text that sorts, and as the engine spells it."""

    key: Any
    text: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the rows that were looked at one by one say of a column.

    Parameters
    ----------
    digest : Digest or None
        Of numbers as doubles, of times in microseconds and of dates in days since 1970; of a text's lengths.
    top : Counts or None
        Of values; None where they are not looked at.
    patterns : Counts or None
        Of the patterns of a text.
    """

    digest: Digest | None = None
    top: Counts | None = None
    patterns: Counts | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ColumnPart:
    """What is known of a column of some rows; all rows are counted but for `sampled`.

    Parameters
    ----------
    values : int
        How many there are, nulls not counted.
    registers : Registers
        For the number of different ones.
    low, high : Bound or None
        Of finite values.
    nan, positive, negative : int
        Values that are not a number, and infinite ones.
    moments : Moments or None
        Of finite numbers; of truth values as 0 and 1.
    lengths : Moments or None
        Of a text's lengths, in characters, with `shortest` and `longest`.
    sampled : Sampled
        What was looked at in a part of the rows, or in all.
    """

    values: int
    registers: Registers
    low: Bound | None = None
    high: Bound | None = None
    nan: int = 0
    positive: int = 0
    negative: int = 0
    moments: Moments | None = None
    lengths: Moments | None = None
    shortest: int | None = None
    longest: int | None = None
    sampled: Sampled = Sampled()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What is known of some rows.

    Parameters
    ----------
    rows : int
        How many.
    looked : int
        In how many of them values were looked at one by one.
    columns : dict
        By name.
    key : Registers or None
        For the number of different keys of several columns.
    together : Together or None
        How columns of numbers go together.
    """

    rows: int
    looked: int
    columns: dict[str, ColumnPart]
    key: Registers | None = None
    together: Together | None = None


def nothing(names: tuple[str, ...]) -> Part:
    """What is known of no rows."""
    return Part(0, 0, {name: ColumnPart(0, hyperloglog.nothing()) for name in names})


def fold(parts: list[Part], begin: Part) -> Part:
    """What is known of all of them: in order, since a sum of doubles depends on it in its last digit."""
    return reduce(merged, parts, begin)


def merged(one: Part, other: Part) -> Part:
    """What is known of the rows of both."""
    if not one.rows or not other.rows:
        return one if one.rows else other
    columns = {name: _column(part, other.columns[name]) for name, part in one.columns.items()}
    return Part(
        one.rows + other.rows,
        one.looked + other.looked,
        columns,
        _either(hyperloglog.merged, one.key, other.key),
        _either(moments.both, one.together, other.together),
    )


def sampled(one: Sampled, other: Sampled) -> Sampled:
    """What the looked at rows of both say."""
    return Sampled(
        _either(shape.merged, one.digest, other.digest),
        _either(frequent.merged, one.top, other.top),
        _either(frequent.merged, one.patterns, other.patterns),
    )


def _column(one: ColumnPart, other: ColumnPart) -> ColumnPart:
    return ColumnPart(
        one.values + other.values,
        hyperloglog.merged(one.registers, other.registers),
        _either(lambda a, b: min(a, b, key=_key), one.low, other.low),
        _either(lambda a, b: max(a, b, key=_key), one.high, other.high),
        one.nan + other.nan,
        one.positive + other.positive,
        one.negative + other.negative,
        _either(moments.merged, one.moments, other.moments),
        _either(moments.merged, one.lengths, other.lengths),
        _either(min, one.shortest, other.shortest),
        _either(max, one.longest, other.longest),
        sampled(one.sampled, other.sampled),
    )


def _key(bound: Bound) -> Any:
    return bound.key


def _either(put_together: Any, one: Any, other: Any) -> Any:
    """Both together where there are both, else the one that there is."""
    if one is None or other is None:
        return other if one is None else one
    return put_together(one, other)
