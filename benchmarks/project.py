"""The Vertebra project that the benchmark runs: the files of a shape, one source, and one view if asked."""

from __future__ import annotations

import gc
import os
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks import deliveries
from benchmarks.measurement import Result, WrongCountError, expect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.deliveries import Shape
    from benchmarks.measurement import Task

VERTEBRA = "name: bench\n"

# No key is declared: no contender looks for repeated readings.
SOURCE = """\
source: readings
description: Readings of the benchmark's meters, one text file each.
owner: benchmark
collect: {folder: deliveries, pattern: "**/*.csv"}
format: {csv: {delimiter: ",", header: 1, encoding: utf-8, nulls: [""]}}
load: latest
columns:
  - {name: device, from: device, type: text}
  - {name: measured_at, from: measured_at, type: timestamp, format: "%Y-%m-%d %H:%M:%S", timezone: UTC}
  - {name: flow, from: flow, type: double}
  - {name: temperature, from: temperature, type: double}
  - {name: energy, from: energy, type: double}
  - {name: status, from: status, type: text}
"""

DAILY = """\
/* ---
view: daily
description: Energy used per device and day.
grain: [device, day]
--- */
select device, measured_at::date as day, max(energy) - min(energy) as used
from readings
group by all
"""


def write(folder: Path, shape: Shape | None, *, view: bool = False) -> Path:
    """Write the project's files and deliver the shape's."""
    project = folder / "project"
    (project / "sources").mkdir(parents=True)
    (project / "views").mkdir()
    (project / "vertebra.yaml").write_text(VERTEBRA, encoding="utf-8")
    (project / "sources" / "readings.yaml").write_text(SOURCE, encoding="utf-8")
    if view:
        (project / "views" / "daily.sql").write_text(DAILY, encoding="utf-8")
    if shape:
        deliveries.link(shape, project / "deliveries")
    return project


def rows(backbone: Any, sql: str) -> list[dict[str, Any]]:
    """Read from the release."""
    found: list[dict[str, Any]] = backbone.query(sql).arrow().to_pylist()
    return found


def count(backbone: Any) -> int:
    """Count the readings of the release: what proves that the table can be queried."""
    return int(rows(backbone, "select count(*) as n from readings")[0]["n"])


def load_files(task: Task, paths: Sequence[Path], format_: str, total: int) -> Result:
    """Load files of another kind, as `load` does."""
    project = write(task.work, None)
    source = project / "sources" / "readings.yaml"
    lines = source.read_text(encoding="utf-8").replace("*.csv", "*").splitlines()
    lines = [f"format: {format_}" if line.startswith("format:") else line for line in lines]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (project / "deliveries").mkdir()
    for path in paths:
        os.link(path, project / "deliveries" / path.name)
    return _load(project, total)


def load(task: Task, shape: Shape, profile: str = "sample") -> Result:
    """From nothing to the first answer of a query, the import included."""
    project = write(task.work, shape)
    (project / "vertebra.yaml").write_text(f"{VERTEBRA}profile: {{rows: {profile}}}\n", encoding="utf-8")
    return _load(project, shape.total)


def _load(project: Path, total: int) -> Result:
    started = perf_counter()
    import vertebra as vb

    imported = perf_counter()
    backbone = vb.open(project)
    backbone.run()
    found = count(backbone)
    ended = perf_counter()
    expect(found, total, "rows")
    return Result(ended - started, {"import_seconds": imported - started})


def add_one(task: Task, base: Shape, more: Shape) -> Result:
    """Load the base, then time a second run, in the same process, that finds one file more."""
    project = write(task.work, base)
    started = perf_counter()
    import vertebra as vb

    backbone = vb.open(project)
    backbone.run()
    expect(count(backbone), base.total, "rows before")
    loaded = perf_counter()
    gc.collect()  # what the base left is not the increment's
    delivered = deliveries.link(more, project / "deliveries", prefix="one_more_")
    ready = perf_counter()
    backbone.run()
    found = count(backbone)
    ended = perf_counter()
    expect(found, base.total + more.total, "rows after one file more")
    for path in delivered:
        _landed(project, path)
    return Result(ended - ready, {"base_seconds": loaded - started})


def _landed(project: Path, delivered: Path) -> None:
    """Prove that the delivered bytes stand in the persistent landing."""
    wanted = sha256(delivered.read_bytes()).digest()
    copies = (path for path in project.rglob(delivered.name) if path != delivered and path.is_file())
    if not any(sha256(path.read_bytes()).digest() == wanted for path in copies):
        raise WrongCountError(f"{delivered.name}: no copy with the delivered bytes in the landing zone")
