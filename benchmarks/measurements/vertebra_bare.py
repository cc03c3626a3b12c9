"""Vertebra, the main load without profiles: what the table itself costs."""

from __future__ import annotations

from benchmarks import project
from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task


def once(task: Task) -> Result:
    """From nothing to the first answer of a query, the import included."""
    return project.load(task, main_load(task.files), profile="none")


MEASUREMENT = Measurement(
    name="vertebra_bare",
    what="Vertebra: the same with `profile: {rows: none}`",
    once=once,
    needs=lambda files: (main_load(files),),
)
