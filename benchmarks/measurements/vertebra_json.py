"""Vertebra, JSON lines from nothing to a published table."""

from __future__ import annotations

from benchmarks import project
from benchmarks.measurement import Measurement, Result, Task
from benchmarks.other_kinds import json_lines, json_shape


def once(task: Task) -> Result:
    """From nothing to the first answer of a query, the import included."""
    shape = json_shape(task.files)
    return project.load_files(task, json_lines(shape), "{json: {}}", shape.total)


MEASUREMENT = Measurement(
    name="vertebra_json",
    what="Vertebra: the same JSON lines to a published, queryable formatted table",
    once=once,
    needs=lambda files: (json_shape(files),),
)
