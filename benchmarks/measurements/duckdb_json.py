"""JSON lines by DuckDB: `read_json` with the schema given, one COPY to Parquet."""

from __future__ import annotations

from time import perf_counter

from benchmarks.deliveries import TYPES
from benchmarks.measurement import Measurement, Result, Task, expect
from benchmarks.other_kinds import json_lines, json_shape


def once(task: Task) -> Result:
    """From nothing to the first answer of a query, the import included."""
    shape = json_shape(task.files)
    paths = [str(path) for path in json_lines(shape)]
    target = task.work / "readings.parquet"
    started = perf_counter()
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (select * from read_json({paths}, format = 'newline_delimited', columns = {TYPES}))
            to '{target}' (format parquet, compression snappy)
            """
        )
        found = connection.execute(f"select count(*) from '{target}'").fetchall()[0][0]
    ended = perf_counter()
    expect(found, shape.total, "rows")
    return Result(ended - started)


MEASUREMENT = Measurement(
    name="duckdb_json",
    what="DuckDB's read_json of JSON lines with the schema given, one COPY to Parquet",
    once=once,
    needs=lambda files: (json_shape(files),),
)
