"""What profiles add to the load: the same load with them and without, in CPU seconds of the process."""

from __future__ import annotations

from time import process_time

from benchmarks import project
from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task, expect


def _load(task: Task, rows: str) -> tuple[float, float]:
    """CPU seconds of a run with such profiles, and how many rows they looked at one by one."""
    import vertebra as vb

    folder = project.write(task.work / rows, main_load(task.files))
    (folder / "vertebra.yaml").write_text(f"{project.VERTEBRA}profile: {{rows: {rows}}}\n", encoding="utf-8")
    with vb.open(folder) as backbone:
        started = process_time()
        report = backbone.run()
        used = process_time() - started
        expect(project.count(backbone), main_load(task.files).total, "rows")
    return used, float(sum(one.looked for one in report.profiles))


def once(task: Task) -> Result:
    """Load twice in one process, without profiles first; what is imported once is then imported for both."""
    import vertebra.profile  # noqa: F401  its import is not the profile's cost

    without, none = _load(task, "none")
    expect(int(none), 0, "rows that were looked at")
    sampled, looked = _load(task, "sample")
    every, whole = _load(task, "all")
    expect(int(whole), main_load(task.files).total, "rows that were looked at")
    extras = {"load_seconds": without, "sample_seconds": sampled - without, "all_seconds": every - without}
    return Result(sampled - without, extras | {"looked": looked})


MEASUREMENT = Measurement(
    name="vertebra_profile",
    what="Vertebra: CPU that profiles add to the load",
    once=once,
    needs=lambda files: (main_load(files),),
)
