"""`vertebra draft`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings


def command(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of them.", metavar="PATH...")],
    source: Annotated[str, typer.Option(help="Name of the source, and of its table.", metavar="NAME")],
    force: Annotated[bool, typer.Option("--force", help="Write over a source of that name.")] = False,
) -> Answer:
    """Look at files and write `sources/NAME.yaml`: what was decided, how sure that is, and what else it could be.

    Example: vertebra draft deliveries/meters --source meters
    """
    from vertebra.operations.draft import draft

    settings: Settings = context.obj
    report = draft(settings.project, paths, source, force=force)
    unsure = report.uncertain
    files = "1 file" if report.files == 1 else f"{report.files} files"
    blocks: list[str | Grid] = [f"sources/{source}.yaml is written, from {report.records:,} records of {files}"]
    if unsure:
        rows = [(d.about, f"{d.confidence:.0%}", d.why) for d in unsure]
        blocks.append(Grid(("not certain", "sure", "why"), rows))
    else:
        blocks.append("all of it is certain")
    where = f" --project {settings.project}" if settings.project != Path() else ""
    blocks += ["type next:", f"  vertebra run{where}"]
    return Answer(report.to_json(), blocks)
