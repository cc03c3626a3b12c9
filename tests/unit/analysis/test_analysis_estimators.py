"""Our own pipeline steps keep scikit-learn's rules and learn from what they are shown only."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from vertebra.analysis.estimators import Numbers, RepeatLastWeek


def test_numbers_are_drawn_in_between_the_quantiles_of_the_learning_rows() -> None:
    learnt = np.arange(101, dtype=float).reshape(-1, 1)
    step = Numbers(0.05, 0.95).fit(learnt)
    assert step.transform(np.array([[-1000.0], [50.0], [1000.0]])).ravel().tolist() == [5.0, 50.0, 95.0]


def test_a_missing_value_stays_missing_and_moves_no_bound() -> None:
    with_gap = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    step = Numbers(0.0, 1.0).fit(with_gap)
    assert (step.lower_.tolist(), step.upper_.tolist()) == ([1.0, 0.0], [3.0, 0.0])
    assert np.isnan(step.transform(with_gap)).tolist() == np.isnan(with_gap).tolist()


def test_the_baseline_repeats_and_says_the_median_where_nothing_was_measured() -> None:
    x = np.array([[9.0, 2.0], [9.0, np.nan], [9.0, 4.0]])
    model = RepeatLastWeek(column=1).fit(x, np.array([1.0, 2.0, 30.0]))
    assert model.predict(x).tolist() == [2.0, 2.0, 4.0]
    words = np.array([["L4", 2.5], ["L8", None]], dtype=object)
    assert model.predict(words).tolist() == [2.5, 2.0]


def test_both_can_be_cloned_and_refuse_to_work_unfitted() -> None:
    assert clone(RepeatLastWeek(column=3)).column == 3
    assert clone(Numbers(0.1, 0.9, clip=False)).get_params() == {"clip": False, "lower": 0.1, "upper": 0.9}
    with pytest.raises(NotFittedError):
        Numbers().transform(np.zeros((1, 1)))
    with pytest.raises(NotFittedError):
        RepeatLastWeek().predict(np.zeros((1, 1)))
