"""Runs and their steps: when, how long, how much, and how it ended."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from vertebra._version import __version__
from vertebra.governance import tables as t
from vertebra.governance.schema import inserted
from vertebra.step import Check, Step

POINTING = ("promote", "rollback")
"""Commands that only point an environment to what stands: they write no data, and sweep none."""

LANDING = ("land", "push", "verify", "retain")
"""Commands that publish nothing to their environment."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: done, failed, stopped or crashed; None while it runs."""

    number: int
    command: str
    outcome: str | None


def begin(connection: Connection, command: str, environment: str) -> int:
    """Record the beginning of a run; its number. Runs that a crash left open are closed as crashed.

    Only the holder of the project's lock calls this, so whatever is open belongs to a dead process.
    """
    now = datetime.now(UTC)
    connection.execute(update(t.run).where(t.run.c.outcome.is_(None)).values(outcome="crashed", ended_at=now))
    connection.execute(update(t.step_run).where(t.step_run.c.outcome.is_(None)).values(outcome="crashed"))
    values = {
        "command": command,
        "environment": environment,
        "started_at": now,
        "code_version": __version__,
        "host": platform.node(),
        "pid": os.getpid(),
    }
    return inserted(connection, t.run, values)


def started(connection: Connection, run_id: int) -> datetime:
    """When a run began: the clock of all that it does."""
    found: datetime = connection.execute(select(t.run.c.started_at).where(t.run.c.id == run_id)).scalar_one()
    return found


def end(connection: Connection, run_id: int, outcome: str, release_id: int | None) -> None:
    """Record the end of a run."""
    values = {"outcome": outcome, "ended_at": datetime.now(UTC), "release_id": release_id}
    connection.execute(update(t.run).where(t.run.c.id == run_id).values(**values))


def abandon(connection: Connection, run_id: int, outcome: str) -> None:
    """Record that a run, and every step of it that was begun, ended before its end: `stopped` or `failed`."""
    t_step = t.step_run.c
    connection.execute(
        update(t.step_run).where(t_step.run_id == run_id, t_step.outcome.is_(None)).values(outcome=outcome)
    )
    end(connection, run_id, outcome, None)


def last(connection: Connection, environment: str) -> Ended | None:
    """The newest run of an environment, of those that can publish to it."""
    r = t.run.c
    query = select(r.id, r.command, r.outcome).where(r.environment == environment, r.command.not_in(LANDING))
    row = connection.execute(query.order_by(r.id.desc()).limit(1)).one_or_none()
    return None if row is None else Ended(row.id, row.command, row.outcome)


def begin_step(connection: Connection, run_id: int, step: Step) -> int:
    """Record the beginning of a step; its number."""
    values = {
        "run_id": run_id,
        "name": step.name,
        "kind": str(step.kind),
        "action": str(step.action),
        "why": step.why,
        "started_at": datetime.now(UTC),
    }
    return inserted(connection, t.step_run, values)


def end_step(
    connection: Connection,
    number: int,
    *,
    outcome: str,
    wall_seconds: float,
    cpu_seconds: float,
    peak_memory: int,
    rows: int,
    size: int,
    error: dict[str, str] | None = None,
) -> None:
    """Record the end of a step and what it took."""
    values = {
        "outcome": outcome,
        "wall_seconds": wall_seconds,
        "cpu_seconds": cpu_seconds,
        "peak_memory_bytes": peak_memory,
        "rows": rows,
        "bytes": size,
        "error": error,
    }
    connection.execute(update(t.step_run).where(t.step_run.c.id == number).values(**values))


def record_fallbacks(connection: Connection, run_id: int, step: str, texts: Iterable[str]) -> None:
    """Record what was done otherwise than asked (G10)."""
    rows = [{"run_id": run_id, "step": step, "text": text} for text in texts]
    if rows:
        connection.execute(insert(t.fallback), rows)


def record_checks(connection: Connection, run_id: int, version_id: int | None, checks: Iterable[Check]) -> None:
    """Record the results of expectations on a dataset version, or on one that was not published."""
    rows = [
        {
            "run_id": run_id,
            "version_id": version_id,
            "dataset": check.dataset,
            "name": check.name,
            "otherwise": check.otherwise,
            "outcome": check.outcome,
            "failed": check.failed,
            "message": check.message,
        }
        for check in checks
    ]
    if rows:
        connection.execute(insert(t.check_result), rows)


def crashed_steps(connection: Connection, run_id: int) -> tuple[tuple[int, str, str], ...]:
    """Run, kind and name of the steps that did not end well, in this run and those since the last that was done."""
    query = (
        select(t.step_run.c.run_id, t.step_run.c.kind, t.step_run.c.name)
        .join(t.run, t.run.c.id == t.step_run.c.run_id)
        .where(t.step_run.c.outcome.in_(["crashed", "failed", "stopped"]), t.step_run.c.run_id <= run_id)
        .where(t.step_run.c.run_id >= _last_done(connection, run_id))
    )
    return tuple((row.run_id, row.kind, row.name) for row in connection.execute(query))


def _last_done(connection: Connection, run_id: int) -> int:
    r = t.run.c
    query = select(r.id).where(r.id < run_id, r.outcome == "done", r.command.not_in(POINTING))
    return connection.execute(query.order_by(r.id.desc()).limit(1)).scalar() or 0
