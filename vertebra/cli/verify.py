"""`vertebra verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.query import Release
from vertebra.cli.run import Wait
from vertebra.cli.settings import Settings, opened
from vertebra.cli.words import counted, seconds, size

if TYPE_CHECKING:
    from vertebra.operations.verify import Broken, Verification

_SHOWN = 20  # of what does not hold, on the screen


def command(
    context: typer.Context,
    release: Release = None,
    sample: Annotated[
        float,
        typer.Option(
            help="Rebuild this share of the landed files of every source, and of the views; 1 is all.", metavar="SHARE"
        ),
    ] = 1.0,
    seed: Annotated[
        int | None, typer.Option(help="Chooses the sample; drawn and told by default.", metavar="N")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make damaged data files anew from the landing zone, and put them back.")
    ] = False,
    wait: Wait = 0.0,
) -> Answer:
    """Hold the promises against what stands on disk, and rebuild a release from the landing zone to compare.

    Landed bytes are held against their hashes; data files are there and readable; accounts balance; every dataset
    is rebuilt in a scratch place from recorded definitions and has the same content hash. The exit status is 1 where
    something does not hold, and the error names the first dataset and row, or file.

    Example: vertebra verify
    """
    from vertebra.operations.verify import verify
    from vertebra.operations.verify.repairing import repaired

    settings: Settings = context.obj
    with opened(settings) as ws:
        if repair:
            found = repaired(ws, release, settings.environment, sample=sample, seed=seed, wait=wait)
        else:
            found = verify(ws, release, settings.environment, sample=sample, seed=seed)
    errors = [one.error(found.release) for one in found.left[:1]]
    return Answer(_json(found), list(_blocks(found)), errors, 1 if errors else 0)


def _blocks(found: Verification) -> Iterator[str | Grid]:
    columns = ("dataset", "zone", "rows", "rebuilt", "content hash", "time")
    rows = [
        (one.name, one.zone, one.rows, str(one.verdict), one.hash[:16], seconds(one.seconds)) for one in found.datasets
    ]
    if rows:
        yield Grid(columns, rows)
    yield f"landed: {counted(found.landed, 'file')}, {size(found.landed_bytes)}, read and held against their hashes"
    yield f"tables: {counted(found.files, 'data file')} looked at"
    if found.share < 1:
        yield f"sample: {found.share:g}, the same again with --seed {found.seed}"
    for one in found.broken[:_SHOWN]:
        yield f"broken: {one.promise}: {_place(one)}: {one.type.replace('-', ' ')}: {one.what}"
    if len(found.broken) > _SHOWN:
        yield f"broken: and {len(found.broken) - _SHOWN} more, see --output json"
    for mended in found.repaired:
        yield f"repaired: {mended.file}: {counted(mended.rows, 'row')} made anew, in {mended.by}"
    for text in found.fallbacks:
        yield f"fallback: {text}"
    word = "holds" if not found.left else f"does not hold in {counted(len(found.left), 'place')}"
    yield f"release {found.release} {word}, in {seconds(found.seconds)}"


def _place(one: Broken) -> str:
    row = ", ".join(f"{name}={value}" for name, value in one.row.items())
    return ", ".join(part for part in (one.dataset, one.file, row) if part)


def _json(found: Verification) -> dict[str, Any]:
    return {
        "release": found.release,
        "sample": found.share,
        "seed": found.seed if found.share < 1 else None,
        "landed": {"files": found.landed, "bytes": found.landed_bytes},
        "files": found.files,
        "datasets": [
            {
                "dataset": one.name,
                "zone": one.zone,
                "version": one.version,
                "rows": one.rows,
                "rebuilt": str(one.verdict),
                "hash": one.hash or None,
                "seconds": one.seconds,
            }
            for one in found.datasets
        ],
        "broken": [
            {
                "promise": one.promise,
                "type": one.type,
                "dataset": one.dataset or None,
                "file": one.file or None,
                "row": dict(one.row) or None,
                "what": one.what,
                "repaired": one not in found.left,
            }
            for one in found.broken
        ],
        "repaired": [
            {"dataset": one.dataset, "file": one.file, "by": one.by, "rows": one.rows} for one in found.repaired
        ],
        "fallbacks": list(found.fallbacks),
        "seconds": found.seconds,
    }
