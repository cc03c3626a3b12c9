"""G4, once: kill any process at any instant, run again, and the result is as if nothing had happened.

`vertebra run` is started as a process, killed with SIGKILL at a random moment, started again, and compared with a
project that was never disturbed: content hash of every dataset, account of every file. Nothing may be left over.
Half of the kills hit a first load, half a refresh after late and corrected files; one in three recoveries is killed
as well. `VERTEBRA_KILLS` says how many kills there are, `VERTEBRA_SEED` when they come.
"""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.campaign import State, deliver_more, finish, kill, leftovers, make, nothing_to_do, state

KILLS = int(os.environ.get("VERTEBRA_KILLS", "25"))
SEED = int(os.environ.get("VERTEBRA_SEED", "20240501"))
AGAIN = 1 / 3  # share of recoveries that are killed too


@dataclass(frozen=True)
class Base:
    """A project to disturb, how long an undisturbed run on it takes, and what that leads to."""

    folder: Path
    seconds: float
    state: State


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Base, Base]:
    root = tmp_path_factory.mktemp("campaign")
    first = make(root / "first")
    loaded = shutil.copytree(first, root / "loaded")
    begun = finish(loaded)
    assert begun["release"] == 1
    refreshed = shutil.copytree(loaded, root / "refresh")
    deliver_more(refreshed)
    done = shutil.copytree(refreshed, root / "refreshed")
    report = finish(done)
    assert report["release"] == 2
    bases = Base(first, begun["seconds"], state(loaded)), Base(refreshed, report["seconds"], state(done))
    assert bases[0].state.hashes != bases[1].state.hashes
    for folder in (loaded, done):
        assert leftovers(folder) == []
    return bases


@pytest.mark.kill
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_leaves_nothing_behind_that_the_next_does_not_mend(
    bases: tuple[Base, Base], tmp_path: Path, number: int
) -> None:
    chance = random.Random(SEED + number)
    base = bases[number % 2]
    folder = shutil.copytree(base.folder, tmp_path / "project")
    told = [kill(folder, base.seconds, chance)]
    while chance.random() < AGAIN:
        told.append(kill(folder, base.seconds, chance))
    finish(folder)
    assert leftovers(folder) == [], told
    assert state(folder) == base.state, told
    assert nothing_to_do(folder), told
