"""Expectations: how those of a release turned out, and those that kept a version from being published since."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, select

from vertebra.governance import releases
from vertebra.governance import tables as t
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
    """Results of the expectations on the datasets of a release, and of runs after it that failed one.

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
            for row in connection.execute(select(t.check_result).where(c.version_id.in_(ids[begin : begin + 500])))
        ]
        made = connection.execute(select(t.release.c.run_id).where(t.release.c.id == number)).scalar_one()
        if release is None:
            found.extend(_unpublished(connection, _failed_after(made)))
    return tuple(sorted(found, key=lambda one: (one.check.dataset, not one.published, one.run, one.check.name)))


def _failed_after(run_id: int) -> Select[tuple[int]]:
    """The newest run, where it is later than this one and failed."""
    newest = select(t.run.c.id, t.run.c.outcome).order_by(t.run.c.id.desc()).limit(1).subquery()
    return select(newest.c.id).where(newest.c.id > run_id, newest.c.outcome == "failed")


def _unpublished(connection: Connection, runs: Select[tuple[int]]) -> list[CheckRecord]:
    c = t.check_result.c
    query = select(t.check_result).where(c.version_id.is_(None), c.run_id.in_(runs))
    return [CheckRecord(_check(row), row.run_id, published=False) for row in connection.execute(query)]


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
