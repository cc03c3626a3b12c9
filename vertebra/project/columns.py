"""The columns of a template: where a value comes from, what type it has, how it is written."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from vertebra.document import Section
from vertebra.errors import nearest
from vertebra.project.project import identifier
from vertebra.project.zones import time_zone

TYPES = ("text", "integer", "double", "decimal", "boolean", "date", "timestamp")
FILE_NAME = "file_name."
_PARTS = "YymdbBaAjHIMSfpz%"  # of strptime; what depends on the machine's language or names zones is left out
_DECIMAL = re.compile(r"decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)")


@dataclass(frozen=True, slots=True)
class ColumnTemplate:
    """How one column is read.

    Parameters
    ----------
    name : str
        In the table.
    origin : str
        Header text, 1-based position as `#3`, dotted path (JSON), or `file_name.FIELD`.
    type : str
        One of `TYPES`.
    precision, scale : int
        Digits in all and behind the point, of a decimal.
    formats : tuple of str
        strptime patterns of a date or timestamp; tried in order.
    timezone : str
        IANA zone in which a timestamp without an offset is meant.
    decimal : str
        Decimal sign.
    true, false : tuple of str
        Words of a boolean.
    required : bool
        Is "no value" wrong here?
    optional : bool
        May a file have no such column? Then its rows have no value there.
    unit, term, description : str
        Unit of measure, glossary term and words.
    """

    name: str
    origin: str
    type: str
    precision: int = 0
    scale: int = 0
    formats: tuple[str, ...] = ()
    timezone: str = ""
    decimal: str = "."
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    required: bool = False
    optional: bool = False
    unit: str = ""
    term: str = ""
    description: str = ""

    def meaning(self) -> dict[str, Any]:
        """What decides the column's values: all but words about it."""
        return {k: v for k, v in asdict(self).items() if k not in ("term", "description")}

    @property
    def origins(self) -> tuple[str, ...]:
        """Where it may be found in a file; the first that is there counts."""
        return (self.origin,)

    @property
    def from_file_name(self) -> str:
        """The field of the file name that it comes from; empty if it comes from the records."""
        return self.origin.removeprefix(FILE_NAME) if self.origin.startswith(FILE_NAME) else ""


_KEYS = (
    "name",
    "from",
    "type",
    "format",
    "timezone",
    "decimal",
    "true",
    "false",
    "required",
    "optional",
    "unit",
    "term",
    "description",
)


def read_columns(top: Section, fields: frozenset[str], decimal: str, *, nested: bool) -> tuple[ColumnTemplate, ...]:
    """The columns under `columns:`.

    Parameters
    ----------
    top : Section
        The source or child.
    fields : frozenset of str
        Fields that the file name carries.
    decimal : str
        Decimal sign where a column names none.
    nested : bool
        Are origins dotted paths, as in JSON?
    """
    found: list[ColumnTemplate] = []
    for section in top.sections("columns"):
        section.only(_KEYS)
        column = _column(section, fields, decimal, nested=nested)
        if column.name in {other.name for other in found}:
            raise section.error("name", f'two columns are called "{column.name}"', "rename one of the two")
        found.append(column)
    if not found:
        raise top.error("columns", "a table needs a column", "add lines `- {name: …, from: …, type: text}`")
    return tuple(found)


def _column(section: Section, fields: frozenset[str], decimal: str, *, nested: bool) -> ColumnTemplate:
    name = identifier(section, "name")
    origin: str = section.text("from", name)
    if origin.startswith(FILE_NAME) and origin.removeprefix(FILE_NAME) not in fields:
        raise section.error(
            "from", f'"{origin.removeprefix(FILE_NAME)}" is no field of file_name', nearest(origin[10:], fields)
        )
    if nested and origin.startswith("#"):
        raise section.error("from", "JSON fields have names, not positions", "write the dotted path of the field")
    kind, precision, scale = _type(section)
    zone: str = section.text("timezone", "")
    if zone:
        _zone(section, zone)
    if zone and kind != "timestamp":
        raise section.error("timezone", f"a {kind} has no time zone", "take it away, or `type: timestamp`")
    if kind == "timestamp" and not zone:
        zone = "UTC"
    formats = section.texts("format", ())
    if formats and kind not in ("date", "timestamp"):
        raise section.error("format", f"a {kind} is written in one way", "take `format` away")
    for pattern in formats:
        _pattern(section, pattern, kind)
    return ColumnTemplate(
        name=name,
        origin=origin,
        type=kind,
        precision=precision,
        scale=scale,
        formats=formats,
        timezone=zone,
        decimal=section.choice("decimal", (".", ","), decimal),
        true=section.texts("true", ("true", "t", "1", "yes", "y") if kind == "boolean" else ()),
        false=section.texts("false", ("false", "f", "0", "no", "n") if kind == "boolean" else ()),
        required=section.boolean("required", default=False),
        optional=section.boolean("optional", default=False),
        unit=section.text("unit", ""),
        term=section.text("term", ""),
        description=section.text("description", ""),
    )


def _pattern(section: Section, pattern: str, kind: str) -> None:
    """See that a strptime pattern says which day is meant, in words that every engine knows."""
    parts = re.findall(r"%(.?)", pattern)
    unknown = [part for part in parts if part not in _PARTS]
    if unknown:
        known = ", ".join(f"%{part}" for part in _PARTS)
        raise section.error("format", f"%{unknown[0]} is no part of a date or time", f"known: {known}")
    if not {"Y", "y"} & set(parts):
        raise section.error("format", f'"{pattern}" does not say the year', "%Y for four digits, %y for two")
    if ("I" in parts) != ("p" in parts):
        raise section.error("format", f'"{pattern}" does not say which half of the day', "%I together with %p, or %H")
    if "z" in parts and (kind != "timestamp" or not pattern.endswith("%z")):
        raise section.error("format", "an offset stands at the end of a timestamp", "`%z` at the end, or without it")


def _type(section: Section) -> tuple[str, int, int]:
    value: str = section.text("type")
    found = _DECIMAL.fullmatch(value)
    if found:
        precision, scale = int(found[1]), int(found[2])
        if not 1 <= precision <= 38 or scale > precision:
            raise section.error("type", "a decimal has 1 to 38 digits, and no more behind the point", "`decimal(18,3)`")
        return "decimal", precision, scale
    if value == "decimal":
        raise section.error("type", "a decimal needs its digits", "for example `type: decimal(18,3)`")
    if value not in TYPES:
        raise section.error("type", f'"{value}" is no type', nearest(value, TYPES))
    return value, 0, 0


def _zone(section: Section, zone: str) -> None:
    try:
        time_zone(zone)
    except ZoneInfoNotFoundError:
        raise section.error(
            "timezone", f'"{zone}" is no IANA time zone', nearest(zone, available_timezones())
        ) from None
