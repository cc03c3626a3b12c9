"""`vertebra quarantine`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.settings import Settings, opened

if TYPE_CHECKING:
    from vertebra.operations import Quarantine

_SHOWN = 5  # findings of each type on the screen


def command(
    context: typer.Context,
    table: Annotated[str | None, typer.Argument(help="Table or view; all by default.", metavar="[TABLE]")] = None,
    limit: Annotated[
        int | None,
        typer.Option(help="Findings of each type; 5 on the screen, all as JSON.", metavar="N", min=0),
    ] = None,
    release: Release = None,
) -> Answer:
    """Show what was quarantined: how much of which type, and examples with file, line and reason.

    Example: vertebra quarantine meters
    """
    from vertebra.operations.findings import quarantine

    settings: Settings = context.obj
    shown = limit if limit is not None or settings.json else _SHOWN
    with opened(settings) as ws:
        return _answer(quarantine(ws, table, limit=shown, release=release, environment=settings.environment))


def _answer(found: Quarantine) -> Answer:
    data = {
        "release": found.release,
        "counts": [dict(zip(("table", "type", "count"), count, strict=True)) for count in found.counts],
        "findings": [asdict(finding) for finding in found.findings],
    }
    if not found.counts:
        return Answer(data, ["nothing is in quarantine"])
    rows = [(f.table, f.type, f.file, f.version, f.line, f.column, f.value, f.reason, f.raw) for f in found.findings]
    columns = ("table", "type", "file", "version", "line", "column", "value", "reason", "record")
    return Answer(data, [Grid(("table", "type", "count"), found.counts), Grid(columns, rows)])
