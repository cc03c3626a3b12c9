"""What profiles add to the load: the same load with them and without, in CPU seconds of the process."""

from __future__ import annotations

import shutil
from statistics import median
from time import process_time
from typing import NamedTuple

from benchmarks import project
from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task, expect


class Load(NamedTuple):
    """CPU seconds of a run, and how many rows its profiles looked at one by one."""

    seconds: float
    looked: float


def _load(task: Task, rows: str, turn: int) -> Load:
    import vertebra as vb

    folder = project.write(task.work / f"{rows}-{turn}", main_load(task.files))
    (folder / "vertebra.yaml").write_text(f"{project.VERTEBRA}profile: {{rows: {rows}}}\n", encoding="utf-8")
    with vb.open(folder) as backbone:
        started = process_time()
        report = backbone.run()
        used = process_time() - started
        expect(project.count(backbone), main_load(task.files).total, "rows")
    shutil.rmtree(folder)
    return Load(used, float(sum(one.looked for one in report.profiles)))


def once(task: Task) -> Result:
    """Load by turns without profiles and with them, in one process, where a load differs from the next by chance.

    The first load pays for what is imported once, which is no part of what a profile costs: it stands aside.
    """
    import vertebra.profile  # noqa: F401  its import is not the profile's cost

    first = _load(task, "none", 0)
    expect(int(first.looked), 0, "rows that were looked at")
    turns = [(_load(task, "sample", turn), _load(task, "none", turn)) for turn in range(1, 4)]
    every = _load(task, "all", 0)
    expect(int(every.looked), main_load(task.files).total, "rows that were looked at")
    with_, without = (median(load.seconds for load in loads) for loads in zip(*turns, strict=True))
    extras = {"load_seconds": without, "sample_seconds": with_ - without, "all_seconds": every.seconds - without}
    return Result(with_ - without, extras | {"looked": turns[0][0].looked})


MEASUREMENT = Measurement(
    name="vertebra_profile",
    what="Vertebra: CPU that profiles add to the load",
    once=once,
    needs=lambda files: (main_load(files),),
)
