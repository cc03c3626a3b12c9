"""Vertebra, workbooks from nothing to a published table."""

from __future__ import annotations

from benchmarks import project
from benchmarks.measurement import Measurement, Result, Task
from benchmarks.other_kinds import excel_shape, workbooks


def once(task: Task) -> Result:
    """From nothing to the first answer of a query, the import included."""
    shape = excel_shape(task.files)
    return project.load_files(task, workbooks(shape), "{excel: {}}", shape.total)


MEASUREMENT = Measurement(
    name="vertebra_excel",
    what="Vertebra: the same workbooks to a published, queryable formatted table",
    once=once,
    needs=lambda files: (excel_shape(files),),
)
