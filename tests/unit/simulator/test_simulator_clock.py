"""The local clock by hand, held against the time zone database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from vertebra.errors import UsageError
from vertebra.simulator import clock

BELGRADE = ZoneInfo("Europe/Belgrade")


@pytest.mark.parametrize("year", range(2015, 2031))
def test_utc_is_that_of_the_time_zone_database(year: int) -> None:
    first = clock.month_start(year * 12)
    minutes = np.arange(first, clock.month_start(year * 12 + 12), 30)
    minutes = minutes[clock.exists(minutes, year)]
    ours = clock.utc(minutes, year)
    for minute, utc in zip(minutes.tolist(), ours.tolist(), strict=True):
        local = datetime.fromisoformat(clock.minute_text(minute)).replace(tzinfo=BELGRADE)
        assert local.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") == clock.minute_text(utc)


def test_the_skipped_hour_does_not_exist() -> None:
    skipped = clock.skipped_hour(2021)
    assert clock.minute_text(skipped) == "2021-03-28 02:00:00"
    around = np.array([skipped - 1, skipped, skipped + 59, skipped + 60])
    assert clock.exists(around, 2021).tolist() == [True, False, False, True]


def test_days_off_are_weekends_and_serbian_holidays() -> None:
    days = {
        "2023-04-13": False,
        "2023-04-14": True,  # Good Friday
        "2023-04-17": True,  # Easter Monday
        "2023-04-18": False,
        "2022-01-07": True,  # Christmas, a Friday
        "2022-02-15": True,
        "2022-07-02": True,  # a Saturday
        "2022-07-04": False,
    }
    ordinals = np.array([datetime.fromisoformat(day).toordinal() for day in days])
    assert clock.days_off(ordinals).tolist() == list(days.values())


@pytest.mark.parametrize("text", ["2022", "2022-13", "2022-00", "22-01", "2022-1", "1899-12", "2200-01", "x"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        clock.parse_month(text)
    assert caught.value.what == f'"{text}" is no month'
    assert caught.value.next == "give a month such as 2022-01"
