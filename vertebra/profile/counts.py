"""Which values are frequent: the counts of some of them, and how much those that are not listed can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

KEPT: Final = 128
"""Values whose counts are kept."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of the most frequent values.

    Parameters
    ----------
    items : mapping
        Value, as text, to its count; the most frequent first.
    missed : float
        No value that is not listed has more. 0 if all are listed.
    short : float
        No listed value has so many more than its count says.
    """

    items: Mapping[str, float]
    missed: float = 0.0
    short: float = 0.0

    @property
    def whole(self) -> bool:
        """Is every value listed?"""
        return not self.missed


def counts(items: Mapping[str, float], missed: float = 0.0) -> Counts:
    """The most frequent of some values, equally frequent ones in the order of their texts.

    Examples
    --------
    >>> counts({"b": 1, "a": 1, "c": 2}).items
    {'c': 2, 'a': 1, 'b': 1}
    """
    ordered = sorted(items.items(), key=lambda item: (-item[1], item[0]))
    dropped = max((count for _, count in ordered[KEPT:]), default=0.0)
    return Counts(dict(ordered[:KEPT]), max(missed, dropped))


def merged(one: Counts, other: Counts) -> Counts:
    """The counts of the values of both.

    Examples
    --------
    >>> merged(Counts({"a": 3, "b": 1}), Counts({"a": 1, "c": 2}))
    Counts(items={'a': 4, 'c': 2, 'b': 1}, missed=0.0, short=0.0)
    >>> merged(Counts({"a": 3}, missed=2), Counts({"c": 2}))
    Counts(items={'a': 3, 'c': 2}, missed=2.0, short=2.0)
    """
    both = Counter[str](one.items)
    both.update(other.items)
    found = counts(both)
    # a value that was dropped now may have been missed on one side before; one that both sides missed, on both
    missed = max(one.missed + other.missed, found.missed + max(one.missed, other.missed) if found.missed else 0.0)
    short = max(one.short + max(other.missed, other.short), other.short + one.missed)
    return Counts(found.items, float(missed), float(short))
