"""Hourly weather of a continental town: yearly and daily cycle, and weather that remembers yesterday."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vertebra.simulator import clock
from vertebra.simulator.draws import Floats, Ints, Stream, remember, whole

_WEATHER = 1  # purpose in the path of a stream


@dataclass(frozen=True, slots=True)
class Weather:
    """Weather at every full hour of the local clock, without a gap.

    Parameters
    ----------
    first : int
        Minute of the first hour.
    temperature : array of int
        Tenths of a degree Celsius.
    humidity : array of int
        Hundredths of a per cent of relative humidity.
    wind : array of int
        Tenths of km/h.
    pressure : array of int
        Tenths of hPa at sea level.
    """

    first: int
    temperature: Ints
    humidity: Ints
    wind: Ints
    pressure: Ints

    def outdoor(self, minutes: Ints) -> Floats:
        """Temperature in degrees Celsius, on a straight line between the hours."""
        hour, rest = np.divmod(minutes - self.first, clock.HOUR)
        ahead = self.temperature[hour + 1] * rest + self.temperature[hour] * (clock.HOUR - rest)
        return np.asarray(ahead / (10 * clock.HOUR))

    def lasting(self, minutes: Ints) -> Floats:
        """Mean temperature of the last 24 hours in degrees Celsius: what the walls have kept."""
        total = np.concatenate(([0], np.cumsum(self.temperature)))
        hour = (minutes - self.first) // clock.HOUR + 1
        return (total[hour] - total[hour - 24]) / 240

    def windy(self, minutes: Ints) -> Floats:
        """Wind speed of the hour in km/h."""
        return self.wind[(minutes - self.first) // clock.HOUR] / 10


@dataclass(frozen=True, slots=True)
class _Memory:
    """What one month leaves to the next: departures from the cycle."""

    temperature: float = 0.0
    humidity: float = 0.0
    wind: float = 0.0
    pressure: float = 0.0


def weather(seed: int, start: int, months: int) -> Weather:
    """Simulate the weather of some months, with one month before and one after.

    Parameters
    ----------
    seed : int
        Seed of the simulation.
    start : int
        First month.
    months : int
        How many.

    Returns
    -------
    Weather
        The month before gives the means of the last 24 hours, the one after the last hour's end.
    """
    memory = _Memory()
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    for month in range(start - 1, start + months + 1):
        part, memory = _month(Stream(seed, _WEATHER, month), month, memory)
        parts.append(part)
    temperature, humidity, wind, pressure = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Weather(clock.month_start(start - 1), temperature, humidity, wind, pressure)


def _month(stream: Stream, month: int, memory: _Memory) -> tuple[tuple[Ints, Ints, Ints, Ints], _Memory]:
    hours = np.arange(clock.month_start(month), clock.month_start(month + 1), clock.HOUR) // clock.HOUR
    days, day = np.unique(hours // 24, return_inverse=True)
    size = len(hours)
    season = np.array([_wave(n, 365.25, 16.0) for n in clock.day_of_year(days).tolist()])  # -1 in mid-January
    swing = (3.4 + 1.6 * season) * (0.5 + stream.uniform(len(days)))  # clear days swing more
    daily = np.array([_wave(n, 24.0, 3.0) for n in range(24)])[hours % 24]  # coldest at three
    slow = remember(0.56 * stream.normal(size), 0.99, memory.temperature)
    air = 12.4 + 10.8 * season[day] + swing[day] * daily + slow + 0.2 * stream.normal(size)
    damp = remember(5.0 * stream.normal(size), 0.95, memory.humidity)
    humidity = 72.0 - 9.0 * season[day] - 3.1 * swing[day] * daily + damp + 0.6 * stream.normal(size)
    gusts = remember(2.6 * stream.normal(size), 0.9, memory.wind)
    wind = 8.5 + 2.0 * daily + gusts + 0.5 * stream.normal(size)
    heavy = remember(0.75 * stream.normal(size), 0.994, memory.pressure)
    pressure = 1016.5 - 2.5 * season[day] - 0.35 * slow + heavy
    part = (
        whole(10 * air),
        whole(100 * np.clip(humidity, 18.0, 100.0)),
        whole(10 * np.clip(wind, 0.0, None)),
        whole(10 * pressure),
    )
    return part, _Memory(float(slow[-1]), float(damp[-1]), float(gusts[-1]), float(heavy[-1]))


def _wave(at: float, period: float, lowest: float) -> float:
    """A cosine from -1 at `lowest`; six digits, since the last bits differ between C libraries."""
    return -round(math.cos(2 * math.pi * (at - lowest) / period), 6)
