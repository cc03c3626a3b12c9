"""Vertebra beside its peers, in one table; see README.md for the method."""

from __future__ import annotations

import argparse
import compileall
import json
import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks import campaign, deliveries, machine, targets
from benchmarks.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.campaign import Outcome
    from benchmarks.measurement import Measurement

RESULTS = deliveries.DATA / "results.json"
PASTE = deliveries.DATA / "results.md"
FILES = 160


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    names = [one.name for one in MEASUREMENTS]
    described = "\n".join(f"  {one.name:24}{one.what}" for one in MEASUREMENTS)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"measurements:\n{described}"
    parser.add_argument(
        "--only", action="append", choices=names, metavar="NAME", help="only this measurement (repeatable)"
    )
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="rounds; figures are medians (3)")
    parser.add_argument("--files", type=int, default=FILES, metavar="N", help=f"files of the main load ({FILES})")
    options = parser.parse_args(arguments)
    if options.repeat < 1 or options.files < 1:
        parser.error("--repeat and --files are at least 1")
    return options


def get_ready(chosen: Iterable[Measurement], files: int) -> None:
    """Make the deliveries that the chosen measurements need, and read them into the page cache.

    Vertebra's modules are compiled, as those of the peers were when they were installed.
    """
    compileall.compile_dir(campaign.ROOT / "vertebra", quiet=1)
    needed = {shape for one in chosen for shape in one.needs(files)}
    for shape in sorted(needed, key=lambda shape: shape.total):
        deliveries.make(shape)
        tell(f"{shape.files} files, {shape.total:,} rows, {deliveries.warm(shape) / 1e6:,.0f} MB")


def tell(line: str) -> None:
    """Report progress on standard error; standard output is for the table."""
    print(line, file=sys.stderr, flush=True)


def table(outcomes: Mapping[str, Outcome], look: box.Box) -> Table:
    """Give the one table."""
    made = Table(box=look)
    for field in fields(targets.Row):
        made.add_column(field.name, overflow="fold")
    for row in targets.rows(outcomes):
        made.add_row(*map(Text, asdict(row).values()))  # an error may hold brackets, which are no markup
    return made


def show(outcomes: Mapping[str, Outcome], about: Mapping[str, str]) -> None:
    """Print the machine and the table, and keep both as Markdown, a line a row, to be pasted."""
    with PASTE.open("w", encoding="utf-8") as file:
        looks = ((Console(), box.ROUNDED), (Console(file=file, width=1000), box.MARKDOWN))
        for console, look in looks:
            for name, value in about.items():
                console.print(f"- {name}: {value}", soft_wrap=True, highlight=False, markup=False)
            console.print(table(outcomes, look), highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep; give 1 if a measurement failed."""
    options = parse(arguments)
    chosen = [one for one in MEASUREMENTS if not options.only or one.name in options.only]
    get_ready(chosen, options.files)
    about = machine.describe() | {"method": f"medians of {options.repeat} rounds, {options.files} files"}
    if options.files != FILES:
        about["method"] += f" (quick: the targets are meant for {FILES})"
    outcomes = campaign.run(chosen, files=options.files, repeat=options.repeat, tell=tell)
    kept = {"about": about, "measurements": {name: asdict(outcome) for name, outcome in outcomes.items()}}
    kept["table"] = [asdict(row) for row in targets.rows(outcomes)]
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    show(outcomes, about)
    return int(any(outcome.error is not None for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
