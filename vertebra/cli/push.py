"""`vertebra push`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened


def command(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Source that the files belong to.", metavar="SOURCE")],
    paths: Annotated[list[Path], typer.Argument(help="Files to keep.", metavar="FILE...")],
    wait: Wait = 0.0,
) -> Answer:
    """Land files that you hand over, under their own names.

    Example: vertebra push meters L4_2024-05.csv
    """
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.run import push

    settings: Settings = context.obj
    with opened(settings) as ws, watching() as watch:
        report = push(ws, source, paths, watch, wait=wait)
    return reported(report)
