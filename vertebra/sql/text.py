"""Names and values as DuckDB SQL text."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from vertebra.errors import UsageError

Value = str | int | float | Decimal | bool | date | datetime | time | timedelta | bytes | None


def quote(name: str) -> str:
    """Write a name as a quoted identifier.

    Parameters
    ----------
    name : str
        Any name: a quote inside is doubled.

    Returns
    -------
    str
        The identifier, quoted.

    Raises
    ------
    UsageError
        When the name is empty or holds a zero byte, which no engine can carry.

    Examples
    --------
    >>> print(quote('the "true" value'))
    "the ""true"" value"
    """
    if not name or "\x00" in name:
        raise UsageError(
            f"{name!r} cannot be a name in SQL",
            where="a column, table or dataset name",
            why="a name has at least one character and no zero byte",
            next_="give it another name",
        )
    return '"' + name.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """Write a value as a literal that DuckDB reads back as the same value of the same type.

    Parameters
    ----------
    value : str, int, float, Decimal, bool, date, datetime, time, timedelta, bytes or None
        A datetime with a zone becomes a TIMESTAMPTZ, without one a TIMESTAMP.

    Returns
    -------
    str
        SQL text.

    Raises
    ------
    UsageError
        When no literal can carry the value.

    Examples
    --------
    >>> print(literal("it's"), literal(None), literal(2.5), literal(Decimal("1.20")))
    'it''s' NULL 2.5::DOUBLE 1.20
    >>> print(literal(date(2021, 1, 15)))
    DATE '2021-01-15'
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return _text(value)
        case int():
            return str(value)
        case float():
            return f"{value!r}::DOUBLE" if math.isfinite(value) else f"'{value}'::DOUBLE"
        case Decimal():
            return _decimal(value)
        case bytes():
            return "'" + "".join(f"\\x{b:02X}" for b in value) + "'::BLOB"
        case _:
            return _moment(value)


def _moment(value: date | time | timedelta) -> str:
    """Write a date, a time or a span; a datetime is a date too, so it is asked for first."""
    match value:
        case datetime():
            kind = "TIMESTAMPTZ" if value.tzinfo else "TIMESTAMP"
            return f"{kind} '{value.isoformat(sep=' ')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case time():
            return f"{'TIMETZ' if value.tzinfo else 'TIME'} '{value.isoformat()}'"
        case timedelta():
            return f"to_microseconds({value // timedelta(microseconds=1)})"
    raise UsageError(
        f"{value!r} cannot be written as SQL",
        where="the value of a key",
        why=f"no literal carries a {type(value).__name__}",
        next_="give it as text, number, truth value, date or time",
    )


def _text(value: str) -> str:
    if "\x00" in value:
        raise UsageError(
            f"{value!r} cannot be written as SQL",
            where="the value of a key",
            why="SQL text has no zero byte",
            next_="give the key without it",
        )
    return "'" + value.replace("'", "''") + "'"


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise UsageError(
            f"{value} cannot be written as SQL",
            where="the value of a key",
            why="a decimal column holds finite numbers only",
            next_="give a number",
        )
    return f"{value:f}"
