"""`python -m vertebra.simulator OUT`: deliveries for benchmarks and for trying things out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.errors import VertebraError
from vertebra.simulator import Defects, Deliveries, bulk, redeliver, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what was asked for, and say how much it was.

    Returns
    -------
    int
        Exit status: 0 done, 1 it could not be written, 2 the request is wrong.
    """
    asked = _parser().parse_args(arguments)
    try:
        made = _make(asked)
    except VertebraError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    size = sum(file.size for file in made.files)
    sys.stdout.write(
        f"{len(made.files)} files, {made.rows} rows, {size} bytes, {len(made.injected)} defects in {made.folder}\n"
    )
    return 0


def _make(asked: argparse.Namespace) -> Deliveries:
    if asked.bulk:
        return bulk(asked.out, files=asked.files, rows=asked.rows, seed=asked.seed)
    several = {
        "devices": asked.devices,
        "months": asked.months,
        "seed": asked.seed,
        "step_minutes": asked.step,
    }
    defects = Defects.none() if asked.clean else None
    if asked.round:
        return redeliver(asked.out, round=asked.round, start=asked.start, defects=defects, **several)
    return simulate(asked.out, start=asked.start, defects=defects, **several)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vertebra.simulator", description="Write simulated deliveries of heat meters and weather."
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write into")
    parser.add_argument("--devices", type=int, default=2, help="heat meters (default 2)")
    parser.add_argument("--months", type=int, default=24, help="months of each (default 24)")
    parser.add_argument("--start", default="2022-01", help="first month (default 2022-01)")
    parser.add_argument("--step", type=int, default=60, help="minutes between readings (default 60)")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same bytes (default 7)")
    parser.add_argument("--clean", action="store_true", help="without any defect")
    parser.add_argument("--round", type=int, default=0, help="a later round: a late and a corrected file")
    parser.add_argument("--bulk", action="store_true", help="the benchmark's files instead")
    parser.add_argument("--files", type=int, default=160, help="of the benchmark (default 160)")
    parser.add_argument("--rows", type=int, default=60_000, help="of each such file (default 60000)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
