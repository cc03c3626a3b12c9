"""Compaction: the same rows, versions and releases in fewer files; whoever dies in it leaves what stood."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.campaign import leftovers
from tests.guarantees.test_g4_at_any_change import dies
from tests.history_place import CHANGES, make, opened, parquet
from tests.landing_place import Killed
from vertebra import operations
from vertebra.cli.main import main
from vertebra.errors import DamageError, UnknownNameError
from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.compact import compact, layouts
from vertebra.operations.compact_layout import SMALL, TARGET, groups, order_of, pieces
from vertebra.operations.retain import retain
from vertebra.operations.trace import trace
from vertebra.operations.verify import verify
from vertebra.table import Column, DataFile
from vertebra.workspace import Workspace

NEWEST = len(CHANGES)
MB = 1 << 20


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("history") / "p")


@pytest.fixture
def copy(history: Path, tmp_path: Path) -> Path:
    shutil.copytree(history, tmp_path / "p")
    return tmp_path / "p"


def hashes(ws: Workspace) -> dict[int, dict[str, str]]:
    numbers = range(1, NEWEST + 1)
    return {
        number: {name: operations.content_hash(ws, v) for name, v in operations.contents(ws, number)[1].items()}
        for number in numbers
    }


def heads(ws: Workspace) -> dict[str, DatasetVersion]:
    with ws.catalog.read() as connection:
        return datasets.heads(connection)


def left(folder: Path) -> list[str]:
    """What nobody names beside the files that compaction leaves for whoever reads them."""
    found = [text for text in leftovers(folder) if "in the landing" not in text]
    assert not any("orphan" in text and "/compact-" in text for text in found)
    with opened(folder) as ws:
        retain(ws, NEWEST)
    return [text for text in leftovers(folder) if "in the landing" not in text]


def files(ws: Workspace) -> dict[str, int]:
    return {name: len(ws.tables.snapshot(v.path, v.table_version).files) for name, v in heads(ws).items()}


def file(name: str, size: int, low: object = None, high: object = None) -> DataFile:
    bounds = ({}, {}) if low is None else ({"day": low}, {"day": high})
    return DataFile(name, 1, size, *bounds)


def named(found: tuple[tuple[DataFile, ...], ...]) -> list[str]:
    return ["".join(one.path for one in group) for group in found]


def test_small_neighbours_are_written_together() -> None:
    some = [file(name, MB, number, number) for number, name in enumerate("abc")]
    large = [file("d", 2 * SMALL, 3, 3), file("e", MB, 4, 4)]
    assert named(groups([*some, *large], "day")) == ["abc"]
    assert named(groups([*large, file("f", MB, 5, 5)], "day")) == ["ef"]
    assert named(groups(large, "day")) == []


def test_no_more_are_written_together_than_make_a_file() -> None:
    some = [file(f"{number:02}", SMALL - 1, number, number) for number in range(9)]
    found = groups(some, "day")
    assert [len(group) for group in found] == [TARGET // SMALL, TARGET // SMALL]
    assert all(sum(one.size for one in group) > SMALL for group in found)  # so that they are not small themselves


def test_files_that_overlap_are_written_together_however_large() -> None:
    large = [file("a", 3 * TARGET, 1, 9), file("b", TARGET, 4, 5), file("c", TARGET, 8, 12), file("d", TARGET, 12, 13)]
    (found,) = groups(large, "day")
    assert named((found,)) == ["abc"]  # that d begins with the last value of c is no overlap
    assert pieces(found) == 5
    assert groups([file("a", TARGET, 1, 1), file("b", TARGET, 1, 1)], "day") == ()


def test_files_of_which_nothing_is_known_are_packed_by_themselves() -> None:
    assert named(groups([file("a", MB), file("b", MB, 1, 2), file("c", MB)], "day")) == ["ac"]
    assert named(groups([file("a", MB), file("b", MB, 1, 2), file("c", 5 * MB)], None)) == ["ab"]


def version(names: dict[str, str], *grain: str) -> DatasetVersion:
    columns = tuple(Column(name, kind) for name, kind in names.items())
    fields = dict.fromkeys(DatasetVersion.__slots__)
    return DatasetVersion(**{**fields, "columns": columns, "grain": grain})  # type: ignore[arg-type]  # the rest does not matter


def test_rows_of_views_lie_by_days_first_and_records_by_file() -> None:
    view = {"device": "VARCHAR", "at": "TIMESTAMP WITH TIME ZONE", "n": "BIGINT"}
    assert order_of(version(view, "device", "at")) == ("at", "device")
    assert order_of(version(view)) == ()
    lines = {"id": "BIGINT", "_file": "BIGINT", "_record": "BIGINT"}
    assert order_of(version(lines, "_file", "_record", "id")) == ("_file", "_record", "id")


def test_the_same_rows_in_fewer_files_and_nothing_else(copy: Path) -> None:
    with opened(copy) as ws:
        before, count, old = hashes(ws), files(ws), heads(ws)
        traced = trace(ws, "by_device", {"device": "L4"}).records
        done = compact(ws)
        assert done.outcome == "done"
        assert hashes(ws) == before
        after = heads(ws)
        assert {name: v.id for name, v in after.items()} == {name: v.id for name, v in old.items()}
        fewer = files(ws)
        assert fewer["meters"] == 1 < count["meters"]
        assert all(number <= 1 for number in fewer.values())
        for name, v in after.items():  # whoever reads the log alone sees what the catalog names
            newest = ws.tables.snapshot(v.path)
            assert {one.path for one in newest.files} == {
                one.path for one in ws.tables.snapshot(v.path, v.table_version).files
            }, name
            assert (v.files, v.size) == (len(newest.files), sum(one.size for one in newest.files))
        (meters,) = (copy / "data/formatted/meters").glob("compact-*/*.parquet")
        records = pq.read_table(meters, columns=["_file", "_record"], partitioning=None)
        places = list(zip(*records.to_pydict().values(), strict=True))
        assert places == sorted(places)
        log = max((copy / "data/formatted/meters/_delta_log").glob("*.json")).read_text()
        assert '"dataChange":false' in log  # whoever follows the log has nothing to do
        assert '"dataChange":true' not in log
        assert trace(ws, "by_device", {"device": "L4"}).records == traced
        assert not verify(ws).broken
        assert not any(layouts(ws).values())
        again = compact(ws)
        assert (again.outcome, again.steps) == ("done", ())
    assert left(copy) == []


def test_the_next_run_finds_nothing_changed_and_goes_on_from_there(copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    with opened(copy) as ws:
        compact(ws)
        report = operations.run(ws)
        assert report.release is None
        retain(ws, 1)
    for folder in (copy, other):
        (folder / "in" / "meters" / "L4_03.csv").write_text("hour,energy\n9,4.5\n1,2\n")
        (folder / "in" / "meters" / "L4_02.csv").write_text("hour,energy\n5,5.75\n")
    found = []
    for folder in (copy, other):
        with opened(folder) as ws:
            report = operations.run(ws)
            assert not report.errors
            found.append({name: operations.content_hash(ws, v) for name, v in operations.contents(ws)[1].items()})
            assert not verify(ws).broken
    assert found[0] == found[1]


def test_rows_that_do_not_come_out_again_are_not_published(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(copy) as ws:
        before, count = hashes(ws), files(ws)
        write = ws.engine.write

        def loses(sql: str, *args: object, **options: object) -> object:
            return write(f"select * from ({sql}) offset 1" if "standing" in sql else sql, *args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(type(ws.engine), "write", staticmethod(loses))
        report = compact(ws)
        monkeypatch.undo()
        assert report.outcome == "failed"
        assert isinstance(report.errors[0], DamageError)
        assert report.errors[0].what == f"{report.steps[0].step.name} cannot be compacted"
        assert (hashes(ws), files(ws)) == (before, count)
        assert compact(ws).outcome == "done"
    assert left(copy) == []


def test_large_tables_are_parted_by_their_leading_column(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertebra.operations.compact_layout.TARGET", 3000)
    with opened(copy) as ws:
        before = hashes(ws)
        assert compact(ws, ["meters"]).outcome == "done"
        assert hashes(ws) == before
        version = heads(ws)["meters"]
        standing = ws.tables.snapshot(version.path, version.table_version).files
        found = sorted(standing, key=lambda one: one.lower["_file"])
        assert len(found) > 1
        assert all(one.upper["_file"] < two.lower["_file"] for one, two in pairwise(found))


@pytest.mark.parametrize("moments", [(6, 20, 999), pytest.param(range(1, 999, 3), marks=pytest.mark.long)])
def test_dead_at_any_change_and_done_again(history: Path, tmp_path: Path, moments: Iterable[int]) -> None:
    with opened(history) as ws:
        wanted = hashes(ws)
    last = 0
    for last in moments:
        folder = tmp_path / str(last)
        shutil.copytree(history, folder)
        with opened(folder) as ws, dies(last, after=last % 4 == 1):
            try:
                compact(ws)
            except Killed:
                pass
            else:
                break
        with opened(folder) as ws:
            assert hashes(ws) == wanted, last
            assert compact(ws).outcome == "done"
            assert hashes(ws) == wanted, last
            assert all(number <= 1 for number in files(ws).values())
        assert left(folder) == [], last
        shutil.rmtree(folder)
    assert last > 10


def test_what_the_command_says(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = ["--project", str(copy)]
    assert main(["compact", "--dry-run", "--output", "json", *place]) == 0
    would = {one["dataset"]: one for one in json.loads(capfd.readouterr().out)["datasets"]}
    assert would["meters"]["anew"] == would["meters"]["files"] > 1
    stood = len(parquet(copy))
    assert main(["compact", "meters", "--dry-run", *place]) == 0
    assert f"{would['meters']['files']} files into 1" in capfd.readouterr().out
    assert len(parquet(copy)) == stood
    assert main(["compact", *place]) == 0
    assert "compact" in capfd.readouterr().out
    assert main(["compact", "--dry-run", *place]) == 0
    assert capfd.readouterr().out == "nothing to do\n"


def test_a_name_that_is_not_there(copy: Path) -> None:
    with opened(copy) as ws, pytest.raises(UnknownNameError, match='there is no dataset "metres"') as caught:
        compact(ws, ["metres"])
    assert "meters" in caught.value.next
