"""The shape of a distribution in a few hundred numbers: weighted points, close together at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

POINTS: Final = 256
"""So many points are kept as they are; more are drawn together into about `_CLUSTERS`."""
_CLUSTERS: Final = 200
RANK_ERROR: Final = 0.005
"""How far drawing together moves a rank at most, in the middle of the distribution; far less at its ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """Weighted points in rising order.

    Parameters
    ----------
    values, weights : array of float64
        Of the same length.
    stepped : bool
        Is every point a value itself? Else some stand for values around them, and between points is interpolated.
    """

    values: Floats
    weights: Floats
    stepped: bool = True

    @property
    def total(self) -> float:
        """How many values it stands for."""
        return float(self.weights.sum())


def digest(values: Floats, weight: float = 1.0) -> Digest:
    """The digest of finite values, each of which stands for `weight` of them.

    Examples
    --------
    >>> digest(np.array([3.0, 1.0, 3.0])).values.tolist()
    [1.0, 3.0]
    """
    points, many = np.unique(values, return_counts=True)
    return weighted(points, np.asarray(many * weight, dtype=np.float64))


def weighted(points: Floats, weights: Floats) -> Digest:
    """The digest of different values in rising order, each with its weight."""
    return _drawn_together(points, weights, stepped=True)


def merged(one: Digest, other: Digest) -> Digest:
    """The digest of the values of both."""
    points, where = np.unique(np.concatenate([one.values, other.values]), return_inverse=True)
    both = np.concatenate([one.weights, other.weights])
    weights = np.bincount(where, weights=both, minlength=len(points)).astype(np.float64)
    return _drawn_together(points, weights, stepped=one.stepped and other.stepped)


def _drawn_together(points: Floats, weights: Floats, *, stepped: bool) -> Digest:
    """Few points as they are; of many, neighbours put together, fewer of them the nearer to an end.

    The merging t-digest of Dunning and Ertl, "Computing extremely accurate quantiles using t-digests" (2019), with
    its scale function k1: a cluster spans one unit of `δ/2π · asin(2q - 1)`.
    """
    if len(points) <= POINTS:
        return Digest(points, weights, stepped)
    ranks = (np.cumsum(weights) - weights / 2) / weights.sum()
    scale = np.floor(2 * _CLUSTERS / (2 * np.pi) * np.arcsin(np.clip(2 * ranks - 1, -1, 1)))
    begins = np.flatnonzero(np.diff(scale, prepend=np.nan) != 0)
    together = np.add.reduceat(weights, begins)
    means = np.add.reduceat(points * (weights / np.repeat(together, np.diff(begins, append=len(points)))), begins)
    return Digest(means, together, stepped=False)


def quantile(found: Digest, share: float) -> float | None:
    """The value below which a share of all values lies; None where there is no value.

    Examples
    --------
    >>> quantile(digest(np.array([1.0, 1.0, 1.0, 9.0])), 0.5)
    1.0
    >>> round(quantile(digest(np.arange(1001.0)), 0.9))
    900
    """
    if not len(found.values):
        return None
    sums = np.cumsum(found.weights)
    if found.stepped:
        place = int(np.searchsorted(sums, share * sums[-1] * (1 - 1e-12)))
        return float(found.values[min(place, len(sums) - 1)])
    return float(np.interp(share * sums[-1], sums - found.weights / 2, found.values))


def below(found: Digest, at: Floats) -> Floats:
    """The share of all values that is not above each of these.

    Examples
    --------
    >>> below(digest(np.array([1.0, 1.0, 1.0, 9.0])), np.array([0.0, 1.0, 9.0])).tolist()
    [0.0, 0.75, 1.0]
    """
    if not len(found.values):
        return np.zeros(len(at))
    sums = np.cumsum(found.weights)
    if found.stepped:
        place = np.searchsorted(found.values, at, side="right")
        shares: Floats = np.concatenate([[0.0], sums])[place] / sums[-1]
        return shares
    middle = (sums - found.weights / 2) / sums[-1]
    inside = np.interp(at, found.values, middle)
    return np.where(at < found.values[0], 0.0, np.where(at >= found.values[-1], 1.0, inside)).astype(np.float64)
