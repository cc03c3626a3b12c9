"""What steps took is remembered, the newest few of each name and way, and tells what the next will take."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from vertebra.governance import measures
from vertebra.governance.measures import FIXED, KEPT, Cost, Measure, by_keys, rate, whole
from vertebra.step import Way

ONE = Measure(0, "view", "daily", Way.FULL, "d", 1_000, 0, 0, 100, 1.0, 2.0)
KEYED = replace(ONE, way=Way.KEYS, changed=200, keys=10, wall_seconds=0.2, cpu_seconds=0.3)


def test_only_the_newest_of_a_name_and_way_are_kept(connection: Connection, run_id: int) -> None:
    for number in range(KEPT + 2):
        measures.record(connection, run_id, replace(ONE, read=number))
        measures.record(connection, run_id, replace(KEYED, read=number))
    measures.record(connection, run_id, replace(ONE, name="other"))
    found = measures.measures(connection, "view", "daily")
    assert [one.read for one in found if one.way is Way.FULL] == [6, 5, 4, 3, 2]
    assert [one.read for one in found if one.way is Way.KEYS] == [6, 5, 4, 3, 2]
    assert [replace(one, id=0) for one in found[:2]] == [replace(KEYED, read=6), replace(ONE, read=6)]
    every = measures.all_measures(connection)
    assert {key: len(some) for key, some in every.items()} == {("view", "daily"): 10, ("view", "other"): 1}
    assert tuple(every["view", "daily"]) == found


def seconds(cost: Cost | None) -> list[float]:
    assert cost is not None
    return [cost.wall_seconds, cost.cpu_seconds]


def test_a_full_build_grows_with_what_it_reads_but_for_what_every_step_takes() -> None:
    assert whole([], 10) is None
    assert whole([ONE], 1_000) == Cost(1.0, 2.0, 1)
    assert seconds(whole([ONE], 3_000)) == pytest.approx([FIXED + 3 * (1 - FIXED), FIXED + 3 * (2 - FIXED)])
    assert seconds(whole([ONE], 0)) == pytest.approx([FIXED, FIXED])
    assert whole([replace(ONE, read=0)], 500) == Cost(1.0, 2.0, 1)
    small = replace(ONE, wall_seconds=FIXED / 2, cpu_seconds=FIXED / 2)
    assert whole([small], 1_000_000) == Cost(FIXED / 2, FIXED / 2, 1)


def test_steps_that_read_much_and_little_tell_what_every_step_takes() -> None:
    found = [replace(ONE, read=read, cpu_seconds=0.4 + read / 1_000) for read in (4_000, 200, 180, 100)]
    assert seconds(whole(found, 90)) == pytest.approx([1.0, 0.49])
    assert seconds(whole(found, 10_000)) == pytest.approx([1.0, 10.4])
    near = [replace(ONE, read=read, cpu_seconds=cpu) for read, cpu in ((1_000, 1.05), (1_100, 1.05))]
    assert seconds(whole(near, 2_000))[1] == pytest.approx(
        0.05 + (2 + 2_000 / 1_100) / 2
    )  # too near to tell: in proportion
    steep = [replace(ONE, read=1_000, cpu_seconds=1.05), replace(ONE, read=4_000, cpu_seconds=40.05)]
    assert seconds(whole(steep, 500))[1] == pytest.approx((0.55 + 5.05) / 2)  # no step takes less than nothing
    falling = [replace(ONE, read=1_000, cpu_seconds=1.0), replace(ONE, read=4_000, cpu_seconds=0.5)]
    assert seconds(whole(falling, 9_000))[1] == pytest.approx(0.75)


def test_the_median_is_not_led_astray_by_one_slow_run() -> None:
    found = [replace(ONE, cpu_seconds=seconds) for seconds in (2.0, 90.0, 2.2)]
    assert whole(found, 1_000) == Cost(1.0, 2.2, 3)


def test_a_key_more_costs_what_a_row_of_a_full_build_costs() -> None:
    full = Cost(1.0, 2.0, 1)
    assert by_keys([], full, 10, 100) is None
    assert by_keys([KEYED], full, 10, 100) == Cost(0.2, 0.3, 1)
    assert seconds(by_keys([KEYED], full, 60, 100)) == pytest.approx([0.7, 1.3])
    assert seconds(by_keys([KEYED], full, 0, 100)) == pytest.approx([0.1, 0.1])
    assert by_keys([replace(KEYED, keys=90)], full, 0, 100) == Cost(0.0, 0.0, 1)  # no time runs backwards
    assert seconds(by_keys([KEYED], full, 11, 0)) == pytest.approx([1.2, 2.3])


def test_rates_are_of_those_that_had_something() -> None:
    assert rate([], "keys", "changed") is None
    assert rate([ONE], "keys", "changed") is None
    assert rate([ONE, KEYED, replace(KEYED, keys=30)], "keys", "changed") == pytest.approx(0.1)
