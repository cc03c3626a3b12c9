"""Vertebra, a source drafted from all files: every value of them looked at."""

from __future__ import annotations

from time import perf_counter

from benchmarks.deliveries import link, main_load
from benchmarks.measurement import Measurement, Result, Task, expect


def once(task: Task) -> Result:
    """Draft from nothing to the written source, the import included."""
    shape = main_load(task.files)
    project = task.work / "project"
    project.mkdir(parents=True)
    (project / "vertebra.yaml").write_text("name: bench\n", encoding="utf-8")
    link(shape, project / "deliveries")
    started = perf_counter()
    import vertebra as vb

    report = vb.draft(project / "deliveries", "readings", project)
    ended = perf_counter()
    expect(report.records, shape.total, "records looked at")
    kinds = {d.about: d.value["type"] for d in report.decisions if d.about.endswith(".type")}
    expect(len(kinds), 6, "columns")
    expect(list(kinds.values()).count("double"), 3, "columns of numbers")
    return Result(ended - started)


MEASUREMENT = Measurement(
    name="vertebra_draft",
    what="Vertebra: a source drafted from all files, every value held against it",
    once=once,
    needs=lambda files: (main_load(files),),
)
