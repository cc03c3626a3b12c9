"""One writer at a time; the second is told who holds the lock, or waits."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shop import Shop
from vertebra.errors import LockedError, StorageError
from vertebra.operations.lock import holder, lock

HOLD = """
import sys, time
from vertebra.operations.lock import lock
with lock(sys.argv[1], "run"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(root: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(root), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_the_second_writer_is_told_who_holds_the_lock(shop: Shop) -> None:
    process = hold(shop.folder / "data", 60)
    try:
        with pytest.raises(LockedError) as caught:
            shop.run()
    finally:
        end(process)
    error = caught.value
    assert error.what == "somebody else is writing to this project"
    assert error.where == str(shop.folder / "data" / "lock")
    assert error.why.startswith(f"process {process.pid} on {platform.node()} runs `vertebra run` since 20")
    assert error.next == "wait for it to end, or let this command wait: --wait 600"
    assert error.exit_status == 2
    assert shop.catalog("run") == []


def test_a_writer_that_waits_gets_the_lock(shop: Shop) -> None:
    process = hold(shop.folder / "data", 1)
    try:
        assert shop.run(wait=30).release == 1
    finally:
        end(process)


def test_a_wait_that_was_too_short_says_so(tmp_path: Path) -> None:
    process = hold(tmp_path, 60)
    try:
        begin = time.monotonic()
        with pytest.raises(LockedError, match=r"waited 0\.3 seconds"), lock(str(tmp_path), "run", 0.3):
            pass
        assert time.monotonic() - begin < 10
    finally:
        end(process)


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    process = hold(tmp_path, 60)
    assert holder(str(tmp_path))["pid"] == str(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert holder(str(tmp_path)) == {}
    with lock(str(tmp_path), "run"):
        assert holder(str(tmp_path))["pid"] == str(os.getpid())
    assert holder(str(tmp_path)) == {}


def test_readers_never_lock(shop: Shop) -> None:
    shop.run()
    process = hold(shop.folder / "data", 60)
    try:
        assert shop.rows("select count(*) as n from sales") == [{"n": 5}]
        assert set(shop.actions().values()) == {"none"}
    finally:
        end(process)


def test_a_folder_that_cannot_hold_a_lock_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder is meant")
    with pytest.raises(StorageError, match="cannot lock the project"), lock(str(tmp_path / "data"), "run"):
        pass
