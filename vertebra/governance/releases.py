"""Releases: numbered, immutable maps from dataset to version; an environment points to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from vertebra.governance import tables as t
from vertebra.governance.datasets import DatasetVersion, versions
from vertebra.governance.tables import inserted


@dataclass(frozen=True, slots=True)
class Release:
    """A numbered, immutable map from dataset to version."""

    number: int
    run_id: int
    parent: int | None
    created_at: datetime


def current(connection: Connection, environment: str) -> int | None:
    """The number of the release that an environment points to."""
    query = select(t.environment.c.release_id).where(t.environment.c.name == environment)
    return connection.execute(query).scalar()


def releases(connection: Connection) -> tuple[Release, ...]:
    """Every release, newest first."""
    query = select(t.release).order_by(t.release.c.id.desc())
    return tuple(Release(row.id, row.run_id, row.parent_id, row.created_at) for row in connection.execute(query))


def environments(connection: Connection) -> dict[str, int]:
    """Every environment and the release that it points to."""
    return {row.name: row.release_id for row in connection.execute(select(t.environment))}


def version_ids(connection: Connection, number: int) -> dict[int, int]:
    """Dataset number to version number of a release."""
    query = select(t.release_item.c.dataset_id, t.release_item.c.version_id).where(
        t.release_item.c.release_id == number
    )
    return {row.dataset_id: row.version_id for row in connection.execute(query)}


def contents(connection: Connection, number: int) -> dict[str, DatasetVersion]:
    """Dataset name to version of a release."""
    found = versions(connection, version_ids(connection, number).values())
    return {version.name: version for version in sorted(found.values(), key=lambda v: v.name)}


def publish(connection: Connection, environment: str, run_id: int, items: Mapping[int, int], why: str) -> int:
    """Record a release of these dataset versions and point an environment to it; its number."""
    parent = current(connection, environment)
    values = {"run_id": run_id, "parent_id": parent, "created_at": datetime.now(UTC)}
    number = inserted(connection, t.release, values)
    rows = [
        {"release_id": number, "dataset_id": dataset_id, "version_id": version_id}
        for dataset_id, version_id in sorted(items.items())
    ]
    if rows:
        connection.execute(insert(t.release_item), rows)
    point(connection, environment, number, why)
    return number


def point(connection: Connection, environment: str, number: int, why: str) -> None:
    """Point an environment to a release, and remember the move."""
    connection.execute(delete(t.environment).where(t.environment.c.name == environment))
    connection.execute(insert(t.environment).values(name=environment, release_id=number))
    connection.execute(
        insert(t.environment_move).values(
            environment=environment, release_id=number, moved_at=datetime.now(UTC), why=why
        )
    )
