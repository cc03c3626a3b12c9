"""Measures of error, against scikit-learn's and against hand-worked ones."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from vertebra.analysis import metrics


def test_measures_agree_with_scikit_learn() -> None:
    draw = np.random.default_rng(3)
    actual = draw.uniform(1, 9, 200)
    predicted = actual + draw.normal(size=200)
    assert metrics.mae(actual, predicted) == pytest.approx(reference.mean_absolute_error(actual, predicted))
    assert metrics.rmse(actual, predicted) == pytest.approx(reference.root_mean_squared_error(actual, predicted))
    assert metrics.mape(actual, predicted) == pytest.approx(reference.mean_absolute_percentage_error(actual, predicted))
    assert metrics.r2(actual, predicted) == pytest.approx(reference.r2_score(actual, predicted))


def test_what_is_not_defined_is_none_and_not_a_large_number() -> None:
    zero = np.array([0.0, 0.0])
    assert metrics.mape(np.array([0.0, 1.0]), np.array([0.5, 1.0])) is None
    assert metrics.wape(zero, zero + 1) is None
    assert metrics.r2(zero, zero + 1) is None
    assert metrics.wape(np.array([1.0, 3.0]), np.array([2.0, 3.0])) == pytest.approx(0.25)


def test_every_row_fold_and_slice_is_judged_and_the_gap_between_slices_named() -> None:
    actual = np.array([1.0, 2.0, 3.0, 4.0])
    predicted = np.array([1.0, 2.0, 4.0, 6.0])
    device = np.array(["L4", "L4", "L8", "L8"], dtype=object)
    found = {
        (m.name, m.slice, m.fold): m.value
        for m in metrics.judge("validation", actual, predicted, {"device": device}, np.array([1, 2, 1, 2]))
        if m.name in ("mae", "mae_gap")
    }
    assert found == {
        ("mae", "", None): 0.75,
        ("mae", "", 1): 0.5,
        ("mae", "", 2): 1.0,
        ("mae", "device=L4", None): 0.0,
        ("mae", "device=L8", None): 1.5,
        ("mae_gap", "device", None): 1.5,
    }


def test_a_gap_is_not_defined_where_a_slice_is_not() -> None:
    actual = np.array([0.0, 2.0])
    device = np.array(["L4", "L8"], dtype=object)
    found = list(metrics.judge("validation", actual, actual, {"device": device}, np.array([0, 0])))
    assert [m.value for m in found if m.name == "mape_gap"] == [None]
    assert [m.value for m in found if m.name == "mae_gap"] == [0.0]
