"""`vertebra land`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened


def command(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(help="Sources; all by default.", metavar="[SOURCE]...")] = None,
    wait: Wait = 0.0,
) -> Answer:
    """Collect what is new and keep it in the landing zone; nothing is formatted or published.

    Example: vertebra land meters weather
    """
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.run import land

    settings: Settings = context.obj
    with opened(settings) as ws, watching() as watch:
        report = land(ws, sources or (), watch, wait=wait)
    return reported(report)
