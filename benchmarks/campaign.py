"""All measurements, interleaved: one repetition of each, then the next round, each in a fresh process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.deliveries import DATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from benchmarks.measurement import Measurement

ROOT = DATA.parents[1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the repetitions of a measurement found, or the error that stopped them."""

    repetitions: tuple[Mapping[str, float], ...] = ()
    error: str | None = None

    def median(self, key: str) -> float:
        """Give the median of a figure over the repetitions."""
        return median(found[key] for found in self.repetitions)


def _child(verb: str, measurement: Measurement, files: int) -> Outcome:
    work = DATA / "work" / measurement.name
    out = DATA / "work" / f"{measurement.name}.json"
    out.unlink(missing_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    os.sync()  # what the one before wrote is not paid for by the next
    arguments = [verb, measurement.name, str(files), str(work), str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.once", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,  # the contender's own
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    out.unlink(missing_ok=True)
    if done.returncode == 0 and "error" not in found:
        return Outcome((found,))
    sys.stderr.write(done.stderr)
    return Outcome(error=found.get("error", f"the process ended with {done.returncode}"))


def _step(measurement: Measurement, before: Outcome, files: int) -> Outcome:
    """Add one repetition; a measurement that failed once is not tried again."""
    if before.error is not None:
        return before
    if measurement.prepare is None:
        shutil.rmtree(DATA / "work" / measurement.name, ignore_errors=True)
    found = _child("once", measurement, files)
    return replace(found, repetitions=before.repetitions + found.repetitions)


def run(
    measurements: Iterable[Measurement], *, files: int, repeat: int, tell: Callable[[str], None]
) -> dict[str, Outcome]:
    """Prepare what wants preparing, then do `repeat` rounds of all.

    Returns
    -------
    dict of str to Outcome
        By the measurement's name.
    """
    chosen = tuple(measurements)
    shutil.rmtree(DATA / "work", ignore_errors=True)
    outcomes = dict.fromkeys((one.name for one in chosen), Outcome())
    for one in chosen:
        if one.prepare is not None:
            tell(f"prepare {one.name}")
            outcomes[one.name] = replace(_child("prepare", one, files), repetitions=())
    for number in range(1, repeat + 1):
        for one in chosen:
            outcome = outcomes[one.name] = _step(one, outcomes[one.name], files)
            said = outcome.error or f"{outcome.repetitions[-1]['seconds']:.3f} s"
            tell(f"round {number} of {repeat}  {one.name}  {said}")
            if one.prepare is None:
                shutil.rmtree(DATA / "work" / one.name, ignore_errors=True)
    shutil.rmtree(DATA / "work", ignore_errors=True)
    return outcomes
