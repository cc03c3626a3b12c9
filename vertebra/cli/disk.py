"""`vertebra disk`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import size


def command(context: typer.Context) -> Answer:
    """Show how much of the disk zones, datasets and releases use.

    What a release uses alone would go with it; what no version names, `vertebra retain` takes away.

    Example: vertebra disk
    """
    from vertebra.operations.disk import disk

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = disk(ws)
    tables = [
        (one.name, one.zone, one.versions, one.files, size(one.size), size(one.newest), size(one.unnamed))
        for one in found.datasets
    ]
    releases = [(one.release, ", ".join(one.environments), size(one.size), size(one.alone)) for one in found.releases]
    blocks: list[str | Grid] = [
        Grid(("zone", "bytes"), [(zone, size(count)) for zone, count in found.zones.items()]),
        Grid(("dataset", "zone", "versions", "files", "bytes", "newest", "unnamed"), tables),
        Grid(("release", "environments", "bytes", "alone"), releases),
        f"all: {size(sum(found.zones.values()))}",
    ]
    return Answer(asdict(found), blocks)
