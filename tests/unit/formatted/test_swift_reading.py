"""The engine's own typed reading is tried first; it must never decide otherwise than the guarded conversions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.formatted_place import Delivered, check_accounts, delivered
from vertebra.errors import AccountError
from vertebra.formatted import bins
from vertebra.formatted.bin import Bin, Place
from vertebra.formatted.count import Count, count_records
from vertebra.project import CsvFormat, Source
from vertebra.workspace import Workspace

TEMPLATE = """
format: {csv: {}}
columns:
  - {name: at, type: timestamp, format: "%Y-%m-%d %H:%M:%S", timezone: Europe/Belgrade}
  - {name: level, type: double}
  - {name: word, type: text}
"""
GOOD = b"at,level,word\n2021-01-01 00:00:00,1.5,a\n1900-01-01 00:00:00,,\n"


UTC = TEMPLATE.replace("Europe/Belgrade", "UTC")


def load(data: bytes, template: str = TEMPLATE) -> tuple[list[tuple[object, ...]], list[tuple[str, int, str]]]:
    return load_all({"a.csv": data}, template)


def load_all(files: dict[str, bytes], template: str) -> tuple[list[tuple[object, ...]], list[tuple[str, int, str]]]:
    with delivered(template) as place:
        place.load(files)
        check_accounts(place)
        return place.values(), place.kinds()


def refuse_swift(*_: object) -> bool:
    return False


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each bin: was it read swiftly?"""
    found: list[bool] = []
    swiftly = bins._swiftly

    def noted(ws: Workspace, source: Source, bin_: Bin, place: Place) -> bool:
        found.append(swiftly(ws, source, bin_, place))
        return found[-1]

    monkeypatch.setattr(bins, "_swiftly", noted)
    return found


@pytest.mark.parametrize("template", [TEMPLATE, UTC])
def test_a_sound_file_is_read_swiftly(template: str, ways: list[bool]) -> None:
    rows, findings = load(GOOD.replace(b"1900", b"1901"), template)
    assert ways == [True]
    assert [row[1:] for row in rows] == [(1.5, "a"), (None, None)]
    assert not findings


def test_files_that_are_built_otherwise_are_read_beside_each_other(
    ways: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    template = UTC.replace("format:", 'file_name: "{device}.csv"\nformat:', 1)
    template += "  - {name: device, from: file_name.device, type: text}\nignore: [spare]\n"
    other = b"word,spare,level,at\nx,1,2.5,2020-01-01 00:00:00\ny,,,\n"
    good = GOOD.replace(b"1900", b"1901")
    files = {"a.csv": good, "b.csv": good.replace(b"1.5", b"3.5"), "c.csv": other, "d.csv": b"at,level,word\n"}
    files["e.csv"] = good
    swift = load_all(files, template)
    assert ways == [True]
    assert [row[1:] for row in swift[0]] == [
        *((1.5, "a", "a"), (None, None, "a"), (3.5, "a", "b"), (None, None, "b")),
        *((2.5, "x", "c"), (None, "y", "c"), (1.5, "a", "e"), (None, None, "e")),
    ]
    monkeypatch.setattr(bins, "_swiftly", refuse_swift)
    assert swift == load_all(files, template)


def test_files_that_are_written_otherwise_are_not_read_by_one_reader(ways: list[bool]) -> None:
    """Their quotes alone differ: the engine's reader takes both, and would make values of the others' quotes."""
    good = b"at,level,word\n2021-01-01 00:00:00,1.5,'a'\n2021-01-02 00:00:00,2,'b'\n"
    with delivered(UTC) as place:
        place.source = replace(place.source, variants={2: CsvFormat(quote="'")})
        place.load({"a.csv": good, "b.csv": good, "c.csv": good})
        assert ways == [True]
        assert [row[2] for row in place.values()] == ["'a'", "'b'", "a", "b", "'a'", "'b'"]
        check_accounts(place)


@pytest.mark.parametrize(("first", "second"), [(1, -1), (-1, 1), (2, -2), (-2, 2), (0, 1), (0, -1)])
def test_no_file_makes_up_for_another(
    first: int, second: int, ways: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    by: dict[bytes, int] = {b"a": first, b"b": second}

    def wrong(path: Path, format_: CsvFormat, encoding: str) -> Count:
        found = count_records(path, format_, encoding)
        return replace(found, data=found.data + by[path.read_bytes()[-2:-1]])

    monkeypatch.setattr("vertebra.formatted.formats.csv.count_records", wrong)
    records = b"".join(b"2021-01-01 00:00:00,%d,-\n" % number for number in range(5))
    files = {
        f"{end}.csv": b"at,level,word\n" + records + b"2021-01-01 00:00:00,1," + end.encode() + b"\n" for end in "ab"
    }
    with delivered(UTC) as place, pytest.raises(AccountError):
        place.load(files)
    assert ways == [False]


def test_a_number_that_is_none_is_seen_wherever_it_stands(ways: list[bool]) -> None:
    records = [b"2021-01-01 00:00:00,1.5,"] * 250_000  # more than the writer puts into one group of rows
    for place, word in ((3, b"nan"), (249_000, b"-inf")):
        records[place] = b"2021-01-01 00:00:00," + word + b","
    rows, findings = load(b"at,level,word\n" + b"\n".join(records) + b"\n", UTC)
    assert ways == [False]
    assert len(rows) == 249_998
    assert findings == [("type-mismatch", 4, "level"), ("type-mismatch", 249_001, "level")]


@pytest.mark.parametrize("template", [TEMPLATE, UTC])
@pytest.mark.parametrize("word", ["infinity", "-infinity", "epoch", " Infinity"])
def test_a_word_is_no_time(word: str, template: str) -> None:
    rows, findings = load(GOOD + f"{word},2,b\n".encode(), template)
    assert len(rows) == 2
    assert findings == [("type-mismatch", 3, "at")]


def test_a_year_of_one_digit_is_no_year_of_two() -> None:
    template = TEMPLATE.replace("%Y", "%y")
    assert template != TEMPLATE
    with delivered(template) as place:
        place.load({"a.csv": b"at,level,word\n21-01-01 00:00:00,1,a\n1-01-01 00:00:00,2,b\n"})
        check_accounts(place)
        assert place.kinds() == [("type-mismatch", 2, "at")]


@pytest.mark.parametrize(
    "record",
    [
        "2021-03-28 02:30:00,1,gap",
        "2021-10-31 02:30:00,1,twice",
        "1900-01-01 00:00:00,1,a time that looks like a word",
        "21-01-01 00:00:00,1,two digits",
        "2021-01-01T00:00:00,1,another form",
        "2021-01-01 00:00:00,1_000,underscore",
        "2021-01-01 00:00:00,nan,",
        "2021-01-01 00:00:00,1e999,",
        '2021-01-01 00:00:00,1," a_b "',
        '2021-01-01 00:00:00,"1,5",comma',
        "2021-01-01 00:00:00,1,too,many",
        "2021-01-01 00:00:00",
        ",,",
    ],
)
@pytest.mark.parametrize(("template", "good"), [(TEMPLATE, GOOD), (UTC, GOOD.replace(b"1900", b"1901"))])
def test_both_ways_come_to_the_same(record: str, template: str, good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = good + record.encode() + b"\n2022-01-01 00:00:00,3,c\n"
    swift = load(data, template)
    monkeypatch.setattr(bins, "_swiftly", refuse_swift)
    assert swift == load(data, template)


def test_a_required_value_is_required_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    def kinds(place: Delivered) -> list[tuple[str, int, str]]:
        place.load({"a.csv": GOOD})
        check_accounts(place)
        return place.kinds()

    template = TEMPLATE + "key: [at, level]\n"
    with delivered(template) as place:
        swift = kinds(place)
    monkeypatch.setattr(bins, "_swiftly", refuse_swift)
    with delivered(template) as place:
        assert kinds(place) == swift == [("missing-value", 2, "level")]
