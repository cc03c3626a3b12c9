"""Environments: promote what stands in one to another, and go back; a pointer moves, no data does.

Each is one catalog transaction under the project's lock: its run, its release and its pointer stand together or not
at all. A request that is refused leaves no run behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from vertebra.errors import UnknownNameError, UsageError
from vertebra.governance import releases, runs
from vertebra.governance.releases import Difference
from vertebra.operations.definitions import environment_named
from vertebra.operations.lock import lock
from vertebra.operations.release import current_release
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Moved:
    """What a promotion or a rollback did to an environment.

    Parameters
    ----------
    environment : str
        Its name.
    run : int or None
        The run that did it; None where nothing changed.
    before : int or None
        The release that it pointed to.
    release : int
        The one that it points to now.
    origin : int
        The release whose content that is.
    difference : Difference
        By datasets, from before to now.
    """

    environment: str
    run: int | None
    before: int | None
    release: int
    origin: int
    difference: Difference


def promote(ws: Workspace, source: str, target: str, *, wait: float = 0.0) -> Moved:
    """Publish what one environment holds as a new release of another.

    Parameters
    ----------
    ws : Workspace
        The project.
    source, target : str
        Environments.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    UnknownNameError
        If the project has no such environment, or nothing is published in the first.
    UsageError
        If both are the same, or the last run of the first did not end well.
    LockedError
        If another process is writing.
    """
    names = [environment_named(ws.project, name) for name in (source, target)]
    if source == target:
        raise UsageError(
            f'"{source}" cannot be promoted to itself',
            where=f"vertebra promote {source} {target}",
            why="both are the same environment",
            next_=f"name two of: {', '.join(ws.project.environments)}",
        )
    with _writing(ws, f"promote {' '.join(names)}", wait) as connection:
        origin = current_release(ws, connection, source)
        _refuse_unfinished(connection, source, target, origin)
        before = releases.current(connection, target)
        difference = releases.difference(connection, before, origin)
        if before is not None and difference.nothing:
            return Moved(target, None, before, before, origin, difference)
        run_id = runs.begin(connection, "promote", target)
        number = releases.copy(connection, target, run_id, origin, f"promoted from {source}, release {origin}")
        runs.end(connection, run_id, "done", number)
    return Moved(target, run_id, before, number, origin, difference)


def rollback(ws: Workspace, to: int | None = None, environment: str | None = None, *, wait: float = 0.0) -> Moved:
    """Point an environment back to the release before the one that stands, or to any other of its own.

    Parameters
    ----------
    ws : Workspace
        The project.
    to : int, optional
        A release that was published to this environment.
    environment : str, optional
        The project's first by default.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    UnknownNameError
        If there is no such environment, nothing is published in it, or no such release of it stands.
    LockedError
        If another process is writing.
    """
    name = environment_named(ws.project, environment)
    with _writing(ws, f"rollback --env {name}", wait) as connection:
        before = current_release(ws, connection, name)
        number = _wanted(connection, name, before, to)
        difference = releases.difference(connection, before, number)
        if number == before:
            return Moved(name, None, before, number, number, difference)
        run_id = runs.begin(connection, "rollback", name)
        releases.point(connection, name, number, f"rolled back from release {before}")
        runs.end(connection, run_id, "done", number)
    return Moved(name, run_id, before, number, number, difference)


@contextmanager
def _writing(ws: Workspace, command: str, wait: float) -> Iterator[Connection]:
    with lock(ws.storage.root, command, wait), ws.catalog.write() as connection:
        yield connection


def _refuse_unfinished(connection: Connection, source: str, target: str, origin: int) -> None:
    last = runs.last(connection, source)
    if last is None or last.outcome == "done":
        return
    outcome = last.outcome or "crashed"  # the lock is held: whoever left it open is dead
    again = last.command if last.command in ("train", "predict") else "run"
    raise UsageError(
        f'the last run of "{source}" {"was stopped" if outcome == "stopped" else outcome}',
        where=f"run {last.number}",
        why=f"release {origin} would be promoted, which is older than that run",
        next_=f"vertebra {again} --env {source}, and when it is done vertebra promote {source} {target}",
    )


def _wanted(connection: Connection, name: str, current: int, to: int | None) -> int:
    """The release to go back to."""
    known = {release.number: release for release in releases.releases(connection)}
    own = {move.release for move in releases.moves(connection, name)} & known.keys()
    oldest = min(own)
    if to is None:
        parent = known[current].parent
        if parent not in own:
            raise UnknownNameError(
                f'no release of "{name}" stands before release {current}',
                where=f"environment {name}",
                why=f"release {oldest} is the oldest of its releases that stands",
                next_=f"vertebra rollback --env {name} --to {max(own)}" if max(own) != current else "vertebra releases",
            )
        return parent
    if to not in own:
        others = sorted({move.environment for move in releases.moves(connection) if move.release == to and to in known})
        pointing = [other for other in others if releases.current(connection, other) == to]
        raise UnknownNameError(
            f'release {to} is none of "{name}"',
            where="--to",
            why=f"it was published to {', '.join(others)}"
            if others
            else f"release {oldest} is the oldest of its releases that stands, {max(own)} the newest",
            next_=f"vertebra promote {pointing[0]} {name}" if pointing else "vertebra releases",
        )
    return to
