"""Vertebra, one small file more on top of as many small ones as the main load has files."""

from __future__ import annotations

from benchmarks import project
from benchmarks.deliveries import few_small, one_more_small
from benchmarks.measurement import Measurement, Result, Task


def once(task: Task) -> Result:
    """Time the second run of a process, which finds one file more."""
    return project.add_one(task, few_small(task.files), one_more_small())


MEASUREMENT = Measurement(
    name="vertebra_small_few",
    what="Vertebra: one small file more on top of as many small ones as the main load has",
    once=once,
    needs=lambda files: (few_small(files), one_more_small()),
)
