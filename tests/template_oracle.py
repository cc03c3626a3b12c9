"""What a raw text means under a column's template, worked out in plain Python (G3)."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from vertebra.project import ColumnTemplate
from vertebra.project.zones import time_zone

UNFIT = object()
_SPACE = " \t\n\v\f\r"
_BLANKS = " \u00a0\u202f"
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)?", re.ASCII
)
_EPOCH = datetime(1000, 1, 1, tzinfo=UTC)


def meaning(column: ColumnTemplate, raw: Any) -> Any:
    """The value, or `UNFIT`; instants as text in UTC."""
    if raw is None or raw in column.nulls:
        return UNFIT if column.required else None
    if column.group or column.prefix or column.suffix:
        raw = _bare(raw, column)
        if raw is UNFIT:
            return UNFIT
    match column.type:
        case "text":
            return raw
        case "integer":
            return _integer(raw)
        case "double":
            return _double(raw, column.decimal)
        case "decimal":
            return _decimal(raw, column)
        case "boolean":
            words = {
                **dict.fromkeys(map(str.lower, column.true), True),
                **dict.fromkeys(map(str.lower, column.false), False),
            }
            return words.get(raw.lower(), UNFIT)
        case "date":
            return _date(raw, column)
        case _:
            return _instant(raw, column)


def _bare(raw: str, column: ColumnTemplate) -> Any:
    """A number without what stands around it and between its groups, which all must be in their places."""
    sign, text = _signed(raw.strip(" \t\n\f\r"))
    if column.prefix:
        if not text.startswith(column.prefix):
            return UNFIT
        inner, text = _signed(re.sub(f"^[{_BLANKS}]", "", text.removeprefix(column.prefix)))
        if sign and inner:
            return UNFIT
        sign += inner
    if column.suffix:
        if not text.endswith(column.suffix):
            return UNFIT
        text = re.sub(f"[{_BLANKS}]$", "", text.removesuffix(column.suffix))
    if not re.match(rf"[0-9{re.escape(column.decimal)}]", text):
        return UNFIT
    whole, mark, rest = (text, "", "") if column.type == "integer" else text.partition(column.decimal)
    if column.group and column.group in whole:
        first, *others = whole.split(column.group)
        if not (re.fullmatch("[0-9]{1,3}", first) and all(re.fullmatch("[0-9]{3}", other) for other in others)):
            return UNFIT
        whole = first + "".join(others)
    return sign + whole + mark + rest


def _signed(text: str) -> tuple[str, str]:
    return (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)


def _integer(raw: str) -> Any:
    if not re.fullmatch(r"[ \t\n\f\r]*[+-]?[0-9]+[ \t\n\f\r]*", raw):
        return UNFIT
    value = int(raw)
    return value if -(2**63) <= value < 2**63 else UNFIT


def _double(raw: str, sign: str) -> Any:
    if sign == ",":
        if "." in raw:
            return UNFIT
        raw = raw.replace(",", ".")
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", raw.strip(_SPACE)):
        return UNFIT
    value = float(raw.strip(_SPACE))
    return value if math.isfinite(value) else UNFIT


def _decimal(raw: str, column: ColumnTemplate) -> Any:
    if column.decimal == ",":
        if "." in raw:
            return UNFIT
        raw = raw.replace(",", ".")
    text = raw.strip(" \t\n\f\r")
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text):
        return UNFIT
    value = Decimal(text)
    digits = len(text.partition(".")[2])
    fits = digits <= column.scale and abs(value) < Decimal(10) ** (column.precision - column.scale)
    return value if fits else UNFIT


def _date(raw: str, column: ColumnTemplate) -> Any:
    for pattern in column.formats or ("%Y-%m-%d",):
        found = _parsed(raw, pattern)
        if found is not None:
            plain = found.hour == found.minute == found.second == found.microsecond == 0
            return found.date() if plain and found.date() >= date(1000, 1, 1) else UNFIT
    return UNFIT


def _parsed(raw: str, pattern: str) -> datetime | None:
    text = raw.strip(_SPACE)
    if pattern.endswith("%z"):
        offset = re.search(r"(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)$", text, re.ASCII)
        if not offset:
            return None
        text += "00" if re.fullmatch(r"[+-]\d\d", offset[0]) else ""
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007  a clock time has no zone
    except ValueError:
        return None


def _instant(raw: str, column: ColumnTemplate) -> Any:
    if column.formats and column.formats[0] in ("epoch", "epoch_ms"):
        return _since_1970(raw, column.formats[0])
    found = _iso(raw) if not column.formats else None
    for pattern in column.formats:
        found = found or _parsed(raw, pattern)
    if found is None or found.year < 1000:
        return UNFIT
    try:
        instant = found.astimezone(UTC) if found.tzinfo else _utc(found, column.timezone)
    except OverflowError:  # in UTC it is the year 10000
        return UNFIT
    return UNFIT if instant is None or instant < _EPOCH else shown(instant)


def _since_1970(raw: str, unit: str) -> Any:
    digits, micros = (11, 1_000_000) if unit == "epoch" else (14, 1_000)
    if not re.fullmatch(rf"-?[0-9]{{1,{digits}}}", raw):
        return UNFIT
    try:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(raw) * micros)
    except OverflowError:
        return UNFIT
    return shown(instant) if instant >= _EPOCH else UNFIT


def _iso(raw: str) -> datetime | None:
    found = _ISO.fullmatch(raw)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    late = (hour, minute, second or "00") == ("24", "00", "00") and not int((fraction or ".0")[1:])
    text = (
        f"{year}-{month}-{day}T{'00' if late else hour}:{minute}:{second or '00'}.{(fraction or '.')[1:].ljust(6, '0')}"
    )
    try:
        return datetime.fromisoformat(text + (offset or "")) + timedelta(days=late)  # ISO 8601: the end of the day
    except ValueError:
        return None


def _utc(clock: datetime, zone: str) -> datetime | None:
    """The first instant at which a clock of a zone shows a time; None if none ever did."""
    info = time_zone(zone)
    instant = clock.replace(tzinfo=info, fold=0).astimezone(UTC)
    return instant if instant.astimezone(info).replace(tzinfo=None) == clock else None


def shown(instant: datetime) -> str:
    """An instant as the engine prints it in UTC."""
    fraction = f".{instant.microsecond:06d}".rstrip("0") if instant.microsecond else ""
    return f"{instant:%Y-%m-%d %H:%M:%S}{fraction}+00"


def rendered(column: ColumnTemplate, value: Any) -> str:
    """A value written as its template says; the reverse of `meaning` but for what `losses` names."""
    if value is None:
        return column.nulls[0] if column.nulls else ""
    match column.type:
        case "text":
            return str(value)
        case "boolean":
            return (column.true if value else column.false)[0]
        case "integer" | "double" | "decimal":
            return _number_text(column, value)
        case "date":
            return value.strftime((column.formats or ("%Y-%m-%d",))[0])  # type: ignore[no-any-return]
        case _:
            instant = datetime.fromisoformat(value)
            if column.formats and column.formats[0] in ("epoch", "epoch_ms"):
                micros = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
                return str(micros // (1_000_000 if column.formats[0] == "epoch" else 1_000))
            clock = instant.astimezone(time_zone(column.timezone))
            return clock.strftime((column.formats or ("%Y-%m-%d %H:%M:%S.%f%z",))[0])


def _number_text(column: ColumnTemplate, value: Any) -> str:
    text = repr(value) if column.type == "double" else str(value)
    sign = "-" if text.startswith("-") else ""
    whole, point, rest = text.removeprefix("-").partition(".")
    if column.group:
        whole = f"{int(whole):,}".replace(",", column.group)
    return f"{sign}{column.prefix}{whole}{column.decimal if point else ''}{rest}{column.suffix}"


LOSSES = (
    "blanks around it",
    "zeros in front or behind",
    "a plus sign",
    "the power of ten",
    "no separator of groups",
    "another word for the same",
    "another of the declared formats",
    "digits of a fraction of a second",
)
"""All that rendering may lose; none of it changes what a text means."""


def losses(column: ColumnTemplate, raw: str, value: Any) -> tuple[str, ...]:
    """What rendering a value loses of its raw text; `ValueError` where it is more than its spelling."""
    if rendered(column, value) == raw:
        return ()
    if column.type == "text" or value is None:
        if value is None and raw in column.nulls:
            return ("another word for the same",)
        raise ValueError(f"{raw!r} became {value!r}")
    if column.type == "boolean":
        return ("another word for the same",)
    if column.type in ("date", "timestamp"):
        return _other_format(column, raw, value)
    found = ["blanks around it"] if raw != raw.strip() or any(blank in raw.strip() for blank in " \u00a0\u202f") else []
    text, bare = (
        str(_bare(t, column) if column.group or column.prefix or column.suffix else t)
        for t in (rendered(column, value), raw)
    )
    left, right = (Decimal(t.strip().replace(",", ".") if column.decimal == "," else t.strip()) for t in (text, bare))
    if left != right:
        raise ValueError(f"{raw!r} became {value!r}: not the same number")
    found += ["a plus sign"] if "+" in raw else []
    found += ["the power of ten"] if "e" in (raw + rendered(column, value)).lower() else []
    found += ["no separator of groups"] if column.group and column.group not in raw else []
    return tuple(found) or ("zeros in front or behind",)


def _other_format(column: ColumnTemplate, raw: str, value: Any) -> tuple[str, ...]:
    for number, pattern in enumerate(column.formats):
        if pattern not in ("epoch", "epoch_ms") and rendered(replace(column, formats=(pattern,)), value) == raw:
            return ("another of the declared formats",) if number else ()
    if meaning(column, raw) != value:
        raise ValueError(f"{raw!r} became {value!r}: another moment")
    return ("zeros in front or behind",) if column.formats else ("digits of a fraction of a second",)
