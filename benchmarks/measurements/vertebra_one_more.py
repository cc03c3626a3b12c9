"""Vertebra, one file more on top of all: does the cost follow the change?"""

from __future__ import annotations

from benchmarks import project
from benchmarks.deliveries import main_load, one_more
from benchmarks.measurement import Measurement, Result, Task


def once(task: Task) -> Result:
    """Time the second run of a process, which finds one file more."""
    return project.add_one(task, main_load(task.files), one_more())


MEASUREMENT = Measurement(
    name="vertebra_one_more",
    what="Vertebra: one file more on top of the main load, in process",
    once=once,
    needs=lambda files: (main_load(files), one_more()),
)
