"""`vertebra releases`."""

from __future__ import annotations

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened


def command(context: typer.Context) -> Answer:
    """List the releases, and the environments that point to them.

    Example: vertebra releases
    """
    from vertebra.operations.standing import published

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = published(ws)
    data = {
        "releases": [
            {
                "release": one.release.number,
                "run": one.release.run_id,
                "parent": one.release.parent,
                "created_at": one.release.created_at,
                "datasets": one.datasets,
                "environments": one.environments,
            }
            for one in found
        ]
    }
    rows = [
        (r.release.number, r.release.created_at, r.release.run_id, r.datasets, ", ".join(r.environments)) for r in found
    ]
    columns = ("release", "created", "run", "datasets", "environments")
    return Answer(data, [Grid(columns, rows)] if rows else ["nothing is published yet"])
