"""`vertebra plan`."""

from __future__ import annotations

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened


def command(context: typer.Context) -> Answer:
    """Say what `vertebra run` would do, and why; nothing is touched.

    Example: vertebra plan
    """
    from vertebra.operations.plan import plan

    settings: Settings = context.obj
    with opened(settings) as ws:
        steps = plan(ws, settings.environment)
    rows = [(str(step.kind), step.name, str(step.action), step.why) for step in steps]
    return Answer(
        {"steps": [dict(zip(("kind", "name", "action", "why"), row, strict=True)) for row in rows]},
        [Grid(("step", "name", "action", "why"), rows)] if rows else ["nothing is declared in sources/ and views/ yet"],
    )
