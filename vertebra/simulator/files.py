"""The two layouts of a month's file, as the real deliveries have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from vertebra.simulator import clock, text
from vertebra.simulator.meter import COLUMNS, ENERGY, POWER

if TYPE_CHECKING:
    from vertebra.simulator.draws import Ints
    from vertebra.simulator.month import Month
    from vertebra.simulator.weather import Weather

METER_HEADER: Final = f"datetime,{','.join(COLUMNS)}\n"
WEATHER_HEADER: Final = "datetime,temp,humidity,windspeed,sealevelpressure\n"


def meter_file(month: Month) -> bytes:
    """A month of one device, newest first."""
    readings = month.readings
    values = readings.values[::-1]
    seconds = (readings.minutes[::-1] - clock.month_start(month.month)) * 60
    columns = [
        text.stamps(seconds, month.month),
        *(text.number(values[:, column], 1, 3) for column in range(ENERGY)),
        text.number(values[:, ENERGY], 5, 7),
        text.words([""], np.zeros(len(readings), dtype=np.int64))
        if readings.powerless
        else text.number(values[:, POWER], 1, 6),
    ]
    return METER_HEADER.encode() + text.lines(columns)


def weather_file(weather: Weather, month: int, *, phantom: bool) -> tuple[bytes, int, tuple[str, ...]]:
    """A month of weather, oldest first.

    Parameters
    ----------
    weather : Weather
        Which has the month.
    month : int
        Which month.
    phantom : bool
        Whether the hour that summer time skips has a record.

    Returns
    -------
    bytes, int, tuple of str
        The file, its records, and the times of those that no clock ever showed. No records outside
        the heating season, from 18 November 06:00 to 31 March 22:00.
    """
    first = clock.month_start(month)
    minutes = np.arange(first, clock.month_start(month + 1), clock.HOUR)
    minutes = minutes[_season(minutes, month)]
    real = clock.exists(minutes, month // 12)
    never = tuple(clock.minute_text(minute) for minute in minutes[~real].tolist()) if phantom else ()
    minutes = minutes if phantom else minutes[real]
    hours = (minutes - weather.first) // clock.HOUR
    columns = (
        text.stamps((minutes - first) * 60, month),
        text.number(weather.temperature[hours], 1, 3),
        text.number(weather.humidity[hours], 2, 3),
        text.number(weather.wind[hours], 1, 3),
        text.number(weather.pressure[hours], 1, 4),
    )
    return WEATHER_HEADER.encode() + text.lines(columns), len(minutes), never


def _season(minutes: Ints, month: int) -> slice:
    """Which hours of a month the real weather covers."""
    match month % 12 + 1:
        case 12 | 1 | 2:
            return slice(None)
        case 3:
            return slice(len(minutes) - 1)
        case 11:
            return slice(17 * 24 + 6, None)
        case _:
            return slice(0)
