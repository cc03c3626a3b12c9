"""`vertebra predict`."""

from __future__ import annotations

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened
from vertebra.cli.train import Analyses


def command(context: typer.Context, analyses: Analyses = None, wait: Wait = 0.0) -> Answer:
    """Let the deployed models answer for the latest rows of the release that stands.

    Example: vertebra predict heat_demand
    """
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.learn import predict

    settings: Settings = context.obj
    with opened(settings) as ws, watching() as watch:
        report = predict(ws, analyses or (), settings.environment, watch, wait=wait)
    return reported(report)
