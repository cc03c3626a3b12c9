"""Local clock time to UTC, held against Python's own `zoneinfo` with the same database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones, reset_tzpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.engine import DuckDBEngine
from vertebra.formatted.clock import repeated_hours, to_utc, transitions
from vertebra.project.zones import time_zone

ZONES = [
    "UTC",
    "Europe/Belgrade",
    "Europe/Dublin",  # its winter is the exception, by the database
    "Europe/London",  # a double summer time in the war
    "Australia/Lord_Howe",  # half an hour
    "Antarctica/Troll",  # two hours
    "America/New_York",
    "America/St_Johns",  # changes at 00:01, offsets of odd seconds before
    "America/Recife",  # a summer time of one week in 2000
    "Asia/Gaza",  # until 2086 around Ramadan
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Pacific/Apia",  # skipped a whole day
    "Africa/Monrovia",  # 44 minutes and 30 seconds until 1972
    "Pacific/Chatham",
    "America/Sao_Paulo",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    made = DuckDBEngine(tmp_path_factory.mktemp("scratch"), memory="500MB", threads=1)
    yield made
    made.close()


def first_instant(clock: datetime, zone: str) -> str | None:
    """The first instant at which a clock of the zone shows a time; None where it never did."""
    info = time_zone(zone)
    instant = clock.replace(tzinfo=info, fold=0).astimezone(UTC)
    return f"{instant:%Y-%m-%d %H:%M:%S}+00" if instant.astimezone(info).replace(tzinfo=None) == clock else None


def by_engine(engine: DuckDBEngine, clocks: list[datetime], zone: str) -> list[str | None]:
    values = ", ".join(f"({n}, timestamp '{clock}')" for n, clock in enumerate(clocks))
    found: list[str | None] = engine.arrow(
        f"select ({to_utc('clock', zone)})::varchar as v from (values {values}) t(n, clock) order by n"
    )["v"].to_pylist()
    return found


def around_changes(zone: str, years: range) -> list[datetime]:
    """Clock times on both sides of every change of a zone's offset in these years."""
    found = []
    for year in years:
        day = datetime(year, 1, 1, tzinfo=UTC)
        while day.year == year:
            low, high = day, day + timedelta(days=1)
            day = high
            info = time_zone(zone)
            if low.astimezone(info).utcoffset() == high.astimezone(info).utcoffset():
                continue
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                same = middle.astimezone(info).utcoffset() == low.astimezone(info).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            shown = high.astimezone(info).replace(tzinfo=None)
            found += [
                shown + timedelta(seconds=s) for s in (-7201, -3601, -3600, -1800, -1, 0, 1, 1799, 1800, 3600, 7200)
            ]
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_every_clock_time_around_a_change_is_right(engine: DuckDBEngine, zone: str) -> None:
    years = [*range(1911, 1950, 4), 1972, 2000, *range(2009, 2030, 5), 2040, 2099, 2150, 2500, 9998]
    clocks = [clock for year in years for clock in around_changes(zone, range(year, year + 1))]
    clocks += [datetime(1845, 6, 1), datetime(2011, 12, 30, 12), datetime(2100, 1, 1), datetime(9999, 12, 30)]  # noqa: DTZ001
    assert by_engine(engine, clocks, zone) == [first_instant(clock, zone) for clock in clocks]


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})),
    clocks=st.lists(
        st.datetimes(datetime(1801, 1, 1), datetime(9998, 12, 31)).map(lambda t: t.replace(microsecond=0)),  # noqa: DTZ001
        min_size=20,
        max_size=20,
    ),
    recent=st.lists(
        st.datetimes(datetime(1901, 1, 1), datetime(2050, 12, 31)).map(lambda t: t.replace(microsecond=0)),  # noqa: DTZ001
        min_size=30,
        max_size=30,
    ),
)
def test_any_clock_time_of_any_zone_is_right(
    engine: DuckDBEngine, zone: str, clocks: list[datetime], recent: list[datetime]
) -> None:
    clocks += recent
    assert by_engine(engine, clocks, zone) == [first_instant(clock, zone) for clock in clocks]


@pytest.mark.parametrize("zone", ZONES)
def test_the_hours_that_exist_twice(zone: str) -> None:
    """A time in one of them, read as the first of the two, exists once more; no other time does."""
    info = time_zone(zone)
    hours = [hour for hour in repeated_hours(zone) if 1980 <= hour[0].year <= 2060]
    for begin, end in hours:
        for instant in (begin, end - timedelta(seconds=1)):
            clock = instant.astimezone(info).replace(tzinfo=None)
            first, second = (clock.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1))
            assert first == instant
            assert second == first + (end - begin)
        for instant in (begin - timedelta(seconds=1), end + (end - begin)):
            clock = instant.astimezone(info).replace(tzinfo=None)
            assert clock.replace(tzinfo=info, fold=0).astimezone(UTC) == clock.replace(tzinfo=info, fold=1).astimezone(
                UTC
            )


def test_golden_changes() -> None:
    changes = [change for change in transitions("Australia/Lord_Howe") if change.at.year == 2020]
    assert [(c.early.isoformat(), c.late.isoformat(), c.skips) for c in changes] == [
        ("2020-04-05T01:30:00", "2020-04-05T02:00:00", False),
        ("2020-10-04T02:00:00", "2020-10-04T02:30:00", True),
    ]
    assert transitions("UTC") == ()
    assert repeated_hours("UTC") == ()
    assert repeated_hours("Asia/Kolkata")[-1][0].year == 1945


@pytest.mark.parametrize(
    "name", ["Europe", "Europe/Belgrad", "", "../x", "localtime", "Europe//Belgrade", "__init__.py"]
)
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        time_zone(name)


def test_zones_come_from_the_pinned_database_not_from_the_machine(tmp_path: Path) -> None:
    (tmp_path / "Europe").mkdir()
    utc = files("tzdata.zoneinfo").joinpath("UTC").read_bytes()
    (tmp_path / "Europe" / "Belgrade").write_bytes(utc)  # an old machine may well be wrong
    try:
        reset_tzpath([str(tmp_path)])
        time_zone.cache_clear()
        assert datetime(2021, 1, 1, tzinfo=ZoneInfo.no_cache("Europe/Belgrade")).utcoffset() == timedelta()
        assert datetime(2021, 1, 1, tzinfo=time_zone("Europe/Belgrade")).utcoffset() == timedelta(hours=1)
    finally:
        reset_tzpath()
