"""`vertebra diff`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import cell, counted

if TYPE_CHECKING:
    from vertebra.operations.diff import DatasetDiff, ReleaseDiff, Side
    from vertebra.operations.diff_rows import Example, RowsDiff

_SHOWN = 5  # rows of each kind of change, where one dataset is asked for


def command(
    context: typer.Context,
    before: Annotated[str, typer.Argument(help="Environment, or number of a release.", metavar="A")],
    after: Annotated[str, typer.Argument(help="Environment, or number of a release.", metavar="B")],
    dataset: Annotated[str | None, typer.Argument(help="This dataset alone.", metavar="[DATASET]")] = None,
    rows: Annotated[
        int | None,
        typer.Option(help="Rows to show of each kind of change; 5 of one dataset, else none.", metavar="N", min=0),
    ] = None,
) -> Answer:
    """Show what B has that A has not: datasets that came, went or changed, and by how many rows.

    A dataset that has the same version in both is equal, and none of its data is read. Rows are told apart by the
    grain of a view and the key of a source, by whole rows where there is none.

    Example: vertebra diff prod dev daily_heat
    """
    from vertebra.operations.diff import diff

    settings: Settings = context.obj
    shown = rows if rows is not None else _SHOWN if dataset else 0
    with opened(settings) as ws:
        found = diff(ws, before, after, dataset, shown)
    return Answer(_json(found), list(_blocks(found)))


def _blocks(found: ReleaseDiff) -> Iterator[str | Grid]:
    counts = ", ".join(f"{count:,} {change}" for change, count in found.counts().items())
    yield f"from {_named(found.before)} to {_named(found.after)}: {counts}"
    differing = [one for one in found.datasets if one.change != "equal"]
    columns = ("dataset", "zone", "", "rows before", "after", "added", "removed", "changed", "told apart by")
    if differing:
        yield Grid(columns, [_row(one) for one in differing])
    for one in differing:
        if one.rows is not None:
            yield from details(one.name, one.rows)


def _named(side: Side) -> str:
    return f"{side.environment} (release {side.release})" if side.environment else f"release {side.release}"


def _row(one: DatasetDiff) -> tuple[Any, ...]:
    before, after, rows = one.before, one.after, one.rows
    sizes = (before.rows if before else None, after.rows if after else None)
    if rows is None:
        return (one.name, one.zone, one.change, *sizes, None, None, None, "")
    by = ", ".join(rows.key) or f"whole rows: {rows.why}"
    return (one.name, one.zone, one.change, *sizes, rows.added, rows.removed, rows.changed, by)


def details(name: str, rows: RowsDiff) -> Iterator[str | Grid]:
    """How rows differ: columns, values, examples."""
    for change in rows.schema:
        yield (
            f"schema: {name}.{change.name} was {change.before or 'not there'} and is {change.after or 'gone'}; "
            "its values are not compared"
        )
    for column, count in rows.columns.items():
        yield f"values: {name}.{column} is another in {counted(count, 'row')}"
    examples = [(one.change, row, values) for one in rows.examples for row, values in [_example(one)]]
    if examples:
        yield Grid((name, "row", "values"), examples)


def _example(one: Example) -> tuple[str, str]:
    row = ", ".join(f"{name}={cell(value)}" for name, value in one.row.items())
    copies = f" ({one.copies} times)" if one.copies > 1 else ""
    values = ", ".join(f"{name}: {_value(old)} → {_value(new)}" for name, (old, new) in (one.values or {}).items())
    return row + copies, values


def _value(value: Any) -> str:
    return "null" if value is None else cell(value)


def _json(found: ReleaseDiff) -> dict[str, Any]:
    return {
        "before": {"release": found.before.release, "environment": found.before.environment},
        "after": {"release": found.after.release, "environment": found.after.environment},
        "counts": found.counts(),
        "datasets": [
            {
                "dataset": one.name,
                "zone": one.zone,
                "change": one.change,
                "before": _version(one.before),
                "after": _version(one.after),
                "rows": None if one.rows is None else rows_json(one.rows),
            }
            for one in found.datasets
        ],
    }


def _version(version: Any) -> dict[str, int] | None:
    return None if version is None else {"version": version.id, "rows": version.rows}


def rows_json(rows: RowsDiff) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "key": rows.key,
        "why": rows.why,
        "added": rows.added,
        "removed": rows.removed,
        "changed": rows.changed,
        "columns": rows.columns,
        "schema": [{"column": one.name, "before": one.before, "after": one.after} for one in rows.schema],
        "examples": [
            {"change": one.change, "row": one.row, "copies": one.copies}
            | ({"values": {name: list(pair) for name, pair in one.values.items()}} if one.values else {})
            for one in rows.examples
        ],
    }
