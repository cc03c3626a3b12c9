"""Drift: what did not change has none, what changed has some, and the numbers are those of the definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.small_project import SmallProject
from vertebra.profile import Comparison, compare, make
from vertebra.profile.counts import Counts
from vertebra.profile.digest import digest
from vertebra.profile.drift import critical, jensen_shannon, of_categories, of_numbers, psi

RANDOM = np.random.default_rng(7)


def test_the_same_values_do_not_drift() -> None:
    values = RANDOM.normal(size=5_000)
    found = of_numbers(digest(values), digest(values))
    assert found is not None
    assert (found.psi, found.js, found.ks, found.word) == (0.0, 0.0, 0.0, "none")


def test_two_samples_of_one_distribution_are_within_what_samples_differ_by() -> None:
    one, other = (digest(RANDOM.normal(size=4_000)) for _ in range(2))
    found = of_numbers(one, other, looked=(4_000, 4_000))
    assert found is not None
    assert found.ks is not None
    assert found.certain is not None
    assert found.ks < found.certain == critical(4_000, 4_000)
    assert found.word == "none"


@pytest.mark.parametrize(("shift", "word"), [(0.2, "none"), (0.45, "some"), (1.0, "much")])
def test_a_shift_is_as_far_as_theory_says(shift: float, word: str) -> None:
    found = of_numbers(digest(RANDOM.normal(size=50_000)), digest(RANDOM.normal(size=50_000) + shift))
    assert found is not None
    assert found.ks == pytest.approx(math.erf(shift / 2 / math.sqrt(2)), abs=0.02)  # of two normals apart
    assert found.psi == pytest.approx(shift**2, rel=0.15)  # its limit for fine ranges
    assert found.word == word


def test_what_no_side_has_is_not_compared() -> None:
    assert of_numbers(digest(np.array([])), digest(np.array([1.0]))) is None
    assert of_categories(Counts({}), Counts({"a": 1}), (0, 1)) is None


def test_categories_that_came_are_much() -> None:
    found = of_categories(Counts({"a": 90, "b": 10}), Counts({"a": 45, "b": 5, "new": 50}), (100, 100))
    assert found is not None
    assert (found.word, found.ks) == ("much", None)
    assert found.js == pytest.approx(0.3113, abs=1e-4)


def test_what_is_not_listed_counts_as_one_more_category() -> None:
    listed = Counts({"a": 50}, missed=1)
    same = of_categories(listed, Counts({"a": 5}, missed=1), (100, 10))
    assert same is not None
    assert same.psi == pytest.approx(0.0)
    found = of_categories(listed, Counts({"a": 100}), (100, 100))
    assert found is not None
    assert found.psi > 0.25


shares = st.lists(st.floats(0.0, 1.0), min_size=2, max_size=8).filter(lambda found: sum(found) > 0.01)


@given(shares)
@example([5e-324, 1.0, 0.0])
def test_divergences_are_at_least_0_and_no_side_comes_first(found: list[float]) -> None:
    one = np.array(found) / sum(found)
    other = one[::-1]
    assert 0.0 <= jensen_shannon(one, other) <= 1.0
    assert jensen_shannon(one, other) == pytest.approx(jensen_shannon(other, one))
    assert psi(one, other) >= 0.0
    assert psi(one, other) == pytest.approx(psi(other, one))


def changed(place: SmallProject, before: str, now: str) -> Comparison:
    made = []
    for number, sql in enumerate((before, now)):
        version = place.table(f"t{number}", f"select *, 0 as _file, row_number() over () as _record from ({sql})")
        found = make(place.ws, version, every=False)
        made.append((found.part, found.profile))
    return compare(made[0], made[1])


def test_columns_that_came_left_and_changed_their_type(place: SmallProject) -> None:
    found = changed(
        place,
        "select i as same, i as retyped, 'x' as gone, [i] as nested from range(100) t(i)",
        "select i as same, i::varchar as retyped, 1.5 as came, [i] as nested from range(100) t(i)",
    )
    assert [(c.name, c.change) for c in found.columns] == [
        ("same", "compared"), ("retyped", "retyped"), ("came", "came"), ("nested", "compared"), ("gone", "gone"),
    ]  # fmt: skip
    assert [c.drift is None for c in found.columns] == [False, True, True, True, True]


def test_drift_of_every_kind_is_seen(place: SmallProject) -> None:
    columns = (
        "({0})::double as x, ({0})::decimal(9, 2) as m, 'd' || ({0}) % 5 as d, ({0}) % 5 < 1 as f, "
        "date '2024-01-01' + ({0})::integer as day, timestamp '2024-01-01' + interval ({0}) hour as moment"
    )
    before = f"select {columns.format('i')} from range(900) t(i)"
    same = changed(place, before, before)
    assert [c.drift.word if c.drift else "" for c in same.columns] == ["none"] * 6
    now = f"select {columns.format('i * 5 + 700')} from range(900) t(i)"
    moved = changed(place, before, now)
    assert [c.drift.word if c.drift else "" for c in moved.columns] == ["much"] * 6
    assert [c.drift.ks is None for c in moved.columns if c.drift] == [False, False, True, True, False, False]
