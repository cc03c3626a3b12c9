"""Vertebra, all files from nothing: collected, hashed, landed, formatted, accounted, published, counted."""

from __future__ import annotations

from benchmarks import project
from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task


def once(task: Task) -> Result:
    """Load from nothing to the first answer of a query, the import included."""
    return project.load(task, main_load(task.files))


MEASUREMENT = Measurement(
    name="vertebra_load",
    what="Vertebra: all files to a published, queryable formatted table",
    once=once,
    needs=lambda files: (main_load(files),),
)
