"""`vertebra trace`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted
from vertebra.errors import UsageError

if TYPE_CHECKING:
    from vertebra.operations.trace import TraceResult

_SHOWN = 20  # records on the screen


def command(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="View, table or other dataset.", metavar="DATASET")],
    key: Annotated[list[str], typer.Argument(help="Which rows: columns of its grain.", metavar="KEY=VALUE...")],
    limit: Annotated[
        int | None, typer.Option(help="Records to read back; 20 on the screen, all as JSON.", metavar="N", min=0)
    ] = None,
    release: Release = None,
) -> Answer:
    """Show the delivered records that a row comes from: file, line, and the text as it was delivered.

    Example: vertebra trace daily_heat device=L4 day=2021-01-15
    """
    from vertebra.operations.trace import trace

    settings: Settings = context.obj
    wanted = pairs(key, "trace")
    shown = limit if limit is not None or settings.json else _SHOWN
    with opened(settings) as ws:
        return _answer(trace(ws, dataset, wanted, release, settings.environment, limit=shown))


def pairs(words: Sequence[str], command: str) -> dict[str, str]:
    """Column to value, of words like `device=L4`."""
    found: dict[str, str] = {}
    for word in words:
        column, sign, value = word.partition("=")
        if not sign or not column or column in found:
            raise UsageError(
                f'"{word}" is no key',
                where=f"vertebra {command}",
                why="a column can be named once only" if column in found and sign else "a key is column=value",
                next_=f"for example: vertebra {command} daily_heat device=L4 day=2021-01-15",
            )
        found[column] = value
    return found


def _answer(found: TraceResult) -> Answer:
    columns = ("source", "file", "version", "record", "line", "raw")
    rows = [(r.source, r.file, r.version, r.record, r.line, r.raw) for r in found.records]
    key = ", ".join(f"{column}={value}" for column, value in found.key.items())
    blocks: list[str | Grid] = [
        f"{found.dataset}, {key}: {counted(found.rows, 'row')} of release {found.release} "
        f"from {counted(found.total, 'record')}" + ("" if found.exact else ", at most")
    ]
    blocks += [f"{step.dataset} from {step.input}: {counted(step.rows, 'row')}" for step in found.steps]
    blocks += [f"not exact: {reason}" for reason in found.reasons]
    blocks += [f"note: {note}" for note in found.notes]
    if rows:
        blocks.append(Grid(columns, rows))
    if found.total > len(rows):
        blocks.append(f"{found.total - len(rows):,} more: --limit {found.total}, or --output json")
    return Answer(found.to_json(), blocks)
