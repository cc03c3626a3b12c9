"""File versions and deliveries: what came, when, and which bytes it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select

from vertebra.governance.tables import delivery, file_version, observed


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One version of one delivered file, kept unchanged.

    Parameters
    ----------
    id : int
        The catalog's number, which `_file` holds.
    source, name : str
        Under which it is kept; `name` has the folders below the collector's root, with `/`.
    version : int
        1, 2, … under source and name.
    received_at : datetime
        UTC.
    sha256 : str
        Of its bytes, in hex.
    size : int
        Bytes.
    origin : str
        Where the collector found it.
    path : str
        In the persistent landing, below the storage root.
    """

    id: int
    source: str
    name: str
    version: int
    received_at: datetime
    sha256: str
    size: int
    origin: str
    path: str


def _fact(row: Row[tuple[object, ...]]) -> FileVersion:
    return FileVersion(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping


def all_files(connection: Connection, source: str | None = None) -> tuple[FileVersion, ...]:
    """Every file version, by number, of one source or of all."""
    query = select(file_version).order_by(file_version.c.id)
    if source is not None:
        query = query.where(file_version.c.source == source)
    return tuple(_fact(row) for row in connection.execute(query))


def files_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, FileVersion]:
    """The file versions of these numbers."""
    wanted = sorted(set(ids))
    found: dict[int, FileVersion] = {}
    for begin in range(0, len(wanted), 500):  # SQLite binds a bounded number of values in one statement
        chunk = wanted[begin : begin + 500]
        query = select(file_version).where(file_version.c.id.in_(chunk))
        found.update((row.id, _fact(row)) for row in connection.execute(query))
    return found


def newest_by_name(connection: Connection, source: str) -> dict[str, FileVersion]:
    """The newest version of each file name of a source."""
    newest = select(func.max(file_version.c.id)).where(file_version.c.source == source).group_by(file_version.c.name)
    query = select(file_version).where(file_version.c.id.in_(newest))
    return {row.name: _fact(row) for row in connection.execute(query)}


def stamps(connection: Connection, source: str) -> dict[str, str]:
    """What was seen last at each origin of a source."""
    query = select(observed.c.origin, observed.c.stamp).where(observed.c.source == source)
    return {row.origin: row.stamp for row in connection.execute(query)}


def add_files(connection: Connection, rows: Sequence[dict[str, object]]) -> dict[str, int]:
    """Record new file versions; their numbers by path."""
    if not rows:
        return {}
    connection.execute(insert(file_version), rows)
    found: dict[str, int] = {}
    paths = [str(row["path"]) for row in rows]
    for begin in range(0, len(paths), 500):
        query = select(file_version.c.path, file_version.c.id).where(
            file_version.c.path.in_(paths[begin : begin + 500])
        )
        found.update((row.path, row.id) for row in connection.execute(query))
    return found


def add_deliveries(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Record what was delivered, versions and duplicates alike."""
    if rows:
        connection.execute(insert(delivery), rows)


def see(connection: Connection, source: str, origin: str, stamp: str, file_id: int) -> None:
    """Remember what an origin looked like when its file was landed."""
    connection.execute(observed.delete().where(observed.c.source == source, observed.c.origin == origin))
    connection.execute(insert(observed).values(source=source, origin=origin, stamp=stamp, file_id=file_id))
