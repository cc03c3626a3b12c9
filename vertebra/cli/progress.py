"""How a run goes, on standard error: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vertebra.cli.words import counted, seconds
from vertebra.step import Action, Kind, Outcome, Step

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from vertebra.operations import StepReport, Watch


@contextmanager
def watching() -> Iterator[Watch]:
    """Who is told how a run goes, fit for where standard error leads."""
    if not sys.stderr.isatty():
        yield PlainWatch()
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield RichWatch(progress)


class PlainWatch:
    """One line for each step that did something."""

    def planned(self, steps: tuple[Step, ...]) -> None:
        """How much there is to do."""
        count = sum(step.action is not Action.NONE for step in steps)
        say(f"{counted(count, 'step')} to do, {len(steps) - count} with nothing to do")

    def began(self, step: Step) -> None:
        """Nothing: the line comes when it has ended."""

    def ended(self, report: StepReport) -> None:
        """How it ended."""
        if report.step.action is not Action.NONE or report.outcome is not Outcome.NONE:
            say(line(report))


class RichWatch:
    """A spinner for each running step, a line for each that has ended."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[tuple[Kind, str], TaskID] = {}

    def planned(self, steps: tuple[Step, ...]) -> None:
        """Nothing: the steps show themselves."""

    def began(self, step: Step) -> None:
        """Show that it runs."""
        self._tasks[step.key] = self._progress.add_task(f"{step.kind} {step.name}: {step.why}", total=None)

    def count(self, what: str, done: int, total: int) -> None:
        """Show how far the running step has come."""
        for task in self._tasks.values():
            self._progress.update(task, description=what, completed=done, total=total)

    def ended(self, report: StepReport) -> None:
        """Take its spinner away, and say how it ended."""
        task = self._tasks.pop(report.step.key, None)
        if task is not None:
            self._progress.remove_task(task)
        if report.step.action is not Action.NONE or report.outcome is not Outcome.NONE:
            self._progress.console.print(line(report), markup=False, highlight=False)


def line(report: StepReport) -> str:
    """How a step ended, on one line."""
    step = report.step
    noun = "file" if step.kind is Kind.LAND else "row"
    done = f", {counted(report.rows, noun)}" if report.outcome is Outcome.DONE and report.receipt else ""
    took = f" in {seconds(report.wall_seconds)}" if report.wall_seconds else ""
    return f"{step.kind:<8} {step.name:<24} {report.outcome:<8} {step.why}{done}{took}"


def counting(watch: Watch) -> Callable[[str, int, int], None]:
    """What is told how far a training has come."""

    def tell(what: str, done: int, total: int) -> None:
        if isinstance(watch, RichWatch):
            watch.count(what, done, total)
        elif done < total:
            say(f"{what} ({done + 1} of {total})")

    return tell


def say(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
