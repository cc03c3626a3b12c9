"""What an engineer writes by hand: DuckDB reads all files with declared types and writes Parquet."""

from __future__ import annotations

from time import perf_counter

from benchmarks.deliveries import TYPES, main_load
from benchmarks.measurement import Measurement, Result, Task, expect


def once(task: Task) -> Result:
    """Load from nothing to the first answer of a query, the import included."""
    shape = main_load(task.files)
    paths = [str(path) for path in shape.paths()]
    target = task.work / "readings.parquet"
    started = perf_counter()
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select * from read_csv({paths}, auto_detect = false, header = true, delim = ',', quote = '"',
                                       columns = {TYPES})
            ) to '{target}' (format parquet, compression snappy)
            """
        )
        found = connection.execute(f"select count(*) from '{target}'").fetchall()[0][0]
    ended = perf_counter()
    expect(found, shape.total, "rows")
    return Result(ended - started, {"stored": target.stat().st_size})


MEASUREMENT = Measurement(
    name="duckdb_script",
    what="hand-written DuckDB script: declared types, one COPY to Parquet (snappy)",
    once=once,
    needs=lambda files: (main_load(files),),
)
