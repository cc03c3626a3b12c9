"""`vertebra run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.settings import Settings, opened

Wait = Annotated[float, typer.Option(help="Seconds to wait where another process is writing.", metavar="SECONDS")]


Against = Annotated[
    Path | None,
    typer.Option(help="Deliveries to run on instead, a folder for each source; all is thrown away.", metavar="DIR"),
]


def command(context: typer.Context, wait: Wait = 0.0, against: Against = None) -> Answer:
    """Collect, land, format and build what changed, and publish it as a release.

    What an earlier run left unfinished is mended first. Where a step fails, what does not depend on it is still
    done, nothing is published, and the exit status is 1. With `--against` the project's definitions run on small
    deliveries that stand beside them, in a place of their own: for pull requests.

    Example: vertebra run --project heating
    """
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.run import run

    settings: Settings = context.obj
    if against is not None:
        from vertebra.operations.against import run_against

        with watching() as watch:
            return reported(run_against(settings.project, against, settings.environment, watch))
    with opened(settings) as ws, watching() as watch:
        report = run(ws, settings.environment, watch, wait=wait)
    return reported(report)
