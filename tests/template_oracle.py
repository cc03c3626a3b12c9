"""What a raw text means under a column's template, worked out in plain Python (G3)."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from vertebra.project import ColumnTemplate
from vertebra.project.zones import time_zone

UNFIT = object()
_SPACE = " \t\n\v\f\r"
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)?", re.ASCII
)
_EPOCH = datetime(1000, 1, 1, tzinfo=UTC)


def meaning(column: ColumnTemplate, raw: str | None) -> Any:
    """The value, or `UNFIT`; instants as text in UTC."""
    if raw is None:
        return UNFIT if column.required else None
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
