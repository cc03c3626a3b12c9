"""The columns of a template: where a value comes from, what type it has, how it is written."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from vertebra.document import Section
from vertebra.errors import nearest
from vertebra.project.project import identifier
from vertebra.project.spelling import affix, group_of, times

TYPES = ("text", "integer", "double", "decimal", "boolean", "date", "timestamp")
FILE_NAME = "file_name."
_ENGINE = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}
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
    others : tuple of str
        What else stands in its place in some files; the first that a file has is taken.
    optional : bool
        May a file have none of them? Its rows have no value then.
    type : str
        One of `TYPES`.
    precision, scale : int
        Digits in all and behind the point, of a decimal.
    formats : tuple of str
        strptime patterns of a date or timestamp, tried in order; or one of `EPOCHS` alone.
    timezone : str
        IANA zone in which a timestamp without an offset is meant.
    decimal : str
        Decimal sign.
    group : str
        What may stand between groups of three digits.
    prefix, suffix : str
        What stands before and behind every number, for example a sign of currency or percent.
    nulls : tuple of str
        Texts that mean "no value" in this column, beside those of the format.
    true, false : tuple of str
        Words of a boolean.
    required : bool
        Is "no value" wrong here?
    unit, term, description : str
        Unit of measure, glossary term and words.
    semantic : str
        What its values are in the world, for example `email`; changes no value.
    personal : bool
        Does it say something about a person? Changes no value.
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
    unit: str = ""
    term: str = ""
    description: str = ""
    others: tuple[str, ...] = ()
    optional: bool = False
    group: str = ""
    prefix: str = ""
    suffix: str = ""
    nulls: tuple[str, ...] = ()
    semantic: str = ""
    personal: bool = False

    def meaning(self) -> dict[str, Any]:
        """What decides the column's values: all but words about it, and what it says nothing of."""
        found = {k: v for k, v in asdict(self).items() if k not in _WORDS}
        return {k: v for k, v in found.items() if v or k not in _SELDOM}

    @property
    def origins(self) -> tuple[str, ...]:
        """Where it may come from, the first that a file has."""
        return (self.origin, *self.others)

    @property
    def from_file_name(self) -> str:
        """The field of the file name that it comes from; empty if it comes from the records."""
        return self.origin.removeprefix(FILE_NAME) if self.origin.startswith(FILE_NAME) else ""


_WORDS = ("term", "description", "semantic", "personal")
_SELDOM = ("others", "optional", "group", "prefix", "suffix", "nulls")
_KEYS = (
    "name",
    "from",
    "optional",
    "type",
    "format",
    "timezone",
    "decimal",
    "group",
    "prefix",
    "suffix",
    "nulls",
    "true",
    "false",
    "required",
    "unit",
    "term",
    "description",
    "semantic",
    "personal",
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
    origins = _origins(section, name, fields, nested=nested)
    kind, precision, scale = type_named(section)
    formats, zone = times(section, kind)
    return ColumnTemplate(
        name=name,
        origin=origins[0],
        type=kind,
        precision=precision,
        scale=scale,
        formats=formats,
        timezone=zone,
        decimal=section.choice("decimal", (".", ","), decimal),
        true=section.texts("true", ("true", "t", "1", "yes", "y") if kind == "boolean" else ()),
        false=section.texts("false", ("false", "f", "0", "no", "n") if kind == "boolean" else ()),
        required=section.boolean("required", default=False),
        unit=section.text("unit", ""),
        term=section.text("term", ""),
        description=section.text("description", ""),
        others=origins[1:],
        optional=_optional(section, origins, nested=nested),
        group=group_of(section, kind, decimal),
        prefix=affix(section, "prefix", kind),
        suffix=affix(section, "suffix", kind),
        nulls=section.texts("nulls", ()),
        semantic=section.text("semantic", ""),
        personal=section.boolean("personal", default=False),
    )


def _origins(section: Section, name: str, fields: frozenset[str], *, nested: bool) -> tuple[str, ...]:
    origins: tuple[str, ...] = section.texts("from", (name,))
    if not origins or len(set(origins)) < len(origins):
        raise section.error("from", "each place is named once, and one is needed", "`from: [first, second]`")
    for origin in origins:
        if not origin.startswith(FILE_NAME):
            continue
        if len(origins) > 1:
            raise section.error("from", "a field of the file name stands alone", "take the others away")
        if origin.removeprefix(FILE_NAME) not in fields:
            raise section.error(
                "from", f'"{origin.removeprefix(FILE_NAME)}" is no field of file_name', nearest(origin[10:], fields)
            )
    if nested and any(origin.startswith("#") for origin in origins):
        raise section.error("from", "JSON fields have names, not positions", "write the dotted path of the field")
    if nested and len(origins) > 1:
        raise section.error("from", "a nested field has one path", "name one; a second column can read the other")
    return origins


def _optional(section: Section, origins: tuple[str, ...], *, nested: bool) -> bool:
    optional: bool = section.boolean("optional", default=False)
    if optional and nested:
        raise section.error("optional", "any record may lack a nested field", "take `optional` away")
    if optional and section.boolean("required", default=False):
        raise section.error("optional", "a column cannot be required and optional", "take one of the two away")
    if optional and origins[0].startswith(FILE_NAME):
        raise section.error("optional", "every file has a name", "take `optional` away")
    return optional


def engine_type(kind: str, precision: int, scale: int) -> str:
    """The engine's name of a type.

    Examples
    --------
    >>> engine_type("decimal", 9, 2), engine_type("timestamp", 0, 0)
    ('DECIMAL(9,2)', 'TIMESTAMP WITH TIME ZONE')
    """
    return f"DECIMAL({precision},{scale})" if kind == "decimal" else _ENGINE[kind]


def type_named(section: Section) -> tuple[str, int, int]:
    """The type that a section's `type` names, and the digits of a decimal.

    Raises
    ------
    ProjectError
        If it is none.
    """
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
