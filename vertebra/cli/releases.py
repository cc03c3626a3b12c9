"""`vertebra releases`."""

from __future__ import annotations

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened


def command(context: typer.Context) -> Answer:
    """List the releases, the environments that point to them, and why each was pointed there.

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
                "moves": [
                    {"environment": move.environment, "moved_at": move.moved_at, "why": move.why} for move in one.moves
                ],
            }
            for one in found
        ]
    }
    rows = [
        (
            one.release.number,
            one.release.created_at,
            one.release.run_id,
            one.datasets,
            ", ".join(one.environments),
            "; ".join(f"{move.environment}: {move.why}" for move in one.moves),
        )
        for one in found
    ]
    columns = ("release", "created", "run", "datasets", "environments", "moves")
    return Answer(data, [Grid(columns, rows)] if rows else ["nothing is published yet"])
