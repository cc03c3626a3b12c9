"""Numbers as text: what Python's own `repr` would write."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertebra.simulator import clock, text


@given(st.lists(st.integers(-9_999_999, 9_999_999), min_size=1, max_size=30), st.integers(1, 5))
def test_numbers_are_written_as_the_shortest_decimal(values: list[int], decimals: int) -> None:
    written = text.lines([text.number(np.array(values), decimals, 7)]).decode("ascii").splitlines()
    expected = [f"{abs(value) // 10**decimals}.{abs(value) % 10**decimals:0{decimals}d}" for value in values]
    short = [whole.rstrip("0") + "0" * whole.rstrip("0").endswith(".") for whole in expected]
    assert written == ["-" * (value < 0) + number for value, number in zip(values, short, strict=True)]


def test_a_number_without_room_is_never_cut() -> None:
    with pytest.raises(OverflowError, match="more than 2 digits"):
        text.number(np.array([1_000]), 1, 2)


def test_columns_stand_side_by_side() -> None:
    columns = [
        text.stamps(np.array([0, 86_400 + 3_661]), clock.parse_month("2024-02")),
        text.words(["ok", "fault"], np.array([1, 0])),
        text.words([""], np.array([0, 0])),
        text.number(np.array([-399, 0]), 1, 3),
    ]
    assert text.lines(columns) == b"2024-02-01 00:00:00,fault,,-39.9\n2024-02-02 01:01:01,ok,,0.0\n"
