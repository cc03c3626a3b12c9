"""`vertebra retain`."""

from __future__ import annotations

from typing import Annotated

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted, size

_SHOWN = 20  # files on the screen; --output json has all


def command(
    context: typer.Context,
    keep: Annotated[int, typer.Option(help="Newest releases of each environment that stay.", metavar="N")] = 10,
    days: Annotated[
        float | None, typer.Option(help="Releases stay, too, that an environment pointed to since.", metavar="D")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    wait: Wait = 0.0,
) -> Answer:
    """Forget old releases of every environment, and take away the data files that nothing leads back to then.

    What an environment points to, what sandboxes and models name, and all that these come from stays, and so does
    every landed byte.

    Example: vertebra retain --keep 5 --dry-run
    """
    from vertebra.operations.retain import retain

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = retain(ws, keep, days, dry=dry_run, wait=wait)
    total = sum(one.size for one in found.files)
    will = "would go" if dry_run else "went"
    lines = [f"{will}: {one.key} ({size(one.size)})" for one in found.files[:_SHOWN]]
    if len(found.files) > _SHOWN:
        lines.append(f"{will}: and {len(found.files) - _SHOWN} more, see --output json")
    gone = f" ({', '.join(map(str, found.gone))})" if found.gone else ""
    lines.append(
        f"{counted(len(found.gone), 'release')}{gone}, {counted(found.versions, 'dataset version')} and "
        f"{counted(len(found.files), 'file')} of {size(total)} {will}; {counted(len(found.kept), 'release')} "
        f"{'stay' if len(found.kept) != 1 else 'stays'}"
    )
    data = {
        "dry_run": dry_run,
        "run": found.run,
        "kept": list(found.kept),
        "gone": list(found.gone),
        "versions": found.versions,
        "files": [{"file": one.key, "bytes": one.size} for one in found.files],
        "bytes": total,
    }
    return Answer(data, lines)
