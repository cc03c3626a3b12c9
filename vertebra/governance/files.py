"""File versions and deliveries: what came, when, and which bytes it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select

from vertebra.governance.tables import delivery, file_version, observed

_T = TypeVar("_T")
_MORE = 4
INSIDE = "!/"
"""Stands between an archive's path and the name of a file in it."""


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
        In the persistent landing, below the storage root. That of an archive ends with `!/`, that of a file in it
        goes on behind that.
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

    @property
    def is_archive(self) -> bool:
        """Is it an archive, whose members are versions of their own?"""
        return self.path.endswith(INSIDE)

    @property
    def place(self) -> tuple[str, str]:
        """The path of its bytes in the storage, and its name in the archive that is there; empty for none."""
        outer, _, inner = self.path.partition(INSIDE)
        return outer, inner


@dataclass(frozen=True, slots=True)
class Named:
    """What tells a file version from all others, for whoever looks through many of them.

    Parameters
    ----------
    id, name, version, sha256, path : int, str, int, str, str
        As of its `FileVersion`.
    """

    id: int
    name: str
    version: int
    sha256: str
    path: str

    @property
    def is_archive(self) -> bool:
        """Is it an archive, whose members are versions of their own?"""
        return self.path.endswith(INSIDE)

    @property
    def archive(self) -> str:
        """The archive that it is in; empty for none."""
        outer, inside, inner = self.path.partition(INSIDE)
        return outer if inside and inner else ""


def _fact(row: Row[Any]) -> FileVersion:
    values: tuple[Any, ...] = tuple(row)  # the table's columns are the fact's fields, in their order
    return FileVersion(*values)


def all_files(connection: Connection, source: str | None = None) -> tuple[FileVersion, ...]:
    """Every file version, by number, of one source or of all."""
    query = select(file_version).order_by(file_version.c.id)
    if source is not None:
        query = query.where(file_version.c.source == source)
    return tuple(_fact(row) for row in connection.execute(query).all())


def named(connection: Connection, source: str) -> tuple[Named, ...]:
    """Every file version of a source, by number."""
    c = file_version.c
    query = select(c.id, c.name, c.version, c.sha256, c.path).where(c.source == source).order_by(c.id)
    return tuple(Named(*row) for row in connection.execute(query).all())


def files_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, FileVersion]:
    """The file versions of these numbers."""
    found: dict[int, FileVersion] = {}
    for chunk in _chunks(sorted(set(ids))):
        query = select(file_version).where(file_version.c.id.in_(chunk))
        found.update((row.id, _fact(row)) for row in connection.execute(query))
    return found


def of_name(connection: Connection, name: str) -> tuple[FileVersion, ...]:
    """Every version of every file of this name, whatever its source, by number."""
    c = file_version.c
    query = select(file_version).where(c.name == name).order_by(c.id)
    return tuple(_fact(row) for row in connection.execute(query))


def inside(connection: Connection, archive: FileVersion) -> tuple[FileVersion, ...]:
    """The members of an archive."""
    c = file_version.c
    query = select(file_version).where(c.source == archive.source, c.path.startswith(archive.path, autoescape=True))
    return tuple(_fact(row) for row in connection.execute(query.order_by(c.id)) if row.id != archive.id)


def all_names(connection: Connection) -> tuple[str, ...]:
    """The name of every file that was ever landed, sorted."""
    c = file_version.c
    return tuple(connection.execute(select(c.name).distinct().order_by(c.name)).scalars())


def newest_by_name(connection: Connection, source: str) -> dict[str, FileVersion]:
    """The newest version of each file name of a source."""
    newest = select(func.max(file_version.c.id)).where(file_version.c.source == source).group_by(file_version.c.name)
    query = select(file_version).where(file_version.c.id.in_(newest))
    return {row.name: _fact(row) for row in connection.execute(query)}


def newest_of(connection: Connection, source: str, names: Iterable[str]) -> dict[str, FileVersion]:
    """The newest version of these file names of a source; names that it has none of are left out."""
    found: dict[str, FileVersion] = {}
    c = file_version.c
    for chunk in _chunks(sorted(set(names))):
        newest = (
            select(c.name, func.max(c.version).label("version"))
            .where(c.source == source, c.name.in_(chunk))
            .group_by(c.name)
            .subquery()
        )
        query = (
            select(file_version)
            .join(newest, and_(c.name == newest.c.name, c.version == newest.c.version))
            .where(c.source == source)
        )
        found.update((row.name, _fact(row)) for row in connection.execute(query))
    return found


def stamps(connection: Connection, source: str, origins: Iterable[str]) -> dict[str, str]:
    """What was seen last at these origins of a source; origins never seen are left out."""
    c = observed.c
    seen = select(c.origin, c.stamp).where(c.source == source)
    wanted = sorted(set(origins))
    # to name an origin costs as much as to read four: all are read, unless most are of files that lie there no more
    rows = connection.execute(seen.limit(_MORE * len(wanted) + 1)).all()
    if len(rows) <= _MORE * len(wanted):
        known = {row[0]: row[1] for row in rows}
        return {origin: known[origin] for origin in wanted if origin in known}
    found: dict[str, str] = {}
    for chunk in _chunks(wanted):
        found.update((row.origin, row.stamp) for row in connection.execute(seen.where(c.origin.in_(chunk))))
    return found


def add_files(connection: Connection, rows: Sequence[dict[str, object]]) -> dict[str, int]:
    """Record new file versions; their numbers by path, rising in the order of the rows."""
    if not rows:
        return {}
    # not looked up by path afterwards: paths have no index, and the table grows with history
    statement = insert(file_version).returning(file_version.c.path, file_version.c.id)
    return {row.path: row.id for row in connection.execute(statement, rows)}


def add_deliveries(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Record what was delivered: versions, duplicates, and what was left at its origin."""
    if rows:
        connection.execute(insert(delivery), rows)


def delivered(connection: Connection, source: str, name: str, seen_at: datetime) -> bool:
    """Is a delivery of this name, seen at this instant, recorded?"""
    c = delivery.c
    query = select(c.id).where(c.source == source, c.name == name, c.seen_at == seen_at).limit(1)
    return connection.execute(query).scalar() is not None


def see(connection: Connection, source: str, seen: Sequence[tuple[str, str, int]]) -> None:
    """Remember origins, what they looked like, and the numbers of the file versions that hold their bytes."""
    if not seen:
        return
    c = observed.c
    gone = observed.delete().where(c.source == source, c.origin == bindparam("place"))
    connection.execute(gone, [{"place": origin} for origin, _, _ in seen])
    connection.execute(
        insert(observed),
        [{"source": source, "origin": origin, "stamp": stamp, "file_id": number} for origin, stamp, number in seen],
    )


def _chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for begin in range(0, len(values), 500):  # SQLite binds a bounded number of values in one statement
        yield values[begin : begin + 500]
