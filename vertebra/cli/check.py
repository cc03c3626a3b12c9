"""`vertebra check`."""

from __future__ import annotations

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.settings import Settings, opened


def command(context: typer.Context, release: Release = None) -> Answer:
    """Show how the expectations on the datasets of a release turned out.

    Where runs of the environment failed since its last good one, their results stand beside them, marked as not
    published.

    Example: vertebra check
    """
    from vertebra.operations.checks import checks
    from vertebra.operations.report import check_json

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = checks(ws, release, settings.environment)
    data = {"checks": [check_json(one.check) | {"run": one.run, "published": one.published} for one in found]}
    rows = [
        (
            one.check.dataset,
            one.check.name,
            one.check.otherwise,
            one.check.outcome,
            one.check.failed,
            one.run,
            "" if one.published else "not published",
            one.check.message,
        )
        for one in found
    ]
    columns = ("dataset", "expectation", "otherwise", "outcome", "failed", "run", "", "message")
    return Answer(data, [Grid(columns, rows)] if rows else ["no view of this release has expectations"])
