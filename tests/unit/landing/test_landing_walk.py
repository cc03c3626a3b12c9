"""What lies below a folder, whatever people put there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vertebra.landing.pattern import depth, matches
from vertebra.landing.walk import Found, Refused, identity, walk


def names(root: Path, pattern: str = "**/*") -> list[str]:
    return sorted(item.name for item in walk(root, pattern) if isinstance(item, Found))


def refused(root: Path, pattern: str = "**/*") -> dict[str, str]:
    return {item.name: item.why for item in walk(root, pattern) if isinstance(item, Refused)}


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("**/*.csv", ["L4/2021/b.csv", "L4/a.csv", "top.csv"]),
        ("*.csv", ["top.csv"]),
        ("*/*.csv", ["L4/a.csv"]),
        ("L4/**", ["L4/2021/b.csv", "L4/a.csv", "L4/note.txt"]),
        ("**/2021/*", ["L4/2021/b.csv"]),
        ("L?/[ab].csv", ["L4/a.csv"]),
        ("*.CSV", []),
    ],
)
def test_a_pattern_names_what_is_collected(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    touch(tmp_path, "top.csv", "L4/a.csv", "L4/note.txt", "L4/2021/b.csv")
    assert names(tmp_path, pattern) == expected


def test_a_pattern_without_stars_for_folders_does_not_walk_deep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.csv", "deep/er/b.csv")
    listed: list[str] = []
    scan = os.scandir

    def noting(path: Path) -> object:
        listed.append(path.name)
        return scan(path)

    monkeypatch.setattr(os, "scandir", noting)
    assert names(tmp_path, "*.csv") == ["a.csv"]
    assert listed == [tmp_path.name]
    assert depth(["*", "*.csv"]) == 1


def test_several_double_stars() -> None:
    assert matches(["**", "L4", "**", "*.csv"], ["x", "L4", "y", "z", "a.csv"])
    assert not matches(["**", "L4", "**", "*.csv"], ["x", "L5", "y", "a.csv"])


def test_hidden_and_unfinished_names_are_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", ".hidden", ".git/config", "b.csv.part", "c.tmp", "d.crdownload", "e.csv~", "sub.tmp/f.csv")
    assert names(tmp_path) == ["a.csv"]


def test_links_to_files_are_followed(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/real.csv", "in/a.csv")
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "elsewhere" / "real.csv")
    found = {item.name: item for item in walk(tmp_path / "in", "**/*") if isinstance(item, Found)}
    assert sorted(found) == ["a.csv", "link.csv"]
    assert found["link.csv"].facts.st_ino == (tmp_path / "elsewhere" / "real.csv").stat().st_ino


def test_a_link_to_a_folder_outside_is_followed_and_one_inside_adds_nothing(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/b.csv", "in/z/a.csv")
    (tmp_path / "in" / "outside").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "a_link_before_z").symlink_to(tmp_path / "in" / "z")
    assert names(tmp_path / "in") == ["outside/b.csv", "z/a.csv"]


def test_circles_of_links_end(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.csv", "b/y.csv")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "over").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "back").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert names(tmp_path) == ["a/x.csv", "b/y.csv"]
    assert refused(tmp_path) == {"self": "it cannot be looked at: Too many levels of symbolic links"}


def test_a_link_that_leads_nowhere_is_told_if_it_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing")
    assert refused(tmp_path, "*.csv") == {"gone.csv": "it cannot be looked at: No such file or directory"}
    assert refused(tmp_path, "*.txt") == {}


def test_a_name_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"k\xfcche.csv")).write_bytes(b"x")
    assert refused(tmp_path) == {"k\\xfcche.csv": "its name is no UTF-8"}
    assert names(tmp_path) == []


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    touch(tmp_path, "a.csv")
    assert names(tmp_path) == ["a.csv"]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.csv", "locked/b.csv")
    scan = os.scandir

    def locked(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", locked)
    assert names(tmp_path) == ["a.csv"]
    assert refused(tmp_path) == {"locked/": "the folder cannot be listed: Permission denied"}


def test_a_barred_folder_is_not_entered(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", "data/b.csv")
    items = walk(tmp_path, "**/*", identity(tmp_path / "data"))
    assert [item.name for item in items] == ["a.csv"]
