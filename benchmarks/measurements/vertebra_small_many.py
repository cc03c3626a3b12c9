"""Vertebra, one small file more on top of ten times as many: does history cost?"""

from __future__ import annotations

from benchmarks import project
from benchmarks.deliveries import many_small, one_more_small
from benchmarks.measurement import Measurement, Result, Task


def once(task: Task) -> Result:
    """Time the second run of a process, which finds one file more."""
    return project.add_one(task, many_small(task.files), one_more_small())


MEASUREMENT = Measurement(
    name="vertebra_small_many",
    what="Vertebra: one small file more on top of ten times as many small ones",
    once=once,
    needs=lambda files: (many_small(files), one_more_small()),
)
