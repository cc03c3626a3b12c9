"""How far two distributions are apart.

- PSI, the population stability index, over ranges that hold a tenth of the earlier values each (Lewis, "An
  Introduction to Credit Scoring", 1994; Siddiqi, "Credit Risk Scorecards", 2006: under 0.1 little, over 0.25 much).
- KS, the largest distance of the two cumulative shares (Kolmogorov 1933, Smirnov 1948); between 0 and 1.
- JS, the divergence of Jensen and Shannon in bits (Lin, "Divergence measures based on the Shannon entropy", 1991);
  between 0 for equal shares and 1 for distributions that have nothing in common.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from vertebra.profile.counts import Counts
from vertebra.profile.digest import Digest, Floats, below, quantile

_RANGES = 10
_LEAST = 0.0001  # the share that a range without a value counts as, so that PSI stays finite
LITTLE: Final = 0.1
MUCH: Final = 0.25


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the values of a column are from those of an earlier version.

    Parameters
    ----------
    psi, js : float
        See above.
    ks : float or None
        Of numbers and times; categories have no order.
    certain : float or None
        What KS exceeds in one of 100 pairs of samples of one and the same distribution; 0 where all rows were looked
        at.
    """

    psi: float
    js: float
    ks: float | None = None
    certain: float | None = None

    @property
    def word(self) -> str:
        """`none`, `some` or `much`, by PSI."""
        return "none" if self.psi < LITTLE else "some" if self.psi < MUCH else "much"


def psi(before: Floats, now: Floats) -> float:
    """The population stability index of two lists of shares.

    Examples
    --------
    >>> psi(np.array([0.5, 0.5]), np.array([0.5, 0.5])), round(psi(np.array([0.5, 0.5]), np.array([0.6, 0.4])), 4)
    (0.0, 0.0405)
    """
    one, other = np.maximum(before, _LEAST), np.maximum(now, _LEAST)
    return float(np.sum((other - one) * np.log(other / one)))


def jensen_shannon(before: Floats, now: Floats) -> float:
    """The divergence of Jensen and Shannon of two lists of shares, in bits.

    Examples
    --------
    >>> jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0])), jensen_shannon(np.ones(1), np.ones(1))
    (1.0, 0.0)
    """
    middle = (before + now) / 2

    def from_middle(shares: Floats) -> float:
        some = (shares > 0) & (middle > 0)  # half of the smallest number is 0
        return float(np.sum(shares[some] * np.log2(shares[some] / middle[some])))

    return min(1.0, max(0.0, (from_middle(before) + from_middle(now)) / 2))


def kolmogorov_smirnov(before: Digest, now: Digest) -> float:
    """The largest distance of two cumulative shares.

    Examples
    --------
    >>> from vertebra.profile.digest import digest
    >>> kolmogorov_smirnov(digest(np.array([1.0, 2.0])), digest(np.array([3.0, 4.0])))
    1.0
    >>> kolmogorov_smirnov(digest(np.array([1.0, 2.0])), digest(np.array([1.0, 2.0])))
    0.0
    """
    at = np.union1d(before.values, now.values)
    return float(np.max(np.abs(below(before, at) - below(now, at))))


def critical(before: int, now: int) -> float:
    """What the distance of two samples of one distribution exceeds once in 100 times (Smirnov).

    Examples
    --------
    >>> round(critical(1000, 1000), 4)
    0.0728
    """
    return math.sqrt(-math.log(0.01 / 2) / 2) * math.sqrt((before + now) / (before * now))


def of_numbers(before: Digest, now: Digest, *, looked: tuple[int, int] | None = None) -> Drift | None:
    """The drift of numbers or times; None where one side has no value.

    Parameters
    ----------
    looked : tuple of int, optional
        How many values of each side were looked at, where that was not all.
    """
    if not len(before.values) or not len(now.values):
        return None
    cuts = np.unique([quantile(before, n / _RANGES) for n in range(1, _RANGES)])
    shares = [np.diff(below(one, cuts), prepend=0.0, append=1.0) for one in (before, now)]
    return Drift(
        psi(*shares),
        jensen_shannon(*shares),
        kolmogorov_smirnov(before, now),
        critical(*looked) if looked else 0.0,
    )


def of_categories(before: Counts, now: Counts, values: tuple[int, int]) -> Drift | None:
    """The drift of categories; what neither side lists counts as one more. None where one side has no value.

    Parameters
    ----------
    values : tuple of int
        How many values each side has.

    Examples
    --------
    >>> of_categories(Counts({"a": 5, "b": 5}), Counts({"a": 6, "b": 4}), (10, 10)).word
    'none'
    """
    if not all(values):
        return None
    names = sorted({*before.items, *now.items})
    shares = []
    for one, total in ((before, values[0]), (now, values[1])):
        listed = np.array([one.items.get(name, 0.0) / total for name in names])
        shares.append(np.append(listed, max(0.0, 1.0 - float(listed.sum()))))
    return Drift(psi(*shares), jensen_shannon(*shares))
