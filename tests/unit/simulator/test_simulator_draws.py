"""Random numbers: the same everywhere, and distributed as they say."""

from __future__ import annotations

import numpy as np
import pytest

from vertebra.errors import UsageError
from vertebra.simulator.draws import Stream, remember, whole


def test_raw_numbers_are_those_of_pcg64_for_ever() -> None:
    # As numpy 2.4 gives them; numpy promises never to change PCG64 and SeedSequence.
    assert Stream(7, 1, 2).uniform(3).tolist() == [0.4788951467717453, 0.1411980917522745, 0.9330232036517411]


def test_normal_numbers_have_mean_0_and_variance_1() -> None:
    drawn = Stream(1).normal(200_000)
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.var() - 1.0) < 0.01
    assert abs(np.mean(np.abs(drawn) < 1.0) - 0.683) < 0.005


def test_count_has_the_rate_as_its_mean() -> None:
    for rate in (0.0, 0.23, 1.0, 5.5):
        counts = [Stream(3, n).count(rate) for n in range(4_000)]
        assert np.mean(counts) == pytest.approx(rate, abs=0.12)
    assert {Stream(3, n).count(0.0) for n in range(50)} == {0}


def test_measure_follows_its_quantiles() -> None:
    stream = Stream(5)
    drawn = [stream.measure(((0.0, 2.0), (0.5, 10.0), (1.0, 100.0))) for _ in range(4_000)]
    assert min(drawn) == 2
    assert max(drawn) < 100
    assert np.mean(np.array(drawn) < 10) == pytest.approx(0.5, abs=0.03)


def test_remember_keeps_what_it_says() -> None:
    series = remember(Stream(9).normal(50_000), 0.9, 0.0)
    assert np.corrcoef(series[1:], series[:-1])[0, 1] == pytest.approx(0.9, abs=0.01)


def test_whole_rounds_halves_upwards() -> None:
    assert whole(np.array([-0.5, 0.5, 1.49, -1.51])).tolist() == [0, 1, 1, -2]


def test_a_negative_seed_is_refused_in_four_lines() -> None:
    with pytest.raises(UsageError) as caught:
        Stream(-1)
    assert str(caught.value) == (
        "-1 is no seed\n"
        "  where: seed of the simulator\n"
        "  why:   a seed is a whole number that is not negative\n"
        "  next:  give 0 or more, for example 7"
    )
