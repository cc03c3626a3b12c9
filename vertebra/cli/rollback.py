"""`vertebra rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.promote import difference, moved_json
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened


def command(
    context: typer.Context,
    to: Annotated[
        int | None,
        typer.Option(help="A release of this environment; the one before the current by default.", metavar="N"),
    ] = None,
    wait: Wait = 0.0,
) -> Answer:
    """Point an environment back to an earlier release of its own, all datasets at once; nothing is taken away.

    Example: vertebra rollback --env prod
    """
    from vertebra.operations.environments import rollback

    settings: Settings = context.obj
    with opened(settings) as ws:
        moved = rollback(ws, to, settings.environment, wait=wait)
    if moved.run is None:
        said = f"{moved.environment} points to release {moved.release} already: nothing changes"
    else:
        said = f"{moved.environment} points to release {moved.release} again, instead of release {moved.before}"
    return Answer({"environment": moved.environment} | moved_json(moved), [said, *difference(moved)])
