"""The split: neither time nor device leaks, whatever the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vertebra.analysis import read_analyses
from vertebra.analysis import split as scheme
from vertebra.analysis.definition import Split
from vertebra.errors import StepError

START = np.datetime64("2021-01-01T00:00:00", "us")


@st.composite
def rows(draw: st.DrawFn) -> tuple[NDArray[np.datetime64], NDArray[np.bool_], Split]:
    """Moments of several devices with holes, some without a label."""
    days = draw(st.lists(st.integers(0, 400), min_size=40, max_size=300))
    labelled = draw(st.lists(st.booleans(), min_size=len(days), max_size=len(days)))
    split = Split(
        "day",
        timedelta(days=draw(st.integers(1, 60))),
        draw(st.integers(2, 12)),
        timedelta(days=draw(st.integers(1, 30))),
    )
    return START + np.array(days) * np.timedelta64(1, "D"), np.array(labelled), split


@given(rows())
@settings(deadline=None)
def test_no_moment_and_no_neighbour_is_on_both_sides(
    case: tuple[NDArray[np.datetime64], NDArray[np.bool_], Split],
) -> None:
    time, labelled, split = case
    gap = np.timedelta64(split.gap)
    part = scheme.parts(time, labelled, split)
    fold = scheme.folds(time, part == scheme.TRAINING, split)
    training = part == scheme.TRAINING
    assert set(np.unique(part)) <= set(scheme.PARTS)
    assert ((part == scheme.UNLABELLED) == ~labelled).all()
    assert ((fold > 0) == training).all()
    held_out = time[part == scheme.VALIDATION]
    if training.any() and len(held_out):
        assert time[training].max() < held_out.min() - gap
    judged_rows = np.zeros(len(time), dtype=int)
    for number in range(1, split.folds + 1):
        judged = fold == number
        if not judged.any():
            continue
        judged_rows += judged
        begin, end = time[judged].min(), time[judged].max()
        # a block is one stretch of time: no training row of another block lies in it, of whatever device
        assert not (training & ~judged & (time >= begin) & (time <= end)).any()
        learning = scheme.learning_rows(time, fold, number, split)
        assert not (learning & ~training).any()
        assert not (learning & (time >= begin - gap) & (time <= end + gap)).any()
        # and nothing more than that is thrown away
        far = training & ((time < begin - gap) | (time > end + gap))
        assert (learning == far).all()
    assert (judged_rows[training] == 1).all()


def test_blocks_follow_each_other_and_are_about_equal() -> None:
    time = np.repeat(START + np.arange(400) * np.timedelta64(1, "D"), 3)
    split = Split("day", timedelta(days=30), 10, timedelta(days=7))
    part = scheme.parts(time, np.ones(len(time), dtype=bool), split)
    fold = scheme.folds(time, part == scheme.TRAINING, split)
    sizes = np.bincount(fold[fold > 0])[1:]
    assert len(sizes) == 10
    assert sizes.max() - sizes.min() <= 3
    order = np.argsort(time, kind="stable")
    assert (np.diff(fold[order][fold[order] > 0]) >= 0).all()
    assert (part == scheme.VALIDATION).sum() == 90
    assert (part == scheme.GAP).sum() == 21


def test_too_few_rows_for_the_folds_are_refused(project: Callable[..., Path]) -> None:
    analysis = read_analyses(project())["demand"]
    time = START + np.arange(36) * np.timedelta64(1, "D")
    part = scheme.parts(time, np.ones(36, dtype=bool), analysis.split)
    fold = scheme.folds(time, part == scheme.TRAINING, analysis.split)
    with pytest.raises(StepError) as caught:
        scheme.check(analysis, time, part, fold)
    assert caught.value.what == "too few rows for the folds of demand"
    assert caught.value.where == "analyses/demand.yaml:2"
    assert "0 rows are left to learn from, and 30 to validate: 5 folds need 2 rows each" in caught.value.why
    assert "fewer folds" in caught.value.next


def test_a_gap_that_leaves_nothing_to_learn_from_is_refused(project: Callable[..., Path]) -> None:
    analysis = read_analyses(project())["demand"]
    time = START + np.arange(57) * np.timedelta64(1, "D")
    part = scheme.parts(time, np.ones(57, dtype=bool), analysis.split)
    fold = scheme.folds(time, part == scheme.TRAINING, analysis.split)
    with pytest.raises(StepError, match="too few rows") as caught:
        scheme.check(analysis, time, part, fold)
    assert "fold 1 leaves" in caught.value.why or "fold 2 leaves" in caught.value.why
    assert "outside a gap of 7 days" in caught.value.why
