"""`vertebra run`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.settings import Settings, opened

Wait = Annotated[float, typer.Option(help="Seconds to wait where another process is writing.", metavar="SECONDS")]


def command(context: typer.Context, wait: Wait = 0.0) -> Answer:
    """Collect, land, format and build what changed, and publish it as a release.

    What an earlier run left unfinished is mended first. Where a step fails, what does not depend on it is still
    done, nothing is published, and the exit status is 1.

    Example: vertebra run --project heating
    """
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.run import run

    settings: Settings = context.obj
    with opened(settings) as ws, watching() as watch:
        report = run(ws, settings.environment, watch, wait=wait)
    return reported(report)
