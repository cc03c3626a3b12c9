"""`vertebra plan`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted, seconds

if TYPE_CHECKING:
    from vertebra.operations.forecast import Forecast, Total

_COLUMNS = ("step", "name", "status", "how", "rows", "time", "by", "why")


def command(
    context: typer.Context,
    diff: Annotated[
        bool, typer.Option("--diff", help="Build what changed beside the release that stands, and show what differs.")
    ] = False,
    rows: Annotated[
        int, typer.Option(help="With --diff: rows to show of each kind of change.", metavar="N", min=0)
    ] = 3,
) -> Answer:
    """Say what `vertebra run` would do, why, and what it will probably take; nothing is touched.

    Rows and seconds are estimated from what the newest steps of the same name took that were done in the same way.
    With `--diff` the views that changed, and what reads them, are built in a scratch place from the tables of the
    release that stands: rows and columns that differ are shown, and the validation scores of analyses that read them.
    No new delivery is taken in, nothing is published, and all is thrown away.

    Example: vertebra plan --diff
    """
    settings: Settings = context.obj
    if diff:
        from vertebra.cli.plan_diff import saying, told
        from vertebra.operations.beside import beside

        with opened(settings) as ws:
            return told(beside(ws, settings.environment, rows, saying()))
    from vertebra.operations.forecast import forecast, total

    with opened(settings) as ws:
        found = forecast(ws, settings.environment)
    all_ = total(found)
    data = {
        "steps": [_json(one) for one in found],
        "total": {"seconds": all_.seconds, "cpu_seconds": all_.cpu_seconds, "unmeasured": all_.unmeasured},
    }
    if not found:
        return Answer(data, ["nothing is declared in sources/ and views/ yet"])
    return Answer(data, [*_blocks(found), _total(all_) if any(one.basis for one in found) else "nothing is to be made"])


def _blocks(found: tuple[Forecast, ...]) -> Iterator[str | Grid]:
    """A line for each step that does something; the others by their names alone, for they can be a thousand."""
    rows = [_row(one) for one in found if one.status != "untouched"]
    if rows:
        yield Grid(_COLUMNS, rows)
    rest: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if one.status == "untouched":
            rest.setdefault((str(one.kind), one.why), []).append(one.name)
    for (kind, why), names in rest.items():
        yield f"untouched: {kind}: {why}: {', '.join(names)}"


def _row(one: Forecast) -> tuple[Any, ...]:
    time = None if not one.basis else "?" if one.seconds is None else seconds(one.seconds)
    why = f"{one.why}; {one.choice}" if one.choice else one.why
    return (str(one.kind), one.name, str(one.status), str(one.way), one.rows, time, one.basis, why)


def _total(all_: Total) -> str:
    known = f"about {seconds(all_.seconds)}, one step after the other, and {seconds(all_.cpu_seconds)} of CPU"
    if not all_.unmeasured:
        return known
    unknown = f"{counted(all_.unmeasured, 'step')} without a measure"
    return f"{known}; beside that {unknown}" if all_.seconds else unknown


def _json(one: Forecast) -> dict[str, Any]:
    return {
        "kind": str(one.kind),
        "name": one.name,
        "action": str(one.action),
        "why": one.why,
        "status": str(one.status),
        "how": str(one.way),
        "choice": one.choice,
        "rows": one.rows,
        "seconds": one.seconds,
        "cpu_seconds": one.cpu_seconds,
        "basis": one.basis,
    }
