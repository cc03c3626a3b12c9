"""What stands: releases, datasets, files and runs, as the catalog has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from vertebra.errors import UnknownNameError, nearest
from vertebra.governance import datasets, files, releases
from vertebra.governance import tables as t
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.governance.releases import Move, Release
from vertebra.operations.definitions import environment_named, source_named
from vertebra.operations.lock import holder
from vertebra.project import read_sources
from vertebra.step import Account
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run, as the catalog remembers it."""

    number: int
    command: str
    environment: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    release: int | None
    code_version: str
    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step of a run, as the catalog remembers it; sizes in bytes."""

    name: str
    kind: str
    action: str
    why: str
    outcome: str
    started_at: datetime
    wall_seconds: float | None
    cpu_seconds: float | None
    peak_memory: int | None
    rows: int | None
    size: int | None
    error: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Status:
    """What stands in an environment.

    Parameters
    ----------
    project, environment : str
        Their names.
    release : Release or None
        What the environment points to.
    datasets : tuple of DatasetVersion
        What it holds.
    last_run : RunRecord or None
        The newest run.
    writer : dict
        Who holds the lock now; empty if nobody does.
    """

    project: str
    environment: str
    release: Release | None
    datasets: tuple[DatasetVersion, ...]
    last_run: RunRecord | None
    writer: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A landed file version, and where its records went: nothing where it stands in no table."""

    file: FileVersion
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A dataset version, the releases that hold it, and what it was made from."""

    version: DatasetVersion
    releases: tuple[int, ...]
    inputs: tuple[DatasetVersion, ...]


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release, how many datasets it holds, the environments that point to it, and every move to it."""

    release: Release
    datasets: int
    environments: tuple[str, ...]
    moves: tuple[Move, ...] = ()


def status(ws: Workspace, environment: str | None = None) -> Status:
    """What stands in an environment, the project's first by default."""
    name = environment_named(ws.project, environment)
    with ws.catalog.read() as connection:
        current = releases.current(connection, name)
        found = releases.contents(connection, current) if current is not None else {}
        known = {release.number: release for release in releases.releases(connection)}
    last = runs(ws, limit=1)
    return Status(
        project=ws.project.name,
        environment=name,
        release=known.get(current) if current is not None else None,
        datasets=tuple(found.values()),
        last_run=last[0] if last else None,
        writer=holder(ws.storage.root),
    )


def landed(ws: Workspace, source: str | None = None) -> tuple[FileRecord, ...]:
    """Every landed file version, of one source or of all, with its accounts in the tables where it stands.

    Raises
    ------
    UnknownNameError
        If there is no such source, neither in the project nor in what was landed.
    """
    with ws.catalog.read() as connection:
        found = files.all_files(connection, source)
        if source is not None and not found:
            source_named(read_sources(ws.project.folder), source)
        query = select(t.dataset.c.id).where(t.dataset.c.zone == "formatted").order_by(t.dataset.c.name)
        accounts: dict[int, list[Account]] = {}
        for dataset_id in connection.execute(query).scalars().all():
            for account in datasets.standing_accounts(connection, dataset_id):
                accounts.setdefault(account.file_id, []).append(account)
    return tuple(FileRecord(file, tuple(accounts.get(file.id, ()))) for file in found)


def history(ws: Workspace, name: str) -> tuple[VersionRecord, ...]:
    """Every recorded version of a dataset, newest first.

    Raises
    ------
    UnknownNameError
        If no dataset was ever called that.
    """
    item = t.release_item.c
    with ws.catalog.read() as connection:
        known = datasets.names(connection)
        if name not in known:
            raise UnknownNameError(
                f'there is no dataset "{name}"',
                where="the catalog",
                why="no run ever published one of this name",
                next_=nearest(name, known),
            )
        versions = datasets.history(connection, name)
        held: dict[int, list[int]] = {}
        query = select(item.release_id, item.version_id).where(item.dataset_id == versions[0].dataset_id)
        for row in connection.execute(query.order_by(item.release_id)):
            held.setdefault(row.version_id, []).append(row.release_id)
        return tuple(
            VersionRecord(version, tuple(held.get(version.id, ())), datasets.inputs(connection, version.id))
            for version in versions
        )


def runs(ws: Workspace, limit: int | None = None) -> tuple[RunRecord, ...]:
    """The runs, newest first; all of them, or as many as the limit says."""
    query = select(t.run).order_by(t.run.c.id.desc()).limit(limit)
    with ws.catalog.read() as connection:
        return tuple(
            RunRecord(
                number=row.id,
                command=row.command,
                environment=row.environment,
                started_at=row.started_at,
                ended_at=row.ended_at,
                outcome=row.outcome or "running",
                release=row.release_id,
                code_version=row.code_version,
                host=row.host,
                pid=row.pid,
            )
            for row in connection.execute(query)
        )


def steps(ws: Workspace, number: int) -> tuple[StepRecord, ...]:
    """The steps of a run, in the order in which they began.

    Raises
    ------
    UnknownNameError
        If there was no such run.
    """
    with ws.catalog.read() as connection:
        newest = connection.execute(select(func.max(t.run.c.id))).scalar() or 0
        if not 1 <= number <= newest:
            raise UnknownNameError(
                f"there is no run {number}",
                where="the catalog",
                why=f"runs go from 1 to {newest}" if newest else "nothing ran yet",
                next_="vertebra runs",
            )
        query = select(t.step_run).where(t.step_run.c.run_id == number).order_by(t.step_run.c.id)
        return tuple(
            StepRecord(
                name=row.name,
                kind=row.kind,
                action=row.action,
                why=row.why,
                outcome=row.outcome or "running",
                started_at=row.started_at,
                wall_seconds=row.wall_seconds,
                cpu_seconds=row.cpu_seconds,
                peak_memory=row.peak_memory_bytes,
                rows=row.rows,
                size=row.bytes,
                error=row.error,
            )
            for row in connection.execute(query)
        )


def published(ws: Workspace) -> tuple[ReleaseRecord, ...]:
    """Every release, newest first."""
    item = t.release_item.c
    query = select(item.release_id, func.count()).group_by(item.release_id)
    with ws.catalog.read() as connection:
        counts = {row[0]: row[1] for row in connection.execute(query)}
        pointing: dict[int, list[str]] = {}
        for name, number in sorted(releases.environments(connection).items()):
            pointing.setdefault(number, []).append(name)
        moves: dict[int, list[Move]] = {}
        for move in releases.moves(connection):
            moves.setdefault(move.release, []).append(move)
        return tuple(
            ReleaseRecord(
                release,
                counts.get(release.number, 0),
                tuple(pointing.get(release.number, ())),
                tuple(moves.get(release.number, ())),
            )
            for release in releases.releases(connection)
        )
