"""`vertebra compact`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted, size


def command(
    context: typer.Context,
    datasets: Annotated[
        list[str] | None, typer.Argument(help="Datasets, all by default.", metavar="[DATASET]…")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written anew.")] = False,
    wait: Wait = 0.0,
) -> Answer:
    """Write small files of tables together, and rows of views by their grain, dates and times first.

    Rows, versions and releases stay what they are, and nothing is computed anew. The files that were there before
    stay for whoever reads them, until `vertebra retain`.

    Example: vertebra compact --dry-run
    """
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.compact import compact, layouts, said

    settings: Settings = context.obj
    if not dry_run:
        with opened(settings) as ws, watching() as watch:
            return reported(compact(ws, tuple(datasets or ()), watch, wait=wait))
    with opened(settings) as ws:
        found = {name: many for name, many in layouts(ws, tuple(datasets or ())).items() if many}
    rows = [
        (name, counted(len(one.files), "file"), said((one,)), size(sum(file.size for file in one.old)))
        for name, many in found.items()
        for one in many
    ]
    data = [
        {
            "dataset": name,
            "versions": [version.id for version in one.versions],
            "files": len(one.files),
            "anew": len(one.old),
            "bytes": sum(file.size for file in one.old),
        }
        for name, many in found.items()
        for one in many
    ]
    return Answer(
        {"datasets": data}, [Grid(("dataset", "stands in", "anew", "bytes"), rows)] if rows else ["nothing to do"]
    )
