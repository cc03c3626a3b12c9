"""The engine's own typed reading is tried first; it must never decide otherwise than the guarded conversions."""

from __future__ import annotations

import pytest

from tests.formatted_place import Delivered, check_accounts, delivered
from vertebra.formatted import bins
from vertebra.project import Source
from vertebra.workspace import Workspace

TEMPLATE = """
format: {csv: {}}
columns:
  - {name: at, type: timestamp, format: "%Y-%m-%d %H:%M:%S", timezone: Europe/Belgrade}
  - {name: level, type: double}
  - {name: word, type: text}
"""
GOOD = b"at,level,word\n2021-01-01 00:00:00,1.5,a\n1900-01-01 00:00:00,,\n"


def load(data: bytes) -> tuple[list[tuple[object, ...]], list[tuple[str, int, str]]]:
    with delivered(TEMPLATE) as place:
        place.load({"a.csv": data})
        check_accounts(place)
        return place.values(), place.kinds()


def refuse_swift(*_: object) -> bool:
    return False


def test_a_sound_file_is_read_swiftly(monkeypatch: pytest.MonkeyPatch) -> None:
    ways: list[bool] = []
    swiftly = bins._swiftly

    def noted(ws: Workspace, source: Source, bin_: bins._Bin, place: bins.Place) -> bool:
        ways.append(swiftly(ws, source, bin_, place))
        return ways[-1]

    monkeypatch.setattr(bins, "_swiftly", noted)
    rows, findings = load(GOOD.replace(b"1900", b"1901"))
    assert ways == [True]
    assert [row[1:] for row in rows] == [(1.5, "a"), (None, None)]
    assert not findings


@pytest.mark.parametrize("word", ["infinity", "-infinity", "epoch", " Infinity"])
def test_a_word_is_no_time(word: str) -> None:
    rows, findings = load(GOOD + f"{word},2,b\n".encode())
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
def test_both_ways_come_to_the_same(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = GOOD + record.encode() + b"\n2022-01-01 00:00:00,3,c\n"
    swift = load(data)
    monkeypatch.setattr(bins, "_swiftly", refuse_swift)
    assert swift == load(data)


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
