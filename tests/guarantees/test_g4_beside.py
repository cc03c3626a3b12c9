"""G4, once, with several writers: a run, a compaction and a retention start together, and one of them is killed.

Each waits for the lock that another holds. The one that is killed dies with SIGKILL at a random moment, waiting or at
work; the others end well, whoever comes first. What stands in the end is what an undisturbed run leads to, in as few
files, and nothing is left over. There is one such death for every 25 of `test_g4_once`.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.campaign import State, deliver_more, finish, leftovers, make, nothing_to_do, start, state
from tests.guarantees.test_g4_once import KILLS, SEED
from vertebra.operations.compact import layouts
from vertebra.workspace import open_workspace

WRITERS = (("run",), ("compact",), ("retain", "--keep", "1"))
WITHIN = 6.0  # seconds in which one of them dies: longer than all three take on an idle machine


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State]:
    folder = make(tmp_path_factory.mktemp("beside") / "project")
    finish(folder)
    deliver_more(folder)
    done = shutil.copytree(folder, folder.with_name("done"))
    finish(done)
    return folder, state(done)


@pytest.mark.kill
@pytest.mark.parametrize("number", range(KILLS // 25))
def test_whoever_dies_the_others_end_well_and_all_is_as_without(
    base: tuple[Path, State], tmp_path: Path, number: int
) -> None:
    chance = random.Random(SEED + number)
    folder = shutil.copytree(base[0], tmp_path / "project")
    commands = chance.sample(WRITERS, len(WRITERS))
    victim = chance.randrange(len(WRITERS))
    processes = [start(folder, *words, "--wait", "120") for words in commands]
    delay = chance.uniform(0, WITHIN)
    time.sleep(delay)
    processes[victim].send_signal(signal.SIGKILL)
    told = f"{commands}: {commands[victim]} was killed after {delay:.3f} s"
    for at, process in enumerate(processes):
        out, err = process.communicate(timeout=300)
        assert at == victim or process.returncode == 0, (told, out, err)
    finish(folder)
    for words in (("compact",), ("retain", "--keep", "1")):
        out, err = start(folder, *words).communicate(timeout=300)
        assert "error" not in json.loads(out), (told, out, err)
    assert leftovers(folder) == [], told
    assert state(folder) == base[1], told
    assert nothing_to_do(folder), told
    ws = open_workspace(folder)
    try:
        assert not any(layouts(ws).values()), told
    finally:
        ws.close()
