"""What stands in each column of a table, as far as it tells where a cell belongs and which record is no data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vertebra.formatted.draft import cells

_PURE = 0.8
_STRAY = 0.3
_NEAR = {cells.INTEGER: cells.NUMBER, cells.NUMBER: cells.INTEGER, cells.WORD: cells.TEXT, cells.TEXT: cells.WORD}


@dataclass(frozen=True, slots=True)
class Profile:
    """One column.

    Parameters
    ----------
    kinds : mapping of str to float
        Share of the cells of each kind.
    shapes : mapping of str to float
        Share of the cells of each shape.
    cells : int
        How many were looked at.
    length : float
        Mean length of those that are not empty.
    forms : mapping of str to float
        Share of the words of each length and case.
    sizes : mapping of str to float
        Share of the cells of each length.
    """

    kinds: dict[str, float]
    shapes: dict[str, float]
    cells: int
    length: float
    forms: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    @property
    def cased(self) -> bool:
        """Are nearly all of its cells words of one length in capitals?"""
        capitals = max((share for form, share in self.forms.items() if form.endswith("A")), default=0.0)
        return self.cells > 1 and capitals >= _PURE * (1 - self.share(cells.EMPTY, cells.NULL)) > 0

    def like(self, cell: str) -> bool:
        """Has a cell the length and the case of the others?"""
        return self.forms.get(_form(cell), 0.0) > 0.1

    @property
    def typed(self) -> bool:
        """Are nearly all values of kinds that no name in a header has?"""
        filled = 1 - self.share(cells.EMPTY, cells.NULL)
        return filled > 0 and self.share(*cells.TYPED) >= _PURE * filled

    @property
    def coded(self) -> bool:
        """Are nearly all values typed, or codes of one shape?"""
        filled = 1 - self.share(cells.EMPTY, cells.NULL)
        return filled > 0 and self.share(*cells.TYPED, cells.CODE) >= _PURE * filled

    def share(self, *kinds: str) -> float:
        """Of the cells that are of one of these kinds."""
        return sum(self.kinds.get(kind, 0.0) for kind in kinds)

    def strangeness(self, cell: str) -> float:
        """How unlike the others of the column a cell is: minus the logarithm of a likelihood, 0 for the usual."""
        bare = cell.strip(" \"'")
        if bare.strip() != cell.strip() and bare.strip():  # a stray quote does not make it another kind of value
            return self.strangeness(bare) + _STRAY
        kind = cells.kind(cell)
        share = self.kinds.get(kind, 0.0)
        near = self.kinds.get(_NEAR.get(kind, ""), 0.0) * 0.5
        likely = (max(share, near) * self.cells + 0.02) / (self.cells + 0.3)
        found = -math.log(likely)
        if kind in (cells.EMPTY, cells.NULL):
            return found
        if self.coded:
            found += self.shapes.get(cells.shape(cell), 0.0) == 0
            found += 1.5 * (self.sizes.get(str(len(cell)), 0.0) == 0)
        if kind in (cells.WORD, cells.TEXT, cells.ODD) and self.length:
            found += 0.3 * abs(math.log((len(cell) + 1) / (self.length + 1)))
        return found


def profiles(records: Iterable[Sequence[str]], width: int) -> tuple[Profile, ...]:
    """The columns of records that all have this width."""
    kinds: list[Counter[str]] = [Counter() for _ in range(width)]
    shapes: list[Counter[str]] = [Counter() for _ in range(width)]
    forms: list[Counter[str]] = [Counter() for _ in range(width)]
    sizes: list[Counter[str]] = [Counter() for _ in range(width)]
    lengths, number = [0] * width, 0
    for record in records:
        number += 1
        for place, cell in enumerate(record):
            kind = cells.kind(cell)
            kinds[place][kind] += 1
            if kind not in (cells.EMPTY, cells.NULL):
                shapes[place][cells.shape(cell)] += 1
                lengths[place] += len(cell)
                sizes[place][str(len(cell))] += 1
                if kind == cells.WORD:
                    forms[place][_form(cell)] += 1
    return tuple(
        Profile(
            _shares(kinds[n], number),
            _shares(shapes[n], number),
            number,
            _mean(lengths[n], shapes[n]),
            _shares(forms[n], number),
            _shares(sizes[n], number),
        )
        for n in range(width)
    )


def _form(cell: str) -> str:
    text = cell.strip()
    return f"{len(text)}{'A' if text.isupper() else 'a' if text.islower() else 'Aa'}"


def _shares(counts: Counter[str], number: int) -> dict[str, float]:
    return {name: count / number for name, count in counts.items()}


def _mean(total: int, counts: Counter[str]) -> float:
    return total / sum(counts.values()) if counts else 0.0


def strangeness(record: Sequence[str], columns: Sequence[Profile]) -> float:
    """Of a whole record that has as many cells as there are columns."""
    return sum(profile.strangeness(cell) for cell, profile in zip(record, columns, strict=True))
