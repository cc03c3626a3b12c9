"""Each defect is in the files, each is on record, and a plain look at the files finds no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vertebra.errors import UsageError
from vertebra.simulator import KINDS, Defects, redeliver, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.simulator.conftest import Series
    from vertebra.simulator import Deliveries, Injected, Kind

AMBIENT, REFERENCE, SUPPLY, RETURN, SUPPLY_2, RETURN_2, ENERGY, POWER = range(8)
NAMES = ("t_amb", "t_ref", "t_sup_prim", "t_ret_prim", "t_sup_sec", "t_ret_sec", "e", "pe")
DEVICES = ("S1", "S2")
SPOILING = {"spike", "frozen", "sentinel", "false-jump", "counter-zero", "counter-zero-run", "all-zero"}


def of(made: Deliveries, device: str, *kinds: Kind) -> list[Injected]:
    return [one for one in made.injected if one.device == device and one.kind in kinds]


def test_every_kind_of_defect_is_on_record(spoiled: Deliveries) -> None:
    found = {one.kind for one in spoiled.injected}
    assert found == set(KINDS) - {"corrected-file"}


def test_none_means_none(sound: Deliveries, sound_series: dict[str, Series]) -> None:
    assert sound.injected == ()
    assert len(sound.files) == 2 * 24 + 10
    for series in sound_series.values():
        assert np.isfinite(series.values).all()
        assert (series.values[:, [SUPPLY, RETURN, ENERGY]] > 0).all()
        assert set(series.minutes().tolist()) <= {60.0, 120.0}
        assert [time for time, step in zip(series.times[1:], series.minutes(), strict=True) if step > 60] == [
            "2022-03-27 03:00:00",
            "2023-03-26 03:00:00",
        ]


@pytest.mark.parametrize("device", DEVICES)
def test_counter_zeros_are_those_on_record(spoiled: Deliveries, spoiled_series: dict[str, Series], device: str) -> None:
    series = spoiled_series[device]
    zeros = of(spoiled, device, "counter-zero", "counter-zero-run", "all-zero", "sentinel")
    jumps = of(spoiled, device, "false-jump")
    for one in zeros:
        rows = series.between(one.first, one.last)
        assert len(rows) == one.readings
        assert (rows[:, [SUPPLY, RETURN, ENERGY]] == 0).all()
    expected = sum(one.readings for one in (*zeros, *jumps))
    assert (series.values[:, ENERGY] == 0).sum() == expected > 100
    for one in of(spoiled, device, "all-zero"):
        assert (np.nan_to_num(series.between(one.first, one.last)) == 0).all()


@pytest.mark.parametrize("device", DEVICES)
def test_counters_never_fall_once_zeros_are_left_out(spoiled_series: dict[str, Series], device: str) -> None:
    counter = spoiled_series[device].values[:, ENERGY]
    assert np.diff(counter[counter > 0]).min() >= 0


def test_the_counter_comes_back_higher_after_a_long_run(spoiled: Deliveries, spoiled_series: dict[str, Series]) -> None:
    long = [one for one in spoiled.injected if one.kind == "counter-zero-run" and one.readings > 48]
    rises = []
    for one in long:
        series = spoiled_series[one.device]
        first, last = series.times.index(one.first), series.times.index(one.last)
        rises.append(series.values[last + 1, ENERGY] - series.values[first - 1, ENERGY])
    assert len(long) >= 3
    assert max(rises) > 2.0


def test_the_false_jump_is_thousands_of_mwh(spoiled: Deliveries, spoiled_series: dict[str, Series]) -> None:
    (jump,) = [one for one in spoiled.injected if one.kind == "false-jump"]
    assert jump.device == "S1"
    counter = spoiled_series["S1"].values[:, ENERGY]
    shown = counter[counter > 0]
    rises = np.diff(shown)
    assert (rises > 1_000).sum() == 1
    assert shown[0] == pytest.approx(168.4, abs=120)
    before, after = spoiled_series["S1"].between(jump.first, jump.last)[[0, -1], ENERGY]
    assert after - before == pytest.approx(rises.max())
    assert (spoiled_series["S1"].between(jump.first, jump.last)[1:-1, ENERGY] == 0).all()


@pytest.mark.parametrize("device", DEVICES)
def test_gaps_are_those_on_record(spoiled: Deliveries, spoiled_series: dict[str, Series], device: str) -> None:
    series = spoiled_series[device]
    gaps = {(one.first, one.last) for one in of(spoiled, device, "gap")}
    found = {
        (before, after)
        for before, after, step in zip(series.times, series.times[1:], series.minutes(), strict=False)
        if step > 60
    }
    for file in of(spoiled, device, "late-file"):  # a month that is still to come is no gap of the meter
        found = {(before, after) for before, after in found if not before < file.first < after}
    clock = {pair for pair in found if pair[1] in {"2022-03-27 03:00:00", "2023-03-26 03:00:00"}}
    assert found - clock == gaps
    assert len(gaps) >= 10
    assert sum(one.readings for one in of(spoiled, device, "gap")) > 500


@pytest.mark.parametrize("device", DEVICES)
def test_spikes_are_those_on_record(spoiled: Deliveries, spoiled_series: dict[str, Series], device: str) -> None:
    series = spoiled_series[device]
    here, there = series.values[1:-1, :ENERGY], (series.values[:-2, :ENERGY], series.values[2:, :ENERGY])
    off = [here - beside for beside in there]
    jumped = (np.minimum(np.abs(off[0]), np.abs(off[1])) >= 15.0 - 1e-9) & (off[0] * off[1] > 0)
    jumped &= (here > 0) & (there[0] != 0) & (there[1] != 0)
    found = {(series.times[row + 1], NAMES[column]) for row, column in np.argwhere(jumped).tolist()}
    recorded = {(one.first, one.columns[0]) for one in of(spoiled, device, "spike")}
    assert recorded <= found
    assert len(recorded) > 80
    # The sharp rise of a morning may stand beside another defect and look like one; nothing else does.
    spans = [(one.first, one.last) for one in spoiled.injected if one.device == device and one.kind in SPOILING]
    spans += [edge for one in of(spoiled, device, "gap") for edge in ((one.first, one.first), (one.last, one.last))]
    for time, _ in found - recorded:
        row = series.times.index(time)
        beside = series.times[row - 1 : row + 2]
        assert any(first <= near <= last for near in beside for first, last in spans)
    assert len(found - recorded) < 12
    assert {column for _, column in found} == {"t_sup_prim", "t_ret_prim", "t_sup_sec", "t_ret_sec"}


@pytest.mark.parametrize("device", DEVICES)
def test_frozen_runs_are_those_on_record(spoiled: Deliveries, spoiled_series: dict[str, Series], device: str) -> None:
    series = spoiled_series[device]
    same = (np.nan_to_num(np.diff(series.values, axis=0)) == 0).all(axis=1) & (series.values[1:, ENERGY] > 0)
    runs: list[tuple[str, str]] = []
    start: int | None = None
    for row, still in enumerate([*same.tolist(), False]):
        if still and start is None:
            start = row
        elif not still and start is not None:
            if row - start + 1 >= 6:
                runs.append((series.times[start], series.times[row]))
            start = None
    assert set(runs) == {(one.first, one.last) for one in of(spoiled, device, "frozen")}
    assert runs


def test_the_sentinel_stands_in_a_new_device_only(spoiled: Deliveries, spoiled_series: dict[str, Series]) -> None:
    (sentinel,) = [one for one in spoiled.injected if one.kind == "sentinel"]
    rows = spoiled_series["S1"].between(sentinel.first, sentinel.last)
    assert 250 < len(rows) == sentinel.readings <= 356
    assert (rows[:, [AMBIENT, SUPPLY_2, RETURN_2]] == -39.9).all()
    assert (rows[:, REFERENCE] == 80.0).all()
    assert sum((series.values == -39.9).sum() for series in spoiled_series.values()) == 3 * sentinel.readings


@pytest.mark.parametrize("device", DEVICES)
def test_zero_temperatures_are_in_their_column(
    spoiled: Deliveries, spoiled_series: dict[str, Series], device: str
) -> None:
    zeros = of(spoiled, device, "zero-temperature")
    for one in zeros:
        (row,) = spoiled_series[device].between(one.first, one.last)
        assert row[NAMES.index(one.columns[0])] == 0.0
        assert row[ENERGY] > 0
    assert {one.columns[0] for one in zeros} == {"t_amb", "t_ref"}


def test_power_is_empty_in_the_first_months_of_one_device(
    spoiled: Deliveries, spoiled_series: dict[str, Series]
) -> None:
    empty = of(spoiled, "S1", "empty-power")
    assert [one.file[-11:-4] for one in empty] == ["2022-01", "2022-02", "2022-03", "2022-04"]
    assert np.isnan(spoiled_series["S1"].values[:, POWER]).sum() == sum(one.readings for one in empty)
    assert np.isfinite(spoiled_series["S2"].values).all()


@pytest.mark.parametrize("device", DEVICES)
def test_the_step_gets_finer(spoiled: Deliveries, spoiled_series: dict[str, Series], device: str) -> None:
    series = spoiled_series[device]
    changes = [one.first for one in of(spoiled, device, "finer-step")]
    assert changes == ["2023-10-04 04:00:00", "2023-12-04 04:00:00"]
    steps = series.minutes()
    for low, high, step in (("", changes[0], 60), (changes[0], changes[1], 15), (changes[1], "3", 3)):
        part = [n for n, time in enumerate(series.times[:-1]) if low <= time < high]
        assert np.median(steps[part]) == step
        assert steps[part].min() == step


def test_clock_changes_lose_an_hour_and_a_phantom_one_never_was(tmp_path: Path, spoiled: Deliveries) -> None:
    lost = {one.first for one in spoiled.injected if one.kind in {"spring-hour-missing", "autumn-hour-missing"}}
    assert lost == {
        "2022-03-27 02:00:00",
        "2023-03-26 02:00:00",
        "2022-10-30 02:00:00",
        "2023-10-29 02:00:00",
    }
    always = replace(Defects.none(), phantom_hour=1.0)
    made = simulate(tmp_path, devices=1, months=1, start="2021-03", seed=1, defects=always)
    assert [(one.kind, one.first) for one in made.injected] == [("phantom-hour", "2021-03-28 02:00:00")]
    assert "\n2021-03-28 02:00:00," in (tmp_path / made.files[0].path).read_text()
    assert made.files[0].rows == 744
    weather = [one.first for one in spoiled.injected if one.device == "weather"]
    assert weather == ["2022-03-27 02:00:00", "2023-03-26 02:00:00"]


def test_each_rate_makes_its_own_defect_only(tmp_path: Path) -> None:
    # Enough of each that it must happen; nothing else may.
    wanted: dict[Kind, Defects] = {
        "counter-zero": replace(Defects.none(), counter_zero=20.0),
        "counter-zero-run": replace(Defects.none(), counter_zero_run=20.0),
        "all-zero": replace(Defects.none(), all_zero=20.0),
        "zero-temperature": replace(Defects.none(), zero_temperature=20.0),
        "spike": replace(Defects.none(), spike=20.0),
        "gap": replace(Defects.none(), gap=10.0),
        "frozen": replace(Defects.none(), frozen=10.0),
        "sentinel": replace(Defects.none(), sentinel=1.0),
        "false-jump": replace(Defects.none(), false_jump=1.0),
        "empty-power": replace(Defects.none(), empty_power=1.0, empty_power_months=1),
        "finer-step": replace(Defects.none(), finer_steps=((1, 15),)),
        "spring-hour-missing": replace(Defects.none(), clock_change=True),
        "late-file": replace(Defects.none(), late_files=1),
    }
    for kind, defects in wanted.items():
        made = simulate(tmp_path / kind, devices=1, months=6, seed=3, defects=defects)
        assert {one.kind for one in made.injected} == {kind}


def test_a_correction_has_none_of_what_it_mends(tmp_path: Path) -> None:
    simulate(tmp_path, seed=3, months=6)
    for number in range(1, 6):
        made = redeliver(tmp_path, seed=3, months=6, round=number)
        corrected = made.injected[-1].file
        kinds = {one.kind for one in made.injected if one.file == corrected}
        assert "corrected-file" in kinds
        assert not kinds & {"counter-zero", "counter-zero-run", "all-zero", "zero-temperature", "spike"}


def test_a_negative_rate_is_refused_in_four_lines() -> None:
    with pytest.raises(UsageError) as caught:
        Defects(gap=-0.5)
    assert str(caught.value) == (
        "gap cannot be -0.5\n"
        "  where: defects of the simulator, gap\n"
        "  why:   a rate, a share or a number of months is not negative\n"
        "  next:  give 0 to leave the defect out"
    )


def test_a_step_never_gets_coarser(tmp_path: Path) -> None:
    defects = replace(Defects.none(), finer_steps=((0, 30),))
    made = simulate(tmp_path, devices=1, months=1, seed=3, step_minutes=15, defects=defects)
    assert made.injected == ()
    assert made.files[0].rows == 31 * 96
