"""`vertebra history`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import size


def command(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Table, view or other dataset.", metavar="DATASET")],
) -> Answer:
    """List every version of a dataset: when, from what, and which releases hold it.

    Example: vertebra history daily_heat
    """
    from vertebra.operations.standing import history

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = history(ws, dataset)
    data = {
        "dataset": dataset,
        "versions": [
            {
                "version": one.version.id,
                "created_at": one.version.created_at,
                "run": one.version.run_id,
                "identity": one.version.identity,
                "table_version": one.version.table_version,
                "rows": one.version.rows,
                "bytes": one.version.size,
                "files": one.version.files,
                "releases": one.releases,
                "inputs": [{"dataset": v.name, "version": v.id} for v in one.inputs],
            }
            for one in found
        ],
    }
    rows = [
        (
            one.version.id,
            one.version.created_at,
            one.version.run_id,
            one.version.rows,
            size(one.version.size),
            _span(one.releases),
            ", ".join(f"{v.name} {v.id}" for v in one.inputs),
        )
        for one in found
    ]
    return Answer(data, [Grid(("version", "created", "run", "rows", "size", "releases", "made from"), rows)])


def _span(numbers: tuple[int, ...]) -> str:
    """Releases as ranges.

    Examples
    --------
    >>> _span((1, 2, 3, 5))
    '1-3, 5'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
