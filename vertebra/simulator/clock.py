"""Months, local clock time and holidays, as whole numbers.

A *minute* is a local clock time: minutes since the start of the year 1 as a clock on the wall shows
them. A *month* is 12 times the year plus the month of the year from 0.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import numpy as np

from vertebra.errors import UsageError
from vertebra.simulator.draws import Bools, Ints

DAY = 1440
HOUR = 60

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_FIXED_HOLIDAYS = ((1, 1), (1, 2), (1, 7), (2, 15), (2, 16), (5, 1), (5, 2), (11, 11))


def parse_month(text: str) -> int:
    """Read a month.

    Raises
    ------
    UsageError
        When it is not written as year and month.

    Examples
    --------
    >>> month_text(parse_month("2022-01") + 12)
    '2023-01'
    """
    found = _MONTH.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) <= 2199:
        raise UsageError(
            f'"{text}" is no month',
            where="start of the simulator",
            why="a month is written yyyy-mm, from 1900-01 to 2199-12",
            next_="give a month such as 2022-01",
        )
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(month: int) -> str:
    """A month as `yyyy-mm`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_start(month: int) -> int:
    """The first minute of a month."""
    return date(month // 12, month % 12 + 1, 1).toordinal() * DAY


def minute_text(minute: int) -> str:
    """A minute as the files write it.

    Examples
    --------
    >>> minute_text(month_start(parse_month("2022-03")) + 61)
    '2022-03-01 01:01:00'
    """
    day, rest = divmod(int(minute), DAY)
    return f"{date.fromordinal(day).isoformat()} {rest // HOUR:02d}:{rest % HOUR:02d}:00"


@cache
def skipped_hour(year: int) -> int:
    """First minute of the hour that summer time skips: 02:00 on the last Sunday of March."""
    return _last_sunday(year, 3) * DAY + 2 * HOUR


@cache
def repeated_hour(year: int) -> int:
    """First minute of the hour that happens twice: 02:00 on the last Sunday of October."""
    return _last_sunday(year, 10) * DAY + 2 * HOUR


def _last_sunday(year: int, month: int) -> int:
    last = date(year, month, 31).toordinal()
    return last - last % 7  # day 7 of the proleptic calendar is a Sunday


def exists(minutes: Ints, year: int) -> Bools:
    """Which minutes of a year a clock in Belgrade ever shows."""
    skipped = skipped_hour(year)
    return (minutes < skipped) | (minutes >= skipped + HOUR)


def utc(minutes: Ints, year: int) -> Ints:
    """The minutes of a year in UTC; of an hour that happens twice, the first.

    The rule of the European Union, by hand: a file must not change with a machine's time zone tables.
    """
    summer = (minutes >= skipped_hour(year)) & (minutes < repeated_hour(year) + HOUR)
    return minutes - HOUR - HOUR * summer.astype(np.int64)


def heated(days: Ints) -> Bools:
    """Which days lie in the season in which the network delivers heat: 12 October to 20 April."""
    return np.array([(day.month, day.day) >= (10, 12) or (day.month, day.day) <= (4, 20) for day in _dates(days)])


def days_off(days: Ints) -> Bools:
    """Which days are weekends or public holidays in Serbia."""
    return np.array(
        [day.weekday() >= 5 or (day.month, day.day) in _FIXED_HOLIDAYS or _by_easter(day) for day in _dates(days)]
    )


def day_of_year(days: Ints) -> Ints:
    """The day in its year, from 0."""
    return np.array([day.timetuple().tm_yday - 1 for day in _dates(days)], dtype=np.int64)


def _dates(days: Ints) -> list[date]:
    return [date.fromordinal(day) for day in days.tolist()]


def _by_easter(day: date) -> bool:
    return -2 <= day.toordinal() - orthodox_easter(day.year) <= 1


@cache
def orthodox_easter(year: int) -> int:
    """The ordinal day of Orthodox Easter Sunday (Meeus, Astronomical Algorithms, 1991, chapter 8).

    Examples
    --------
    >>> date.fromordinal(orthodox_easter(2023)).isoformat()
    '2023-04-16'
    """
    moon = (19 * (year % 19) + 15) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + sunday + 114, 31)
    julian_late = year // 100 - year // 400 - 2  # days by which the Julian calendar is behind
    return date(year, month, day + 1).toordinal() + julian_late
