"""How the values of a column are spelled, as a template declares it: see that it can be meant."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from vertebra.document import Section
from vertebra.errors import nearest
from vertebra.project.zones import time_zone

EPOCHS = ("epoch", "epoch_ms")  # seconds and milliseconds since 1970, as formats of a timestamp
_NUMBERS = ("integer", "double", "decimal")
_PARTS = "YymdbBaAjHIMSfpz%"  # of strptime; what depends on the machine's language or names zones is left out


def times(section: Section, kind: str) -> tuple[tuple[str, ...], str]:
    """The formats and the time zone of a column of a type."""
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
    if not set(formats).isdisjoint(EPOCHS):
        _epoch(section, formats, kind, zone)
    else:
        for pattern in formats:
            _pattern(section, pattern, kind)
    return formats, zone


def group_of(section: Section, kind: str, decimal: str) -> str:
    """What may stand between groups of three digits of a number."""
    group: str = section.text("group", "")
    if not group:
        return ""
    if kind not in _NUMBERS:
        raise section.error("group", f"a {kind} has no groups of digits", "take `group` away")
    if len(group) != 1 or group.isalnum() or group in '+-%$"\\\n\r':
        raise section.error("group", f"{group!r} does not stand between groups of digits", 'for example `group: ","`')
    if group == section.text("decimal", decimal) and kind != "integer":
        raise section.error("group", f"{group!r} is the decimal sign already", 'for example `decimal: ","`')
    return group


def affix(section: Section, key: str, kind: str) -> str:
    """What stands before (`prefix`) or behind (`suffix`) every number of a column."""
    text: str = section.text(key, "")
    if text and kind not in _NUMBERS:
        raise section.error(key, f"a {kind} has no {key}", f"take `{key}` away")
    if text and (text != text.strip() or re.search(r"[0-9+.,'-]", text)):
        why = f"{text!r} could be a part of a number, or begins or ends with a blank"
        raise section.error(key, why, f'for example `{key}: "%"`')
    return text


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


def _epoch(section: Section, formats: tuple[str, ...], kind: str, zone: str) -> None:
    """See that a count of seconds stands alone: any number could be one."""
    if kind != "timestamp" or len(formats) > 1:
        raise section.error("format", f"`{formats[0]}` is the only format of a timestamp", "take the others away")
    if zone != "UTC":
        raise section.error("timezone", "seconds since 1970 are an instant, in no zone", "take `timezone` away")


def _zone(section: Section, zone: str) -> None:
    try:
        time_zone(zone)
    except ZoneInfoNotFoundError:
        raise section.error(
            "timezone", f'"{zone}" is no IANA time zone', nearest(zone, available_timezones())
        ) from None
