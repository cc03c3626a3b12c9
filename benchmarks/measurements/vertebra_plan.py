"""`vertebra plan` for a thousand views of which one was edited: a whole process, interpreter included."""

from __future__ import annotations

import json
import subprocess
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.measurement import Measurement, Result, Task, expect
from benchmarks.measurements.vertebra_nothing_to_do import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

VIEWS = 1_000
EDITED = VIEWS // 2
SOURCE = """
source: readings
collect: {folder: deliveries, pattern: "*.csv"}
format: {csv: {}}
columns: [{name: device, type: text}, {name: day, type: date}, {name: x, type: double}]
"""
VIEW = """/* ---
view: v{number}
description: What device and day have in the {number}. view.
grain: [device, day]
expect:
  - {{name: x is there, where: x is not null, otherwise: warn}}
--- */
with base as (
  select a.device, a.day, max(a.x) as x, count(*) as n
  from {left} a
  where a.x > {least}
  group by a.device, a.day
)
select b.device, b.day, b.x + coalesce(max(o.x), 0) * 0 as x, case when b.n > 3 then 'many' else 'few' end as how
from base b
left join {right} o on o.device = b.device and o.day = b.day
group by b.device, b.day, b.x, b.n
"""


def _write(folder: Path, number: int, least: int = 0) -> None:
    """Ten layers of views; each joins one of the layer below with another below."""
    left = "readings" if number < VIEWS // 10 else f"v{number - VIEWS // 10}"
    right = "readings" if number < VIEWS // 10 else f"v{number * 7 % (number - VIEWS // 10 + 1)}"
    text = VIEW.format(number=number, left=left, right=right, least=least)
    (folder / "views" / f"v{number}.sql").write_text(text, encoding="utf-8")


def prepare(task: Task) -> None:
    """Write and run the project, and see that the plan is then empty."""
    folder = task.work / "project"
    for name in ("sources", "views", "deliveries"):
        (folder / name).mkdir(parents=True)
    (folder / "vertebra.yaml").write_text("name: many\nprofile: {rows: none}\n", encoding="utf-8")
    (folder / "sources" / "readings.yaml").write_text(SOURCE, encoding="utf-8")
    days = "".join(f"d{n % 5},2024-01-{1 + n // 5:02d},{n}.5\n" for n in range(100))
    (folder / "deliveries" / "a.csv").write_text(f"device,day,x\n{days}", encoding="utf-8")
    for number in range(VIEWS):
        _write(folder, number)
    subprocess.run([COMMAND, "run", "--project", str(folder)], check=True, stdout=subprocess.DEVNULL)
    expect(len(_wanted(folder)), 0, "steps that the plan still wants")


def _wanted(folder: Path) -> dict[str, str]:
    said = subprocess.run(
        [COMMAND, "plan", "--project", str(folder), "--output", "json"], check=True, stdout=subprocess.PIPE
    )
    return {step["name"]: step["action"] for step in json.loads(said.stdout)["steps"] if step["action"] != "none"}


def once(task: Task) -> Result:
    """Edit a view, then time the process; what the plan says is looked at afterwards."""
    folder = task.work / "project"
    _write(folder, EDITED, least=1)
    started = perf_counter()
    subprocess.run([COMMAND, "plan", "--project", str(folder)], check=True, stdout=subprocess.DEVNULL)
    seconds = perf_counter() - started
    wanted = _wanted(folder)
    expect([name for name, action in wanted.items() if action == "change"].count(f"v{EDITED}"), 1, "changed views")
    return Result(seconds, {"steps": float(len(wanted))})


MEASUREMENT = Measurement(
    name="vertebra_plan",
    what="vertebra plan for 1,000 views with one edited, whole process",
    once=once,
    needs=lambda _: (),
    prepare=prepare,
)
