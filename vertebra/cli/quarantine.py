"""`vertebra quarantine`."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted

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
    readmit: Annotated[
        bool, typer.Option("--readmit", help="Read it again after a template or rule was mended, and publish.")
    ] = False,
    wait: Wait = 0.0,
) -> Answer:
    """Show what was quarantined: how much of which type, and examples with file, line and reason.

    With `--readmit` what is in quarantine is read again, by the templates and rules as they are now; nothing is
    collected. What fits is published as a release.

    Example: vertebra quarantine meters
    """
    from vertebra.operations.findings import quarantine

    settings: Settings = context.obj
    if readmit:
        return _readmitted(settings, table, wait)
    shown = limit if limit is not None or settings.json else _SHOWN
    with opened(settings) as ws:
        return _answer(quarantine(ws, table, limit=shown, release=release, environment=settings.environment))


def _readmitted(settings: Settings, table: str | None, wait: float) -> Answer:
    from vertebra.cli.progress import watching
    from vertebra.cli.reports import reported
    from vertebra.operations.findings import quarantine
    from vertebra.operations.run import readmit

    with opened(settings) as ws, watching() as watch:
        before = quarantine(ws, table, limit=0, environment=settings.environment)
        report = readmit(ws, settings.environment, watch, wait=wait)
        after = quarantine(ws, table, limit=0, environment=settings.environment)
    was, now = (sum(count for _, _, count in found.counts) for found in (before, after))
    answer = reported(report)
    told = f"quarantine of {table or 'all tables'}: {counted(was, 'finding')} before, {now:,} now"
    if was == now and was:
        told += "; mend a template under sources/ or a rule under views/, then type the same again"
    data = {**answer.data, "findings": {"before": was, "now": now}}
    return replace(answer, data=data, blocks=[*answer.blocks, told])


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
