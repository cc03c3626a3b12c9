"""Retention: forget old releases, and take away what then no release, sandbox or model leads back to.

First one catalog transaction forgets, then data files go that no recorded version names. Whoever dies in between has
left files that nobody names, and the next retention takes them away: what to do is found by looking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from vertebra.errors import UsageError
from vertebra.governance import datasets, releases, retention, runs
from vertebra.governance import tables as t
from vertebra.operations.course import begun
from vertebra.workspace import Workspace

ZONES = ("formatted", "quarantine", "exploitation")
"""Zones in which each folder is a table; in that of analyses those with a log are."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A data file that no recorded version names, and its bytes."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Retained:
    """What a retention took away, or would.

    Parameters
    ----------
    kept, gone : tuple of int
        Releases.
    versions : int
        Dataset versions that were forgotten.
    files : tuple of Orphan
        Data files that were taken away.
    run : int or None
        The run that did it; None where it was only looked at.
    """

    kept: tuple[int, ...]
    gone: tuple[int, ...]
    versions: int
    files: tuple[Orphan, ...]
    run: int | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    kept: frozenset[int]
    gone: frozenset[int]
    stays: Mapping[int, tuple[int, ...]]  # by dataset
    goes: Mapping[int, tuple[int, ...]]


def retain(
    ws: Workspace, keep: int = 10, days: float | None = None, *, dry: bool = False, wait: float = 0.0
) -> Retained:
    """Keep of every environment its newest releases, and all that sandboxes and models name; forget the others.

    Parameters
    ----------
    ws : Workspace
        The project.
    keep : int
        How many releases of each environment stay, the one that it points to among them.
    days : float, optional
        Releases that an environment pointed to in so many last days stay as well.
    dry : bool
        Only look.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    UsageError
        If nothing would be kept.
    LockedError
        If another process is writing.
    """
    if keep < 1 or (days is not None and days < 0):
        raise UsageError(
            f"{keep if keep < 1 else days} is nothing to keep",
            where="--keep" if keep < 1 else "--days",
            why="an environment keeps the release that it points to, and days are counted back from now",
            next_="vertebra retain --keep 10",
        )
    if dry:
        with ws.catalog.read() as connection:
            plan = _plan(connection, keep, days)
        return _told(plan, _orphans(ws, plan), None)
    with begun(ws, "retain", ws.project.environments[0], wait) as (run_id, _):
        with ws.catalog.write() as connection:
            plan = _plan(connection, keep, days)
            retention.forget_releases(connection, sorted(plan.gone))
            retention.forget_versions(connection, plan.goes, plan.stays)
        files = _orphans(ws, plan)
        for one in files:
            ws.storage.remove(one.key)
        for path in _nobodys(ws):
            ws.storage.remove(path)
        with ws.catalog.write() as connection:
            runs.end(connection, run_id, "done", None)
    return _told(plan, files, run_id)


def _told(plan: _Plan, files: tuple[Orphan, ...], run: int | None) -> Retained:
    versions = sum(len(gone) for gone in plan.goes.values())
    return Retained(tuple(sorted(plan.kept)), tuple(sorted(plan.gone)), versions, files, run)


def _plan(connection: Connection, keep: int, days: float | None) -> _Plan:
    known = {release.number: release for release in releases.releases(connection)}
    kept, versions = (set(found) for found in retention.pinned(connection))
    kept |= set(releases.environments(connection).values())
    since = None if days is None else datetime.now(UTC) - timedelta(days=days)
    own: dict[str, dict[int, None]] = {}
    left: dict[str, tuple[int, datetime]] = {}
    for move in releases.moves(connection):
        own.setdefault(move.environment, {}).pop(move.release, None)
        own[move.environment][move.release] = None
        if since and move.environment in left and move.moved_at >= since:
            kept.add(left[move.environment][0])  # it was pointed to until then
        left[move.environment] = (move.release, move.moved_at)
    for numbers in own.values():
        kept.update([*numbers][-keep:])
    kept &= known.keys()
    versions |= retention.named(connection, kept)
    newest = max((release.run_id for release in known.values()), default=0)
    of = retention.versions_of(connection)
    versions |= {number for found in of.values() for number, run in found if run > newest}  # no release has them yet
    stays = _with_origins(versions, retention.origins(connection))
    stays |= {found[-1][0] for found in of.values() if stays.intersection(number for number, _ in found)}
    stays = _with_origins(stays, retention.origins(connection))
    return _Plan(
        frozenset(kept),
        frozenset(known.keys() - kept),
        {dataset: tuple(n for n, _ in found if n in stays) for dataset, found in of.items()},
        {dataset: gone for dataset, found in of.items() if (gone := tuple(n for n, _ in found if n not in stays))},
    )


def _with_origins(numbers: Iterable[int], origins: Mapping[int, tuple[int, ...]]) -> set[int]:
    """Versions, and all that they come from: a trace leads through them, and a rebuild."""
    found: set[int] = set()
    ahead = list(numbers)
    while ahead:
        number = ahead.pop()
        if number not in found:
            found.add(number)
            ahead += origins.get(number, ())
    return found


def _orphans(ws: Workspace, plan: _Plan) -> tuple[Orphan, ...]:
    """Data files in the folders of tables that no version names which stays."""
    with ws.catalog.read() as connection:
        paths = {row.id: row.path for row in connection.execute(select(t.dataset.c.id, t.dataset.c.path))}
        kept = datasets.versions(connection, (number for stays in plan.stays.values() for number in stays))
    named: dict[str, set[str]] = {path: set() for path in paths.values()}
    for version in kept.values():
        named[version.path].update(file.path for file in ws.tables.snapshot(version.path, version.table_version).files)
    found = [
        Orphan(key, ws.storage.size(key))
        for path in (*paths.values(), *_nobodys(ws))
        for key in ws.storage.keys(path)
        if "/_delta_log/" not in key and key.removeprefix(f"{path}/") not in named.get(path, ())
    ]
    return tuple(sorted(found, key=lambda one: one.key))


def _nobodys(ws: Workspace) -> Iterator[str]:
    """Folders of tables of which the catalog knows nothing any more."""
    with ws.catalog.read() as connection:
        known = set(connection.execute(select(t.dataset.c.path)).scalars())
    for zone in ZONES:
        yield from (f"{zone}/{name}" for name in ws.storage.folders(zone) if f"{zone}/{name}" not in known)
    for analysis in (f"analysis/{name}" for name in ws.storage.folders("analysis")):
        for path in (f"{analysis}/{name}" for name in ws.storage.folders(analysis)):
            if path not in known and ws.storage.exists(f"{path}/_delta_log"):  # models and plots lie beside the tables
                yield path
