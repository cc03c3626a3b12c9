"""What a crash leaves is swept, and what is recorded is never touched."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import pytest

from tests.campaign import leftovers
from tests.shop import Shop
from vertebra.governance import datasets, runs
from vertebra.operations import unfinished
from vertebra.storage import DeltaTables, LocalStorage

MAY = "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n"


class Killed(BaseException):
    """A death that no handler may catch, as SIGKILL is one that none can."""


def killed(shop: Shop, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, nth: int, *, after: bool) -> None:
    """Run, and die at the nth call of a function, right before or right after it; nothing is cleaned up."""
    real = getattr(place, name)
    calls = 0

    def dying(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            raise Killed
        result = real(*arguments, **options)
        if calls == nth and after:
            raise Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(place, name, dying)
        patch.setattr("vertebra.governance.runs.abandon", lambda *_: None)
        patch.setattr("vertebra.operations.runner._wind_down", lambda *_: None)
        with pytest.raises(Killed):
            shop.run()
    assert calls >= nth


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("first", [True, False])
def test_a_death_around_a_commit_is_mended(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    nth: int,
    first: bool,  # noqa: FBT001  pytest passes by name
    after: bool,  # noqa: FBT001
) -> None:
    if not first:
        shop.run()
        shop.deliver("north_2024-05-03.csv", MAY)
    killed(shop, monkeypatch, DeltaTables, "publish", nth, after=after)
    assert leftovers(shop.folder) != []
    report = shop.run()
    assert report.outcome == "done"
    assert leftovers(shop.folder) == []
    assert shop.rows("select count(*) as n from sales") == [{"n": 5 if first else 6}]
    assert shop.rows("select sum(receipts) as n from daily_sales") == [{"n": 5 if first else 6}]


def test_what_was_recorded_before_the_death_is_adopted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(shop, monkeypatch, datasets, "publish", 3, after=False)  # the view's version is not recorded
    versions = [row["id"] for row in shop.catalog("dataset_version")]
    assert len(versions) == 2
    report = shop.run()
    assert [str(step.outcome) for step in report.steps] == ["none", "none", "done"]
    assert leftovers(shop.folder) == []


@pytest.mark.parametrize("moved_on", [False, True])
def test_what_was_recorded_before_its_step_had_ended_is_kept(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    moved_on: bool,  # noqa: FBT001  pytest passes by name
) -> None:
    killed(shop, monkeypatch, runs, "end_step", 2, after=False)  # the table is recorded, its step is still open
    if moved_on:
        shop.deliver("north_2024-05-03.csv", MAY)
    assert str(shop.run().steps[1].outcome) == ("done" if moved_on else "none")
    assert leftovers(shop.folder) == []


def test_the_log_of_a_table_ends_with_what_is_recorded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run()
    path = shop.folder / "views" / "daily_sales.sql"
    text = path.read_text()
    path.write_text(text.replace("count(*)", "count(receipt)"))
    killed(shop, monkeypatch, DeltaTables, "publish", 1, after=True)
    assert any("does not end with" in line for line in leftovers(shop.folder))
    path.write_text(text)  # the change is taken back: nobody will publish over what the death left
    report = shop.run()
    assert {str(step.outcome) for step in report.steps} == {"none"}
    assert leftovers(shop.folder) == []
    assert report.swept


def test_the_sweep_looks_only_where_something_crashed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run()
    looked: list[str] = []
    real = LocalStorage.folders

    def folders(self: LocalStorage, prefix: str) -> tuple[str, ...]:
        looked.append(prefix)
        return real(self, prefix)

    monkeypatch.setattr(LocalStorage, "folders", folders)
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.run()
    assert [prefix for prefix in looked if not prefix.startswith("landing")] == []
    with shop.opened() as ws:
        unfinished.sweep(ws, 99)
    assert [prefix for prefix in looked if not prefix.startswith("landing")] == []


def test_scratch_of_dead_processes_goes_and_of_living_ones_stays(tmp_path: Path) -> None:
    dead = tmp_path / f"scratch-{platform.node()}-{2**22 + 1}"  # no Linux process has that number
    alive = tmp_path / f"scratch-{platform.node()}-{os.getpid()}"
    elsewhere = tmp_path / "scratch-another-host-1"
    for folder in (dead, alive, elsewhere):
        folder.mkdir()
        (folder / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    unfinished.sweep_scratch(tmp_path)
    assert not dead.exists()
    assert alive.exists()
    assert elsewhere.exists()
