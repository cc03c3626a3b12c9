"""Write down how a run and its steps went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from vertebra.governance import measures, runs
from vertebra.governance.catalog import Catalog
from vertebra.governance.measures import Measure
from vertebra.operations.report import StepReport
from vertebra.step import Kind, Outcome, Step, Work


@dataclass(frozen=True, slots=True)
class Recorder:
    """The catalog's side of a run; called from one thread.

    A step with work to do is recorded when it begins, so that a crash leaves an open record behind. The others
    cannot leave anything unfinished and are recorded together at the end: a run that has nothing to do costs the
    catalog two transactions, however many steps it has.
    """

    catalog: Catalog
    run_id: int
    open: dict[tuple[Kind, str], int] = field(default_factory=dict)
    closed: set[tuple[Kind, str]] = field(default_factory=set)

    def began(self, step: Step) -> None:
        """Record that a step begins."""
        with self.catalog.write() as connection:
            self.open[step.key] = runs.begin_step(connection, self.run_id, step)

    def ended(self, report: StepReport) -> None:
        """Record how a step ended, if its beginning is recorded."""
        if report.step.key in self.open:
            with self.catalog.write() as connection:
                self._end(connection, report)

    def rest(self, connection: Connection, reports: Iterable[StepReport]) -> None:
        """Record all that is not recorded yet."""
        for report in reports:
            if report.step.key not in self.closed:
                if report.step.key not in self.open:
                    self.open[report.step.key] = runs.begin_step(connection, self.run_id, report.step)
                self._end(connection, report)

    def _end(self, connection: Connection, report: StepReport) -> None:
        runs.end_step(
            connection,
            self.open[report.step.key],
            outcome=str(report.outcome),
            wall_seconds=report.wall_seconds,
            cpu_seconds=report.cpu_seconds,
            peak_memory=report.peak_memory,
            rows=report.rows,
            size=report.size,
            error=report.error.to_json() if report.error else None,
        )
        if report.receipt:
            if report.receipt.work and report.outcome is Outcome.DONE:
                measures.record(connection, self.run_id, _measure(report, report.receipt.work))
            runs.record_fallbacks(connection, self.run_id, report.step.name, report.receipt.fallbacks)
        self.closed.add(report.step.key)


def _measure(report: StepReport, work: Work) -> Measure:
    return Measure(
        0,
        str(report.step.kind),
        report.step.name,
        work.way,
        work.definition,
        work.read,
        work.changed,
        work.keys,
        report.rows,
        report.wall_seconds,
        report.cpu_seconds,
    )
