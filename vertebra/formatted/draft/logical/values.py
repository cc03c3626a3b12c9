"""The texts of one column, as far as they were looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.formats.declared import Declared


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text was seen: the file, counted from 0, and the record in it, counted from 1."""

    file: int
    record: int


@dataclass(frozen=True, slots=True)
class Values:
    """Texts of a column.

    Parameters
    ----------
    counts : mapping
        Text to how often it was seen, in the order in which they were seen first.
    places : mapping
        Text to where it was seen first.
    nothing : int
        Records without any text.
    words : tuple of str
        Of the column's name, in small Latin letters.
    name : str
        As the files have it.
    whole : int
        Texts in all records, where they were counted; then rare ones that were looked for stand among `counts`.
    spoken : bool
        Does the format itself say where there is no value, so that an empty text is a text?
    declared : Declared or None
        What the files say that the column is.
    """

    counts: Mapping[str, int]
    places: Mapping[str, Place] = field(default_factory=dict)
    nothing: int = 0
    words: tuple[str, ...] = ()
    name: str = ""
    whole: int = 0
    spoken: bool = False
    declared: Declared | None = None

    @property
    def total(self) -> int:
        """Texts that were seen, or counted."""
        return max(sum(self.counts.values()), self.whole)

    def without(self, texts: Iterable[str]) -> Values:
        """The same without some texts."""
        out = frozenset(texts)
        kept = {text: count for text, count in self.counts.items() if text not in out}
        gone = sum(self.counts.values()) - sum(kept.values())
        whole = max(self.whole - gone, 0)
        return replace(self, counts=kept, nothing=self.nothing + gone, whole=whole if kept else 0)

    def named(self, *words: str) -> bool:
        """Does the name hold one of these words?"""
        return not frozenset(words).isdisjoint(self.words)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the texts of a column can be read.

    Parameters
    ----------
    type : str
        As a template says it, for example `decimal(18,2)`.
    confidence : float
        0 to 1.
    why : str
        In words.
    settings : mapping
        What else the template says: `format`, `decimal`, `group`, `prefix`, `suffix`, `nulls`, `true`, `false`, `unit`.
    shown : tuple of str
        Texts that show it.
    alternatives : tuple of Alternative
        What else it could be; `value` is a mapping as in a template.
    misfits : mapping
        Texts that do not fit, with how often they were seen: they are to be quarantined.
    """

    type: str
    confidence: float
    why: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    misfits: Mapping[str, int] = field(default_factory=dict)
