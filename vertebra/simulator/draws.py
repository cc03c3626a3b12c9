"""Random numbers that are the same on every machine and with every numpy.

Only the raw output of PCG64 and `SeedSequence` is used: numpy promises both for ever, while the
distributions of `Generator` may change with its version and lean on the machine's `exp` and `log`.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from vertebra.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]

_LANES = 12  # 16-bit lanes summed into one normal number: three whole draws of 64 bits


class Stream:
    """One independent sequence of random numbers, found by a seed and a path.

    Parameters
    ----------
    seed : int
        Seed of the whole simulation, 0 or more.
    *path : int
        Which stream: its purpose, then device, month and so on, each 0 or more. Another device or
        month is another path, so that it leaves the streams of the others as they are.

    Raises
    ------
    UsageError
        When the seed is negative.

    Examples
    --------
    >>> Stream(7, 1).uniform(2).tolist() == Stream(7, 1).uniform(2).tolist()
    True
    >>> Stream(7, 1).below(1000) == Stream(7, 2).below(1000)
    False
    """

    def __init__(self, seed: int, *path: int) -> None:
        if seed < 0:
            raise UsageError(
                f"{seed} is no seed",
                where="seed of the simulator",
                why="a seed is a whole number that is not negative",
                next_="give 0 or more, for example 7",
            )
        self._bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=path))

    def _raw(self, count: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(count), dtype=np.uint64)

    def uniform(self, count: int) -> Floats:
        """Numbers in [0, 1), each a multiple of 2**-53."""
        return (self._raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normal(self, count: int) -> Floats:
        """Numbers of mean 0 and variance 1, nearly normal, within 6 on either side.

        The sum of twelve uniform numbers (Irwin-Hall), which needs no transcendental function.
        """
        lanes = self._raw(count * _LANES // 4).view(np.uint16).reshape(count, _LANES)
        # a lane is at the middle of its 2**-16, so that the mean is exactly 0
        return np.asarray(lanes.sum(axis=1, dtype=np.int64) * 2.0**-16 - (6.0 - _LANES * 2.0**-17))

    def one(self) -> float:
        """One number in [0, 1)."""
        return float(self.uniform(1)[0])

    def below(self, limit: int) -> int:
        """One whole number from 0 to `limit` - 1."""
        return int(self.one() * limit)

    def count(self, rate: float) -> int:
        """How many events fall into a month in which `rate` of them are expected (binomial)."""
        trials = int(2 * rate) + 2
        return int((self.uniform(trials) * trials < rate).sum())

    def measure(self, quantiles: Sequence[tuple[float, float]]) -> int:
        """One whole number from a measured distribution.

        Parameters
        ----------
        quantiles : sequence of (float, float)
            Share and value, rising, from share 0 to share 1; between them lies a straight line.
        """
        at = self.one()
        last = next(n for n, (share, _) in enumerate(quantiles) if share > at)
        (low, first), (high, second) = quantiles[last - 1 : last + 1]
        return int(first + (second - first) * (at - low) / (high - low))


def remember(noise: Floats, keep: float, start: float) -> Floats:
    """An AR(1) series: each number is `keep` times the one before, plus its noise.

    Plain Python floats, since a vectorised recursion would round differently from machine to machine.

    Parameters
    ----------
    noise : array of float
        Innovations.
    keep : float
        Autocorrelation at lag 1.
    start : float
        The number before the first.

    Examples
    --------
    >>> remember(np.array([1.0, 0.0]), 0.5, 2.0).tolist()
    [2.0, 1.0]
    """
    series = accumulate(noise.tolist(), lambda before, new: keep * before + new, initial=start)
    return np.fromiter(series, dtype=np.float64, count=len(noise) + 1)[1:]


def whole(values: Floats) -> Ints:
    """The nearest whole numbers, halves upwards."""
    return np.floor(values + 0.5).astype(np.int64)
