"""What a sound heat meter shows: temperatures that fit power and reference curve, and a counter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from vertebra.simulator import clock
from vertebra.simulator.building import Building, Demand, building, demand
from vertebra.simulator.draws import Bools, Floats, Ints, Stream, whole

if TYPE_CHECKING:
    from vertebra.simulator.weather import Weather

COLUMNS: Final = ("t_amb", "t_ref", "t_sup_prim", "t_ret_prim", "t_sup_sec", "t_ret_sec", "e", "pe")
AMBIENT, REFERENCE, SUPPLY, RETURN, SUPPLY_2, RETURN_2, ENERGY, POWER = range(8)
MWH: Final = 100_000  # the counter's steps: 0.01 kWh, five decimals of a MWh

_DEMAND, _METER = 3, 4  # purposes in the path of a stream
_KWH = 600  # tenths of kW times minutes in a kWh
_COOLING, _COOLING_PRIMARY = 0.72, 0.955  # what is left of a difference after an hour without flow


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one device and month, oldest first.

    Parameters
    ----------
    minutes : array of int
        Local minutes, rising.
    values : array of int, readings by columns
        In the order of `COLUMNS`: tenths of a degree, `e` in hundredths of kWh, `pe` in tenths of kW.
    powerless : bool
        Whether `pe` is left empty.
    """

    minutes: Ints
    values: Ints
    powerless: bool = False

    def __len__(self) -> int:
        return len(self.minutes)

    def keep(self, rows: Bools) -> Readings:
        """These readings without some rows."""
        return replace(self, minutes=self.minutes[rows], values=self.values[rows])


def stamps(month: int, steps: tuple[tuple[int, int], ...]) -> tuple[Ints, Ints]:
    """When a meter is read in a month, and how many minutes passed since the reading before.

    Parameters
    ----------
    month : int
        Which month.
    steps : tuple of (int, int)
        From which minute on a step of how many minutes holds, rising.
    """
    first, end = clock.month_start(month), clock.month_start(month + 1)
    bounds = [*(max(minute, first) for minute, _ in steps), end]
    grids = [
        np.arange(low, min(high, end), step) for (low, high), (_, step) in zip(pairwise(bounds), steps, strict=True)
    ]
    minutes = np.concatenate(grids).astype(np.int64)
    minutes = minutes[clock.exists(minutes, month // 12)]
    step_before = next(step for minute, step in reversed(steps) if minute < first)
    return minutes, np.diff(clock.utc(minutes, month // 12), prepend=clock.utc(minutes[:1], month // 12) - step_before)


def measure(
    seed: int, device: int, month: int, *, steps: tuple[tuple[int, int], ...], weather: Weather, counter: int
) -> tuple[Readings, int]:
    """The sound readings of a device and month.

    Parameters
    ----------
    seed, device, month : int
        Which simulation, device (from 0) and month.
    steps : tuple of (int, int)
        See `stamps`.
    weather : Weather
        Weather around the month.
    counter : int
        Heat before the month, tenths of kW times minutes (600 are a kWh).

    Returns
    -------
    Readings, int
        And the heat after the month. Between two readings `e` grows by `pe` times the time between
        them, to the kWh that the counter shows.
    """
    minutes, elapsed = stamps(month, steps)
    house = building(seed, device)
    need = demand(house, Stream(seed, _DEMAND, device, month), minutes, elapsed, weather)
    heat = counter + np.cumsum(need.power * elapsed)
    noise = Stream(seed, _METER, device, month).normal(6 * len(minutes)).reshape(len(minutes), 6)
    values = np.empty((len(minutes), len(COLUMNS)), dtype=np.int64)
    values[:, :ENERGY] = whole(10 * _temperatures(house, minutes, need, noise))
    values[:, ENERGY] = heat // _KWH * 100
    values[:, POWER] = need.power
    return Readings(minutes, values), int(heat[-1])


def _temperatures(house: Building, minutes: Ints, need: Demand, noise: Floats) -> Floats:
    """The six temperatures in degrees Celsius, readings by columns.

    While heat is drawn, the secondary supply follows the reference and the return lies below it by
    power over flow; afterwards both cool towards the rooms, the primary side slower.
    """
    reference = np.clip(49.2 + house.curve - 0.3 * need.outdoor - 0.14 * need.lasting, 41.0, 57.0)
    rooms = np.clip(12.4 + 0.4 * need.lasting, 20.0, 26.0)
    still = _hours_still(house, minutes, need.heating)
    warm, warm_primary = _left(_COOLING, still), _left(_COOLING_PRIMARY, still)
    drop = np.minimum(need.power / (10 * 3.4 * house.loss), 12.0) * need.heating
    supply = rooms + (reference + 0.5 - rooms) * warm
    back = rooms + (reference - 0.2 - rooms) * warm - drop
    network = np.clip(81.5 - 0.85 * need.outdoor, 62.0, 96.0)
    supply_primary = rooms - 1.5 + (network - rooms + 1.5) * warm_primary
    back_primary = np.minimum(rooms - 1.6 + (reference - rooms - 4.0) * _left(0.9, still), supply_primary - 0.5)
    columns = np.column_stack((need.outdoor + 0.8, reference, supply_primary, back_primary, supply, back))
    calm = np.where(need.heating, 1.0, 0.35)[:, np.newaxis]  # without flow the sensors show less noise
    temperatures: Floats = columns + calm * noise * np.array([0.2, 0.15, 0.7, 0.35, 0.4, 0.35])
    return temperatures


def _hours_still(house: Building, minutes: Ints, heating: Bools) -> Floats:
    """Hours since heat was last drawn; many when it was not in this month."""
    midnight = int(minutes[0]) - int(minutes[0]) % clock.DAY
    today = bool(heating[minutes < midnight + clock.DAY].any())  # then it was drawn yesterday, too
    before = midnight - clock.DAY + house.closes if today else 0
    last = np.maximum.accumulate(np.where(heating, minutes, before))
    return np.minimum((minutes - last) / clock.HOUR, 499.0)


def _left(share: float, hours: Floats) -> Floats:
    """`share` to the power of `hours`, on straight lines between full hours: powers differ by machine."""
    table = np.cumprod(np.full(501, share)) / share
    full = hours.astype(np.int64)
    return table[full] + (table[full + 1] - table[full]) * (hours - full)
