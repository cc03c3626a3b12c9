"""Expectations: how those of a release turned out, and those that kept a version from being published since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, func, select

from vertebra.governance import releases
from vertebra.governance import runs as governed
from vertebra.governance import tables as t
from vertebra.operations.definitions import environment_named
from vertebra.operations.release import release_number
from vertebra.step import Check
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """The result of an expectation, the run that found it, and whether the version it was about was published."""

    check: Check
    run: int
    published: bool


def checks(ws: Workspace, release: int | None = None, environment: str | None = None) -> tuple[CheckRecord, ...]:
    """Results of the expectations on the datasets of a release, and of runs after it that published none.

    Of a version that was looked at several times, as for its freshness, the newest results count. Without `release`
    those of the environment's runs that failed since its last good one stand beside them, the newest of each dataset.

    Raises
    ------
    UnknownNameError
        If the release does not exist.
    """
    c = t.check_result.c
    with ws.catalog.read() as connection:
        number = release_number(ws, connection, release, environment)
        ids = sorted(releases.version_ids(connection, number).values())
        found = [
            CheckRecord(_check(row), row.run_id, published=True)
            for begin in range(0, len(ids), 500)  # SQLite binds a bounded number of values in one statement
            for row in _newest(
                connection.execute(select(t.check_result).where(c.version_id.in_(ids[begin : begin + 500])))
            )
        ]
        if release is None:
            name = environment_named(ws.project, environment)
            found.extend(_unpublished(connection, _failed_since(name), frozenset(ids)))
    return tuple(sorted(found, key=lambda one: (one.check.dataset, not one.published, one.run, one.check.name)))


def _newest(rows: Iterable[Row[tuple[object, ...]]]) -> Iterable[Row[tuple[object, ...]]]:
    """The last result of each expectation on a version."""
    found = {(row.version_id, row.dataset, row.name): row for row in sorted(rows, key=lambda row: row.id)}
    return found.values()


def _failed_since(environment: str) -> Select[tuple[int]]:
    """The runs of an environment since its last that was done, of those that can publish to it."""
    r = t.run.c
    own = r.environment == environment, r.command.not_in((*governed.LANDING, *governed.POINTING))
    done = select(func.coalesce(func.max(r.id), 0)).where(*own, r.outcome == "done").scalar_subquery()
    return select(r.id).where(*own, r.id > done)


def _unpublished(connection: Connection, runs: Select[tuple[int]], held: frozenset[int]) -> Iterator[CheckRecord]:
    """Of each dataset what the newest of these runs found, where the release holds no version of it."""
    rows = connection.execute(select(t.check_result).where(t.check_result.c.run_id.in_(runs))).all()
    newest: dict[str, int] = {}
    for row in rows:
        newest[row.dataset] = max(newest.get(row.dataset, 0), row.run_id)
    for row in rows:
        if row.run_id == newest[row.dataset] and row.version_id not in held:
            yield CheckRecord(_check(row), row.run_id, published=False)


def _check(row: Row[tuple[object, ...]]) -> Check:
    found = row._mapping  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
    return Check(
        dataset=found["dataset"],
        name=found["name"],
        otherwise=found["otherwise"],
        outcome=found["outcome"],
        failed=found["failed"],
        message=found["message"],
    )
