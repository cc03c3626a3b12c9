"""Our own steps of a pipeline, in scikit-learn's shape.

A saved model names these classes by module and name: to rename one is to retire the models that hold it.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, RegressorMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

Matrix = NDArray[Any]
"""Rows by features: float64, or object where a feature is a text."""


class Numbers(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Draw numbers in between two quantiles of the training rows (winsorising: Tukey 1962, section 3).

    Parameters
    ----------
    lower, upper : float
        Quantiles; 0 and 1 leave training rows as they are, and still bound what comes later.
    clip : bool
        False only turns the columns into float64.
    """

    def __init__(self, lower: float = 0.0, upper: float = 1.0, *, clip: bool = True) -> None:
        self.lower = lower
        self.upper = upper
        self.clip = clip

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:  # noqa: ARG002, N803  scikit-learn's signature
        """Learn both bounds of each column; missing values are left out of them."""
        numbers = _numbers(X)
        self.n_features_in_ = numbers.shape[1]
        # a column without any value has no bounds: the imputer behind it deals with it
        known = np.where(np.isnan(numbers).all(axis=0), 0.0, numbers)
        self.lower_ = np.nanquantile(known, self.lower, axis=0)
        self.upper_ = np.nanquantile(known, self.upper, axis=0)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803  scikit-learn's signature
        """The columns between their bounds; missing values stay missing."""
        check_is_fitted(self)
        numbers = _numbers(X)
        return np.clip(numbers, self.lower_, self.upper_) if self.clip else numbers


class RepeatLastWeek(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """The baseline: what was measured a week before (seasonal naive method: Hyndman and Athanasopoulos 2021, 5.2).

    A row without that measurement gets the median of the training labels.

    Parameters
    ----------
    column : int
        Position of the feature that holds the earlier measurement.
    """

    def __init__(self, column: int = 0) -> None:
        self.column = column

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803  scikit-learn's signature
        """Learn what to say where nothing was measured a week before."""
        self.n_features_in_ = np.asarray(X).shape[1]
        self.median_ = float(np.median(np.asarray(y, dtype=np.float64)))
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803  scikit-learn's signature
        """The earlier measurement."""
        check_is_fitted(self)
        earlier = _numbers(X)[:, self.column] if np.asarray(X).dtype != object else _column(X, self.column)
        return np.where(np.isnan(earlier), self.median_, earlier)


def _numbers(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _column(values: ArrayLike, column: int) -> NDArray[np.float64]:
    return np.asarray(np.asarray(values, dtype=object)[:, column], dtype=np.float64)
