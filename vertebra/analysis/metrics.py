"""How good predictions are: for all rows, per fold, and per slice with the gap between slices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vertebra.governance.models import Metric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of error: how it is worked out, and whether less of it is better."""

    of: Callable[[Numbers, Numbers], float | None]
    lower_is_better: bool


def mae(actual: Numbers, predicted: Numbers) -> float | None:
    """Mean absolute error, in the label's unit."""
    return float(abs(predicted - actual).mean())


def rmse(actual: Numbers, predicted: Numbers) -> float | None:
    """Root of the mean squared error, in the label's unit."""
    return math.sqrt(float(((predicted - actual) ** 2).mean()))


def mape(actual: Numbers, predicted: Numbers) -> float | None:
    """Mean absolute error relative to each actual value, as a share; not defined where one of them is zero."""
    return None if (actual == 0).any() else float(abs((predicted - actual) / actual).mean())


def wape(actual: Numbers, predicted: Numbers) -> float | None:
    """Absolute errors in all, relative to the actual values in all, as a share (Kolassa and Schütz 2007)."""
    total = float(abs(actual).sum())
    return float(abs(predicted - actual).sum()) / total if total else None


def r2(actual: Numbers, predicted: Numbers) -> float | None:
    """Share of the variance that is explained; not defined for equal actual values."""
    spread = float(((actual - actual.mean()) ** 2).sum())
    return 1 - float(((predicted - actual) ** 2).sum()) / spread if spread else None


MEASURES: Mapping[str, Measure] = {
    "mae": Measure(mae, lower_is_better=True),
    "rmse": Measure(rmse, lower_is_better=True),
    "mape": Measure(mape, lower_is_better=True),
    "wape": Measure(wape, lower_is_better=True),
    "r2": Measure(r2, lower_is_better=False),
}


def judge(
    part: str, actual: Numbers, predicted: Numbers, slices: Mapping[str, NDArray[np.object_]], folds: NDArray[np.int64]
) -> Iterator[Metric]:
    """Every measure of some predictions.

    Parameters
    ----------
    part : str
        `cross-validation` or `validation`.
    actual, predicted : array of float64, shape (rows,)
        Both without a missing value.
    slices : mapping of str to array of object, shape (rows,)
        Slicing column to its values.
    folds : array of int64, shape (rows,)
        1-based fold in which a row was predicted; 0 where there are no folds.

    Yields
    ------
    Metric
        Over all rows at once (each row counts once, whatever the size of its fold), per fold, per value of a
        slicing column, and the largest gap between two such values.
    """
    import numpy as np

    for name, measure in MEASURES.items():
        yield Metric(name, part, "", None, measure.of(actual, predicted))
        for fold in np.unique(folds[folds > 0]):
            rows = folds == fold
            yield Metric(name, part, "", int(fold), measure.of(actual[rows], predicted[rows]))
        for column, values in slices.items():
            found: list[float | None] = []
            for value in sorted(set(values), key=str):
                rows = values == value
                found.append(measure.of(actual[rows], predicted[rows]))
                yield Metric(name, part, f"{column}={value}", None, found[-1])
            yield Metric(f"{name}_gap", part, column, None, _gap(found))


def _gap(values: list[float | None]) -> float | None:
    """Largest difference; not defined where one of the values is not."""
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known and len(known) == len(values) else None


def better(metric: str, value: float, other: float) -> bool:
    """Is a value of a metric better than another?

    Examples
    --------
    >>> better("mae", 0.1, 0.2), better("r2", 0.1, 0.2)
    (True, False)
    """
    return value < other if MEASURES[metric].lower_is_better else value > other
