"""Mean, variance and correlation from sums that can be put together.

Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979), for one
column and, with the product of two deviations in place of a square, for two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """Of finite values: how many, their mean, and the sum of the squares of their deviations from it."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation; None for fewer than two values, or where a double cannot hold it."""
        if self.count < 2 or not math.isfinite(self.squares):
            return None
        return math.sqrt(max(self.squares, 0.0) / (self.count - 1))


def around(count: int, pivot: float, total: float, squares: float) -> Moments:
    """Moments from the sum of the deviations from a pivot and the sum of their squares.

    Examples
    --------
    >>> around(3, 10.0, 3.0, 5.0)  # 10, 11, 12
    Moments(count=3, mean=11.0, squares=2.0)
    """
    if not count:
        return Moments()
    mean = total / count
    return Moments(count, pivot + mean, squares - total * mean)


def merged(one: Moments, other: Moments) -> Moments:
    """The moments of the values of both.

    Examples
    --------
    >>> merged(Moments(2, 1.0, 2.0), Moments(1, 4.0, 0.0))  # 0, 2 and 4
    Moments(count=3, mean=2.0, squares=8.0)
    """
    if not one.count or not other.count:
        return one if one.count else other
    count = one.count + other.count
    apart = other.mean - one.mean
    mean = one.mean + apart * other.count / count
    return Moments(count, mean, one.squares + other.squares + apart * apart * one.count * other.count / count)


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """The same for every pair of some columns, over the rows in which both have a finite value.

    Parameters
    ----------
    names : tuple of str
        The columns.
    count, mean, squares, products : array of shape (columns, columns)
        How many rows; the mean and the sum of squares of the column of the row over them; the sum of the products
        of both columns' deviations.
    """

    names: tuple[str, ...]
    count: Floats
    mean: Floats
    squares: Floats
    products: Floats


def together(names: tuple[str, ...], columns: list[Floats], weight: float = 1.0) -> Together:
    """Of columns of equal length, in which what is missing is not finite; each row stands for `weight` rows."""
    matrix = np.column_stack(columns) if columns else np.empty((0, 0))
    there = np.isfinite(matrix)
    known = there.astype(np.float64)
    count = known.T @ known
    total = np.where(there, matrix, 0.0)
    pivot = total.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    apart = np.where(there, matrix - pivot, 0.0)
    many = np.maximum(count, 1)
    with np.errstate(over="ignore", invalid="ignore"):  # what a double cannot hold becomes no correlation
        sums = apart.T @ known
        squares = (apart * apart).T @ known - sums * sums / many
        products = apart.T @ apart - sums * sums.T / many
    return Together(names, count * weight, pivot[:, None] + sums / many, squares * weight, products * weight)


def both(one: Together, other: Together) -> Together:
    """Over the rows of both."""
    count = one.count + other.count
    many = np.maximum(count, 1)
    with np.errstate(over="ignore", invalid="ignore"):
        share = one.count * other.count / many
        apart = np.where(share > 0, other.mean - one.mean, 0.0)
        return Together(
            one.names,
            count,
            (one.mean * one.count + other.mean * other.count) / many,
            one.squares + other.squares + apart * apart * share,
            one.products + other.products + apart * apart.T * share,
        )


def correlation(found: Together) -> Floats:
    """Pearson's r of every pair; NaN where one of both does not vary.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 4.0, np.nan])
    >>> correlation(together(("a", "b"), [x, np.array([2.0, 4.0, 8.0, 1.0])])).round(3).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        r = found.products / np.sqrt(found.squares * found.squares.T)
    flat = (found.squares <= 0) | (found.squares.T <= 0) | (found.count < 3)
    bounded: Floats = np.where(flat, np.nan, np.clip(r, -1, 1))
    return bounded
