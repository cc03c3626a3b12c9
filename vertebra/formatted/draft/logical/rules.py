"""How the texts of one column are read: a tuple of rules, of which the first that does not reject wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.draft.logical.dates import instant
from vertebra.formatted.draft.logical.declared import declared
from vertebra.formatted.draft.logical.epochs import seconds
from vertebra.formatted.draft.logical.numbers import number
from vertebra.formatted.draft.logical.values import Reading, Values
from vertebra.formatted.draft.logical.words import BOOLEANS, IDENTIFIERS, NULLS, STRONG_NULLS

_LETTERS = frozenset(("t", "f", "y", "n", "j", "o", "s", "v"))
_FEW = 0.005  # share of texts that may be damaged in a column of numbers or times
_MANY = 200  # texts that are needed to call the others damaged
_SENTINEL = re.compile(r"[+-]?(?:9{3,}(?:\.(?:9+|0+))?|99?\.9+|1e[+-]?30)")


def nothing(values: Values) -> Reading | None:
    """No text at all."""
    if values.total:
        return None
    return Reading("text", 0.5, "it holds no value in any record that was read")


def identifier(values: Values) -> Reading | None:
    """Digits that are no quantity: with zeros in front, or in a column of postcodes, phone numbers and their like."""
    texts = [text.strip() for text in values.counts]
    if not all(re.fullmatch(r"\+?[0-9][0-9 ()/-]*", text) for text in texts):
        return None
    digits = all(text.isdigit() for text in texts)
    zeros = [text for text in texts if len(text) > 1 and text.startswith("0")]
    if digits and zeros:
        widths = {len(text) for text in texts}
        fixed = f"all have {len(texts[0])} digits" if len(widths) == 1 else "their lengths differ"
        why = f"zeros in front would be lost in a number; {fixed}"
        return Reading("text", _SURE if len(widths) == 1 else 0.9, why, shown=tuple(zeros[:3]))
    if not IDENTIFIERS.isdisjoint(values.words):
        word = next(word for word in values.words if word in IDENTIFIERS)
        other = (Alternative({"type": "integer"}, 0.1),) if digits else ()
        return Reading("text", 0.9, f"a {word} is no quantity", shown=tuple(texts[:2]), alternatives=other)
    if all(text.startswith("+") and len(re.sub(r"\D", "", text)) >= 8 for text in texts):
        return Reading("text", 0.9, "phone numbers are no quantities", shown=tuple(texts[:2]))
    return None


_SURE = 0.97


def boolean(values: Values) -> Reading | None:
    """Two words that mean yes and no."""
    small = {text.strip().lower() for text in values.counts}
    if len(small) > 2 or any(text != text.strip() for text in values.counts):
        return None
    if small <= {"0", "1"}:
        if not values.named("is", "has", "flag", "active", "enabled", "deleted", "valid", "ok"):
            return None
        other = Alternative({"type": "integer"}, 0.2)
        settings = {"true": ("1",), "false": ("0",)}
        return Reading("boolean", 0.8, "0 and 1 under a name of a yes or no", settings, alternatives=(other,))
    for yes, no, language in BOOLEANS:
        if not small <= {yes, no} or (len(small) < 2 and small <= _LETTERS):
            continue
        true, false = (tuple(text for text in values.counts if text.lower() == word) or (word,) for word in (yes, no))
        letters = small <= _LETTERS
        confidence = 0.8 if len(small) < 2 or letters else _SURE
        why = f"{yes} and {no}, {language}" if len(small) > 1 else f"only {next(iter(small))} is there, {language}"
        others = (Alternative({"type": "text"}, 0.2),) if confidence < _SURE else ()
        return Reading("boolean", confidence, why, {"true": true, "false": false}, tuple(values.counts)[:2], others)
    return None


RULES: tuple[Callable[[Values], Reading | None], ...] = (
    declared,
    nothing,
    boolean,
    identifier,
    seconds,
    instant,
    number,
)
"""In this order; texts that none of them reads stay text."""


def read(values: Values) -> Reading:
    """How a column's texts are read, words for "no value" among them."""
    reading = _read(values)
    said = values.declared
    if said is None or reading.type == said.type:
        return reading
    return replace(
        reading, confidence=min(reading.confidence, 0.8), why=f"{reading.why}; the file declares {said.told}"
    )


def _read(values: Values) -> Reading:
    words = tuple(text for text in values.counts if text.strip().lower() in NULLS)
    core = values.without(words)
    found = _first(core)
    if found is None or found.type == "text":
        return _as_text(values, found)
    found = _with_nulls(found, values, words)
    return _sentinel(found, core) if found.type in ("integer", "double") or "decimal" in found.type else found


def _first(values: Values) -> Reading | None:
    for rule in RULES:
        found = rule(values)
        if found is None:
            continue
        damaged = sum(found.misfits.values())
        if not damaged:
            return found
        if values.total >= _MANY and damaged <= _FEW * values.total:
            shown = ", ".join(map(repr, list(found.misfits)[:5]))
            why = f"{found.why}; {damaged} of {values.total} texts do not fit and are quarantined: {shown}"
            other = Alternative({"type": "text"}, 0.2, "keeps every text")
            return replace(
                found, confidence=min(found.confidence, 0.8), why=why, alternatives=(*found.alternatives, other)
            )
    return None


def _as_text(values: Values, found: Reading | None) -> Reading:
    """Text; only what cannot be meant as a word is "no value" in it."""
    words = tuple(text for text in values.counts if text.strip().lower() in STRONG_NULLS)
    reading = found or Reading("text", 0.99, "words", shown=tuple(values.counts)[:2])
    almost = _almost(values)
    if almost is not None and found is None:
        reading = replace(reading, confidence=0.85, why=almost[0], alternatives=(almost[1],))
    if not words:
        return reading
    why = f"{reading.why}; {', '.join(map(repr, words))} for no value"
    return replace(reading, why=why, settings={**reading.settings, "nulls": words})


def _almost(values: Values) -> tuple[str, Alternative] | None:
    """What a column would be but for some of its texts."""
    core = values.without(text for text in values.counts if text.strip().lower() in NULLS)
    for rule in (instant, number):
        found = rule(core)
        if found is not None and sum(found.misfits.values()) * 5 < core.total:
            shown = ", ".join(map(repr, list(found.misfits)[:3]))
            settings = {key: list(v) if isinstance(v, tuple) else v for key, v in found.settings.items()}
            why = f"{sum(found.misfits.values())} of {core.total} texts are no {found.type}: {shown}"
            return why, Alternative({"type": found.type, **settings}, 0.15, "the others would be quarantined")
    return None


def _with_nulls(found: Reading, values: Values, words: Iterable[str]) -> Reading:
    extra = tuple(word for word in words if word)
    if not extra:
        return found
    seen = ", ".join(f"{word!r} ({values.counts[word]} times)" for word in extra)
    return replace(
        found,
        confidence=min(found.confidence, 0.9),
        why=f"{found.why}; for no value stands {seen}",
        settings={**found.settings, "nulls": (*found.settings.get("nulls", ()), *extra)},
    )


def _sentinel(found: Reading, values: Values) -> Reading:
    """A number of nines, repeated and far from all others, that stands for "no value"."""
    odd = {text: count for text, count in values.counts.items() if _SENTINEL.fullmatch(text.strip())}
    if not odd or sum(odd.values()) < 3:
        return found
    rest = [_plain(text, found.settings) for text in values.counts if text not in odd and text not in found.misfits]
    numbers = [value for value in rest if value is not None]
    if len(numbers) < 5:
        return found
    low, high = min(numbers), max(numbers)
    width = max(high - low, abs(high), abs(low), 1e-9)
    far = [text for text in odd if not low - width <= (_plain(text, found.settings) or 0) <= high + width]
    if not far:
        return found
    counted = sum(values.counts[text] for text in far)
    why = f"{', '.join(far)} ({counted} times) lies far outside {low:g} to {high:g}: taken for no value"
    other = Alternative({"type": found.type, "nulls": list(found.settings.get("nulls", ()))}, 0.3, "a real value")
    return replace(
        found,
        confidence=min(found.confidence, 0.7),
        why=f"{found.why}; {why}",
        settings={**found.settings, "nulls": (*found.settings.get("nulls", ()), *far)},
        alternatives=(*found.alternatives, other),
    )


def _plain(text: str, settings: Mapping[str, str]) -> float | None:
    for key in ("group", "prefix", "suffix"):
        text = text.replace(settings[key], "") if settings.get(key) else text
    try:
        return float(text.strip().replace(",", ".") if settings.get("decimal") == "," else text.strip())
    except ValueError:
        return None
