"""pandas, all in memory: `read_csv` each file with declared types, `concat`, one `to_parquet`."""

from __future__ import annotations

from time import perf_counter

from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task, expect
from benchmarks.measurements.pandas_files import DECLARED, MOMENTS


def once(task: Task) -> Result:
    """Load from nothing to a counted Parquet file, the import included."""
    shape = main_load(task.files)
    paths = shape.paths()
    target = task.work / "readings.parquet"
    started = perf_counter()
    import pandas as pd
    import pyarrow.parquet as pq

    frames = [pd.read_csv(path, engine="pyarrow", dtype=DECLARED, parse_dates=MOMENTS) for path in paths]
    pd.concat(frames, ignore_index=True).to_parquet(target, index=False)
    found = pq.read_metadata(target).num_rows
    ended = perf_counter()
    expect(found, shape.total, "rows")
    return Result(ended - started)


MEASUREMENT = Measurement(
    name="pandas_concat",
    what="pandas: read_csv (pyarrow engine, declared types) of all files, concat, one to_parquet",
    once=once,
    needs=lambda files: (main_load(files),),
)
