"""`vertebra drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened

if TYPE_CHECKING:
    from vertebra.operations.drift import DriftRecord


def command(
    context: typer.Context,
    source: Annotated[str | None, typer.Argument(help="Source; all by default.", metavar="[SOURCE]")] = None,
    undo: Annotated[int | None, typer.Option(help="Take this change back.", metavar="N")] = None,
    wait: Wait = 0.0,
) -> Answer:
    """List how templates changed with their files: what, when, because of which file; or take a change back.

    Example: vertebra drift meters
    """
    from vertebra.operations import drift

    settings: Settings = context.obj
    with opened(settings) as ws:
        if undo is not None:
            gone = drift.undo(ws, source, undo, wait=wait)
            return Answer({"undone": _json(gone)}, [f"taken back: {gone.change.text}", "type next:", "  vertebra run"])
        found = drift.drifted(ws, source)
    data = {"changes": [_json(one) for one in found]}
    if not found:
        return Answer(data, ["every file was as its template says"])
    rows = [
        (one.change.number, one.change.source, one.change.created_at, one.change.undone_at or "", one.change.text)
        for one in found
    ]
    return Answer(data, [Grid(("change", "source", "made", "taken back", "what"), rows)])


def _json(one: DriftRecord) -> dict[str, Any]:
    change = one.change
    return {
        "change": change.number,
        "source": change.source,
        "kind": change.kind,
        "text": change.text,
        "body": change.body,
        "file": one.file.name,
        "version": one.file.version,
        "made_at": change.created_at,
        "undone_at": change.undone_at,
    }
