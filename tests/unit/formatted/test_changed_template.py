"""A template that changes: no more is read again than must be, and the table is what a load from nothing makes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.formatted_place import Delivered, Row, check_accounts, delivered
from vertebra import formatted
from vertebra.errors import StepError
from vertebra.formatted import loading
from vertebra.formatted.bin import Written
from vertebra.formatted.bins import write_bin
from vertebra.formatted.change import Effect, compare
from vertebra.project import Source, read_source
from vertebra.step import Action, Outcome

FIRST = """
format: {csv: {}}
drift: freeze
columns:
  - {name: name, type: text}
  - {name: day, type: date, format: ["%Y-%m-%d"]}
  - {name: level, type: integer}
  - {name: flag, type: boolean, true: ["y"], false: ["n"]}
"""
FILES = {
    "a.csv": b"name,day,level,flag\nx,2021-01-05,1,y\ny,05.01.2021,2,n\nz,2021-01-07,3.5,y\n",
    "b.csv": b"name,day,level,flag\nu,2021-02-05,10,n\nv,2021-02-06,11,yes\nw,2021-02-06,?,yes\n",
}


def changed(place: Delivered, template: str) -> Source:
    """The same source under another template."""
    path = place.ws.project.folder / "sources" / "things.yaml"
    head = 'source: things\ncollect: {folder: deliveries, pattern: "**/*", settle: 0}\n'
    path.write_text(head + dedent(template), encoding="utf-8")
    place.source = read_source(path, "sources/things.yaml")
    return place.source


def from_nothing(template: str, files: Mapping[str, bytes]) -> tuple[list[object], list[object]]:
    with tempfile.TemporaryDirectory() as folder, delivered(template, Path(folder)) as place:
        place.load(files)
        return told(place)


def told(place: Delivered) -> tuple[list[object], list[object]]:
    """Rows and findings by file name, which is the same wherever the files were landed."""
    names = {file.id: file.name for file in place.files().values()}

    def named(rows: list[Row]) -> list[object]:
        kept = [(names[row["_file"]], {k: v for k, v in row.items() if k not in ("_file", "row_hash")}) for row in rows]
        return sorted(kept, key=repr)

    return named(place.rows()), named(place.findings())


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[int, list[int]] | None]]:
    """What was read of which files."""
    found: list[tuple[list[str], dict[int, list[int]] | None]] = []

    def spy(ws: Any, source: Any, files: Any, place: Any, only: Any = None) -> Written:
        found.append(([file.name for file in files], only))
        return write_bin(ws, source, files, place, only)

    monkeypatch.setattr(loading, "write_bin", spy)
    return found


CHANGES = {
    "a further date pattern": ('["%Y-%m-%d"]', '["%Y-%m-%d", "%d.%m.%Y"]', {1: [2, 3], 2: [2, 3]}),
    "a word more": ('true: ["y"]', 'true: ["y", "yes"]', {1: [2, 3], 2: [2, 3]}),
    "integers become doubles": ("type: integer", "type: double", {1: [2, 3], 2: [2, 3]}),
    "integers become decimals": ("type: integer", 'type: "decimal(25,2)"', {1: [2, 3], 2: [2, 3]}),
    "a column goes": ("  - {name: level, type: integer}\n", "  # ignored\n", {1: [2, 3], 2: [2, 3]}),
    "another name": (
        "{name: level, type: integer}",
        "{name: height, from: level, type: integer}",
        {1: [2, 3], 2: [2, 3]},
    ),
    "another unit": ("{name: level, type: integer}", "{name: level, type: integer, unit: m}", None),
    "an optional column that no file has": (
        "  - {name: flag",
        "  - {name: gust, type: double, optional: true}\n  - {name: flag",
        None,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_mended_template_reads_only_what_is_in_quarantine(
    name: str, tmp_path: Path, written: list[tuple[list[str], dict[int, list[int]] | None]]
) -> None:
    before, after, read = CHANGES[name]
    second = FIRST.replace(before, after)
    assert second != FIRST
    if "# ignored" in second:
        second += "ignore: [level]\n"
    with delivered(FIRST, tmp_path) as place:
        place.load(FILES)
        assert [row["name"] for row in place.rows()] == ["x", "u"]
        written.clear()
        action, why = formatted.plan(place.ws, changed(place, second), 0)
        assert action is Action.CHANGE
        assert why.startswith("the template is another")
        assert place.format().outcome is Outcome.DONE
        assert [only for _, only in written] == ([] if read is None else [read])
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE
        assert told(place) == from_nothing(second, FILES)


ALL_AGAIN = {
    "a column goes and is not left out on purpose": ("  - {name: level, type: integer}\n", ""),
    "another type": ("type: integer", "type: text"),
    "another pattern": ('["%Y-%m-%d"]', '["%d.%m.%Y"]'),
    "a pattern first": ('["%Y-%m-%d"]', '["%d.%m.%Y", "%Y-%m-%d"]'),
    "a word less": ('true: ["y"]', 'true: ["yes"]'),
    "required": ("{name: level, type: integer}", "{name: level, type: integer, required: true}"),
    "a column that the files have": ("columns:\n", "columns:\n  - {name: again, from: level, type: text}\n"),
    "another dialect": ("{csv: {}}", "{csv: {nulls: ['', 'x']}}"),
    "a key": ("columns:", "key: [name]\ncolumns:"),
    "another load rule": ("columns:", "load: append\ncolumns:"),
}


@pytest.mark.parametrize("name", ALL_AGAIN)
def test_what_may_change_values_reads_the_files_again(
    name: str, tmp_path: Path, written: list[tuple[list[str], dict[int, list[int]] | None]]
) -> None:
    second = FIRST.replace(*ALL_AGAIN[name])
    with delivered(FIRST, tmp_path) as place:
        place.load(FILES)
        written.clear()
        changed(place, second)
        place.format()
        assert sorted(file for files, _ in written for file in files) == ["a.csv", "b.csv"]
        check_accounts(place)
        assert told(place) == from_nothing(second, FILES)


def test_only_the_files_that_have_a_new_column_are_read_again(
    tmp_path: Path, written: list[tuple[list[str], dict[int, list[int]] | None]]
) -> None:
    files = {**FILES, "c.csv": b"name,day,level,flag,gust\nq,2021-03-05,1,y,5.5\n"}
    second = FIRST.replace("  - {name: flag", "  - {name: gust, type: double, optional: true}\n  - {name: flag")
    with delivered(FIRST, tmp_path) as place:
        place.load(files)
        written.clear()
        changed(place, second)
        place.format()
        assert [names for names, _ in written] == [["c.csv"]]
        assert [(row["name"], row["gust"]) for row in place.rows()] == [("x", None), ("u", None), ("q", 5.5)]
        check_accounts(place)
        assert told(place) == from_nothing(second, files)


def test_a_column_that_comes_back_is_read_anew(tmp_path: Path) -> None:
    """A Parquet file may still hold what stood under that name before."""
    without = FIRST.replace("  - {name: level, type: integer}\n", "")
    other = FIRST.replace("{name: level, type: integer}", "{name: level, from: other, type: integer, optional: true}")
    with delivered(FIRST, tmp_path) as place:
        place.load(FILES)
        for template in (without, other):
            changed(place, template)
            place.format()
        assert {row["level"] for row in place.rows()} == {None}
        assert told(place) == from_nothing(other, FILES)


def test_a_file_that_was_refused_as_a_whole_is_read_once_the_template_takes_it(tmp_path: Path) -> None:
    files = {**FILES, "c.csv": b"name,day,flag\nq,2021-03-05,y\n"}
    second = FIRST.replace("{name: level, type: integer}", "{name: level, type: integer, optional: true}")
    with delivered(FIRST, tmp_path) as place:
        place.load(files)
        assert [row["name"] for row in place.rows()] == ["x", "u"]
        changed(place, second)
        place.format()
        assert [(row["name"], row["level"]) for row in place.rows()] == [("x", 1), ("u", 10), ("q", None)]
        check_accounts(place)
        assert told(place) == from_nothing(second, files)


def test_records_that_come_back_take_part_in_the_decision_about_their_key(tmp_path: Path) -> None:
    keyed = FIRST.replace("columns:", "key: [name]\ncolumns:")
    files = {
        "a.csv": b"name,day,level,flag\nx,2021-01-05,1,y\ny,2021-01-05,2,n\n",
        "b.csv": b"name,day,level,flag\nx,05.01.2021,7,y\ny,05.01.2021,2,n\n",
    }
    second = keyed.replace('["%Y-%m-%d"]', '["%Y-%m-%d", "%d.%m.%Y"]')
    with delivered(keyed, tmp_path) as place:
        place.load(files)
        assert [row["level"] for row in place.rows()] == [1, 2]
        changed(place, second)
        place.format()
        assert sorted(row["level"] for row in place.rows()) == [2, 7]
        check_accounts(place)
        assert told(place)[0] == from_nothing(second, files)[0]


def test_a_load_with_too_much_in_quarantine_is_not_published(tmp_path: Path) -> None:
    with delivered(FIRST + "stop_above: 10%\n", tmp_path) as place:
        place.deliver({"a.csv": FILES["a.csv"]})
        with pytest.raises(StepError) as raised:
            place.format()
        assert str(raised.value) == (
            "2 of 3 records of this load are in quarantine: nothing of it is published\n"
            "  where: sources/things.yaml:1\n"
            "  why:   66.67% is more than `stop_above: 0.1`; type-mismatch in day: 1 (first a.csv, line 3: it is no "
            "date written as `%Y-%m-%d`); type-mismatch in level: 1 (first a.csv, line 4: it is no integer)\n"
            "  next:  mend the template or the files and run again, or raise `stop_above`"
        )
        place.deliver({"a.csv": b"name,day,level,flag\n" + b"x,2021-01-05,1,y\n" * 20 + b"y,05.01.2021,2,n\n"})
        assert place.format().rows == 20


def test_the_effect_is_the_least_that_is_safe(tmp_path: Path) -> None:
    def source(text: str) -> Source:
        path = tmp_path / "things.yaml"
        path.write_text("source: things\n" + text)
        return read_source(path, "x.yaml")

    first = source(FIRST)
    assert compare(first, first).effect is Effect.NOTHING
    for before, after, _ in CHANGES.values():
        assert compare(first, source(FIRST.replace(before, after))).effect < Effect.ALL
    keyed = source(FIRST.replace("columns:", "key: [name]\ncolumns:"))
    wider = source(FIRST.replace("columns:", "key: [name]\ncolumns:").replace("type: integer", "type: double"))
    change = compare(keyed, wider)
    assert (change.effect, change.why) == (
        Effect.ALL,
        "records that repeat a key are compared by the columns, which are others",
    )
