"""`vertebra promote`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted

if TYPE_CHECKING:
    from vertebra.operations.environments import Moved


def command(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Environment whose release is taken.", metavar="FROM")],
    target: Annotated[str, typer.Argument(help="Environment that gets it.", metavar="TO")],
    wait: Wait = 0.0,
) -> Answer:
    """Publish what one environment holds as a new release of another, all datasets at once; no data is copied.

    Refused where the last run of FROM did not end well.

    Example: vertebra promote dev prod
    """
    from vertebra.operations.environments import promote

    settings: Settings = context.obj
    with opened(settings) as ws:
        moved = promote(ws, source, target, wait=wait)
    if moved.run is None:
        said = f"{target} holds what release {moved.origin} of {source} holds already: nothing changes"
    else:
        said = f"{target}: release {moved.release} is published, from release {moved.origin} of {source}"
    return Answer({"from": source, "to": target} | moved_json(moved), [said, *difference(moved)])


def moved_json(moved: Moved) -> dict[str, Any]:
    """What a promotion or a rollback did, for scripts."""
    found = moved.difference
    return {
        "changed": moved.run is not None,
        "run": moved.run,
        "before": moved.before,
        "release": moved.release,
        "origin": moved.origin,
        "datasets": {
            "added": found.added,
            "removed": found.removed,
            "changed": found.changed,
            "equal": found.equal,
        },
    }


def difference(moved: Moved) -> list[str]:
    """The datasets that are others now, in words; nothing where nothing changed."""
    if moved.run is None:
        return []
    found = moved.difference
    parts = [f"{found.added:,} added", f"{found.removed:,} removed", f"{found.changed:,} changed"]
    total = found.added + found.changed + found.equal
    return [f"{counted(total, 'dataset')}: {', '.join(parts)}, {found.equal:,} equal"]
