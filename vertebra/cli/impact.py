"""`vertebra impact`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.settings import Settings, opened
from vertebra.cli.trace import pairs
from vertebra.cli.words import cell, counted

if TYPE_CHECKING:
    from vertebra.operations.impact import ImpactResult, ReachedModel, ReachedRows

_SHOWN = 2  # keys of each dataset on the screen


def command(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A landed file, or with a key a dataset.", metavar="FILE[@VERSION]")],
    key: Annotated[
        list[str] | None,
        typer.Argument(help="Which rows of the dataset: columns of its grain.", metavar="KEY=VALUE..."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Source of the file, where several have one of this name.", metavar="NAME")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Keys of each dataset; 2 on the screen, all as JSON.", metavar="N", min=0)
    ] = None,
    release: Release = None,
) -> Answer:
    """Show what a delivered file, or a row, reaches: rows of all datasets, models and reports that would be others.

    Rows are named by their dataset and a key: vertebra impact daily_heat device=L4 day=2021-01-15

    Example: vertebra impact L4/L4_2021-01.csv
    """
    from vertebra.operations.impact import impact

    settings: Settings = context.obj
    wanted = pairs(key or (), "impact")
    shown = limit if limit is not None or settings.json else _SHOWN
    with opened(settings) as ws:
        return _answer(impact(ws, what, wanted, source, release, settings.environment, limit=shown))


def _answer(found: ImpactResult) -> Answer:
    blocks: list[str | Grid] = [
        f"{_origin(found)}: without it {counted(len(found.datasets), 'dataset')} of release {found.release} would be "
        f"others" + ("" if found.exact else ", at most")
    ]
    if found.datasets:
        blocks.append(Grid(("dataset", "zone", "rows", "of", "for example"), [_row(one) for one in found.datasets]))
    if found.models:
        blocks.append(
            Grid(("model", "analysis", "candidate", "release", "learnt from"), [_model(one) for one in found.models])
        )
    blocks += [f"drawn of it: {path}" for path in found.reports]
    blocks += [f"not exact: {reason}" for reason in dict.fromkeys(_reasons(found))]
    blocks += [f"note: {note}" for note in found.notes]
    return Answer(found.to_json(), blocks)


def _origin(found: ImpactResult) -> str:
    if found.files:
        file = found.files[0]
        more = f" with {counted(len(found.files) - 1, 'file')} in it" if len(found.files) > 1 else ""
        return f"{file.source}, {file.name}, version {file.version}{more}"
    return f"{found.dataset}, {', '.join(f'{column}={value}' for column, value in found.key.items())}"


def _row(one: ReachedRows) -> tuple[str, str, int, int, str]:
    keys = (" ".join(f"{name}={cell(value)}" for name, value in row.items()) for row in one.keys.to_pylist())
    return one.dataset, one.zone, one.rows, one.of, "; ".join(keys)


def _model(one: ReachedModel) -> tuple[str, str, str, int, str]:
    rows = ", ".join(f"{count:,} {part}" for part, count in one.rows.items())
    return f"{one.id}{' (deployed)' if one.deployed else ''}", one.analysis, one.candidate, one.release, rows


def _reasons(found: ImpactResult) -> Iterator[str]:
    for one in found.datasets:
        if one.why:
            yield f"{one.dataset}: {one.why}"
    for model in found.models:
        if model.why:
            yield f"models of {model.analysis}: {model.why}"
