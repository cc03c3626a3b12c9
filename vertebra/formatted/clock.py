"""Local clock time to UTC: an hour that does not exist gives nothing, one that exists twice its first instant.

DuckDB's own `timezone` takes the second instant and moves times that never were; so the transitions of the zone
are written into the query instead, from the same pinned time zone database on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from vertebra.project.zones import time_zone

_FIRST, _LAST = 1800, 2100  # no zone changed its offset before; later, the same rules go on for ever
_NAIVE_FIRST = datetime(_FIRST, 1, 1)  # noqa: DTZ001  clock times have no zone, that is the point

Hours = tuple[tuple[datetime, datetime], ...]
"""Spans of UTC, end exclusive."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of a zone's offset.

    Parameters
    ----------
    at : datetime
        The instant, UTC.
    before, after : timedelta
        Offset from UTC before and from then on.
    """

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def early(self) -> datetime:
        """First clock time of the hour that is skipped or repeated, without a zone."""
        return (self.at + min(self.before, self.after)).replace(tzinfo=None)

    @property
    def late(self) -> datetime:
        """First clock time behind that hour, without a zone."""
        return (self.at + max(self.before, self.after)).replace(tzinfo=None)

    @property
    def skips(self) -> bool:
        """Does the clock go forward?"""
        return self.after > self.before


@lru_cache(maxsize=32)
def transitions(zone: str) -> tuple[Transition, ...]:
    """The changes of a zone's offset from 1800 to 2100, to the second.

    Examples
    --------
    >>> spring = [t for t in transitions("Europe/Belgrade") if t.at.year == 2021][0]
    >>> spring.early.isoformat(), spring.skips
    ('2021-03-28T02:00:00', True)
    """
    info = time_zone(zone)
    found = []
    step = timedelta(days=6)  # the shortest summer time of the database, of Recife in 2000, took 6 days and 23 hours
    here = datetime(_FIRST, 1, 1, tzinfo=UTC)
    while here.year < _LAST:
        there = here + step
        if _offset(info, here) != _offset(info, there):
            at = _search(info, here, there)
            found.append(Transition(at, _offset(info, at - timedelta(seconds=1)), _offset(info, at)))
            there = at
        here = there
    return tuple(found)


def to_utc(clock: str, zone: str) -> str:
    """SQL for the instant of a clock time; null for one that does not exist.

    Parameters
    ----------
    clock : str
        SQL of type TIMESTAMP.
    zone : str
        IANA zone.

    Returns
    -------
    str
        SQL of type TIMESTAMP WITH TIME ZONE, in a session whose zone is UTC.
    """
    if zone == "UTC":
        return f"make_timestamptz(epoch_us({clock}))"  # a cast would go through ICU, at twice the cost
    first = time_zone(zone).utcoffset(_NAIVE_FIRST)
    edges: list[tuple[datetime, str]] = []  # from this clock time on, this offset in SQL
    for change in transitions(zone):
        if change.skips:
            edges += [(change.early, "null"), (change.late, _interval(change.after))]
        else:  # the first of two instants: the old offset holds until the clock has passed the repeated hour
            edges.append((change.late, _interval(change.after)))
    if any(change.at.year == _LAST - 1 for change in transitions(zone)):
        edges.append((datetime(_LAST, 1, 1), _for_ever(clock, zone)))  # noqa: DTZ001  a clock time
    offset = _tree(clock, _interval(first or timedelta()), edges)
    return f"make_timestamptz(epoch_us({clock} - {offset}))"


def _for_ever(clock: str, zone: str) -> str:
    """Offset behind the last transition that is written out, by the engine's own rules; seldom more than a sentinel."""
    instant = f"timezone('{zone}', {clock})"
    offset = f"to_microseconds(epoch_us({clock}) - epoch_us({instant}))"
    # the engine moves a time that does not exist and takes the second instant of one that exists twice
    earlier = "".join(
        f"when timezone('{zone}', {instant} - to_seconds({seconds})) = {clock} then {offset} + to_seconds({seconds}) "
        for seconds in (7200, 3600, 1800)
    )
    return f"case when timezone('{zone}', {instant}) <> {clock} then null {earlier}else {offset} end"


def repeated_hours(zone: str) -> Hours:
    """UTC spans whose clock times exist twice; times in them were read as the first of the two."""
    if zone == "UTC":
        return ()
    return tuple((t.at - (t.before - t.after), t.at) for t in transitions(zone) if not t.skips)


def _tree(clock: str, before: str, edges: list[tuple[datetime, str]]) -> str:
    """A balanced tree of comparisons: eight for two centuries of summer times."""
    if not edges:
        return before
    middle = len(edges) // 2
    edge, from_there = edges[middle]
    left = _tree(clock, before, edges[:middle])
    right = _tree(clock, from_there, edges[middle + 1 :])
    return f"case when {clock} < timestamp '{edge}' then {left} else {right} end"


def _interval(offset: timedelta) -> str:
    return f"to_seconds({int(offset.total_seconds())})"


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _search(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high
