"""Numbers: decimal sign, groups of digits, signs of currency and percent; whole, exact or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.draft.logical.codes import CURRENCIES, CURRENCY_SIGNS
from vertebra.formatted.draft.logical.units import UNITS
from vertebra.formatted.draft.logical.values import Reading, Values
from vertebra.formatted.draft.logical.words import MONEY

_TEXT = re.compile(
    r"\s*(?P<sign>[+-]?)(?:(?P<prefix>[^\d.,'\u2019+\-\s]+)[ \u00a0\u202f]?)?(?P<inner>[+-]?)"
    r"(?P<body>[.,]?\d(?:[\d.,'\u2019 \u00a0\u202f]*\d)?[.,]?)(?P<power>[eE][+-]?\d+)?"
    r"(?:[ \u00a0\u202f]?(?P<suffix>[^\d\s.,]+))?\s*",
    re.ASCII,
)
_CONVENTIONS = (
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    (".", "'"),
    (".", "\u2019"),
    (",", " "),
    (",", "\u00a0"),
    (",", "\u202f"),
    (".", " "),
    (".", "\u00a0"),
    (".", "\u202f"),
    (",", "'"),
)
"""Decimal sign and what stands between thousands; the first that reads most texts is taken."""
_EXACT = 15  # significant digits that a double keeps, whatever they are
_WHOLE = 18  # digits that a whole number of 64 bits holds, whatever they are
_WIDEST = 38  # digits of a decimal


@dataclass(frozen=True, slots=True)
class _Number:
    """A text taken apart."""

    text: str
    signed: bool
    prefix: str
    body: str
    power: bool
    suffix: str


def number(values: Values) -> Reading | None:
    """A column of numbers."""
    parts = {text: _apart(text) for text in values.counts}
    found = [part for part in parts.values() if part]
    if not found:
        return None
    affixes = Counter[tuple[str, str]]()
    for part in found:
        affixes[part.prefix, part.suffix] += values.counts[part.text]
    (prefix, suffix), _ = affixes.most_common(1)[0]
    if not _known(prefix, suffix) or (prefix and suffix):
        return None
    numbers = [part for part in found if (part.prefix, part.suffix) == (prefix, suffix)]
    reads = {c: sum(values.counts[n.text] for n in numbers if _fits(n.body, *c)) for c in _CONVENTIONS}
    best = max(_CONVENTIONS, key=lambda c: reads[c])  # the first of equals
    confidence, why, rival = _sure(numbers, best, reads)
    if rival and confidence < _HALF:
        best, rival, confidence = rival, best, 1 - confidence
    point, group = best
    fitting = [n for n in numbers if _fits(n.body, point, group)]
    if not fitting:
        return None
    kind, exact, kind_why = _kind(fitting, point, values, money=bool(prefix or (suffix and suffix != "%")))
    if not kind:
        return None
    settings = _settings(kind, point, group if any(group in n.body for n in fitting) else "", prefix, suffix)
    fit = {n.text for n in fitting}
    misfits = {text: count for text, count in values.counts.items() if text not in fit}
    shown = _shown(fitting, point, group)
    others = _others(fitting, rival, prefix, suffix, values, 1 - confidence) if rival else ()
    return Reading(
        kind,
        min(confidence, exact),
        "; ".join(text for text in (kind_why, why) if text),
        settings,
        shown,
        others,
        misfits,
    )


_HALF = 0.5


def _others(
    numbers: list[_Number], rival: tuple[str, str], prefix: str, suffix: str, values: Values, confidence: float
) -> tuple[Alternative, ...]:
    """What the same texts are by another convention."""
    kind, _, _ = _kind(numbers, rival[0], values, money=bool(prefix or (suffix and suffix != "%")))
    if not kind:
        return ()
    group = rival[1] if any(rival[1] in n.body for n in numbers) else ""
    return (Alternative({"type": kind, **_settings(kind, rival[0], group, prefix, suffix)}, round(confidence, 2)),)


def _apart(text: str) -> _Number | None:
    found = _TEXT.fullmatch(text)
    if not found or (found["sign"] and found["inner"]):
        return None
    prefix, suffix = found["prefix"] or "", found["suffix"] or ""
    signed = bool(found["sign"] or found["inner"])
    return _Number(text, signed, prefix, found["body"], bool(found["power"]), suffix)


def _known(prefix: str, suffix: str) -> bool:
    """Is what stands around a number a sign of currency, percent or a unit?"""
    before = not prefix or prefix in CURRENCY_SIGNS or prefix in CURRENCIES
    return before and (not suffix or suffix in ("%", "‰", *CURRENCY_SIGNS, *CURRENCIES) or suffix in UNITS)


def _fits(body: str, point: str, group: str) -> bool:
    """Is a text of digits and separators a number by a convention?"""
    whole, sign, fraction = body.partition(point)
    if sign and not (fraction.isdigit() or (not fraction and whole)):
        return False
    if group and group in whole:
        first, *rest = whole.split(group)
        return 1 <= len(first) <= 3 and first.isdigit() and all(len(part) == 3 and part.isdigit() for part in rest)
    return whole.isdigit() or (not whole and bool(sign))


def _sure(
    numbers: Iterable[_Number], best: tuple[str, str], reads: dict[tuple[str, str], int]
) -> tuple[float, str, tuple[str, str] | None]:
    """How sure a convention is, why, and the one that reads the same texts otherwise."""
    point, group = best
    if group:
        return 0.98, f"`{group}` stands between groups of three digits", None
    with_point = [n.body for n in numbers if point in n.body]
    rival = (",", ".") if point == "." else (".", ",")
    if not with_point or reads[rival] < reads[best]:
        return 0.99, "" if point == "." else "the decimal sign is a comma", None
    # every text with the sign has three digits behind it: 1,234 may be a thousand or a little more than one
    if any(body.startswith(("0", point)) for body in with_point):
        return 0.97, f"a number below one begins with 0: `{point}` is the decimal sign", None
    plain = [int(n.body) for n in numbers if n.body.isdigit()]
    large = any(value >= 1000 for value in plain)
    if large:
        return 0.85, f"`{point}` is the decimal sign: thousands are written without it", rival
    why = f"`{point}` always stands before three digits: it may be the decimal sign or stand between thousands"
    return (0.75 if point == "." else 0.3), why, rival


def _kind(numbers: list[_Number], point: str, values: Values, *, money: bool) -> tuple[str, float, str]:
    """Type, how sure it is, and why; no type where no number holds all digits."""
    fractions = [_fraction(n.body, point) for n in numbers]
    digits = max(len(re.sub(r"\D", "", n.body).lstrip("0")) for n in numbers)
    powers = any(n.power for n in numbers)
    scale = max(len(fraction) for fraction in fractions)
    has_point = any(point in n.body for n in numbers)
    if not has_point and not powers:
        if digits > _WHOLE:
            widths = {len(n.body) for n in numbers}
            if len(widths) == 1 or digits > _WIDEST:
                return "", 0, ""
            return f"decimal({_WIDEST},0)", 0.8, f"whole numbers of {digits} digits are too large for 64 bits"
        return "integer", 1.0, "every text is a whole number"
    whole = max(len(re.sub(r"\D", "", n.body[: len(n.body) - len(f)])) for n, f in zip(numbers, fractions, strict=True))
    if digits > _EXACT and not powers and not all(_in_double(n.body, point) for n in numbers):
        if whole + scale > _WIDEST:
            return "", 0, ""
        why = f"{digits} digits are more than a double holds exactly"
        return f"decimal({_WIDEST},{scale})", 0.9, why
    exact = scale <= 4 and len({len(f) for f in fractions}) <= 2
    if not powers and scale and exact and (money or not MONEY.isdisjoint(values.words)) and whole + scale <= 18:
        return f"decimal(18,{scale})", 0.9, "money is counted exactly"
    return "double", 0.99, "every text is a number"


def _in_double(body: str, point: str) -> bool:
    """Does a double hold all digits? It does where it was one when it was written."""
    plain = body.replace(".", "").replace(",", ".") if point == "," else body
    text = re.sub(r"[^\d.]", "", plain)
    return Decimal(text) == Decimal(repr(float(text)))


def _fraction(body: str, point: str) -> str:
    return body.partition(point)[2]


def _settings(kind: str, point: str, group: str, prefix: str, suffix: str) -> dict[str, str]:
    found = {}
    if point == "," and kind != "integer":
        found["decimal"] = ","
    found |= {key: text for key, text in (("group", group), ("prefix", prefix), ("suffix", suffix)) if text}
    if suffix and suffix not in CURRENCIES and suffix not in CURRENCY_SIGNS:
        found["unit"] = suffix
    elif sign := prefix or suffix:
        found["unit"] = CURRENCY_SIGNS.get(sign, sign)
    return found


def _shown(numbers: list[_Number], point: str, group: str) -> tuple[str, ...]:
    telling = [n.text for n in numbers if (group and group in n.body) or (point in n.body)]
    return tuple((telling or [n.text for n in numbers])[:3])
