"""What can be asked of a column, by its type; and its values as numbers on a scale and as text."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from vertebra.profile.part import Bound

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ONE = date(1970, 1, 1).toordinal()
LONGEST = 256
"""Characters of a text that a profile shows."""


class Kind(StrEnum):
    """What a column is to a profile."""

    INTEGER = "integer"
    DOUBLE = "double"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TEXT = "text"
    OTHER = "other"  # nested values, bytes: only nulls and different values are counted

    @property
    def number(self) -> bool:
        """Can it be added?"""
        return self in (Kind.INTEGER, Kind.DOUBLE, Kind.DECIMAL)

    @property
    def time(self) -> bool:
        """Is it a date or an instant?"""
        return self in (Kind.DATE, Kind.TIMESTAMP)


_KINDS = {
    "TINYINT": Kind.INTEGER,
    "SMALLINT": Kind.INTEGER,
    "INTEGER": Kind.INTEGER,
    "BIGINT": Kind.INTEGER,
    "FLOAT": Kind.DOUBLE,
    "DOUBLE": Kind.DOUBLE,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATE,
    "TIMESTAMP": Kind.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": Kind.TIMESTAMP,
    "VARCHAR": Kind.TEXT,
}


def kind_of(type_: str) -> Kind:
    """What a column of a type is to a profile.

    Examples
    --------
    >>> kind_of("DECIMAL(38,2)"), kind_of("VARCHAR[]"), kind_of("TIMESTAMP WITH TIME ZONE")
    (<Kind.DECIMAL: 'decimal'>, <Kind.OTHER: 'other'>, <Kind.TIMESTAMP: 'timestamp'>)
    """
    if re.fullmatch(r"DECIMAL\(\d+,\s*\d+\)", type_):
        return Kind.DECIMAL
    return _KINDS.get(type_, Kind.OTHER)


def bound(kind: Kind, value: Any, type_: str) -> Bound | None:
    """A bound from a table's statistics; None where it is none that a profile can read.

    Examples
    --------
    >>> bound(Kind.DATE, "1970-01-02", "DATE"), bound(Kind.INTEGER, 7, "BIGINT")
    (Bound(key=1, text='1970-01-02'), Bound(key=7, text='7'))
    """
    match kind, value:
        case Kind.INTEGER, int():
            return Bound(value, str(value))
        case Kind.DOUBLE, int() | float() if type_ == "DOUBLE":
            return Bound(float(value), repr(float(value)))
        case Kind.TEXT, str():
            return Bound(value, value)
        case Kind.DATE, str() if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return Bound(date.fromisoformat(value).toordinal() - _DAY_ONE, value)
        case Kind.TIMESTAMP, str() if value.endswith("Z"):
            key = (datetime.fromisoformat(value) - _EPOCH) // timedelta(microseconds=1)
            return Bound(key, spelled(kind, key, type_))
        case _:
            return None


def computed(kind: Kind, key: Any, text: str | None, type_: str) -> Bound | None:
    """A bound that the engine worked out; None where there is no finite value."""
    if key is None or text is None:
        return None
    match kind:
        case Kind.DECIMAL:
            return Bound(Decimal(text), text)
        case Kind.DATE | Kind.TIMESTAMP:
            return Bound(key, spelled(kind, key, type_) or text)
        case Kind.TEXT:
            return Bound(key, cut(text))
        case Kind.DOUBLE:
            return Bound(key, repr(key))
        case _:
            return Bound(key, text)


def spelled(kind: Kind, place: float, type_: str = "") -> str:
    """A place on a column's scale as its value in text; empty for a time that no calendar of Python's reaches.

    Examples
    --------
    >>> spelled(Kind.TIMESTAMP, 1.5e6, "TIMESTAMP WITH TIME ZONE"), spelled(Kind.DATE, 1), spelled(Kind.DOUBLE, 0.1)
    ('1970-01-01T00:00:01.500000Z', '1970-01-02', '0.1')
    """
    try:
        match kind:
            case Kind.DATE:
                return date.fromordinal(int(place) + _DAY_ONE).isoformat()
            case Kind.TIMESTAMP:
                text = (_EPOCH + timedelta(microseconds=int(place))).isoformat().removesuffix("+00:00")
                return text + "Z" * ("ZONE" in type_)
            case Kind.BOOLEAN:
                return "true" if place else "false"
            case Kind.INTEGER:
                return str(round(place))
            case Kind.DECIMAL:
                return f"{place:.15g}"
            case _:
                return repr(float(place))
    except (OverflowError, ValueError):
        return ""


def cut(text: str) -> str:
    """A text that is not too long to be shown; what was cut off is marked.

    Examples
    --------
    >>> cut("a" * 300) == "a" * 256 + "…"
    True
    """
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
