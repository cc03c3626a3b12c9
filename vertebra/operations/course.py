"""The course of every command that writes: lock, sweep, plan, do, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from vertebra.governance import runs
from vertebra.operations.lock import lock
from vertebra.operations.records import Recorder
from vertebra.operations.report import RunReport, Silent, StepReport, Watch
from vertebra.operations.runner import Do
from vertebra.operations.unfinished import sweep, sweep_scratch
from vertebra.step import Outcome, Step
from vertebra.workspace import Workspace

Execute = Callable[[Workspace, tuple[Step, ...], Do, Recorder, Watch], tuple[StepReport, ...]]
Publish = Callable[[Connection, str, int, tuple[StepReport, ...]], int | None]


@dataclass(frozen=True, slots=True)
class Course:
    """What one command does of its own.

    Parameters
    ----------
    command : str
        Its name, for the record and for whoever finds the lock held.
    environment : str
        To which it publishes.
    plan : callable
        The steps, worked out when nothing else writes and nothing is left unfinished.
    doer : callable
        Given the run's number, what does one step.
    execute : callable
        Does all of them.
    publish : callable
        Given a transaction, the environment, the run and the reports, publishes a release; its number, or None
        where there is nothing new.
    """

    command: str
    environment: str
    plan: Callable[[], tuple[Step, ...]]
    doer: Callable[[int], Do]
    execute: Execute
    publish: Publish


def publish_nothing(
    connection: Connection,  # noqa: ARG001  the signature is that of `Publish`
    environment: str,  # noqa: ARG001
    run_id: int,  # noqa: ARG001
    reports: tuple[StepReport, ...],  # noqa: ARG001
) -> None:
    """Publish no release."""
    return


def perform(ws: Workspace, course: Course, watch: Watch | None = None, wait: float = 0.0) -> RunReport:
    """Go through the course of a command.

    Raises
    ------
    LockedError
        If another process is writing.
    KeyboardInterrupt
        On Ctrl-C, when all is in a state from which the next run goes on.
    """
    begin = time.perf_counter()
    watch = watch or Silent()
    with begun(ws, course.command, course.environment, wait) as (run_id, swept):
        steps = course.plan()
        watch.planned(steps)
        recorder = Recorder(ws.catalog, run_id)
        reports = course.execute(ws, steps, course.doer(run_id), recorder, watch)
        if any(report.outcome is Outcome.FAILED for report in reports):
            number, outcome = None, "failed"
            with ws.catalog.write() as connection:
                recorder.rest(connection, reports)
            swept_now = sweep(ws, run_id)
            with ws.catalog.write() as connection:
                runs.end(connection, run_id, outcome, number)
        else:
            outcome, swept_now = "done", ()
            with ws.catalog.write() as connection:
                recorder.rest(connection, reports)
                number = course.publish(connection, course.environment, run_id, reports)
                runs.end(connection, run_id, outcome, number)
        return RunReport(run_id, number, outcome, reports, time.perf_counter() - begin, (*swept, *swept_now))


@contextmanager
def begun(ws: Workspace, command: str, environment: str, wait: float) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Hold the lock and an open record of a run; gives its number and what was swept.

    A run that is interrupted is recorded as `stopped`, one that ends with an error as `failed`.
    """
    with lock(ws.storage.root, command, wait):
        with ws.catalog.write() as connection:
            run_id = runs.begin(connection, command, environment)
        try:
            sweep_scratch(Path(ws.storage.root))
            yield run_id, sweep(ws, run_id)
        except BaseException as error:
            with ws.catalog.write() as connection:
                runs.abandon(connection, run_id, "stopped" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
