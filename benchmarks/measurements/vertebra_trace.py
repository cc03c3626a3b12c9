"""Trace of one row of a view over the main load: from the cell to the files, records and raw lines."""

from __future__ import annotations

from time import perf_counter

from benchmarks import project
from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task, expect


def prepare(task: Task) -> None:
    """Load the readings and build the view."""
    import vertebra as vb

    vb.open(project.write(task.work, main_load(task.files), view=True)).run()


def once(task: Task) -> Result:
    """Time the first trace of a process that has opened the project and read the view's keys."""
    import vertebra as vb

    backbone = vb.open(task.work / "project")
    middle = "select device, day from daily order by all limit 1 offset (select count(*) // 2 from daily)"
    key = project.rows(backbone, middle)[0]
    started = perf_counter()
    trace = backbone.trace("daily", **key)
    first = perf_counter()
    backbone.trace("daily", **key)
    again = perf_counter()
    behind = f"from readings where device = '{key['device']}' and measured_at::date = '{key['day']}'"
    wanted = project.rows(backbone, f"select count(*) as n {behind}")[0]["n"]
    expect(len(trace.records), wanted, "traced records")
    return Result(first - started, {"again_seconds": again - first, "records": len(trace.records)})


MEASUREMENT = Measurement(
    name="vertebra_trace",
    what="Vertebra: trace of one row of a view over the main load, in process",
    once=once,
    needs=lambda files: (main_load(files),),
    prepare=prepare,
)
