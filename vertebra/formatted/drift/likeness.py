"""Are two columns, which no file has both of, one column under two names?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from vertebra.formatted.draft.logical.names import words_of
from vertebra.formatted.draft.logical.rules import read
from vertebra.formatted.draft.logical.values import Values

_NAME, _SOME = 0.6, 0.3  # a name that resembles, where what they hold resembles somewhat
_MUCH = 0.7  # what they hold resembles so much that the name may be any


def likeness(old: Values, new: Values) -> tuple[float, str]:
    """How alike two columns are, 0 to 1, and why; 0 where they are not taken for one.

    Two things count: that they hold the same texts, or numbers of the same range, and that their names resemble each
    other. Either can make up for the other, but columns of different types are never one.
    """
    before, after = read(old), read(new)
    if not old.total or not new.total or _kind(before.type) != _kind(after.type):
        return 0.0, ""
    content = _content(old.counts, new.counts, numbers=_kind(before.type) == "number")
    one, two = "".join(words_of(old.name)), "".join(words_of(new.name))
    name = SequenceMatcher(None, one, two).ratio()
    if name >= _NAME and content >= _SOME:
        return (name + content) / 2, "the names and what they hold resemble each other"
    if content >= _MUCH:
        return content / 2, "what they hold is alike"
    return 0.0, ""


def _kind(type_: str) -> str:
    return "number" if type_ in ("integer", "double") or type_.startswith("decimal") else type_


def _content(old: Iterable[str], new: Iterable[str], *, numbers: bool) -> float:
    """The share of what both hold: of the middle of their ranges where they hold numbers, of their texts otherwise."""
    before, after = set(old), set(new)
    if numbers:
        one, two = _middle(before), _middle(after)
        if one and two:
            (a, b), (c, d) = one, two
            whole = max(b, d) - min(a, c)
            return max(min(b, d) - max(a, c), 0.0) / whole if whole else float(a == c)
    return len(before & after) / min(len(before), len(after))


def _middle(texts: Iterable[str]) -> tuple[float, float] | None:
    """Where nine tenths of the numbers lie; None where they are written in a way that is not looked into."""
    try:
        numbers = sorted(float(text.replace(",", ".")) for text in texts)
    except ValueError:
        return None
    edge = len(numbers) // 20
    return numbers[edge], numbers[-1 - edge]
