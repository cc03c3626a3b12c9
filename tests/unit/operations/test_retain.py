"""Retention: what goes, what stays readable, traceable and rebuildable, and what a rollback then says."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.campaign import leftovers
from tests.guarantees.test_g4_at_any_change import dies
from tests.history_place import CHANGES, make, opened, parquet, read
from tests.integration.test_bad_disks import deliver
from tests.integration.test_bad_disks import make as pinned_project
from tests.landing_place import Killed
from vertebra import operations
from vertebra.cli.main import main
from vertebra.errors import UnknownNameError, UsageError
from vertebra.governance import datasets
from vertebra.governance import tables as t
from vertebra.operations.disk import disk
from vertebra.operations.environments import promote, rollback
from vertebra.operations.retain import retain
from vertebra.operations.verify import Verdict, verify

NEWEST = len(CHANGES)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("history") / "p")


@pytest.fixture
def copy(history: Path, tmp_path: Path) -> Path:
    shutil.copytree(history, tmp_path / "p")
    return tmp_path / "p"


def hashes(folder: Path, *releases: int) -> dict[int, dict[str, str]]:
    with opened(folder) as ws:
        return {
            number: {name: operations.content_hash(ws, v) for name, v in operations.contents(ws, number)[1].items()}
            for number in releases
        }


def runs_to_nothing(folder: Path) -> bool:
    """Does the next run find what stands? The deliveries of a copied project are looked at anew, and are duplicates."""
    with opened(folder) as ws:
        report = operations.run(ws)
    return not report.errors and report.release is None


def landing(text: str) -> bool:
    """Archives lie in the landing zone under other names than their members."""
    return "in the landing" in text


def test_old_releases_go_and_the_others_read_trace_and_rebuild_as_before(copy: Path) -> None:
    kept = (NEWEST - 1, NEWEST)
    before, files = hashes(copy, *kept), len(parquet(copy))
    with opened(copy) as ws:
        seen = retain(ws, 2, dry=True)
        assert len(parquet(copy)) == files
        done = retain(ws, 2)
        assert (done.kept, done.gone) == (kept, tuple(range(1, NEWEST - 1)))
        assert (seen.gone, seen.versions, seen.files) == (done.gone, done.versions, done.files)
        assert done.versions > 10
        assert len(parquet(copy)) == files - len(done.files)
        for number in kept:
            found = verify(ws, number)
            assert not found.broken
            assert not found.fallbacks
        again = retain(ws, 2)
        assert (again.gone, again.versions, again.files) == ((), 0, ())
    assert hashes(copy, *kept) == before
    assert [text for text in leftovers(copy) if not landing(text)] == []
    assert runs_to_nothing(copy)


def test_what_comes_after_is_as_if_nothing_had_gone(copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    with opened(copy) as ws:
        retain(ws, 1)
    for folder in (copy, other):
        (folder / "in" / "meters" / "L4_03.csv").write_text("hour,energy\n9,4.5\n1,2\n")
        (folder / "in" / "meters" / "L4_02.csv").write_text("hour,energy\n5,5.75\n")
        with opened(folder) as ws:
            report = operations.run(ws)
            assert not report.errors
    assert hashes(copy, NEWEST + 1) == hashes(other, NEWEST + 1)
    with opened(copy) as ws:
        accounts = {(a.table, a.file_id): a for one in operations.landed(ws) for a in one.accounts}
        assert not verify(ws).broken
    with opened(other) as ws:
        assert accounts == {(a.table, a.file_id): a for one in operations.landed(ws) for a in one.accounts}


def test_a_rollback_beyond_retention_says_which_release_is_the_oldest(copy: Path) -> None:
    with opened(copy) as ws:
        retain(ws, 2)
        rollback(ws)
        with pytest.raises(UnknownNameError) as caught:
            rollback(ws)
        assert caught.value.why == f"release {NEWEST - 1} is the oldest of its releases that stands"
        with pytest.raises(UnknownNameError) as caught:
            rollback(ws, 1)
        assert f"release {NEWEST - 1} is the oldest of its releases that stands" in caught.value.why


def test_every_environment_keeps_its_own(copy: Path) -> None:
    with opened(copy) as ws:
        rollback(ws, 2)
        moved = promote(ws, "prod", "dev")
        rollback(ws, NEWEST)
        before = hashes(copy, moved.release, NEWEST)
        done = retain(ws, 1)
        assert done.kept == (NEWEST, moved.release)
    assert hashes(copy, moved.release, NEWEST) == before


def test_days_keep_what_was_pointed_to_since(copy: Path) -> None:
    with opened(copy) as ws:
        with ws.catalog.write() as connection:
            for number in range(1, NEWEST):
                then = datetime.now(UTC) - timedelta(days=10 * (NEWEST - number))
                m = t.environment_move.c
                connection.execute(update(t.environment_move).where(m.release_id == number).values(moved_at=then))
        # the newest but one was pointed to until today, the one before it until ten days ago
        assert retain(ws, 1, 5, dry=True).kept == (NEWEST - 1, NEWEST)
        assert retain(ws, 1, 15, dry=True).kept == (NEWEST - 2, NEWEST - 1, NEWEST)
        assert retain(ws, 1, dry=True).kept == (NEWEST,)


def test_a_dataset_that_no_kept_release_has_goes_whole(copy: Path) -> None:
    (copy / "views" / "top.sql").unlink()
    with opened(copy) as ws:
        operations.run(ws)
        retain(ws, 1)
        assert not (copy / "data" / "exploitation" / "top").exists()
    with opened(copy) as ws, pytest.raises(UnknownNameError, match='there is no dataset "top"'):
        operations.history(ws, "top")
    assert [text for text in leftovers(copy) if not landing(text)] == []


@pytest.mark.parametrize(("keep", "days"), [(0, None), (1, -1.0)])
def test_nothing_to_keep_is_refused(copy: Path, keep: int, days: float | None) -> None:
    with opened(copy) as ws, pytest.raises(UsageError):
        retain(ws, keep, days)
    assert len(read(copy)) == NEWEST


def test_dead_at_any_change_and_done_again(history: Path, tmp_path: Path) -> None:
    wanted = hashes(history, NEWEST)
    last = 0
    for last in range(1, 60, 6):
        folder = tmp_path / str(last)
        shutil.copytree(history, folder)
        with opened(folder) as ws, dies(last, after=last % 4 == 1):
            try:
                retain(ws, 1)
            except Killed:
                pass
            else:
                break
        assert hashes(folder, NEWEST) == wanted, last
        with opened(folder) as ws:
            assert retain(ws, 1).kept == (NEWEST,)
        assert [text for text in leftovers(folder) if not landing(text)] == [], last
        assert hashes(folder, NEWEST) == wanted, last
        assert runs_to_nothing(folder)
        shutil.rmtree(folder)
    assert last > 10


def test_disk_adds_up(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with opened(copy) as ws:
        found = disk(ws)
    tables = {
        zone: sum(one.size for one in found.datasets if one.zone == zone) for zone in ("formatted", "exploitation")
    }
    assert {zone: found.zones[zone] for zone in tables} == tables
    assert [one.release for one in found.releases] == list(range(NEWEST, 0, -1))
    assert found.releases[0].environments == ("prod",)
    freed = sum(one.alone for one in found.releases[1:]) + sum(one.unnamed for one in found.datasets)
    capfd.readouterr()
    assert main(["retain", "--keep", "1", "--output", "json", "--project", str(copy)]) == 0
    gone = json.loads(capfd.readouterr().out)
    assert gone["bytes"] >= freed > 0
    assert main(["retain", "--keep", "1", "--dry-run", "--project", str(copy)]) == 0
    assert capfd.readouterr().out == "0 releases, 0 dataset versions and 0 files of 0 B would go; 1 release stays\n"
    assert main(["disk", "--project", str(copy)]) == 0
    assert "meters_quarantine" in capfd.readouterr().out
    with opened(copy) as ws:
        assert not any(one.unnamed for one in disk(ws).datasets)


def test_what_sandboxes_and_models_name_stays(tmp_path: Path) -> None:
    project = pinned_project(tmp_path / "p")
    say = ["--project", str(project)]
    assert [main([command, *say]) for command in ("run", "train", "predict")] == [0, 0, 0]
    with opened(project) as ws, ws.catalog.read() as connection:
        learnt = connection.execute(select(t.sandbox.c.release_id)).scalars().all()[0]
        pinned = connection.execute(select(t.sandbox_item.c.version_id)).scalars().all()
        before = {v.id: operations.content_hash(ws, v) for v in datasets.versions(connection, pinned).values()}
    for device in ("L8", "L4"):  # a device more, then one whose file is another
        deliver(project, device, "gzip")
        assert main(["run", *say]) == 0
        if device == "L8":  # the release goes on with these predictions, which come of versions that it has not
            assert main(["predict", *say]) == 0
    with opened(project) as ws:
        done = retain(ws, 1)
        assert learnt in done.kept
        with ws.catalog.read() as connection:
            stands = datasets.versions(connection, pinned)
        assert {number: operations.content_hash(ws, v) for number, v in stands.items()} == before
        assert done.gone
        found = verify(ws)  # of what analyses left in the release, with the older versions that it was made from
        assert not found.broken
        assert {one.verdict for one in found.datasets if one.name == "demand_features"} == {Verdict.EQUAL}
    assert [main([command, *say]) for command in ("predict", "train")] == [0, 0]
