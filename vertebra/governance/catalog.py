"""Open the catalog: SQLite in WAL mode, or a server by URL; read it, or write to it in one transaction."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from vertebra.errors import CatalogError, StorageError
from vertebra.governance.migrations import MIGRATIONS
from vertebra.governance.schema import metadata
from vertebra.governance.tables import migration

_LITTLE = 1 << 16  # bytes; SQLite needs 32 KiB beside its file even to read


@dataclass(frozen=True, slots=True)
class Catalog:
    """The one place where metadata is kept.

    Parameters
    ----------
    url : str
        SQLAlchemy URL.
    engine : sqlalchemy.Engine
        Its connections.
    """

    url: str
    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with self._told("read"), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of what is done in it, or nothing."""
        writing = self.engine.execution_options(vertebra_write=True)
        with self._told("write to"), writing.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def _told(self, action: str) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise StorageError(
                f"cannot {action} the catalog",
                where=self.engine.url.render_as_string(hide_password=True),
                why=f"{error.orig}{_disk(self.engine.url.database)}",
                next_="look at the disk's space (df) and the folder's permissions (ls -ld), then type the same again",
            ) from error


def _disk(file: str | None) -> str:
    """What the disk has to do with it: SQLite alone says `disk I/O error` or `unable to open database file`."""
    folder = Path(file).parent if file else None
    if folder is None or not folder.is_dir():
        return ""
    if not os.access(folder, os.W_OK):
        return f"; {folder} cannot be written"
    if shutil.disk_usage(folder).free < _LITTLE:
        return f"; the disk that holds {folder} is full"
    return ""


def open_catalog(url: str) -> Catalog:
    """Open a catalog, make it if there is none, bring it up to date if it is older.

    Parameters
    ----------
    url : str
        SQLAlchemy URL, for example `sqlite:////srv/heating/data/catalog.db`.

    Raises
    ------
    CatalogError
        If it is newer than this version of Vertebra, or is no catalog.
    StorageError
        If it cannot be written.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _make_folder(Path(parsed.database).parent)
    engine = create_engine(url)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _pragmas)
        event.listen(engine, "begin", _begin)
    catalog = Catalog(url, engine)
    try:
        _migrate(catalog)
    except DatabaseError as error:
        engine.dispose()
        raise CatalogError(
            "cannot open the catalog",
            where=parsed.render_as_string(hide_password=True),
            why=str(error.orig),
            next_="is it a file of Vertebra, and readable? restore it from a copy, or name another in vertebra.yaml",
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return catalog


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "cannot make the catalog's folder",
            where=str(folder),
            why=error.strerror or str(error),
            next_="make the folder writable, or name another under `storage:` in vertebra.yaml",
        ) from error


def _pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # SQLAlchemy's own recipe: the driver must not begin transactions by itself, see _begin
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("pragma busy_timeout = 30000")
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma synchronous = full")
    cursor.execute("pragma foreign_keys = on")
    cursor.close()


def _begin(connection: Connection) -> None:
    # a writer takes the lock at once: a read that later wants to write could not wait for another writer
    write = connection.get_execution_options().get("vertebra_write", False)
    connection.exec_driver_sql("begin immediate" if write else "begin")


def _migrate(catalog: Catalog) -> None:
    with catalog.read() as connection:
        stands = _number(connection)
    newest = MIGRATIONS[-1].number
    if stands == newest:
        return
    if stands > newest:
        raise CatalogError(
            "the catalog was made by a newer version of Vertebra",
            where=catalog.engine.url.render_as_string(hide_password=True),
            why=f"it has migration {stands}, this version knows up to {newest}",
            next_="pip install --upgrade vertebra",
        )
    with catalog.write() as connection:
        stands = _number(connection)  # somebody else may have done it meanwhile
        for step in MIGRATIONS:
            if step.number > stands:
                step.apply(connection)
                connection.execute(
                    insert(migration).values(number=step.number, name=step.name, applied_at=datetime.now(UTC))
                )


def _number(connection: Connection) -> int:
    tables = inspect(connection).get_table_names()
    if migration.name not in tables:
        if set(tables) & set(metadata.tables):
            raise CatalogError(
                "this database is no catalog of Vertebra",
                where=connection.engine.url.render_as_string(hide_password=True),
                why="it has tables of the same names but no `migration`",
                next_="name another database under `catalog:` in vertebra.yaml",
            )
        return 0
    numbers = connection.execute(select(migration.c.number)).scalars().all()
    return max(numbers, default=0)
