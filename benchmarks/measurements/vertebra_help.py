"""`vertebra --help` as a whole process, the interpreter's start included."""

from __future__ import annotations

import subprocess
from time import perf_counter

from benchmarks.measurement import Measurement, Result, Task
from benchmarks.measurements.vertebra_nothing_to_do import COMMAND


def once(task: Task) -> Result:
    """Time the process."""
    started = perf_counter()
    subprocess.run([COMMAND, "--help"], cwd=task.work, check=True, stdout=subprocess.DEVNULL)
    return Result(perf_counter() - started)


MEASUREMENT = Measurement(
    name="vertebra_help",
    what="vertebra --help, whole process",
    once=once,
    needs=lambda _: (),
)
