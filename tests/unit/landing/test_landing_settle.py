"""A file that still changes is left for the next run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vertebra.landing.candidate import Candidate, Left, stamp
from vertebra.landing.settle import settle

SECOND = 1_000_000_000


def candidate(path: Path, data: bytes = b"x") -> Candidate:
    path.write_bytes(data)
    facts = path.stat()
    return Candidate(path.name, path.name, facts.st_size, stamp(facts), "new", str(path))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, Callable[[], object]], list[float]]:
    """Set the clock to so many seconds from now; do something during a wait; the waits that were asked for."""

    def start(ahead: float, meanwhile: Callable[[], object]) -> list[float]:
        waits: list[float] = []
        now = time.time_ns()
        monkeypatch.setattr("vertebra.landing.settle.time.time_ns", lambda: now + int(ahead * SECOND))

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            meanwhile()

        monkeypatch.setattr("vertebra.landing.settle.time.sleep", sleep)
        return waits

    return start


Clock = Callable[[float, Callable[[], object]], list[float]]


def nothing() -> None:
    """Nobody writes meanwhile."""


def test_files_older_than_settle_are_taken_without_a_wait(tmp_path: Path, clock: Clock) -> None:
    files = [candidate(tmp_path / "a"), candidate(tmp_path / "b")]
    waits = clock(0.6, nothing)
    assert settle(files, 0.5) == (files, [])
    assert waits == []


def test_young_files_are_taken_after_one_wait_for_all(tmp_path: Path, clock: Clock) -> None:
    files = [candidate(tmp_path / "a"), candidate(tmp_path / "b")]
    waits = clock(0.4, nothing)
    assert settle(files, 0.5) == (files, [])
    assert waits == [0.5]


def test_a_file_that_grows_meanwhile_is_left(tmp_path: Path, clock: Clock) -> None:
    still, growing = candidate(tmp_path / "a"), candidate(tmp_path / "b")
    clock(0.1, lambda: (tmp_path / "b").write_bytes(b"xy"))
    assert settle([still, growing], 0.5) == ([still], [Left("b", "b", "it is still being written")])


def test_a_file_rewritten_with_the_same_size_meanwhile_is_left(tmp_path: Path, clock: Clock) -> None:
    growing = candidate(tmp_path / "b")

    def rewrite() -> None:
        (tmp_path / "b").write_bytes(b"y")
        os.utime(tmp_path / "b", ns=(0, 1))

    clock(0.1, rewrite)
    assert settle([growing], 0.5)[1] == [Left("b", "b", "it is still being written")]


def test_a_file_that_vanishes_meanwhile_is_left(tmp_path: Path, clock: Clock) -> None:
    gone = candidate(tmp_path / "b")
    clock(0.1, (tmp_path / "b").unlink)
    assert settle([gone], 0.5) == ([], [Left("b", "b", "it vanished: No such file or directory")])


def test_a_file_from_the_future_is_waited_for_and_taken(tmp_path: Path, clock: Clock) -> None:
    later = candidate(tmp_path / "b")
    waits = clock(-3600, nothing)
    assert settle([later], 0.5) == ([later], [])
    assert waits == [0.5]


def test_without_a_settle_time_the_tick_of_the_file_system_is_waited_for(tmp_path: Path, clock: Clock) -> None:
    """A change within one tick would leave the stamp as it was, and never be seen."""
    fresh = candidate(tmp_path / "b")
    waits = clock(0.001, nothing)
    assert settle([fresh], 0) == ([fresh], [])
    assert len(waits) == 1
    assert 0.01 < waits[0] < 0.02


def test_an_old_file_that_was_linked_a_moment_ago_waits_for_the_rest_of_a_tick(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "b"
    path.write_bytes(b"x")
    os.utime(path, ns=(0, 1))
    facts = path.stat()
    linked = Candidate("b", "b", 1, stamp(facts), "new", str(path))
    waits = clock(0.005, nothing)
    assert settle([linked], 0.5) == ([linked], [])
    assert len(waits) == 1
    assert 0.005 < waits[0] <= 0.015
