"""Look, land, push: what is kept, under which name and version, and what is said about it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import event

from tests.landing_place import Place, place
from vertebra import landing
from vertebra.errors import ProjectError, UsageError
from vertebra.governance.files import stamps
from vertebra.landing import receive
from vertebra.landing.batch import split
from vertebra.landing.candidate import Candidate, Left, stamp
from vertebra.step import Outcome
from vertebra.storage import LocalStorage


def test_a_landed_file_is_kept_under_source_date_hash_and_name(at: Place) -> None:
    at.deliver("L4/2021/a b.csv", b"device;\xff\r\n")
    receipt = at.land()
    (file,) = at.versions()
    digest = hashlib.sha256(b"device;\xff\r\n").hexdigest()
    assert (receipt.outcome, receipt.rows, receipt.size, receipt.fallbacks) == (Outcome.DONE, 1, 10, ())
    assert (file.name, file.version, file.sha256, file.size) == ("L4/2021/a b.csv", 1, digest, 10)
    assert file.origin == "deliveries/L4/2021/a b.csv"
    moment = file.received_at
    assert file.path == (
        f"landing/persistent/meters/{moment:%Y/%m/%d}/{moment:%Y%m%dT%H%M%S.%f}Z-{digest[:8]}/L4/2021/a b.csv"
    )
    assert at.kept(file) == b"device;\xff\r\n"
    assert at.temporal() == []


def test_an_empty_file_is_a_delivery_too(at: Place) -> None:
    at.deliver("a.csv", b"")
    assert at.land().rows == 1
    assert at.newest() == {"a.csv": b""}


@pytest.mark.parametrize("field", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_a_stamp_tells_every_change(field: str) -> None:
    facts = {"st_size": 1, "st_mtime_ns": 2, "st_ctime_ns": 3, "st_ino": 4}
    before, after = SimpleNamespace(**facts), SimpleNamespace(**{**facts, field: 9})
    assert stamp(cast("os.stat_result", before)) != stamp(cast("os.stat_result", after))


def test_look_touches_nothing_and_says_what_is_new_and_changed(at: Place) -> None:
    at.deliver("a.csv", b"1")
    at.deliver("b.csv", b"1")
    at.land()
    at.deliver("b.csv", b"22")
    at.deliver("c.csv", b"1")
    before = sorted(at.ws.storage.keys("landing")), at.query("select count(*) from delivery")
    assert at.look() == [("b.csv", "changed"), ("c.csv", "new")]
    assert (sorted(at.ws.storage.keys("landing")), at.query("select count(*) from delivery")) == before


def test_what_was_seen_is_not_read_again(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    at.deliver("a.csv", b"1")
    at.land()
    monkeypatch.setattr(receive, "_receive", None)
    monkeypatch.setattr(LocalStorage, "write", None)
    rows = at.query("select count(*) from delivery")
    receipt = at.land()
    assert (receipt.outcome, receipt.rows, receipt.notes) == (Outcome.NONE, 0, ())
    assert at.query("select count(*) from delivery") == rows


def test_the_same_bytes_with_another_stamp_are_a_duplicate_once(at: Place) -> None:
    path = at.deliver("a.csv", b"1")
    at.land()
    os.utime(path, ns=(1, 1))
    receipt = at.land()
    assert (receipt.outcome, receipt.rows, receipt.size) == (Outcome.DONE, 0, 0)
    assert receipt.notes == ("1 file delivered again with the same bytes",)
    assert at.deliveries() == [("a.csv", "version"), ("a.csv", "duplicate")]
    assert at.query("select file_id from delivery") == [(1,), (1,)]
    assert at.look() == []


def test_the_newest_delivery_counts_also_when_it_equals_an_older_one(at: Place) -> None:
    for data in (b"A", b"B", b"A"):
        at.deliver("a.csv", data)
        at.land()
    assert [(name, version, data) for name, version, data in at.state()] == [
        ("a.csv", 1, b"A"),
        ("a.csv", 2, b"B"),
        ("a.csv", 3, b"A"),
    ]
    assert at.orphans() == set()


def test_a_clock_that_stands_still_does_not_overwrite_what_is_kept(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    at.deliver("a.csv", b"A")
    at.land()
    frozen = at.versions()[0].received_at

    class Clock:
        @staticmethod
        def now(_zone: object) -> object:
            return frozen

    monkeypatch.setattr("vertebra.landing.verbs.datetime", Clock)
    for data in (b"B", b"A"):
        at.deliver("a.csv", data)
        at.land()
    assert [data for _, _, data in at.state()] == [b"A", b"B", b"A"]
    assert len({file.path for file in at.versions()}) == 3


def test_numbers_follow_the_names_inside_a_batch(at: Place) -> None:
    for name in ("c.csv", "a.csv", "b/a.csv", "B.csv"):
        at.deliver(name, name.encode())
    at.land()
    assert [file.name for file in at.versions()] == ["B.csv", "a.csv", "b/a.csv", "c.csv"]
    assert [file.id for file in at.versions()] == [1, 2, 3, 4]


def test_a_file_deleted_at_its_origin_stays(at: Place) -> None:
    at.deliver("a.csv", b"A").unlink()
    at.deliver("a.csv", b"A")
    at.land()
    (at.origin / "a.csv").unlink()
    assert at.land().outcome is Outcome.NONE
    assert at.newest() == {"a.csv": b"A"}


def test_many_files_pass_through_batches_of_a_bounded_size(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertebra.landing.batch._MOST_FILES", 3)
    for number in range(8):
        at.deliver(f"{number}.csv", b"%d" % number)
    receipt = at.land()
    assert (receipt.rows, receipt.size) == (8, 8)
    assert [file.name for file in at.versions()] == [f"{number}.csv" for number in range(8)]
    assert len({file.received_at for file in at.versions()}) == 3
    assert at.temporal() == []


def test_a_batch_is_bounded_in_bytes_and_a_larger_file_is_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertebra.landing.batch._MOST_BYTES", 10)
    sizes = [4, 6, 1, 50, 2, 3]
    batches = split([Candidate(str(number), "", size, "", "new") for number, size in enumerate(sizes)])
    assert [[c.size for c in batch] for batch in batches] == [[4, 6], [1], [50], [2, 3]]


def test_a_file_that_changes_while_it_is_copied_is_left(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    at.deliver("a.csv", b"whole")
    path = at.deliver("b.csv", b"half")
    original = LocalStorage.receive

    def slow(self: LocalStorage, key: str, source: object) -> object:
        got = original(self, key, source)  # type: ignore[arg-type]
        if getattr(source, "name", "").endswith("b.csv"):
            path.write_bytes(b"half and the rest")
        return got

    monkeypatch.setattr(LocalStorage, "receive", slow)
    receipt = at.land()
    assert receipt.rows == 1
    assert receipt.fallbacks == ("deliveries/b.csv was left where it is: it changed while it was copied",)
    assert at.deliveries() == [("a.csv", "version"), ("b.csv", "left")]
    monkeypatch.undo()
    assert at.land().rows == 1
    assert at.newest() == {"a.csv": b"whole", "b.csv": b"half and the rest"}


def test_a_file_replaced_while_it_is_copied_is_left(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = at.deliver("a.csv", b"old")
    original = LocalStorage.receive

    def slow(self: LocalStorage, key: str, source: object) -> object:
        got = original(self, key, source)  # type: ignore[arg-type]
        at.origin.joinpath("a.csv.part").write_bytes(b"new")
        at.origin.joinpath("a.csv.part").replace(path)
        return got

    monkeypatch.setattr(LocalStorage, "receive", slow)
    assert at.land().fallbacks == ("deliveries/a.csv was left where it is: it changed while it was copied",)
    assert at.versions() == ()
    assert at.temporal() == []


def test_a_file_that_changes_before_it_is_copied_is_left(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = at.deliver("a.csv", b"A")

    def write(candidates: Sequence[Candidate], _seconds: float) -> tuple[Sequence[Candidate], list[Left]]:
        path.write_bytes(b"A and more")
        return candidates, []

    monkeypatch.setattr("vertebra.landing.verbs.settle", write)
    assert at.land().fallbacks == ("deliveries/a.csv was left where it is: it is still being written",)
    assert (at.versions(), at.temporal()) == ((), [])


def test_a_file_that_vanishes_before_it_is_copied_is_left(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = at.deliver("a.csv", b"A")

    def vanish(candidates: Sequence[Candidate], _seconds: float) -> tuple[Sequence[Candidate], list[Left]]:
        path.unlink()
        return candidates, []

    monkeypatch.setattr("vertebra.landing.verbs.settle", vanish)
    receipt = at.land()
    assert receipt.outcome is Outcome.NONE
    assert receipt.fallbacks == ("deliveries/a.csv was left where it is: it cannot be read: No such file or directory",)


def test_a_name_that_is_no_utf_8_is_told_at_every_run_and_stops_no_other(at: Place) -> None:
    (at.origin / os.fsdecode(b"k\xfcche.csv")).write_bytes(b"x")
    at.deliver("a.csv", b"A")
    for rows in (1, 0):
        receipt = at.land()
        assert receipt.rows == rows
        assert receipt.fallbacks == ("deliveries/k\\xfcche.csv was left where it is: its name is no UTF-8",)
    assert at.look() == [("k\\xfcche.csv", "new")]
    assert at.newest() == {"a.csv": b"A"}


def test_names_that_look_dangerous_are_only_names(at: Place) -> None:
    for name in ("a'b.csv", 'q"x.csv', "Größe ☃.csv", "new\nline.csv", "%s.csv", "{x}.csv", "-rf", "back\\slash"):
        at.deliver(name, name.encode())
    at.land()
    assert at.newest() == {file.name: file.name.encode() for file in at.versions()}
    assert len(at.versions()) == 8
    assert at.land().outcome is Outcome.NONE


def test_a_folder_that_does_not_exist_names_file_and_key(at: Place) -> None:
    at.origin.rmdir()
    for verb in (at.land, at.look):
        with pytest.raises(ProjectError) as caught:
            verb()
        assert str(caught.value) == (
            'cannot collect the files of "meters"\n'
            "  where: sources/meters.yaml:2 collect.folder\n"
            f"  why:   {at.origin}: No such file or directory\n"
            "  next:  make the folder and let it be read, or name another under `collect: {folder: …}`"
        )


def test_a_folder_that_is_a_file_is_refused(at: Place) -> None:
    at.origin.rmdir()
    at.origin.write_bytes(b"")
    with pytest.raises(ProjectError, match="Not a directory"):
        at.land()


def test_the_projects_own_storage_is_not_collected(tmp_path: Path) -> None:
    around = place(tmp_path / "a", origin=".", pattern="**/*.csv")
    around.deliver("x.csv", b"A")
    assert around.land().rows == 1
    assert around.land().outcome is Outcome.NONE
    inside = place(tmp_path / "b", origin="data")
    with pytest.raises(ProjectError, match="is where the project keeps its own data"):
        inside.land()
    around.ws.close()
    inside.ws.close()


def test_a_project_that_was_moved_still_knows_its_files(tmp_path: Path) -> None:
    first = place(tmp_path / "here")
    first.deliver("a.csv", b"A")
    first.land()
    first.ws.close()
    (tmp_path / "here").rename(tmp_path / "there")
    moved = place(tmp_path / "there")
    assert moved.look() == []
    assert moved.newest() == {"a.csv": b"A"}
    moved.ws.close()


def test_a_source_without_a_collector_lands_nothing(at: Place) -> None:
    at.deliver("a.csv", b"A")
    source = replace(at.source, collect=None)
    assert landing.look(at.ws, source) == ()
    assert landing.land(at.ws, source, at.run_id).outcome is Outcome.NONE


def test_pushed_files_pass_the_same_road_and_leave_no_stamp(at: Place, tmp_path: Path) -> None:
    one, two = tmp_path / "x" / "one.csv", tmp_path / ".two.part"
    one.parent.mkdir()
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    assert at.push(one, two, one).rows == 2
    assert at.newest() == {"one.csv": b"1", ".two.part": b"2"}
    assert {file.origin for file in at.versions()} == {str(one), str(two)}
    with at.ws.catalog.read() as connection:
        assert stamps(connection, "meters", [str(one), str(two)]) == {}
    assert at.push(one).notes == ("1 file delivered again with the same bytes",)
    assert at.deliveries()[-1] == ("one.csv", "duplicate")
    assert at.temporal() == []


def test_a_push_under_a_collected_name_is_its_next_version(at: Place, tmp_path: Path) -> None:
    at.deliver("a.csv", b"A")
    at.land()
    (tmp_path / "a.csv").write_bytes(b"B")
    at.push(tmp_path / "a.csv")
    assert at.land().outcome is Outcome.NONE
    assert [(version, data) for _, version, data in at.state()] == [(1, b"A"), (2, b"B")]


def test_two_pushed_files_of_one_name_are_refused(at: Place, tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_bytes(folder.encode())
    with pytest.raises(UsageError, match=re.escape("two files would be kept under one name\n  where: a.csv\n")):
        at.push(tmp_path / "x" / "a.csv", tmp_path / "y" / "a.csv")
    assert at.versions() == ()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (Path.exists, "No such file or directory"),
        (Path.mkdir, "it is a folder"),
        (os.mkfifo, "it is no regular file"),
    ],
)
def test_what_cannot_be_pushed_is_refused_in_four_lines(at: Place, tmp_path: Path, make: object, why: str) -> None:
    path = tmp_path / "a.csv"
    make(path)  # type: ignore[operator]
    with pytest.raises(UsageError) as caught:
        at.push(path)
    assert str(caught.value) == (
        f"cannot push this file\n  where: {path}\n  why:   {why}\n  next:  name a readable file"
    )


def test_a_pushed_name_that_is_no_utf_8_is_refused(at: Place, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"k\xfcche.csv")
    path.write_bytes(b"x")
    with pytest.raises(UsageError, match="its name is no UTF-8"):
        at.push(path)


def test_cost_follows_new_files_not_history(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file more after many: the same number of statements, and no walk of what is kept."""

    def statements() -> int:
        seen: list[str] = []

        def note(*args: object) -> None:
            seen.append(str(args[2]))

        event.listen(at.ws.catalog.engine, "before_cursor_execute", note)
        at.land()
        event.remove(at.ws.catalog.engine, "before_cursor_execute", note)
        return len(seen)

    at.deliver("first.csv", b"1")
    alone = statements()
    for number in range(300):
        at.deliver(f"{number}.csv", b"%d" % number)
    assert statements() == alone
    at.deliver("last.csv", b"1")
    walked: list[str] = []
    original = LocalStorage.keys

    def noting(self: LocalStorage, prefix: str) -> Iterator[str]:
        walked.append(prefix)
        return original(self, prefix)

    monkeypatch.setattr(LocalStorage, "keys", noting)
    assert statements() == alone
    assert walked == ["landing/temporal/meters"]
