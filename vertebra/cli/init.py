"""`vertebra init`."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.starter import FILES, write_project


def command(
    directory: Annotated[Path, typer.Argument(help="Folder to make; it may stand already if empty.", metavar="DIR")],
) -> Answer:
    """Write a small project that works: a source with two deliveries, a view and its test, a glossary.

    Example: vertebra init shop
    """
    write_project(directory)
    return Answer(
        {"project": str(directory), "files": sorted(FILES)},
        [
            f"{directory} is a project now: " + ", ".join(sorted(FILES)),
            "type next:",
            f"  vertebra run --project {quote(str(directory))}",
            f'  vertebra query "select * from daily_sales" --project {quote(str(directory))}',
        ],
    )
