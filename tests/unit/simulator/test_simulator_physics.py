"""Sound deliveries obey physics, so that a forecaster can learn something real."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vertebra.simulator import Defects, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.simulator.conftest import Series

AMBIENT, REFERENCE, SUPPLY, RETURN, SUPPLY_2, RETURN_2, ENERGY, POWER = range(8)


def months(series: Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([int(time[5:7]) for time in series.times])


def hours(series: Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([int(time[11:13]) for time in series.times])


@pytest.mark.parametrize("device", ["S1", "S2"])
def test_the_counter_grows_by_power_times_time(sound_series: dict[str, Series], device: str) -> None:
    series = sound_series[device]
    power, step = series.values[1:, POWER], series.minutes() / 60
    for n, time in enumerate(series.times[1:]):  # the local clock hides an hour in spring, two in autumn
        if time[11:] == "03:00:00" and step[n] == 2:
            step[n] = 1
        elif time in {"2022-10-30 03:00:00", "2023-10-29 03:00:00"}:
            step[n] = 2
    grown = np.diff(series.values[:, ENERGY]) * 1000
    assert np.abs(grown - power * step).max() <= 1.001  # one digit of the counter
    assert grown.sum() == pytest.approx((power * step).sum(), abs=1.001)
    assert grown.min() > -1e-6


@pytest.mark.parametrize("device", ["S1", "S2"])
def test_demand_falls_as_it_gets_warmer(sound_series: dict[str, Series], device: str) -> None:
    series = sound_series[device]
    days: dict[str, list[int]] = {}
    for n, time in enumerate(series.times):
        if time[5:7] in {"11", "12", "01", "02", "03"}:
            days.setdefault(time[:10], []).append(n)
    means = np.array([series.values[rows][:, [AMBIENT, POWER]].mean(axis=0) for rows in days.values()])
    assert np.corrcoef(means.T)[0, 1] < -0.8


@pytest.mark.parametrize("device", ["S1", "S2"])
def test_heating_has_its_seasons_nights_and_a_sharp_start(sound_series: dict[str, Series], device: str) -> None:
    series = sound_series[device]
    month, hour, power = months(series), hours(series), series.values[:, POWER]
    winter = np.isin(month, (12, 1, 2))
    day = power[winter & (hour >= 8) & (hour < 22)].mean()
    assert power[np.isin(month, (6, 7, 8))].max() == 0.0
    assert power[winter & (hour >= 1) & (hour <= 4)].mean() < 0.05 * day
    assert power[winter & (hour == 7)].mean() > 1.2 * day
    warm = series.values[winter & (hour == 7), SUPPLY_2].mean() - series.values[winter & (hour == 4), SUPPLY_2].mean()
    assert warm > 15.0


@pytest.mark.parametrize("device", ["S1", "S2"])
def test_temperatures_fit_power_and_reference(sound_series: dict[str, Series], device: str) -> None:
    values, hour = sound_series[device].values, hours(sound_series[device])
    on = values[(hour >= 9) & (hour <= 21) & (values[:, POWER] > 40)]
    assert np.abs(on[:, SUPPLY_2] - on[:, REFERENCE]).mean() < 1.0
    assert np.corrcoef(on[:, SUPPLY_2] - on[:, RETURN_2], on[:, POWER])[0, 1] > 0.9
    assert np.corrcoef(on[:, AMBIENT], on[:, REFERENCE])[0, 1] < -0.9
    assert (on[:, SUPPLY] > on[:, SUPPLY_2]).all()
    assert (on[:, SUPPLY] > on[:, RETURN]).all()


@pytest.mark.parametrize("device", ["S1", "S2"])
def test_sound_readings_have_no_jump_there_and_back(sound_series: dict[str, Series], device: str) -> None:
    steps = np.diff(sound_series[device].values[:, :ENERGY], axis=0)
    there_and_back = np.minimum(np.abs(steps[:-1]), np.abs(steps[1:])) * (steps[:-1] * steps[1:] < 0)
    assert there_and_back.max() < 15.0


def test_a_finer_step_counts_the_same_heat(tmp_path: Path) -> None:
    heat = {}
    for step in (60, 15):
        made = simulate(tmp_path / str(step), devices=1, months=1, seed=4, step_minutes=step, defects=Defects.none())
        lines = (made.folder / made.files[0].path).read_text().splitlines()
        newest, oldest = lines[1].split(","), lines[-1].split(",")
        heat[step] = float(newest[7]) - float(oldest[7])
    assert heat[15] == pytest.approx(heat[60], rel=0.02)


def test_weather_is_that_of_a_continental_winter(tmp_path: Path) -> None:
    made = simulate(tmp_path, devices=1, months=60, seed=2, defects=Defects.none())
    rows = [
        [float(cell) for cell in line.split(",")[1:]]
        for file in made.files
        if file.kind == "weather"
        for line in (tmp_path / file.path).read_text().splitlines()[1:]
    ]
    temperature, humidity, wind, pressure = np.array(rows).T
    assert 2.0 < temperature.mean() < 8.0
    assert 3.5 < temperature.std() < 7.5
    assert 18.0 <= humidity.min() <= humidity.max() <= 100.0
    assert wind.min() >= 0.0
    assert 1_010 < pressure.mean() < 1_025
    assert np.corrcoef(temperature, humidity)[0, 1] < 0.0


def test_each_building_has_habits_of_its_own(sound_series: dict[str, Series]) -> None:
    # The weather is shared; what is left after it must not be, or one meter would foretell the other.
    times = sound_series["S1"].times
    noon = [n for n, time in enumerate(times) if time[11:13] == "12" and "2022-01-10" <= time[:10] <= "2022-02-11"]
    noon = [n for n in noon if date.fromisoformat(times[n][:10]).weekday() < 5]
    ratio = sound_series["S1"].values[noon, POWER] / sound_series["S2"].values[noon, POWER]
    assert ratio.std() / ratio.mean() > 0.05
