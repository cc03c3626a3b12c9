"""`vertebra run` on the heating example when nothing changed: a whole process, interpreter included."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.measurement import Measurement, Result, Task, expect

COMMAND = str(Path(sys.executable).parent / "vertebra")
HEATING = Path(__file__).resolve().parents[2] / "examples" / "heating"
RUN = [COMMAND, "run", "--project", "heating"]
PLAN = [COMMAND, "plan", "--project", "heating", "--output", "json"]


def prepare(task: Task) -> None:
    """Run a copy of the example from nothing, and see that the plan is then empty."""
    shutil.copytree(HEATING, task.work / "heating", ignore=shutil.ignore_patterns("data", "reports"))
    subprocess.run(RUN, cwd=task.work, check=True)
    plan = subprocess.run(PLAN, cwd=task.work, check=True, stdout=subprocess.PIPE)
    left = [step["name"] for step in json.loads(plan.stdout)["steps"] if step["action"] != "none"]
    expect(len(left), 0, f"steps that the plan still wants ({', '.join(left)})")


def once(task: Task) -> Result:
    """Time the process."""
    started = perf_counter()
    subprocess.run(RUN, cwd=task.work, check=True, stdout=subprocess.DEVNULL)
    return Result(perf_counter() - started)


MEASUREMENT = Measurement(
    name="vertebra_nothing_to_do",
    what="vertebra run with nothing to do on the heating example, whole process",
    once=once,
    needs=lambda _: (),
    prepare=prepare,
)
