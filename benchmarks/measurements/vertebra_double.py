"""Vertebra, twice as many files: does its memory stay?"""

from __future__ import annotations

from benchmarks import project
from benchmarks.deliveries import double_load
from benchmarks.measurement import Measurement, Result, Task


def once(task: Task) -> Result:
    """Load from nothing to the first answer of a query, the import included."""
    return project.load(task, double_load(task.files))


MEASUREMENT = Measurement(
    name="vertebra_double",
    what="Vertebra: twice as many files",
    once=once,
    needs=lambda files: (double_load(files),),
)
