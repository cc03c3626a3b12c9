"""Killed between any two steps, or refused by the disk: the next landing ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.landing_place import Killed, Place, killed, place
from vertebra.errors import DamageError, StorageError
from vertebra.storage import LocalStorage

ROOT = Path(__file__).parents[3]
FILES = {f"L{number}/{number}.csv": b"%d" % number * 1000 for number in range(6)}


def deliver(at: Place) -> None:
    """A history with a version to come, a duplicate to come, and new files."""
    at.deliver("changed.csv", b"old")
    again = at.deliver("again.csv", b"same")
    at.land()
    at.deliver("changed.csv", b"new")
    os.utime(again, ns=(1, 1))
    for name, data in FILES.items():
        at.deliver(name, data)


def expected(folder: Path) -> tuple[object, object]:
    """What stands after an undisturbed landing."""
    calm = place(folder)
    deliver(calm)
    calm.land()
    calm.ws.close()
    return calm.state(), sorted(calm.deliveries())


def test_killed_between_any_two_steps(tmp_path: Path) -> None:
    state, deliveries = expected(tmp_path / "calm")
    before = place(tmp_path / "before")
    deliver(before)
    before.ws.close()
    nth, deaths = 0, 0
    while True:
        nth += 1
        died = 0
        for after in (False, True):
            folder = tmp_path / f"{nth}-{after}"
            shutil.copytree(tmp_path / "before", folder)
            at = place(folder)
            os.utime(at.origin / "changed.csv")  # the copy's other files are new to it as well: duplicates
            with killed(nth, after=after):
                try:
                    at.land()
                except Killed:
                    died += 1
            at.ws.close()
            at = place(folder)
            at.land()
            assert at.state() == state
            assert sorted(set(at.deliveries())) == sorted(set(deliveries))  # type: ignore[call-overload]
            assert (at.temporal(), at.orphans(), at.look()) == ([], set(), [])
            at.ws.close()
        deaths += died
        if not died:
            break
    assert deaths >= 2 * (len(FILES) + 2 + len(FILES) + 1 + 3)  # receive, copy, manifest, transaction, sweep


def test_killed_while_a_killed_landing_is_completed(tmp_path: Path) -> None:
    at = place(tmp_path / "p")
    for name, data in FILES.items():
        at.deliver(name, data)
    with killed(len(FILES) + 3, after=False), pytest.raises(Killed):  # after the manifest, among the links
        at.land()
    assert at.look()[-1] == (f"landing/temporal/meters/{at.run_id}-1", "unfinished")
    for nth in range(1, 6):
        with killed(nth, after=True), pytest.raises(Killed):
            at.land()
        if at.versions():
            break
    receipt = at.land()
    assert at.newest() == FILES
    assert len(at.deliveries()) == len(FILES)
    assert (at.temporal(), at.orphans(), receipt.fallbacks) == ([], set(), ())
    at.ws.close()


def test_a_completed_batch_is_counted_and_told(at: Place) -> None:
    at.deliver("a.csv", b"A")
    with killed(3, after=False), pytest.raises(Killed):  # receive, manifest, then the link
        at.land()
    receipt = at.land()
    assert (receipt.rows, receipt.size) == (1, 1)
    assert receipt.notes == (f"completed landing/temporal/meters/{at.run_id}-1, left by a killed run",)


def test_a_killed_push_is_completed_by_the_next_landing(at: Place, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"A")
    with killed(3, after=False), pytest.raises(Killed):
        at.push(tmp_path / "a.csv")
    (tmp_path / "a.csv").unlink()
    assert at.look() == [(f"landing/temporal/meters/{at.run_id}-1", "unfinished")]
    assert at.land().rows == 1
    assert at.newest() == {"a.csv": b"A"}


def test_bytes_that_did_not_survive_a_power_cut_are_not_kept(at: Place) -> None:
    at.deliver("a.csv", b"AAAA")
    at.deliver("b.csv", b"BBBB")
    with killed(4, after=False), pytest.raises(Killed):
        at.land()
    damaged = Path(at.ws.storage.url(f"landing/temporal/meters/{at.run_id}-1/000001"))
    damaged.write_bytes(b"\0\0\0\0")
    receipt = at.land()
    assert receipt.fallbacks == (
        (
            f"swept the unfinished batch landing/temporal/meters/{at.run_id}-1: b.csv in it is not what arrived; "
            "collected files are collected anew, pushed ones must be pushed again"
        ),
    )
    assert at.newest() == {"a.csv": b"AAAA", "b.csv": b"BBBB"}
    assert (at.temporal(), at.orphans()) == ([], set())


def test_a_manifest_that_cannot_be_read_is_an_error_in_four_lines(at: Place) -> None:
    at.ws.storage.write("landing/temporal/meters/7-1/manifest.json", b'{"key": 1}')
    with pytest.raises(DamageError) as caught:
        at.land()
    folder = at.ws.storage.url("landing/temporal/meters/7-1")
    assert caught.value.what == "cannot read the manifest of an unfinished batch"
    assert caught.value.where == f"{folder}/manifest.json"
    assert caught.value.why == "KeyError: 'entries'"
    assert caught.value.next == f"remove {folder} and run again; push again what was pushed"


def test_strange_things_in_the_temporal_landing_are_swept(at: Place) -> None:
    at.ws.storage.write("landing/temporal/meters/what is this/x", b"?")
    at.ws.storage.write("landing/temporal/meters/loose", b"?")
    at.deliver("a.csv", b"A")
    assert at.land().rows == 1
    assert at.temporal() == []


LAND = """
import sys
from pathlib import Path
from tests.landing_place import place
at = place(Path(sys.argv[1]))
print("ready", flush=True)
at.land()
"""


@pytest.mark.kill
def test_killed_for_real(tmp_path: Path) -> None:
    """A process that lands 300 files of 200 kB is killed at a random moment, several times over."""
    seed = int(os.environ.get("VERTEBRA_SEED", "20260103"))
    chance = random.Random(seed)
    at = place(tmp_path / "p")
    data = {f"{number:03}.csv": chance.randbytes(100) * 2_000 for number in range(300)}
    for name, content in data.items():
        at.deliver(name, content)
    at.ws.close()
    died = 0
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", LAND, str(tmp_path / "p")], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            died += process.returncode == -signal.SIGKILL
    at = place(tmp_path / "p")
    at.land()
    assert died >= 1, f"no process was killed in time, seed {seed}"
    assert at.state() == [(name, 1, content) for name, content in sorted(data.items())], f"seed {seed}"
    assert at.deliveries() == [(name, "version") for name in sorted(data)], f"seed {seed}"
    assert (at.temporal(), at.orphans(), at.look()) == ([], set(), [])
    at.ws.close()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from tests.landing_place import place
from vertebra.errors import StorageError
at = place(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    at.land()
except StorageError as error:
    print(error)
"""


def test_a_disk_that_takes_no_more_is_told_and_the_next_run_completes(tmp_path: Path) -> None:
    at = place(tmp_path / "p")
    at.deliver("a.csv", b"a" * 1000)
    at.deliver("b.csv", b"b" * 500_000)  # the limit lies inside the last chunk: the system takes a part of it
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "p")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "cannot write"
    assert lines[1].startswith(f"  where: {tmp_path}/p/data/landing/temporal/meters/")
    assert lines[2:] == [
        "  why:   File too large",
        "  next:  look at the disk's space (df) and the folder's permissions (ls -ld), then type the same again",
    ]
    assert (at.versions(), at.temporal()) == ((), [])
    assert at.land().rows == 2
    assert at.orphans() == set()
    at.ws.close()


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    """A small file system of its own, where the machine lets us have one."""
    folder.mkdir(parents=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
    if done.returncode:
        pytest.skip("this user cannot mount; the test above holds the same by a limit of the process")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_refuses_is_not_asked_for_every_file(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(200):
        at.deliver(f"{number}.csv", b"x")
    asked: list[str] = []

    def full(_self: LocalStorage, key: str, _source: object) -> None:
        asked.append(key)
        time.sleep(0.005)  # as long as a disk takes to refuse
        raise StorageError("cannot write", where=key, why="No space left on device", next_="make some")

    monkeypatch.setattr(LocalStorage, "receive", full)
    with pytest.raises(StorageError):
        at.land()
    assert len(asked) < 100


def test_a_full_disk_is_told_and_the_next_run_completes(tmp_path: Path) -> None:
    with mounted(tmp_path / "p", "3m") as disk:
        at = place(disk, origin=str(tmp_path / "origin"), catalog=tmp_path / "catalog.db")
        for number in range(4):
            at.deliver(f"{number}.csv", b"%d" % number * 500_000)
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 1_500_000)
        with pytest.raises(StorageError) as caught:
            at.land()
        assert (caught.value.what, caught.value.why) == ("cannot write", "No space left on device")
        assert (at.versions(), at.temporal()) == ((), [])
        ballast.unlink()
        assert at.land().rows == 4
        assert (at.temporal(), at.orphans()) == ([], set())
        at.ws.close()


def test_a_read_only_disk_is_told_and_the_next_run_completes(tmp_path: Path) -> None:
    with mounted(tmp_path / "p", "3m") as disk:
        at = place(disk, origin=str(tmp_path / "origin"), catalog=tmp_path / "catalog.db")
        at.deliver("a.csv", b"A")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageError) as caught:
            at.land()
        assert (caught.value.what, caught.value.why) == ("cannot make a folder", "Read-only file system")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert at.land().rows == 1
        at.ws.close()


def test_a_catalog_that_refuses_is_told_and_the_next_run_completes(at: Place) -> None:
    for number in range(400):
        at.deliver(f"{number:03}.csv", b"%d" % number)
    engine = at.ws.catalog.engine

    def limit(connection: Any, _record: object) -> None:
        connection.execute("pragma max_page_count = 1")  # no page more than there are

    engine.dispose()
    event.listen(engine, "connect", limit)
    with pytest.raises(StorageError) as caught:
        at.land()
    assert (caught.value.what, caught.value.why) == ("cannot write to the catalog", "database or disk is full")
    event.remove(engine, "connect", limit)
    engine.dispose()
    assert at.land().rows == 400
    assert (at.temporal(), at.orphans()) == ([], set())
    assert len(at.deliveries()) == 400
