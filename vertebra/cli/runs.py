"""`vertebra runs`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import seconds, size

if TYPE_CHECKING:
    from vertebra.operations import RunRecord, StepRecord


def command(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="A run, to see its steps.", metavar="[RUN]")] = None,
    limit: Annotated[int, typer.Option(help="How many runs, newest first.", metavar="N", min=1)] = 20,
) -> Answer:
    """List the runs, or the steps of one: what they did, what they took, how they ended.

    Example: vertebra runs 7
    """
    from vertebra.operations import standing

    settings: Settings = context.obj
    with opened(settings) as ws:
        return _steps(standing.steps(ws, number), number) if number else _runs(standing.runs(ws, limit))


def _runs(found: tuple[RunRecord, ...]) -> Answer:
    columns = ("run", "command", "environment", "began", "took", "outcome", "release")
    rows = [
        (
            run.number,
            run.command,
            run.environment,
            run.started_at,
            seconds((run.ended_at - run.started_at).total_seconds()) if run.ended_at else "",
            run.outcome,
            run.release,
        )
        for run in found
    ]
    data = [{"run": run.number} | {k: v for k, v in asdict(run).items() if k != "number"} for run in found]
    return Answer({"runs": data}, [Grid(columns, rows)])


def _steps(found: tuple[StepRecord, ...], number: int) -> Answer:
    columns = ("step", "name", "action", "outcome", "rows", "written", "time", "cpu", "memory", "why")
    rows = [
        (
            step.kind,
            step.name,
            step.action,
            step.outcome,
            step.rows,
            size(step.size or 0),
            seconds(step.wall_seconds or 0.0),
            seconds(step.cpu_seconds or 0.0),
            size(step.peak_memory or 0),
            step.error["what"] if step.error else step.why,
        )
        for step in found
    ]
    return Answer({"run": number, "steps": [asdict(step) for step in found]}, [Grid(columns, rows)])
