"""Spreadsheets: sheets, headers, merged cells, dates, errors, digits."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.formatted_place import check_accounts, delivered
from tests.office import Error, Raw, ods, xlsx

OLDER = Path(__file__).parents[2] / "golden" / "formats" / "small.xls"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEMPLATE = """
format: {excel: OPTIONS}
columns:
  - {name: sheet, from: _sheet, type: text}
  - {name: device, type: text}
  - {name: day, type: date}
  - {name: at, type: timestamp}
  - {name: x, type: double}
"""
MIDNIGHT = datetime.fromisoformat("2021-01-02")
EVENING = datetime.fromisoformat("2021-03-04 05:06:07")
HEADER: list[Any] = ["device", "day", "at", "x"]


def loaded(body: bytes, options: str = "{}", name: str = "a.xlsx") -> tuple[list[Any], list[Any], Any]:
    with delivered(TEMPLATE.replace("OPTIONS", options)) as place:
        place.load({name: body})
        check_accounts(place)
        return place.values(), place.findings(), place.account()


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_dates_of_both_epochs(*, epoch_1904: bool) -> None:
    rows = [
        HEADER,
        ["m1", date(2021, 1, 2), MIDNIGHT, 0.5],
        ["m2", date(1999, 12, 31), EVENING, 1.0],
    ]
    values, findings, _ = loaded(xlsx({"S": rows}, epoch_1904=epoch_1904))
    assert values == [
        ("S", "m1", date(2021, 1, 2), "2021-01-02 00:00:00+00", 0.5),
        ("S", "m2", date(1999, 12, 31), "2021-03-04 05:06:07+00", 1.0),
    ]
    assert not findings


def test_several_sheets_below_notes() -> None:
    rows: dict[str, Any] = {
        "2020": [["note"], HEADER, ["m1"], [], ["m2"]],
        "about": [["x"]],
        "2021": [[], ["x", "device", "at", "day"], [2.5, "m3"]],
    }
    values, findings, account = loaded(xlsx(rows), '{sheets: ["20*"], skip: 1}')
    assert [(row[0], row[1], row[4]) for row in values] == [
        ("2020", "m1", None),
        ("2020", "m2", None),
        ("2021", "m3", 2.5),
    ]
    assert (account.records, account.formatted, account.skipped) == (8, 3, {"header": 3, "blank": 2})
    assert [(f["type"], f["reason"].rpartition(": ")[2]) for f in findings] == [("unread-sheet", "about")]


def test_sheets_that_are_not_read_are_told() -> None:
    _, findings, _ = loaded(xlsx({"A": [HEADER, ["m"]], "B": [["y"]]}))
    assert [(f["type"], f["reason"]) for f in findings] == [
        ("unread-sheet", "the file holds further sheets that this source does not read: B")
    ]


def test_a_cell_in_error_is_a_finding() -> None:
    rows = [HEADER, ["m1", None, None, Error("#DIV/0!")], ["m2", None, None, 1.0], [Error("#N/A")]]
    values, findings, account = loaded(xlsx({"S": rows}))
    assert [row[1] for row in values] == ["m2"]
    assert [(f["type"], f["_record"], f["reason"]) for f in findings] == [
        ("error-cell", 1, "the cell D2 of S is in error: #DIV/0!"),
        ("error-cell", 3, "the cell A4 of S is in error: #N/A"),
    ]
    assert account.quarantined == 2


def test_the_value_of_merged_cells_stands_in_all_of_them() -> None:
    rows = [HEADER, ["m1", None, None, 1.0], [None, None, None, 2.0]]
    values, findings, _ = loaded(xlsx({"S": rows}, merged=["A2:A3"]))
    assert [(row[1], row[4]) for row in values] == [("m1", 1.0), ("m1", 2.0)]
    assert [(f["type"], f["severity"]) for f in findings] == [("merged-cells", "warning")]
    assert "A2:A3" in findings[0]["reason"]


def test_numbers_have_the_digits_that_name_them() -> None:
    rows = [
        HEADER,
        [Raw("0.10000000000000001"), None, None, 1],
        [Raw("42"), None, None, Raw("1E-7")],
        [Raw("12345678901234567")],
    ]
    values, findings, _ = loaded(xlsx({"S": rows}))
    assert [(row[1], row[4]) for row in values] == [("0.1", 1.0), ("42", 1e-7)]
    assert [(f["type"], f["_record"]) for f in findings] == [("imprecise-number", 3)]


def test_opendocument() -> None:
    rows = [HEADER, ["m1", date(2021, 1, 2), MIDNIGHT.replace(hour=3), 0.5], [], ["m2", None, None, "x"]]
    values, findings, account = loaded(ods({"S": rows}), name="a.ods")
    assert values == [("S", "m1", date(2021, 1, 2), "2021-01-02 03:00:00+00", 0.5)]
    assert [(f["type"], f["column_name"], f["value"]) for f in findings] == [("type-mismatch", "x", "x")]
    assert account.skipped == {"header": 1, "blank": 1}


@pytest.mark.parametrize(
    ("body", "kind"), [(b"PK\x03\x04 is no zip", "damaged-excel"), (b"", "damaged-excel"), (b"a,b\n", "damaged-excel")]
)
def test_what_is_no_workbook_is_told(body: bytes, kind: str) -> None:
    values, findings, account = loaded(body)
    assert not values
    assert kind in [f["type"] for f in findings]
    assert account.records == 0


def test_a_zip_whose_parts_lie_beyond_its_end_is_told() -> None:
    body = bytearray(xlsx({"S": [HEADER, ["m1"]]}))
    at = body.index(b"xl/worksheets/")
    body[at - 1] = 0xFF  # the length of what stands between the name of a part and its bytes
    _, findings, account = loaded(bytes(body))
    assert [f["type"] for f in findings if f["severity"] == "rejected"] == ["damaged-excel"]
    assert account.records == 0


def test_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertebra.formatted.formats.excel._LARGEST", 10_000)
    _, findings, _ = loaded(xlsx({"S": [HEADER, ["x" * 20_000]]}))
    assert [f["type"] for f in findings if f["severity"] == "rejected"] == ["too-large"]


@pytest.mark.parametrize("ending", ["xlsx", "XLSX", "xlsm", "xlsb", "xls", "xla", "ods", "zip", "dat", ""])
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_is_what_is_in_it_whatever_its_name_says(kind: str, ending: str) -> None:
    """The library trusts the ending of a name."""
    if kind == "xls":
        body, device, skipped = OLDER.read_bytes(), "é", {"header": 1, "blank": 1}
    else:
        body = {"xlsx": xlsx, "ods": ods}[kind]({"S": [HEADER, ["m1"], ["m2", None, None, 42.0]]})
        device, skipped = "m2", {"header": 1}
    values, findings, account = loaded(body, name=f"a.{ending}" if ending else "a")
    assert [(row[0], row[1], row[4]) for row in values][1:] == [("S", device, 42.0)]
    assert (account.formatted, account.skipped) == (2, skipped)
    assert [f["type"] for f in findings] == (["errors-not-told"] if kind == "xls" else [])


@pytest.mark.parametrize("ending", ["xls", "xlsx", "ods", "dat"])
@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"<html><table><tr><td>device", "damaged-excel", 'it is no workbook: it begins with "<html><table><tr><td"'),
        (b"\xff\xfed\0e\0v\0", "damaged-excel", r'it is no workbook: it begins with "\xff\xfed'),
        (b"PK\x03\x04 is no zip", "damaged-excel", "it cannot be read as a workbook: "),
        (OLE + b"." * 900 + "EncryptedPackage".encode("utf-16-le"), "password", "it is protected by a password"),
        (OLE + b"." * 900, "damaged-excel", "it cannot be read as a workbook: "),
    ],
)
def test_what_is_no_workbook_is_told_whatever_its_name_says(body: bytes, kind: str, reason: str, ending: str) -> None:
    values, findings, account = loaded(body, name=f"a.{ending}")
    assert (values, account.records) == ([], 0)
    (told,) = (f for f in findings if f["severity"] == "rejected")
    assert told["type"] == kind
    assert told["reason"].startswith(reason)


def test_the_older_container() -> None:
    body = OLDER.read_bytes()
    values, findings, account = loaded(body, name="a.xls")
    assert values == [
        ("S", "m1", date(2021, 1, 2), "2021-01-02 03:04:05+00", 0.1),
        ("S", "é", None, None, 42.0),
    ]
    assert (account.records, account.skipped) == (4, {"header": 1, "blank": 1})
    assert [(f["type"], f["severity"]) for f in findings] == [("errors-not-told", "warning")]
    _, findings, account = loaded(body[:3000], name="b.xls")
    assert "damaged-excel" in [f["type"] for f in findings]
    assert account.records == 0
