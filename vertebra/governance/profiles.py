"""Profiles of dataset versions, and what they were put together from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from vertebra.governance import tables as t

_BOUND = 500  # values in one statement: SQLite binds no more than so many


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """The profile of a dataset version, as the catalog keeps it.

    Parameters
    ----------
    version_id : int
        Whose.
    settings : str
        Fingerprint of what was measured and how.
    mode : str
        `all` or `sample`.
    rows, looked : int
        Rows, and how many of them were looked at one by one.
    files, measured : int
        Parquet files, and how many of them were read for it.
    chain : str
        Fingerprint of the files in their order.
    seconds : float
        What it took.
    body : mapping
        What it says, as JSON values.
    state : bytes
        From which the next version's is made.
    made_at : datetime
        When.
    run_id : int
        By which run.
    """

    version_id: int
    settings: str
    mode: str
    rows: int
    looked: int
    files: int
    measured: int
    chain: str
    seconds: float
    body: Mapping[str, Any]
    state: bytes
    made_at: datetime
    run_id: int


def _fact(row: Row[Any]) -> ProfileRecord:
    return ProfileRecord(
        version_id=row.version_id,
        settings=row.settings,
        mode=row.mode,
        rows=row.rows,
        looked=row.looked,
        files=row.files,
        measured=row.measured,
        chain=row.chain,
        seconds=row.seconds,
        body=row.body,
        state=row.state,
        made_at=row.made_at,
        run_id=row.run_id,
    )


def profiled(connection: Connection, version_ids: Collection[int]) -> frozenset[int]:
    """Which of these dataset versions have a profile; as many as a run makes, not thousands."""
    query = select(t.profile.c.version_id).where(t.profile.c.version_id.in_(sorted(version_ids)))
    return frozenset(connection.execute(query).scalars())


def profile(connection: Connection, version_id: int) -> ProfileRecord | None:
    """The profile of a dataset version."""
    row = connection.execute(select(t.profile).where(t.profile.c.version_id == version_id)).one_or_none()
    return None if row is None else _fact(row)


def newest(connection: Connection, dataset_id: int, settings: str | None = None) -> ProfileRecord | None:
    """The profile of the newest version of a dataset that has one, of these settings if they are given."""
    query = select(t.profile).join(t.dataset_version, t.dataset_version.c.id == t.profile.c.version_id)
    query = query.where(t.dataset_version.c.dataset_id == dataset_id).order_by(t.profile.c.version_id.desc()).limit(1)
    if settings is not None:
        query = query.where(t.profile.c.settings == settings)
    row = connection.execute(query).one_or_none()
    return None if row is None else _fact(row)


def before(connection: Connection, dataset_id: int, version_id: int) -> ProfileRecord | None:
    """The profile of the newest version of a dataset before this one that has one."""
    query = (
        select(t.profile)
        .join(t.dataset_version, t.dataset_version.c.id == t.profile.c.version_id)
        .where(t.dataset_version.c.dataset_id == dataset_id, t.profile.c.version_id < version_id)
        .order_by(t.profile.c.version_id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _fact(row)


def of_files(connection: Connection, dataset_id: int, settings: str, paths: Collection[str]) -> dict[str, bytes]:
    """What is known of these files of a table, where it is."""
    found: dict[str, bytes] = {}
    wanted = sorted(paths)
    f = t.profile_file.c
    for begin in range(0, len(wanted), _BOUND):
        query = select(f.path, f.state).where(
            f.dataset_id == dataset_id, f.settings == settings, f.path.in_(wanted[begin : begin + _BOUND])
        )
        found.update((row.path, row.state) for row in connection.execute(query))
    return found


def record(connection: Connection, dataset_id: int, made: ProfileRecord, parts: Mapping[str, bytes]) -> None:
    """Record a profile, and what its new files were found to hold."""
    rows = [
        {"dataset_id": dataset_id, "path": path, "settings": made.settings, "state": state}
        for path, state in parts.items()
    ]
    if rows:
        connection.execute(insert(t.profile_file), rows)
    values = {
        "version_id": made.version_id,
        "settings": made.settings,
        "mode": made.mode,
        "rows": made.rows,
        "looked": made.looked,
        "files": made.files,
        "measured": made.measured,
        "chain": made.chain,
        "seconds": made.seconds,
        "body": dict(made.body),
        "state": made.state,
        "made_at": made.made_at,
        "run_id": made.run_id,
    }
    connection.execute(insert(t.profile), [values])


def forget(connection: Connection, dataset_id: int, settings: str, paths: Collection[str]) -> None:
    """Forget what is known of a table's files one by one, but for these files and settings.

    It is kept to make the next version's profile of, and no profile that is recorded is read from it: of an earlier
    version that has none, files are read once more.
    """
    f = t.profile_file.c
    rows = connection.execute(select(f.id, f.path, f.settings).where(f.dataset_id == dataset_id))
    gone = [row.id for row in rows if row.settings != settings or row.path not in paths]
    for begin in range(0, len(gone), _BOUND):
        connection.execute(delete(t.profile_file).where(f.id.in_(gone[begin : begin + _BOUND])))
