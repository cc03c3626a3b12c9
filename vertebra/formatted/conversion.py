"""From raw text to a typed value: for each type one expression, and one that says whether it fits.

The engine's own casts are too kind (`'5.7'::bigint` is 6, `'1_000'` is 1000, `'1.005'::decimal(9,2)` is 1.01): each is
guarded, so that a value either keeps its meaning or is a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from vertebra.formatted.clock import to_utc
from vertebra.project import ColumnTemplate, engine_type
from vertebra.sql import literal, quote

_DATE = "%Y-%m-%d"
_CODE = re.compile(r"%-?[A-Za-z%]")
_INSTANTS = (
    "between timestamptz '1000-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999999+00'"  # Python's own end
)
_BLANKS = " \u00a0\u202f"  # beside a sign of currency or percent
_BLANK = f"[{_BLANKS}]"
_ISO = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
_OFFSET = r"[+-](0\d|1[0-5])(:?[0-5]\d)?"  # of what is further off the engine makes days
_ISO_WITH_OFFSET = _ISO + rf"(Z|{_OFFSET})"


@dataclass(frozen=True, slots=True)
class Conversion:
    """How one column's raw text becomes its value, in three layers so that nothing is worked out twice.

    Parameters
    ----------
    parsed : str
        SQL over the raw text, called `PARSED` by the next layer; null where the text is null or does not parse.
    value : str
        SQL over `PARSED`: the typed value, called `VALUE` by the next layer.
    fits : str
        SQL boolean over the raw text, `PARSED` and `VALUE`, never null: is the value the text's meaning?
    """

    parsed: str
    value: str
    fits: str


PARSED, VALUE = "_parsed_{}", "_value_{}"


def type_of(column: ColumnTemplate) -> str:
    """The engine's name of a column's type."""
    return engine_type(column.type, column.precision, column.scale)


def convert(column: ColumnTemplate, raw: str, *, underscores: bool = True) -> Conversion:
    """The conversion of a column.

    Parameters
    ----------
    column : ColumnTemplate
        How it is read.
    raw : str
        SQL of its raw text, null for no value.
    underscores : bool
        May the text hold a `_`? The engine takes `1_000` for a number; where no file has one the guard is left out.
    """
    text = given(column, raw)
    found = _convert(
        column, text, quote(PARSED.format(column.name)), quote(VALUE.format(column.name)), underscores=underscores
    )
    if column.required:
        return replace(found, fits=f"({text} is not null and {found.fits})")
    return found


def given(column: ColumnTemplate, raw: str) -> str:
    """SQL of a column's text; null also where it is a word of the column's own for "no value"."""
    if not column.nulls:
        return raw
    if len(column.nulls) == 1:
        return f"nullif({raw}, {literal(column.nulls[0])})"
    return f"case when {raw} not in ({', '.join(map(literal, column.nulls))}) then {raw} end"


def _convert(column: ColumnTemplate, raw: str, parsed: str, value: str, *, underscores: bool) -> Conversion:
    match column.type:
        case "text":
            return Conversion(raw, parsed, "true")
        case "integer" | "double" | "decimal" if column.group or column.prefix or column.suffix:
            shape = literal(written(column))
            guard = f"case when {value} is not null then regexp_full_match({raw}, {shape}){_finite(column, value)} end"
            return _cast(f"try_cast({unadorned(column, raw)} as {type_of(column)})", parsed, guard, raw)
        case "integer":
            shape = rf"regexp_full_match({raw}, '\s*[+-]?[0-9]+\s*')"
            return _cast(f"try_cast({raw} as bigint)", parsed, f"case when {value} is not null then {shape} end", raw)
        case "double":
            text, point = _point(column, raw)
            # infinity and nan are no measurements; an overflow would be infinity; `_` is no digit
            digits = f" and not contains({raw}, '_')" if underscores else ""
            guard = f"isfinite({value}){digits}{point}"
            return _cast(f"try_cast({text} as double)", parsed, guard, raw)
        case "decimal":
            text, point = _point(column, raw)
            bare = rf"|\.[0-9]{{1,{column.scale}}}" if column.scale else ""
            shape = rf"\s*[+-]?([0-9]+(\.[0-9]{{0,{column.scale}}})?{bare})\s*"
            guard = f"case when {value} is not null then regexp_full_match({text}, '{shape}'){point} end"
            return _cast(f"try_cast({text} as {type_of(column)})", parsed, guard, raw)
        case "boolean":
            return _cast(_boolean(column, raw), parsed, f"nullif({value} is not null, false)", raw)
        case "date":
            whole = f"{parsed} = {value}::timestamp and {value} >= date '1000-01-01' and {_no_word(parsed, raw)}"
            return _cast(_parse(column.formats or (_DATE,), raw), f"{parsed}::date", whole, raw)
        case _:
            return _timestamp(column, raw, parsed, value)


def written(column: ColumnTemplate) -> str:
    """The pattern of a number with groups of digits, or with something before or behind it."""
    group, point = re.escape(column.group), re.escape(column.decimal)
    digits = rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+" if group else "[0-9]+"
    if column.type == "integer":
        number = f"(?:{digits})"
    elif column.type == "decimal":
        behind = rf"|{point}[0-9]{{1,{column.scale}}}" if column.scale else ""
        number = rf"(?:(?:{digits})(?:{point}[0-9]{{0,{column.scale}}})?{behind})"
    else:
        number = rf"(?:(?:{digits})(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    before = (
        rf"(?:[+-]?{re.escape(column.prefix)}{_BLANK}?|{re.escape(column.prefix)}{_BLANK}?[+-])"
        if column.prefix
        else "[+-]?"
    )
    behind_it = rf"{_BLANK}?{re.escape(column.suffix)}" if column.suffix else ""
    return rf"\s*{before}{number}{behind_it}\s*"


def unadorned(column: ColumnTemplate, raw: str) -> str:
    """SQL of such a number as the engine casts it: without groups, affixes and the blanks beside them."""
    text = raw
    for affix in (column.prefix, column.suffix):
        text = f"replace({text}, {literal(affix)}, '')" if affix else text
    text = f"translate({text}, {literal(column.group + _BLANKS)}, '')"
    return f"replace({text}, ',', '.')" if column.decimal == "," and column.type != "integer" else text


def _finite(column: ColumnTemplate, value: str) -> str:
    return f" and isfinite({value})" if column.type == "double" else ""


def _cast(parsed: str, value: str, guard: str, raw: str) -> Conversion:
    """A conversion whose guard is null where there is no value: that fits where there is no text either."""
    return Conversion(parsed, value, f"coalesce({guard}, {raw} is null)")


def _point(column: ColumnTemplate, raw: str) -> tuple[str, str]:
    """The text with a decimal point, and a guard against one that stood there already."""
    if column.decimal == ".":
        return raw, ""
    return f"replace({raw}, ',', '.')", f" and not contains({raw}, '.')"


def _boolean(column: ColumnTemplate, raw: str) -> str:
    yes = ", ".join(f"lower({literal(word)})" for word in column.true)
    no = ", ".join(f"lower({literal(word)})" for word in column.false)
    return f"case when lower({raw}) in ({yes}) then true when lower({raw}) in ({no}) then false end"


_EPOCH = {"epoch": (1_000_000, 11), "epoch_ms": (1_000, 14)}  # microseconds, and digits: up to the year 5138


def _epoch(column: ColumnTemplate, raw: str, parsed: str, value: str) -> Conversion:
    """Whole seconds or milliseconds since 1970; a text with other characters than digits does not fit."""
    unit, digits = _EPOCH[column.formats[0]]
    micros = f"{unit} * try_cast({raw} as bigint)"
    whole = f"case when regexp_full_match({raw}, '-?[0-9]{{1,{digits}}}') then make_timestamptz({micros}) end"
    return _cast(whole, parsed, f"{value} {_INSTANTS}", raw)


def _timestamp(column: ColumnTemplate, raw: str, parsed: str, value: str) -> Conversion:
    if column.formats and column.formats[0] in _EPOCH:
        return _epoch(column, raw, parsed, value)
    plain = tuple(f for f in column.formats if "%z" not in f)
    zoned = tuple(f for f in column.formats if "%z" in f)
    if column.formats:
        clock = _parse(plain, raw) if plain else ""
        text = f"regexp_replace({raw}, 'Z\\s*$', '+00:00')"
        instant = f"case when regexp_matches({text}, '{_OFFSET}\\s*$') then {_parse(zoned, text)} end" if zoned else ""
    else:
        clock = f"case when regexp_full_match({raw}, '{_ISO}') then try_cast({raw} as timestamp) end"
        instant = f"case when regexp_full_match({raw}, '{_ISO_WITH_OFFSET}') then try_cast({raw} as timestamptz) end"
    # a year of two digits read as one of four would be far in the past
    guard = f"{value} {_INSTANTS} and {_no_word(parsed, raw)}"
    if not clock:
        return _cast(instant, parsed, guard, raw)
    utc = to_utc(parsed, column.timezone)
    return _cast(clock, f"coalesce({utc}, {instant})" if instant else utc, guard, raw)


def _parse(formats: tuple[str, ...], raw: str) -> str:
    tries = [_one(pattern, raw) for pattern in formats]
    return tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"


def _one(pattern: str, raw: str) -> str:
    parsed = f"try_strptime({raw}, {literal(pattern)})"
    if "%y" not in pattern:
        return parsed
    return f"case when regexp_full_match({raw}, {literal(_two_digits(pattern))}) then {parsed} end"


def _two_digits(pattern: str) -> str:
    r"""The shape of a text whose year has two digits: the engine takes `1/1/0`, perhaps cut off, for a day of 2000.

    Examples
    --------
    >>> _two_digits("%d.%m.%y %H:%M")
    '\\s*.*\\..*\\.[0-9]{2}\\s*.*:.*\\s*'
    """
    parts = re.split(rf"({_CODE.pattern}|\s+)", pattern)
    shapes = {"%y": "[0-9]{2}"}
    body = (shapes.get(p, ".*") if p[:1] == "%" else r"\s*" if p.isspace() else re.escape(p) for p in parts)
    return rf"\s*{''.join(body)}\s*"


def _no_word(parsed: str, raw: str) -> str:
    """The engine takes `infinity` and `epoch` for the first moment of 1900, whatever the pattern."""
    return f"({parsed} <> timestamp '1900-01-01 00:00:00' or regexp_matches({raw}, '[0-9]'))"


def _is_swift(pattern: str) -> bool:
    """May the engine read it by itself? Not an epoch, an offset, nor a year whose digits have to be counted."""
    return "%" in pattern and not {"%z", "%y"} & set(_CODE.findall(pattern))


def read_as(column: ColumnTemplate) -> str:
    """The type in which the engine's own reader may read a column, for it takes the texts that `convert` takes.

    Empty where it may not. A text that does not fit stops that reader, so no value passes that should not; the few
    that it would misread (`infinity`, `epoch`, infinite numbers) do not fit by `swift`.
    """
    if column.nulls or column.group or column.prefix or column.suffix:
        return ""
    match column.type:
        case "text":
            return "VARCHAR"
        case "double" if column.decimal == ".":
            return "DOUBLE"
        case "timestamp" if len(column.formats) == 1 and _is_swift(column.formats[0]):
            return "TIMESTAMP"
        case _:
            return ""


def swift(column: ColumnTemplate, raw: str) -> Conversion:
    """The conversion of a column that the engine's reader has typed as `read_as` says.

    Whether a value fits is seen row by row only where the statistics of what is written cannot show it
    (`vertebra.formatted.swift.proven`): a clock time that does not exist becomes null as if there had been none.
    """
    parsed, value = quote(PARSED.format(column.name)), quote(VALUE.format(column.name))
    if column.type != "timestamp":
        return Conversion(raw, parsed, "true")
    utc = to_utc(parsed, column.timezone)
    if column.timezone == "UTC":
        return Conversion(raw, utc, "true")
    word = f"{parsed} <> timestamp '1900-01-01 00:00:00'"  # what the reader makes of a word
    return Conversion(raw, utc, f"coalesce({value} {_INSTANTS} and {word}, {raw} is null)")
