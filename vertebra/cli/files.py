"""`vertebra files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted, instant, size

if TYPE_CHECKING:
    from vertebra.operations import FileRecord


def command(
    context: typer.Context,
    source: Annotated[str | None, typer.Argument(help="Source; all by default.", metavar="[SOURCE]")] = None,
) -> Answer:
    """List every landed file version, and where its records went.

    Example: vertebra files meters
    """
    from vertebra.operations.report import account_json
    from vertebra.operations.standing import landed

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = landed(ws, source)
    data = {
        "files": [
            {
                "source": one.file.source,
                "file": one.file.name,
                "version": one.file.version,
                "received_at": one.file.received_at,
                "bytes": one.file.size,
                "sha256": one.file.sha256,
                "path": one.file.path,
                "origin": one.file.origin,
                "stands": bool(one.accounts),
            }
            for one in found
        ],
        "account": [account_json(account) for one in found for account in one.accounts],
    }
    columns = ("source", "file", "version", "received", "size", "table", "records", "rows", "quarantined", "skipped")
    rows = [
        (one.file.source, one.file.name, one.file.version, instant(one.file.received_at), size(one.file.size), *where)
        for one in found
        for where in _where(one)
    ]
    return Answer(data, [Grid(columns, rows), counted(len(found), "file version")])


def _where(one: FileRecord) -> list[tuple[Any, ...]]:
    """Where the file's records went, a row for each table; one row of nothing where it stands in none."""
    return [
        (a.table, a.records, a.formatted, a.quarantined, ", ".join(f"{n} {why}" for why, n in a.skipped.items()))
        for a in one.accounts
    ] or [(None,) * 5]
