"""`vertebra train`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened

Analyses = Annotated[list[str] | None, typer.Argument(help="Analyses; all by default.", metavar="[ANALYSIS]...")]


def command(context: typer.Context, analyses: Analyses = None, wait: Wait = 0.0) -> Answer:
    """Train analyses on the release that stands: features, split, candidates, the best of them deployed.

    Example: vertebra train heat_demand
    """
    from vertebra.cli.progress import counting, watching
    from vertebra.cli.reports import reported
    from vertebra.operations.learn import train

    settings: Settings = context.obj
    with opened(settings) as ws, watching() as watch:
        told: Callable[[str, int, int], None] = counting(watch)
        report = train(ws, analyses or (), settings.environment, watch, told, wait=wait)
    return reported(report)
