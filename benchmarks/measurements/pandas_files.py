"""pandas, one file at a time: `read_csv` with declared types, `to_parquet` beside the others."""

from __future__ import annotations

from time import perf_counter

from benchmarks.deliveries import TYPES, main_load
from benchmarks.measurement import Measurement, Result, Task, expect

DTYPES = {"VARCHAR": "str", "DOUBLE": "float64"}
DECLARED = {column: DTYPES[kind] for column, kind in TYPES.items() if kind in DTYPES}
MOMENTS = [column for column, kind in TYPES.items() if kind == "TIMESTAMP"]


def once(task: Task) -> Result:
    """Load from nothing to a counted set of Parquet files, the import included."""
    shape = main_load(task.files)
    paths = shape.paths()
    started = perf_counter()
    import pandas as pd
    import pyarrow.parquet as pq

    for path in paths:
        frame = pd.read_csv(path, engine="pyarrow", dtype=DECLARED, parse_dates=MOMENTS)
        frame.to_parquet(task.work / f"{path.stem}.parquet", index=False)
    found = sum(pq.read_metadata(path).num_rows for path in task.work.glob("*.parquet"))
    ended = perf_counter()
    expect(found, shape.total, "rows")
    return Result(ended - started)


MEASUREMENT = Measurement(
    name="pandas_files",
    what="pandas: read_csv (pyarrow engine, declared types) and to_parquet file by file",
    once=once,
    needs=lambda files: (main_load(files),),
)
