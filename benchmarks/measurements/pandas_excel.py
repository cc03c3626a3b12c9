"""Workbooks by pandas: `read_excel` with calamine, one file after the other."""

from __future__ import annotations

from time import perf_counter

from benchmarks.measurement import Measurement, Result, Task, expect
from benchmarks.other_kinds import excel_shape, workbooks


def once(task: Task) -> Result:
    """From nothing to frames of all files, the import included."""
    shape = excel_shape(task.files)
    paths = workbooks(shape)
    started = perf_counter()
    import pandas as pd

    found = sum(len(pd.read_excel(path, engine="calamine")) for path in paths)
    ended = perf_counter()
    expect(found, shape.total, "rows")
    return Result(ended - started)


MEASUREMENT = Measurement(
    name="pandas_excel",
    what="pandas.read_excel with calamine, one workbook after the other, nothing written",
    once=once,
    needs=lambda files: (excel_shape(files),),
)
