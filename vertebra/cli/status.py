"""`vertebra status`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import instant, size


def command(context: typer.Context) -> Answer:
    """Show what stands: the release, its datasets, the last run, and who is writing now.

    Example: vertebra status --env prod
    """
    from vertebra.operations.standing import status

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = status(ws, settings.environment)
    names = ("dataset", "zone", "rows", "size", "files", "since run", "columns")
    rows = [
        (v.name, v.zone, v.rows, size(v.size), v.files, v.run_id, ", ".join(c.name for c in v.columns))
        for v in found.datasets
    ]
    release = found.release
    blocks: list[str | Grid] = [
        f"project {found.project}, environment {found.environment}: "
        + (f"release {release.number} of {instant(release.created_at)}" if release else "nothing is published yet")
    ]
    if rows:
        blocks.append(Grid(names, rows))
    if found.last_run:
        run = found.last_run
        blocks.append(f"last run: {run.number}, {run.command}, {run.outcome}, began {instant(run.started_at)}")
    if found.writer:
        blocks.append(f"writing now: process {found.writer['pid']}, `vertebra {found.writer.get('command', '?')}`")
    return Answer(
        {
            "project": found.project,
            "environment": found.environment,
            "release": release.number if release else None,
            "datasets": [
                {
                    "name": v.name,
                    "zone": v.zone,
                    "rows": v.rows,
                    "bytes": v.size,
                    "files": v.files,
                    "run": v.run_id,
                    "grain": v.grain,
                    "columns": [asdict(column) for column in v.columns],
                }
                for v in found.datasets
            ],
            "last_run": asdict(found.last_run) if found.last_run else None,
            "writer": found.writer or None,
        },
        blocks,
    )
