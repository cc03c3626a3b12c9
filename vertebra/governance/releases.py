"""Releases: numbered, immutable maps from dataset to version; an environment points to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, case, delete, func, insert, literal, select

from vertebra.governance import tables as t
from vertebra.governance.datasets import DatasetVersion, versions
from vertebra.governance.schema import inserted


@dataclass(frozen=True, slots=True)
class Release:
    """A numbered, immutable map from dataset to version."""

    number: int
    run_id: int
    parent: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """An environment was pointed to a release, by a run, a promotion or a rollback."""

    environment: str
    release: int
    moved_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How many datasets came, went, got another version or kept theirs from one release to another."""

    added: int
    removed: int
    changed: int
    equal: int

    @property
    def nothing(self) -> bool:
        """Do both hold the same versions of the same datasets?"""
        return not (self.added or self.removed or self.changed)


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


def difference(connection: Connection, before: int | None, after: int) -> Difference:
    """Compare two releases by their dataset versions, inside the catalog; `before` may be none at all."""
    old, new = t.release_item.alias("old"), t.release_item.alias("new")
    had, has = (_size(connection, number) for number in (before, after))
    equal = func.coalesce(func.sum(case((old.c.version_id == new.c.version_id, 1), else_=0)), 0)
    query = (
        select(func.count(), equal)
        .select_from(old)
        .join(new, new.c.dataset_id == old.c.dataset_id)
        .where(old.c.release_id == before, new.c.release_id == after)
    )
    kept, same = connection.execute(query).one()
    return Difference(has - kept, had - kept, kept - same, same)


def _size(connection: Connection, number: int | None) -> int:
    query = select(func.count()).select_from(t.release_item).where(t.release_item.c.release_id == number)
    return int(connection.execute(query).scalar_one())


def publish(connection: Connection, environment: str, run_id: int, items: Mapping[int, int], why: str) -> int:
    """Record a release of these dataset versions and point an environment to it; its number."""
    number = _new(connection, environment, run_id)
    rows = [
        {"release_id": number, "dataset_id": dataset_id, "version_id": version_id}
        for dataset_id, version_id in sorted(items.items())
    ]
    if rows:
        connection.execute(insert(t.release_item), rows)
    point(connection, environment, number, why)
    return number


def copy(connection: Connection, environment: str, run_id: int, origin: int, why: str) -> int:
    """Record a release that holds what another one holds, and point an environment to it; its number.

    One statement, however many datasets there are: nothing of them passes through this process.
    """
    number = _new(connection, environment, run_id)
    item = t.release_item.c
    held = select(literal(number), item.dataset_id, item.version_id).where(item.release_id == origin)
    names = ["release_id", "dataset_id", "version_id"]
    connection.execute(insert(t.release_item).from_select(names, held))
    point(connection, environment, number, why)
    return number


def _new(connection: Connection, environment: str, run_id: int) -> int:
    parent = current(connection, environment)
    values = {"run_id": run_id, "parent_id": parent, "created_at": datetime.now(UTC)}
    return inserted(connection, t.release, values)


def point(connection: Connection, environment: str, number: int, why: str) -> None:
    """Point an environment to a release, and remember the move."""
    connection.execute(delete(t.environment).where(t.environment.c.name == environment))
    connection.execute(insert(t.environment).values(name=environment, release_id=number))
    connection.execute(
        insert(t.environment_move).values(
            environment=environment, release_id=number, moved_at=datetime.now(UTC), why=why
        )
    )


def moves(connection: Connection, environment: str | None = None) -> tuple[Move, ...]:
    """Every move of one environment, or of all, oldest first."""
    m = t.environment_move.c
    query = select(t.environment_move).order_by(m.id)
    if environment is not None:
        query = query.where(m.environment == environment)
    return tuple(Move(row.environment, row.release_id, row.moved_at, row.why) for row in connection.execute(query))
