"""What steps took, by name and by how they were done: of each the newest few, and what follows for the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from vertebra.governance import tables as t
from vertebra.step import Way

KEPT = 5
"""Measures of one step and way: a median of these is not led astray by one that was slow."""
FIXED = 0.05
"""Seconds of a step that do not grow with its rows: at most so many are taken out before the rest is scaled."""
_TWICE = 2  # times as much: less than that, and the difference is mostly noise
_SECONDS = ("wall_seconds", "cpu_seconds")


@dataclass(frozen=True, slots=True)
class Measure:
    """What one step took, once.

    Parameters
    ----------
    id : int
        A newer one has a higher number.
    kind, name : str
        Of the step.
    way : Way
        How it was done.
    definition, read, changed, keys
        As of its `vertebra.step.Work`.
    rows : int
        Of the dataset version that came of it.
    wall_seconds, cpu_seconds : float
        See `operations.measure`.
    """

    id: int
    kind: str
    name: str
    way: Way
    definition: str
    read: int
    changed: int
    keys: int
    rows: int
    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step will probably take.

    Parameters
    ----------
    wall_seconds, cpu_seconds : float
        Medians.
    of : int
        Of so many measures.
    """

    wall_seconds: float
    cpu_seconds: float
    of: int


def record(connection: Connection, run_id: int, measure: Measure) -> None:
    """Record what a step took, and forget the oldest of its name and way."""
    values = asdict(measure)
    del values["id"]
    connection.execute(insert(t.measure).values(run_id=run_id, **values))
    c = t.measure.c
    same = (c.kind == measure.kind, c.name == measure.name, c.way == measure.way)
    newest = select(c.id).where(*same).order_by(c.id.desc())
    connection.execute(delete(t.measure).where(*same, c.id.not_in(newest.limit(KEPT).scalar_subquery())))


def all_measures(connection: Connection) -> dict[tuple[str, str], list[Measure]]:
    """All that is known, by kind and name of the step, newest first."""
    found: dict[tuple[str, str], list[Measure]] = {}
    for one in _read(connection):
        found.setdefault((one.kind, one.name), []).append(one)
    return found


def measures(connection: Connection, kind: str, name: str) -> tuple[Measure, ...]:
    """What is known of one step, newest first."""
    return tuple(_read(connection, t.measure.c.kind == kind, t.measure.c.name == name))


def _read(connection: Connection, *where: object) -> Iterable[Measure]:
    columns = [t.measure.c[name] for name in Measure.__dataclass_fields__]
    query = select(*columns).where(*where).order_by(t.measure.c.id.desc())  # type: ignore[arg-type]  # SQLAlchemy's conditions are typed as what they compare
    for row in connection.execute(query).all():
        values: tuple[Any, ...] = tuple(row)  # the columns are the fact's fields, in their order
        number, kind, name, way, *rest = values
        yield Measure(number, kind, name, Way(way), *rest)


def whole(found: Sequence[Measure], read: int) -> Cost | None:
    """What it takes to read so much, by measures of steps that read all of what they read; None where there are none.

    Where some read twice as much as others, a line through them tells what every step takes and what grows (Theil,
    1950: the median of the slopes); else all but `FIXED` grows in proportion.

    Examples
    --------
    >>> one = Measure(1, "view", "daily", Way.FULL, "", 1_000, 0, 0, 10, 1.05, 2.05)
    >>> whole([one], 2_000)
    Cost(wall_seconds=2.05, cpu_seconds=4.05, of=1)
    """
    if not found:
        return None
    wall, cpu = (_at(read, [(one.read, getattr(one, name)) for one in found]) for name in _SECONDS)
    return Cost(wall, cpu, len(found))


def _at(read: int, points: Sequence[tuple[int, float]]) -> float:
    """Seconds for so much, by what some amounts took."""
    slopes = [(b - a) / (more - less) for less, a in points for more, b in points if more >= _TWICE * less > 0]
    if slopes:
        slope = max(median(slopes), 0.0)
        base = median(seconds - slope * amount for amount, seconds in points)
        if base >= 0:
            return base + slope * read
    return median(_scaled(seconds, read / amount if amount else 1.0) for amount, seconds in points)


def by_keys(found: Sequence[Measure], full: Cost, keys: int, rows: int) -> Cost | None:
    """What it takes to compute so many keys anew, by measures of steps that did it; None where there are none.

    A key more than was measured costs what a row costs in a full build, and a key less saves as much: to find the rows
    of keys among all others is never cheaper than that.

    Parameters
    ----------
    found : sequence of Measure
        Of refreshes by keys.
    full : Cost
        Of a full build.
    keys : int
        To compute.
    rows : int
        That stand.
    """
    if not found:
        return None
    more = {one.id: (keys - one.keys) / max(rows, 1) for one in found}
    wall, cpu = (
        median(max(float(getattr(one, name)) + more[one.id] * float(getattr(full, name)), 0.0) for one in found)
        for name in _SECONDS
    )
    return Cost(wall, cpu, len(found))


def rate(found: Sequence[Measure], of: str, per: str) -> float | None:
    """The median of what a step had of one thing for each of another; None where that is not known.

    Examples
    --------
    >>> rate([Measure(1, "view", "daily", Way.KEYS, "", 0, 100, 50, 0, 0.0, 0.0)], "keys", "changed")
    0.5
    """
    rates = [getattr(one, of) / getattr(one, per) for one in found if getattr(one, per)]
    return median(rates) if rates else None


def _scaled(seconds: float, times: float) -> float:
    fixed = min(seconds, FIXED)
    return fixed + (seconds - fixed) * times


Known = Mapping[tuple[str, str], Sequence[Measure]]
"""Kind and name of a step to its measures, newest first."""
