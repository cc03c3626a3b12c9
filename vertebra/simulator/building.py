"""The heat that a building draws: from outdoor temperature, wind, hour of day, day of week and night setback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vertebra.simulator import clock
from vertebra.simulator.draws import Bools, Floats, Ints, Stream, whole

if TYPE_CHECKING:
    from vertebra.simulator.weather import Weather

_BUILDING = 2  # purpose in the path of a stream

# Mean power of the two real substations at each hour of a winter's day, over their mean while heated.
_NIGHT = (1.0,) * 6
_DAY = (1.14, 1.12, 1.08, 1.05, 1.02, 0.97, 0.92, 0.87, 0.86, 0.89, 0.94, 1.0, 1.04, 1.05, 1.04, 1.04)
_HOURS = (*_NIGHT, *_DAY, 1.0, 1.0)
_INDOOR = 21.0  # degrees Celsius at which no heat is needed
_BOOST = 0.75  # more power while the building is brought up in the morning
_STARTUP = 60  # minutes of it


@dataclass(frozen=True, slots=True)
class Building:
    """What makes one building differ from another.

    Parameters
    ----------
    loss : float
        Heat loss in kW per degree between indoors and outdoors.
    wind : float
        Share of more loss per km/h of wind.
    day_off : float
        Demand on weekends and holidays over that of a working day.
    opens, closes : int
        Minute of the day at which heating starts (between 5 and 6) and stops.
    curve : float
        Degrees by which its reference temperature is above that of others.
    counter : int
        Counter at the start, kWh.
    """

    loss: float
    wind: float
    day_off: float
    opens: int
    closes: int
    curve: float
    counter: int


@dataclass(frozen=True, slots=True)
class Demand:
    """Heat drawn in the step before each reading.

    Parameters
    ----------
    power : array of int
        Mean power over the step, tenths of kW.
    heating : array of bool
        Whether heat is drawn at the reading itself.
    outdoor, lasting : array of float
        Temperature at the reading, and its mean over the last 24 hours, degrees Celsius.
    """

    power: Ints
    heating: Bools
    outdoor: Floats
    lasting: Floats


def building(seed: int, device: int) -> Building:
    """The building behind a device (counted from 0)."""
    loss, wind, day_off, opens, closes, curve, counter = Stream(seed, _BUILDING, device).uniform(7).tolist()
    return Building(
        loss=8.0 + 12.0 * loss,
        wind=0.004 + 0.005 * wind,
        day_off=0.88 + 0.15 * day_off,
        opens=5 * clock.HOUR + int(45 * opens),
        closes=22 * clock.HOUR + int(40 * closes),
        curve=2.0 * curve - 1.0,
        counter=8_000_000 + int(6_000_000 * counter),
    )


def demand(house: Building, stream: Stream, minutes: Ints, elapsed: Ints, weather: Weather) -> Demand:
    """The heat that a building draws during a month.

    Parameters
    ----------
    house : Building
        Which building.
    stream : Stream
        Random numbers of this device and month.
    minutes : array of int
        Local minutes of the readings of a month, rising.
    elapsed : array of int
        Minutes that truly passed since the reading before.
    weather : Weather
        Weather around the month.

    Returns
    -------
    Demand
        One entry per reading.
    """
    days = np.arange(minutes[0] // clock.DAY, minutes[-1] // clock.DAY + 1)
    # What the people of the house do differs from day to day, and no forecast can know it.
    habit = 1.0 + 0.07 * stream.normal(len(days))
    habit[clock.days_off(days)] *= house.day_off
    day = np.maximum((minutes - 1) // clock.DAY - days[0], 0)  # midnight ends the day before
    outdoor, lasting = weather.outdoor(minutes), weather.lasting(minutes)
    needed = np.maximum(_INDOOR - 0.65 * outdoor - 0.35 * lasting, 0.0)
    shape = np.array(_HOURS)[(minutes - 1) % clock.DAY // clock.HOUR]
    open_share, boost_share, night_share = _schedule(house, minutes, elapsed, lasting)
    drawn = house.loss * needed * (1.0 + house.wind * weather.windy(minutes)) * shape * habit[day]
    noisy = drawn * (1.0 + 0.025 * stream.normal(len(minutes)))
    pump = np.maximum(3.0 * stream.uniform(len(minutes)) - 1.5, 0.0)  # what valves let through at night
    season = clock.heated(days)[day] & (lasting < 17.0)
    power = noisy * (open_share + _BOOST * boost_share + night_share) + pump
    at = minutes % clock.DAY
    heating = season & (needed > 2.0) & (((at >= house.opens) & (at < house.closes)) | (night_share > 0.2))
    return Demand(whole(10 * np.where(season, power, 0.0)), heating, outdoor, lasting)


def _schedule(house: Building, minutes: Ints, elapsed: Ints, lasting: Floats) -> tuple[Floats, Floats, Floats]:
    """Shares of each step with day heating, with the morning's boost, and of night heating in hard frost."""
    end = (minutes - 1) % clock.DAY + 1
    opened = _overlap(end, elapsed, house.opens, house.closes)
    boosted = _overlap(end, elapsed, house.opens, house.opens + _STARTUP)
    frost = np.clip((-6.0 - lasting) / 8.0, 0.0, 0.6)
    return opened, boosted, (1.0 - opened) * frost


def _overlap(end: Ints, length: Ints, first: int, last: int) -> Floats:
    """Share of the minutes before `end` that lie between two minutes of the day."""
    share: Floats = np.clip(np.minimum(end, last) - np.maximum(end - length, first), 0, None) / length
    return share
