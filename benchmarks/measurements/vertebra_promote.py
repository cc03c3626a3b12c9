"""Promotion of 10,000 datasets from one environment to another, all of which changed: CPU seconds of the process."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from benchmarks.measurement import Measurement, Result, Task, expect

if TYPE_CHECKING:
    from pathlib import Path

    from vertebra.governance.catalog import Catalog

DATASETS = 10_000


def _fill(catalog: Catalog) -> None:
    """Two versions of each dataset, the first in prod, the second in dev."""
    from sqlalchemy import insert

    from vertebra.governance import releases, runs
    from vertebra.governance import tables as t

    now = datetime.now(UTC)
    with catalog.write() as connection:
        run = runs.begin(connection, "run", "dev")
        rows = [
            {"id": n, "name": f"d{n}", "zone": "formatted", "path": f"formatted/d{n}", "description": "", "owner": ""}
            for n in range(1, DATASETS + 1)
        ]
        connection.execute(insert(t.dataset), rows)
        version = {"columns": [], "grain": [], "rows": 0, "bytes": 0, "files": 0, "exact": True, "created_at": now}
        for number, environment in enumerate(("prod", "dev")):
            items = {n: n + number * DATASETS for n in range(1, DATASETS + 1)}
            versions = [
                version | {"id": made, "dataset_id": n, "identity": str(number), "table_version": number, "run_id": run}
                for n, made in items.items()
            ]
            connection.execute(insert(t.dataset_version), versions)
            releases.publish(connection, environment, run, items, f"run {run}")
        runs.end(connection, run, "done", 2)


def _project(folder: Path) -> Path:
    folder.mkdir()
    (folder / "vertebra.yaml").write_text("name: many\nenvironments: [prod, dev]\n", encoding="utf-8")
    return folder


def once(task: Task) -> Result:
    """Promote, then roll back."""
    from vertebra.operations.environments import promote, rollback
    from vertebra.workspace import open_workspace

    ws = open_workspace(_project(task.work / "project"))
    try:
        _fill(ws.catalog)
        began, wall = process_time(), perf_counter()
        moved = promote(ws, "dev", "prod")
        seconds, wall = process_time() - began, perf_counter() - wall
        expect(moved.difference.changed, DATASETS, "promoted datasets")
        began = process_time()
        back = rollback(ws, environment="prod")
        again = process_time() - began
        expect(back.release, 1, "the release before")
    finally:
        ws.close()
    return Result(seconds, {"wall_seconds": wall, "rollback_seconds": again})


MEASUREMENT = Measurement(
    name="vertebra_promote",
    what="Vertebra: promotion of 10,000 datasets (CPU), in process",
    once=once,
    needs=lambda _: (),
)
