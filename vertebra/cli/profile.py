"""`vertebra profile`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.settings import Settings, opened
from vertebra.errors import StorageError

if TYPE_CHECKING:
    from vertebra.operations.profiling import ProfileReport
    from vertebra.profile import ColumnProfile, Comparison, Profile

_WIDE = 24  # characters of a value on the screen; JSON and the page have all of it
_TOP = 4  # frequent values on the screen
_PAIRS = 5  # correlations on the screen


def command(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="Formatted table or view.", metavar="TABLE")],
    release: Release = None,
    against: Annotated[
        int | None,
        typer.Option(help="Release to compare with; the earlier version of the table by default.", metavar="N"),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the profile as a page to this file.", metavar="FILE")] = None,
) -> Answer:
    """Show what is in a table: types, nulls, values, shapes, keys, and what changed since its earlier version.

    Example: vertebra profile daily_heat --html daily_heat.html
    """
    settings: Settings = context.obj
    from vertebra.operations.profiling import profile_of

    with opened(settings) as ws:
        report = profile_of(ws, table, release, against, settings.environment)
    data = report.to_json()
    if html is not None:
        _write(html, report)
        return Answer(data | {"html": str(html)}, [f"{html} shows the profile of {table}, release {report.release}"])
    return Answer(data, _blocks(report))


def _write(path: Path, report: ProfileReport) -> None:
    from vertebra.profile.page import page

    try:
        path.write_text(page(report.profile, report.comparison, report.release, report.notes), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            "cannot write the page",
            where=str(path),
            why=error.strerror or str(error),
            next_="name a file in a folder that exists and can be written",
        ) from error


def _blocks(report: ProfileReport) -> list[str | Grid]:
    from vertebra.profile import words

    found = report.profile
    files = f"{found.files} file{'s' * (found.files != 1)}"
    blocks: list[str | Grid] = [
        f"{found.dataset}, release {report.release}: {found.rows:,} rows, {len(found.columns)} columns, {files}",
        words.measured(found),
        words.key(found.key, found),
        *(f"note: {text}" for text in report.notes),
    ]
    if found.columns:
        blocks.append(_columns(found))
    frequent = [column for column in found.columns if column.top or column.patterns]
    if frequent and found.rows:
        blocks.append(_frequent(frequent))
    blocks += [f"correlation: {c.one} and {c.other}: {c.r:+.3f}" for c in found.correlations[:_PAIRS]]
    if report.comparison is not None:
        blocks.append(words.difference(report.comparison, found))
        blocks.append(_drift(report.comparison))
    return blocks


def _columns(found: Profile) -> Grid:
    from vertebra.profile import words

    heads = ("column", "type", "nulls", "different", "smallest", "median", "largest", "mean", "deviation", "shape")
    rows = [
        (
            column.name,
            column.type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"),
            words.share(column.nulls, found.rows),
            words.counted(column.distinct, exact=column.distinct_exact),
            _short(words.value(column, column.low)),
            _short(words.value(column, (column.quantiles or {}).get("0.5"))),
            _short(words.value(column, column.high)),
            words.number(column.mean),
            words.number(column.deviation),
            words.spark(column.histogram),
        )
        for column in found.columns
    ]
    return Grid(heads, rows)


def _frequent(columns: list[ColumnProfile]) -> Grid:
    from vertebra.profile import words

    rows = [
        (
            column.name,
            ", ".join(f"{_short(f.value)} {words.share(f.count, column.values)}" for f in column.top[:_TOP]),
            ", ".join(f"{_short(f.value)} {words.share(f.count, column.values)}" for f in column.patterns[:_TOP]),
            f"{column.lengths.shortest} to {column.lengths.longest}" if column.lengths else "",
        )
        for column in columns
    ]
    return Grid(("column", "frequent values", "patterns", "characters"), rows)


def _drift(found: Comparison) -> Grid:
    from vertebra.profile import words

    rows = [
        (
            change.name,
            f"{change.drift.psi:.3f}" if change.drift else "",
            f"{change.drift.ks:.3f}" if change.drift and change.drift.ks is not None else "",
            f"{change.drift.js:.3f}" if change.drift else "",
            words.changed(change),
        )
        for change in found.columns
    ]
    return Grid(("column", "PSI", "KS", "JS", "so"), rows)


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "…"
