"""A campaign of kills: a run is started as a process, killed at a moment, started again, and looked at closely."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from vertebra.governance import datasets
from vertebra.governance import tables as t
from vertebra.operations import content_hash, contents, landed, plan, run
from vertebra.project import read_project
from vertebra.simulator import Defects, project_files, redeliver, simulate
from vertebra.step import Action
from vertebra.workspace import Workspace, open_workspace

VIEWS = {
    "daily": """/* ---
view: daily
grain: [device, day]
expect:
  - {name: it is a full day, where: readings >= 20, otherwise: quarantine}
  - {name: the counter grows, where: energy_mwh > 0, otherwise: warn}
--- */
select m.device, m.measured_at::date as day, count(*) as readings, max(m.energy_mwh) as energy_mwh,
  sum(m.supply_primary_c) as heat, avg(w.temperature_c) as outdoor_c
from meters m left join weather w on w.hour = date_trunc('hour', m.measured_at)
group by m.device, m.measured_at::date
""",
    "monthly": """/* ---
view: monthly
grain: [device, month]
--- */
select device, date_trunc('month', day) as month, count(*) as days, max(energy_mwh) as energy_mwh, sum(heat) as heat
from daily
group by device, date_trunc('month', day)
""",
}
SIMULATED: dict[str, Any] = {"devices": 2, "months": 3, "start": "2022-01", "seed": 7}
DEFECTS = Defects()


@dataclass(frozen=True)
class State:
    """What two projects have in common that took in the same deliveries."""

    hashes: dict[str, str]
    accounts: tuple[tuple[Any, ...], ...]


def make(folder: Path) -> Path:
    """A project with the sources of the example, two views over them, and simulated deliveries."""
    shutil.copytree(project_files() / "sources", folder / "sources")
    (folder / "views").mkdir()
    for name, text in VIEWS.items():
        (folder / "views" / f"{name}.sql").write_text(text, encoding="utf-8")
    (folder / "vertebra.yaml").write_text("name: killed\n", encoding="utf-8")
    simulate(folder / "deliveries", defects=DEFECTS, **SIMULATED)
    return folder


def deliver_more(folder: Path) -> None:
    """A late file, and a correction of one that was delivered."""
    redeliver(folder / "deliveries", round=1, defects=DEFECTS, **SIMULATED)


def start(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    """Start a command on a project, `vertebra run` by default, as a user does."""
    words = [sys.executable, "-m", "vertebra.cli", *(command or ("run",)), "--project", str(folder), "--output", "json"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(folder: Path) -> dict[str, Any]:
    """Run to the end; what it printed."""
    out, err = start(folder).communicate(timeout=300)
    assert out, err.decode()
    found: dict[str, Any] = json.loads(out)
    assert "error" not in found, found["error"]
    assert found["outcome"] == "done"
    return found


def kill(folder: Path, within: float, chance: random.Random) -> str:
    """Start a run, kill it at a random moment of the time that a run takes, and say when that was.

    One kill in ten may come before the run holds its lock.
    """
    process = start(folder)
    lock = read_project(folder).storage / "lock"
    held = time.time()
    if chance.random() > 0.1:
        while process.poll() is None and not (lock.exists() and f'"pid": {process.pid}' in lock.read_text()):
            time.sleep(0.002)
    delay = chance.uniform(0, within)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return f"killed after {delay:.3f} s of {within:.3f} s, {time.time() - held:.3f} s after the start"


def state(folder: Path) -> State:
    """Content hash of every dataset of the release, and the accounts of every file."""
    ws = open_workspace(folder)
    try:
        _, found = contents(ws)
        accounts = [
            (a.table, a.file, a.version, a.records, a.formatted, a.quarantined, tuple(sorted(a.skipped.items())))
            for one in landed(ws)
            for a in one.accounts
        ]
        return State({name: content_hash(ws, version) for name, version in found.items()}, tuple(sorted(accounts)))
    finally:
        ws.close()


def nothing_to_do(folder: Path) -> bool:
    """Does the next run find everything done?"""
    ws = open_workspace(folder)
    try:
        return all(step.action is Action.NONE for step in plan(ws)) and run(ws).release is None
    finally:
        ws.close()


def leftovers(folder: Path) -> list[str]:
    """Everything on disk or in the catalog that an undisturbed project would not have; none is what it should be."""
    ws = open_workspace(folder)
    try:
        return [*_files(ws), *_heads(ws), *_open(ws), *_temporary(ws)]
    finally:
        ws.close()


def _files(ws: Workspace) -> list[str]:
    """Data files that no recorded version names, and files of recorded versions that are not there."""
    with ws.catalog.read() as connection:
        ids = connection.execute(select(t.dataset_version.c.id)).scalars().all()
        versions = datasets.versions(connection, ids).values()
        kept = set(connection.execute(select(t.file_version.c.path)).scalars())
        models = set(connection.execute(select(t.model.c.path)).scalars())
    named = models | {f"{v.path}/{f.path}" for v in versions for f in ws.tables.snapshot(v.path, v.table_version).files}
    zones = ("formatted", "quarantine", "exploitation", "analysis")
    there = {key for zone in zones for key in ws.storage.keys(zone) if "/_delta_log/" not in key}
    landed_ = set(ws.storage.keys("landing/persistent"))
    return [
        *(f"orphan data file {key}" for key in sorted(there - named)),
        *(f"lost data file {key}" for key in sorted(named - there)),
        *(f"orphan in the landing {key}" for key in sorted(landed_ - kept)),
        *(f"lost in the landing {key}" for key in sorted(kept - landed_)),
    ]


def _heads(ws: Workspace) -> list[str]:
    """Tables whose own log does not end with the files that the catalog recorded last."""
    with ws.catalog.read() as connection:
        heads = [datasets.head(connection, name) for name in datasets.names(connection)]
    found = []
    for head in heads:
        assert head is not None
        newest = {file.path for file in ws.tables.snapshot(head.path).files}
        if newest != {file.path for file in ws.tables.snapshot(head.path, head.table_version).files}:
            found.append(f"the log of {head.path} does not end with what is recorded")
    return found


def _open(ws: Workspace) -> list[str]:
    with ws.catalog.read() as connection:
        steps = connection.execute(select(t.step_run.c.id).where(t.step_run.c.outcome.is_(None))).scalars().all()
        runs = connection.execute(select(t.run.c.id).where(t.run.c.outcome.is_(None))).scalars().all()
        broken = list(connection.exec_driver_sql("pragma foreign_key_check"))
        sound = connection.exec_driver_sql("pragma integrity_check").scalar()
    found = [f"open step record {number}" for number in steps] + [f"open run record {number}" for number in runs]
    return found + [f"broken reference {row}" for row in broken] + ([] if sound == "ok" else [f"catalog: {sound}"])


def _temporary(ws: Workspace) -> list[str]:
    own = f"-{os.getpid()}-"  # of this process, which looks
    found = [f"temporal landing {key}" for key in ws.storage.keys("landing/temporal")]
    found += [name for name in ws.storage.folders("") if name.startswith("scratch-") and own not in name]
    parts = [key for key in ws.storage.keys("") if key.endswith(".part")]
    return found + [f"half-written file {key}" for key in parts]
