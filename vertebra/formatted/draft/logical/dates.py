"""Dates and times: the masks that read every text, in the order of day and month that all of them allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.draft.logical.values import Reading, Values
from vertebra.formatted.draft.logical.words import MONTHS, WEEKDAYS

_TIME = re.compile(
    r"(?P<gap>[T ]|, ?|(?<=\d{4}) ?)(?P<hour>\d{1,2}):\d\d(?P<second>:\d\d)?(?P<fraction>\.\d{1,6})?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone>Z|[+-]\d\d(?::?\d\d)?| ?(?:UTC|GMT))?",
    re.ASCII,
)
_COMPACT = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}
_SURE = 0.97
_FIRST, _LAST = 1000, 2999  # years that are meant
_DAYS = frozenset(("date", "day", "datum", "data", "fecha", "jour", "tag", "dan", "time", "timestamp", "stamp", "dt"))
_RECENT = (1900, 2100)  # years of eight digits without a separator that are a date


@dataclass(frozen=True, slots=True)
class _Shape:
    """Texts that are written alike: the patterns that may read them, each with the order of its parts."""

    patterns: tuple[tuple[str, str], ...]
    timed: bool
    zoned: bool
    loose: bool  # a fraction of seconds: its digits vary

    @property
    def iso(self) -> bool:
        """Is it ISO 8601 as a template without a format reads it?"""
        return bool(re.fullmatch(r"%Y-%m-%d[T ]%H:%M(:%S(\.%f)?)?(%z)?", self.patterns[0][0]))


def instant(values: Values) -> Reading | None:
    """A column of dates, or of dates with times."""
    shapes: dict[_Shape, list[str]] = {}
    strange: dict[str, int] = {}
    for text, count in values.counts.items():
        shape = _shape_of(text)
        if shape is None:
            strange[text] = count
        else:
            shapes.setdefault(shape, []).append(text)
    if not shapes or sum(strange.values()) > values.total // 2:
        return None
    chosen = _orders(shapes)
    if chosen is None:
        return None
    orders, confidence, why, rivals = chosen
    patterns = {shape: _named(shape, orders[shape]) for shape in shapes}
    if any("%Y%m%d" in pattern for pattern in patterns.values()) and not _compact(values, patterns):
        return None
    return _reading(shapes, patterns, confidence, why, rivals, strange)


def _reading(
    shapes: Mapping[_Shape, list[str]],
    patterns: Mapping[_Shape, str],
    confidence: float,
    why: str,
    rivals: Mapping[_Shape, str],
    strange: Mapping[str, int],
) -> Reading:
    timed = any(shape.timed for shape in shapes)
    kind = "timestamp" if timed else "date"
    said = [why] if why else []
    if timed and not all(shape.timed for shape in shapes):
        said.append("some have no time of day: it is midnight then")
        confidence = min(confidence, 0.8)
    masks = _in_order(patterns.values())
    if len(masks) > 1:
        said.append(f"{len(masks)} ways of writing it")
    default = kind == "date" and masks == ("%Y-%m-%d",)
    iso = kind == "timestamp" and all(shape.iso for shape in shapes)
    loose = len(masks) > 1 or any(shape.loose or shape.zoned for shape in shapes)
    settings = {} if default or (iso and loose) else {"format": masks}
    others: tuple[Alternative, ...] = ()
    if rivals:
        meant = _in_order(_named(shape, rivals.get(shape, "")) or patterns[shape] for shape in shapes)
        others = (Alternative({"type": kind, "format": list(meant)}, round(1 - confidence, 2)),)
    shown = tuple(texts[0] for texts in shapes.values())[:5]
    words = "; ".join(said) or f"every text is a {kind}"
    return Reading(kind, confidence, words, settings, shown, others, strange)


def zone_of(values: Values, reading: Reading) -> tuple[str, float, str]:
    """The time zone of a timestamp, how sure it is, and why."""
    if "epoch" in "".join(reading.settings.get("format", ())):
        return "", 1.0, ""
    if values.declared and values.declared.zoned:
        return "", 1.0, ""
    shapes = {shape for text in values.counts if (shape := _shape_of(text))}
    if shapes and all(
        shape.zoned or "UTC" in shape.patterns[0][0] or "GMT" in shape.patterns[0][0] for shape in shapes
    ):
        return "", 1.0, ""
    if values.named("utc", "gmt", "zulu"):
        return "UTC", _SURE, "the header says so"
    return "UTC", 0.5, "the file declares no zone" if values.declared else "the texts name no zone"


def _shape_of(text: str) -> _Shape | None:
    stripped = text.strip()
    found = _TIME.search(stripped)
    if found and found.end() != len(stripped):
        return None
    day = stripped[: found.start()] if found else stripped
    clock = _clock(found) if found else ""
    dates = _date_patterns(day)
    if not dates or (not found and len(day) == 14 and day.isdigit() and dates[0][0] != _COMPACT[14]):
        return None
    timed = bool(found) or dates[0][0] == _COMPACT[14]
    zone = (found["zone"] or "") if found else ""
    patterns = tuple((pattern + clock, order) for pattern, order in dates)
    return _Shape(patterns, timed, bool(zone) and zone.strip() not in ("UTC", "GMT"), bool(found and found["fraction"]))


def _clock(found: re.Match[str]) -> str:
    """The pattern of a time of day, with what stands before it."""
    half = found["half"]
    parts = found["gap"] + ("%I" if half else "%H") + ":%M"
    parts += ":%S" if found["second"] else ""
    parts += ".%f" if found["fraction"] else ""
    parts += half.replace(half.strip(), "%p") if half else ""
    zone = found["zone"] or ""
    return parts + (zone if zone.strip() in ("UTC", "GMT") else "%z" if zone else "")


def _date_patterns(day: str) -> tuple[tuple[str, str], ...]:
    """Patterns that may read a day, each with the order of its parts; the likelier first."""
    if day.isdigit() and day.isascii():
        return ((_COMPACT[len(day)], "Ymd"),) if len(day) in _COMPACT else ()
    parts = re.split(r"([0-9]+|[A-Za-z]+)", day)
    tokens, between = parts[1::2], parts[0::2]
    marks: list[str] = []
    named = False
    for token in tokens:
        small = token.lower()
        if small in MONTHS and not named:
            marks.append("%b" if len(token) == 3 else "%B")
            named = True
        elif small in WEEKDAYS and not marks:
            marks.append("%a" if len(token) == 3 else "%A")
        else:
            marks.append(token)
    numbers = [mark for mark in marks if mark.isdigit()]
    if any(not (mark.isdigit() or mark.startswith("%")) for mark in marks) or len(numbers) != (2 if named else 3):
        return ()
    if (
        between[0]
        or any(not re.fullmatch(r"[-/., ]{1,2}", gap) for gap in between[1:-1] if gap)
        or len(between[-1]) > 1
    ):
        return ()
    if not named and any(not gap for gap in between[1:-1]):
        return ()
    found = []
    for order in _possible([len(number) for number in numbers], named=named):
        left = iter(order)
        filled = [mark if mark.startswith("%") else f"%{next(left)}" for mark in marks]
        text = "".join(gap + mark for gap, mark in zip(between, [*filled, ""], strict=True))
        found.append((text, order))
    return tuple(found)


def _possible(widths: Sequence[int], *, named: bool) -> tuple[str, ...]:
    """Orders of day, month and year for numbers of so many digits."""
    if named:
        year = {2: "y", 4: "Y"}
        return ("Yd",) if widths[0] == 4 else (f"d{year[widths[1]]}",) if widths[1] in year else ()
    match widths:
        case [4, a, b] if a <= 2 and b <= 2:
            return ("Ymd", "Ydm")
        case [a, b, 4] if a <= 2 and b <= 2:
            return ("dmY", "mdY")
        case [a, b, 2] if a <= 2 and b <= 2:
            return ("dmy", "mdy", "ymd") if a == 2 else ("dmy", "mdy")
        case _:
            return ()


def _orders(
    shapes: Mapping[_Shape, list[str]],
) -> tuple[dict[_Shape, str], float, str, dict[_Shape, str]] | None:
    """The order of day, month and year for every shape; how sure, why, and what else it could be."""
    allowed: dict[_Shape, list[str]] = {}
    for shape, texts in shapes.items():
        allowed[shape] = [order for pattern, order in shape.patterns if all(_reads(pattern, text) for text in texts)]
        if not allowed[shape]:
            return None
    open_ = [shape for shape in shapes if len(allowed[shape]) > 1]
    if not open_:
        return {shape: orders[0] for shape, orders in allowed.items()}, _SURE, "", {}
    first = [shape for shape in open_ if shape.patterns[0][1] == "Ymd"]
    told = {
        orders[0].lower() for orders in allowed.values() if len(orders) == 1 and orders[0].lower() in ("dmy", "mdy")
    }
    chosen = {shape: orders[0] for shape, orders in allowed.items()}
    chosen |= dict.fromkeys(first, "Ymd")  # the year first is followed by the month
    left = [shape for shape in open_ if shape not in first]
    if not left:
        return chosen, _SURE, "", {}
    if len(told) == 1:
        (order,) = told
        for shape in left:
            chosen[shape] = next((o for o in allowed[shape] if o.lower() == order), allowed[shape][0])
        why = "other texts of the column say in which order day and month stand"
        return chosen, _SURE, why, {}
    return _ambiguous(chosen, allowed, left, shapes)


def _ambiguous(
    chosen: dict[_Shape, str],
    allowed: Mapping[_Shape, list[str]],
    left: Sequence[_Shape],
    shapes: Mapping[_Shape, list[str]],
) -> tuple[dict[_Shape, str], float, str, dict[_Shape, str]]:
    """Day and month may change places in every text: the order in which the days are nearer to each other is taken."""
    spans: dict[str, float] = {}
    for order in ("dmy", "mdy", "ymd"):
        if all(any(o.lower() == order for o in allowed[shape]) for shape in left):
            days = [
                _parsed(next(p for p, o in shape.patterns if o.lower() == order), text)
                for shape in left
                for text in shapes[shape]
            ]
            spans[order] = sum(abs((b - a).days) for a, b in pairwise(day for day in days if day))
    ranked = sorted(spans, key=lambda order: spans[order])
    if not ranked:
        return chosen, 0.5, "the order of day and month is not told by any text", {}
    best = ranked[0]
    texts = [text for shape in left for text in shapes[shape]]
    dotted = all("." in text for text in texts)
    clear = len(ranked) > 1 and spans[ranked[1]] > 3 * spans[best] and len(texts) > 3
    if not clear and "dmy" in spans:
        best = "dmy"
    confidence = 0.9 if dotted and best == "dmy" else 0.8 if clear else 0.6
    how = "with it the days follow each other closely" if clear else "day first is the more common in the world"
    why = f"{texts[0]} may be read with day or month first: no text tells; {how}"
    rival = next(order for order in (*ranked, best) if order != best or len(ranked) == 1)
    others = {}
    for shape in left:
        chosen[shape] = next((o for o in allowed[shape] if o.lower() == best), allowed[shape][0])
        others[shape] = next((o for o in allowed[shape] if o.lower() == rival), "")
    return chosen, confidence, why, {} if rival == best else others


def _reads(pattern: str, text: str) -> bool:
    found = _parsed(pattern, text)
    return found is not None and _FIRST <= found.year <= _LAST


def _parsed(pattern: str, text: str) -> datetime | None:
    try:
        found = datetime.strptime(text.strip(), pattern)  # noqa: DTZ007  a clock time has no zone
    except ValueError:
        return None
    return found.replace(tzinfo=None)


def _named(shape: _Shape, order: str) -> str:
    return next((pattern for pattern, own in shape.patterns if own == order), "")


def _compact(values: Values, patterns: Mapping[_Shape, str]) -> bool:
    """Are eight digits a day? Where the name says so, or so many of them are days that it is no chance."""
    digits = [text for text in values.counts if text.strip().isdigit()]
    pattern = next(p for p in patterns.values() if "%Y%m%d" in p)
    days = [_parsed(pattern, text) for text in digits]
    low, high = _RECENT
    if not all(day and low <= day.year <= high for day in days):
        return False
    told = values.named(
        "date", "day", "datum", "data", "fecha", "jour", "tag", "dan", "time", "timestamp", "stamp", "dt"
    )
    return told or len(digits) >= 20


def _in_order(patterns: Iterable[str]) -> tuple[str, ...]:
    """Each once; a year of two digits before one of four, which would take its digits."""
    return tuple(sorted(dict.fromkeys(patterns), key=lambda p: ("%y" not in p, -len(p))))
