"""dlt as its documentation shows it for CSV: filesystem source, `read_csv_duckdb` with pyarrow, to DuckDB."""

from __future__ import annotations

import os
from time import perf_counter

from benchmarks.deliveries import TYPES, main_load
from benchmarks.measurement import Measurement, Result, Task, expect

# dlt's own default, 5,000 rows a batch, is slower; one batch a file is in its favour.
BATCH = 60_000


def once(task: Task) -> Result:
    """Load from nothing to the first answer of a query, the import included."""
    shape = main_load(task.files)
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": str(task.work / "home")}
    os.chdir(task.work)  # away from any .dlt folder of the one who runs this
    started = perf_counter()
    import dlt
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(task.work / "pipelines"),
        destination=dlt.destinations.duckdb(str(task.work / "bench.duckdb")),
        dataset_name="raw",
    )
    files = filesystem(bucket_url=shape.folder.as_uri(), file_glob="**/*.csv")
    reader = read_csv_duckdb(chunk_size=BATCH, use_pyarrow=True, header=True, dtype=TYPES)
    pipeline.run((files | reader).with_name("readings"))
    with pipeline.sql_client() as client:
        found = client.execute_sql("select count(*) from readings")[0][0]
    ended = perf_counter()
    expect(found, shape.total, "rows")
    return Result(ended - started)


MEASUREMENT = Measurement(
    name="dlt_pipeline",
    what="dlt: filesystem source, read_csv_duckdb with pyarrow, to DuckDB",
    once=once,
    needs=lambda files: (main_load(files),),
)
