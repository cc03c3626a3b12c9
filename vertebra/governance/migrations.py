"""The catalog's numbered migrations; one and its record commit together.

A new catalog passes through all of them. A migration is never edited once released: the next number mends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from vertebra.governance.tables import metadata, profile, profile_file


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of the catalog's tables."""

    number: int
    name: str
    apply: Callable[[Connection], None]


def _first(connection: Connection) -> None:
    metadata.create_all(connection)


def _profiles(connection: Connection) -> None:
    metadata.create_all(connection, tables=[profile, profile_file])  # a new catalog has them from the first


MIGRATIONS = (Migration(1, "first edition", _first), Migration(2, "profiles", _profiles))
