"""`vertebra query`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted

_SHOWN = 100  # rows on the screen

Release = Annotated[
    int | None, typer.Option(help="Number of a release; the environment's own by default.", metavar="N")
]


def command(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="A SELECT.", metavar="SQL")],
    release: Release = None,
) -> Answer:
    """Read the datasets of a release with SQL, whatever is running beside it.

    `--output json` prints all rows, the screen the first 100.

    Example: vertebra query "select device, sum(heat_mwh) as heat_mwh from daily_heat group by device"
    """
    from vertebra.operations.query import query

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = query(ws, sql, release, settings.environment)
    if settings.json:
        return Answer(found.to_pylist())
    rows = [tuple(row.values()) for row in found.slice(0, _SHOWN).to_pylist()]
    more = found.num_rows - len(rows)
    last = counted(found.num_rows, "row") + (f", {more:,} of them not shown: --output json has all" if more else "")
    return Answer(None, [Grid(tuple(found.column_names), rows), last])
