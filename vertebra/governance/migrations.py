"""The catalog's numbered migrations; one and its record commit together.

A new catalog passes through all of them. A migration is never edited once released: the next number mends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateColumn

from vertebra.governance import tables as t
from vertebra.governance.schema import metadata


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of the catalog's tables."""

    number: int
    name: str
    apply: Callable[[Connection], None]


def _first(connection: Connection) -> None:
    metadata.create_all(connection)


def _templates_of_files(connection: Connection) -> None:
    """Accounts name the template that read a file, and what columns it has; templates may evolve."""
    _add_columns(connection, t.account.name, "definition_id", "names")
    metadata.create_all(connection)


def _add_columns(connection: Connection, table: str, *names: str) -> None:
    """Add columns to a table, unless the first edition, which is always made as the tables are now, has them."""
    stand = {column["name"] for column in inspect(connection).get_columns(table)}
    for name in names:
        if name not in stand:
            column = CreateColumn(metadata.tables[table].c[name]).compile(connection)
            connection.exec_driver_sql(f"alter table {table} add column {column}")


def _profiles(connection: Connection) -> None:
    metadata.create_all(connection, tables=[t.profile, t.profile_file])  # a new catalog has them from the first


def _readings(connection: Connection) -> None:
    metadata.create_all(connection, tables=[t.reading])


def _measures(connection: Connection) -> None:
    metadata.create_all(connection, tables=[t.measure])


MIGRATIONS = (
    Migration(1, "first edition", _first),
    Migration(2, "templates of files", _templates_of_files),
    Migration(3, "profiles", _profiles),
    Migration(4, "readings of views", _readings),
    Migration(5, "measures of steps", _measures),
)
