"""`vertebra peek`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.settings import Settings
from vertebra.errors import UsageError

if TYPE_CHECKING:
    from vertebra.formatted.draft.look import Look

Template = Annotated[
    Path | None, typer.Option(help="Read it as this template says, instead of as it looks.", metavar="YAML")
]
SourceName = Annotated[str | None, typer.Option(help="The same with the template of this source.", metavar="NAME")]


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file.", metavar="FILE")],
    template: Template = None,
    source: SourceName = None,
) -> Answer:
    """Print the table of a file as the drafted template reads it: as CSV, comma and double quote, in UTF-8.

    Any file that `vertebra draft` knows, plain, compressed or in an archive. The header comes first where there is
    one; nested values are compact JSON. What was not certain, and every record that is damaged or ragged, is named on
    standard error with its line; the table holds such a record as well as it can be read. Needs no project.

    Example: vertebra peek deliveries/meters/L4_2021-01.csv
    """
    from vertebra.formatted.draft.look import look

    settings: Settings = context.obj
    if template is not None and source is not None:
        raise UsageError(
            "--template and --source exclude each other",
            where="vertebra peek",
            why="a file is read by one template",
            next_="give one of the two, or none",
        )
    with look(file, template, source, settings.project) as found:
        if settings.json:
            return Answer(_data(found))
        _print(found)
    return Answer(None)


def _print(found: Look) -> None:
    """The table on standard output as it is read, remarks on standard error."""
    import csv
    import io

    for decision in found.doubts():
        _tell(f"{decision.about}: {decision.value!r}, {decision.confidence:.0%} sure: {decision.why}")
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="", write_through=False)
    try:
        writer = csv.writer(out, lineterminator="\r\n")
        for one in found.records:
            if one.fields or not one.remark:
                writer.writerow(one.fields)
            if one.remark:
                _tell(f"line {one.remark.line}: {one.remark.reason}" if one.remark.line else one.remark.reason)
        out.flush()
    finally:
        out.detach()


def _data(found: Look) -> dict[str, Any]:
    records = list(found.records)
    header = records[0].fields if found.headed and records else ()
    return {
        "file": found.name,
        "format": found.declared(),
        "columns": list(header) if header else [f"#{n + 1}" for n in range(found.width)],
        "rows": [list(one.fields) for one in records[1 if header else 0 :] if one.fields or not one.remark],
        "decisions": [one.to_json() for one in found.decisions],
        "remarks": [{"line": one.remark.line, "reason": one.remark.reason} for one in records if one.remark],
    }


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
