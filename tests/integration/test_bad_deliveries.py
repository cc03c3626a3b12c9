"""What a bad delivery gets: a finding that names its place, a balanced account, its bytes kept, the rest as before."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.integration.bad_input import Standing, balances

PAGE = (Path(__file__).parents[2] / "docs" / "formatted-zone.md").read_text(encoding="utf-8")
NAME = "north_2024-05-03.csv"
HEADER = b"receipt,sold_at,article,amount\n"
GOOD = b"8,2024-05-03 10:00:00,bread,3.20\n"
MANY = HEADER + b"".join(b"%d,2024-05-03 10:00:00,bread %d,3.20\n" % (n, n * 7919 % 1000) for n in range(100, 200))
STORED = gzip.compress(MANY, compresslevel=0, mtime=0)  # not made smaller, so that a cut comes where it is meant
MISSING = 'the column "receipt" is not there; the header has'
CUT = "the compressed file ends too early"

# what comes, records in it (header included), rows, quarantined,
# findings: type, severity, record, line, byte, column, value, begin of the reason
CASES: dict[str, tuple[bytes, int, int, int, list[tuple[Any, ...]]]] = {
    "an empty file": (b"", 0, 0, 0, [("empty-file", "warning", 0, 0, 0, None, None, "the file is empty")]),
    "a header only": (
        HEADER,
        *(1, 0, 0),
        [("no-records", "warning", 0, 0, 0, None, None, "the file has no record behind its header")],
    ),
    "a wrong header": (
        b"number,time,what,price\n" + GOOD,
        *(2, 0, 1),
        [("wrong-header", "rejected", 0, 1, 0, None, None, f"{MISSING} 4: number, time, what, price")],
    ),
    "no header": (
        GOOD + GOOD.replace(b"8,", b"9,"),
        *(2, 0, 1),
        [("wrong-header", "rejected", 0, 1, 0, None, None, f"{MISSING} 4: 8, 2024-05-03 10:00:00, bread, 3.20")],
    ),
    "a column too many in the whole file": (
        HEADER.replace(b"amount", b"amount,till") + GOOD.replace(b"3.20", b"3.20,7"),
        *(2, 1, 0),
        [("unknown-column", "warning", 0, 1, 0, None, None, "the template does not name: till")],
    ),
    "a column too many in a record": (
        HEADER + GOOD.replace(b"3.20", b"3.20,7") + GOOD.replace(b"8,", b"9,"),
        *(3, 1, 1),
        [("too-many-fields", "rejected", 1, 2, 31, None, None, "it has 5 fields, the file's records have 4")],
    ),
    "a column too few in the whole file": (
        HEADER.replace(b",amount", b"") + GOOD.replace(b",3.20", b""),
        *(2, 0, 1),
        [
            (
                *("wrong-header", "rejected", 0, 1, 0, None, None),
                'the column "amount" is not there; the header has 3: receipt, sold_at, article',
            )
        ],
    ),
    "a column too few in a record": (
        HEADER + GOOD + b"9,2024-05-03 10:00:00,bread\n",
        *(3, 1, 1),
        [("too-few-fields", "rejected", 2, 3, 64, None, None, "it has 3 fields, the file's records have 4")],
    ),
    "a wrong delimiter": (
        (HEADER + GOOD).replace(b",", b";"),
        *(2, 0, 1),
        [("wrong-header", "rejected", 0, 1, 0, None, None, f"{MISSING} 1: receipt;sold_at;article;amount")],
    ),
    "a broken encoding": (
        HEADER + GOOD.replace(b"bread", "Brötchen".encode("latin-1")) + GOOD.replace(b"8,", b"9,"),
        *(3, 1, 1),
        [("broken-encoding", "rejected", 1, 2, 31, None, None, "byte 25 of it is not utf-8: invalid start byte")],
    ),
    "another encoding": (
        (HEADER + GOOD).decode().encode("utf-16"),
        *(3, 0, 2),
        [("wrong-header", "rejected", 0, 1, 0, None, None, "the header cannot be read: 'utf-8' codec can't decode")],
    ),
    "no text at all": (
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        *(5, 0, 4),
        [("wrong-header", "rejected", 0, 1, 0, None, None, "the header cannot be read: 'utf-8' codec can't decode")],
    ),
    "a quote that is never closed": (
        HEADER + b'8,2024-05-03 10:00:00,"bread,3.20\n' + GOOD.replace(b"8,", b"9,"),
        *(3, 1, 1),
        [("damaged-quotes", "rejected", 1, 2, 31, None, None, "")],
    ),
    "a time that does not exist": (
        HEADER + GOOD.replace(b"2024-05-03 10", b"2024-03-31 02") + GOOD.replace(b"8,", b"9,"),
        *(3, 1, 1),
        [
            (
                *("nonexistent-time", "rejected", 1, 2, 31, "sold_at", "2024-03-31 02:00:00"),
                "this clock time does not exist in Europe/Berlin",
            )
        ],
    ),
    "a time that exists twice": (
        HEADER + GOOD.replace(b"2024-05-03 10", b"2024-10-27 02"),
        *(2, 1, 0),
        [
            (
                *("ambiguous-time", "warning", 1, 2, 31, "sold_at", "2024-10-27 02:00:00"),
                "this clock time exists twice in Europe/Berlin; the first was taken",
            )
        ],
    ),
    "a decimal comma": (
        HEADER + GOOD.replace(b"3.20", b'"3,20"') + GOOD.replace(b"8,", b"9,"),
        *(3, 1, 1),
        [
            (
                "type-mismatch",
                "rejected",
                1,
                2,
                31,
                "amount_eur",
                "3,20",
                "it is no decimal(10,2) with the decimal sign `.`",
            )
        ],
    ),
    "a decimal comma without quotes": (
        HEADER + GOOD.replace(b"3.20", b"3,20"),
        *(2, 0, 1),
        [("too-many-fields", "rejected", 1, 2, 31, None, None, "it has 5 fields, the file's records have 4")],
    ),
    "a gzip without its end": (
        STORED[: -8 - 10],  # its checksum, and ten bytes of its last record
        *(101, 99, 1),
        [
            ("cut-off", "warning", 0, 0, 0, None, None, f"{CUT}: what it held behind its last record is not there"),
            (
                "cut-off",
                "rejected",
                100,
                101,
                MANY[:-1].rindex(b"\n") + 1,
                None,
                None,
                f"{CUT}; this record may be incomplete",
            ),
        ],
    ),
    "a gzip without its checksum": (
        STORED[:-8],
        *(101, 100, 0),
        [("cut-off", "warning", 0, 0, 0, None, None, f"{CUT}: what it held behind its last record is not there")],
    ),
    "a gzip of which only the head came": (
        STORED[:4],
        *(0, 0, 0),
        [
            ("cut-off", "warning", 0, 0, 0, None, None, f"{CUT}: what it held behind its last record is not there"),
            ("empty-file", "warning", 0, 0, 0, None, None, "the file is empty"),
        ],
    ),
    "a gzip with a wrong checksum": (
        STORED[:-8] + bytes(8),
        *(101, 0, 100),
        [("damaged-gzip", "rejected", 0, 0, 0, None, None, "the compressed data is damaged")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_delivery(standing: Standing, case: str) -> None:
    data, records, formatted, quarantined, wanted = CASES[case]
    if case in FROZEN:
        freeze(standing)
    before, release = standing.rows(), standing.json("status")["release"]
    (standing.folder / "deliveries" / "sales" / NAME).write_bytes(data)
    report = standing.json("run")
    assert report["release"] == release + 1
    account = next(one for one in report["account"] if one["file"] == NAME)
    assert balances(account)
    assert (account["records"], account["formatted"], account["quarantined"]) == (records, formatted, quarantined)

    found = [one for one in standing.json("quarantine", "sales")["findings"] if one["file"] == NAME]
    keys = ("type", "severity", "record", "line", "byte", "column", "value")
    assert [tuple(one[key] for key in keys) for one in found] == [one[:-1] for one in wanted]
    for one, expected in zip(found, wanted, strict=True):
        assert one["reason"].startswith(expected[-1])
        assert one["reason"]
    assert all(f"`{one['type']}`" in PAGE for one in found)
    _, shown, _ = standing.say("quarantine", "sales")
    assert all(one[0] in shown and one[-1][:30] in shown for one in wanted)

    assert standing.kept()[NAME] == hashlib.sha256(data).hexdigest()  # nothing is lost: the bytes are kept
    after = standing.rows()
    assert all(row in after["sales"] for row in before["sales"])
    assert len(after["sales"]) == len(before["sales"]) + formatted
    assert standing.rows(release) == before

    text = [line for line in standing.say("files")[1].splitlines() if NAME in line]
    assert len(text) == 1
    assert standing.json("run")["release"] is None  # it is known now, and not looked at again


FROZEN = {  # else the template follows
    "a column too many in the whole file",
    "a column too few in the whole file",
    "a wrong delimiter",
    "a broken encoding",
    "another encoding",
}


def freeze(standing: Standing) -> None:
    template = standing.folder / "sources" / "sales.yaml"
    template.write_text(template.read_text() + "drift: freeze\n")
    standing.json("run")


def test_columns_that_come_and_go_are_followed_and_told(standing: Standing) -> None:
    """As it is set by default: the new column is kept, the missing one has no value there, and the run says so."""
    before = standing.rows()
    more = HEADER.replace(b"amount", b"amount,till") + GOOD.replace(b"3.20", b"3.20,7")
    (standing.folder / "deliveries" / "sales" / NAME).write_bytes(more)
    report = standing.json("run")
    assert all(balances(one) for one in report["account"])
    assert [note for note in report["notes"] if "'till' came with" in note and NAME in note]
    rows = standing.json("query", "select * from sales where receipt = 8")
    assert [(row["amount_eur"], row["till"]) for row in rows] == [(3.2, 7)]
    fewer = HEADER.replace(b",amount", b"") + b"9,2024-05-04 10:00:00,bread\n"
    (standing.folder / "deliveries" / "sales" / "north_2024-05-04.csv").write_bytes(fewer)
    report = standing.json("run")
    assert all(balances(one) for one in report["account"])
    assert [note for note in report["notes"] if "north_2024-05-04.csv has no 'amount'" in note]
    rows = standing.json("query", "select * from sales where receipt = 9")
    assert [(row["article"], row["amount_eur"], row["till"]) for row in rows] == [("bread", None, None)]
    assert standing.rows(release=1) == before


ORDERS = """
source: orders
collect: {{folder: orders, settle: 0}}
format: {{json: {{shape: {shape}}}}}
key: [number]
columns:
  - {{name: number, type: integer}}
  - {{name: customer, from: customer.name, type: text}}
children:
  - {{name: items, from: items, columns: [{{name: article, type: text}}]}}
"""
ONE, TWO = (b'{"number": %d, "customer": {"name": "Ann"}, "items": [{"article": "a%d"}]}' % (n, n) for n in (1, 2))
END = "the document is cut off: what was behind its last record is not there"
JSON_CASES: dict[str, tuple[str, bytes, int, list[int], list[tuple[Any, ...]]]] = {
    "an array cut off in a record": (
        *("array", b"[" + ONE + b",\n" + TWO[:-20], 2, [1]),
        [("damaged-document", "warning", 0, 0, 0, END), ("damaged-json", "rejected", 2, 2, len(ONE) + 3, "")],
    ),
    "an array cut off before its end": (
        *("array", b"[" + ONE + b",\n" + TWO, 2, [1, 2]),
        [("damaged-document", "warning", 0, 0, 0, END)],
    ),
    "lines cut off": (
        *("lines", ONE + b"\n" + TWO[:-20], 2, [1]),
        [("damaged-json", "rejected", 2, 2, len(ONE) + 1, "")],
    ),
    "an error page": (
        *("lines", b"<html>503</html>\n", 1, []),
        [("damaged-json", "rejected", 1, 1, 0, "Expecting value")],
    ),
    "an answer that says it failed": (
        *("array", b'{"success": false}', 1, []),
        [
            ("unknown-field", "warning", 0, 1, 0, 'the template does not name "success"'),
            ("missing-value", "rejected", 1, 1, 0, "a value is required"),
        ],
    ),
    "an empty document": ("array", b"", 0, [], [("empty-file", "warning", 0, 0, 0, "the file is empty")]),
}


@pytest.mark.parametrize("case", JSON_CASES)
def test_json_that_is_cut_off_or_something_else(standing: Standing, case: str) -> None:
    shape, data, records, numbers, wanted = JSON_CASES[case]
    (standing.folder / "sources" / "orders.yaml").write_text(ORDERS.format(shape=shape))
    (standing.folder / "orders").mkdir()
    (standing.folder / "orders" / "1.json").write_bytes(data)
    before = standing.rows()
    report = standing.json("run")
    accounts = {one["table"]: one for one in report["account"]}
    assert all(balances(one) for one in accounts.values())
    assert accounts["orders"]["records"] == records
    assert [row["number"] for row in standing.json("query", "from orders order by all")] == numbers
    assert [row["article"] for row in standing.json("query", "from items order by all")] == [f"a{n}" for n in numbers]
    found = standing.json("quarantine", "orders")["findings"]
    assert all(f"`{one['type']}`" in PAGE for one in found)
    keys = ("type", "severity", "record", "line", "byte")
    assert [tuple(one[key] for key in keys) for one in found] == [one[:-1] for one in wanted]
    assert all(one["reason"].startswith(expected[-1]) for one, expected in zip(found, wanted, strict=True))
    assert standing.kept()["1.json"] == hashlib.sha256(data).hexdigest()
    assert standing.rows() == before


STRANGE = ["it's", 'quo"te', "new\nline", "br[ack]et*?", "sp ace", "ünï", "semi;colon", "-dash", "$HOME", "%41", "a,b"]


def test_file_names_that_hold_quotes_patterns_and_line_ends(standing: Standing) -> None:
    """The name is carried through as it is: into a column, into the landing zone, and back by a trace."""
    for number, shop in enumerate(STRANGE):
        line = b"%d,2024-05-03 10:00:00,bread,1.00\n" % (100 + number)
        (standing.folder / "deliveries" / "sales" / f"{shop}_2024-05-03.csv").write_bytes(HEADER + line)
    assert standing.json("run")["release"] == 2
    assert {row["shop"] for row in standing.json("query", "from daily_sales")} == {"north", *STRANGE}
    for number, shop in enumerate(STRANGE):
        found = standing.json("trace", "daily_sales", f"shop={shop}", "day=2024-05-03")
        (record,) = found["records"]
        assert (record["file"], record["raw"][:3]) == (f"{shop}_2024-05-03.csv", str(100 + number))


def test_a_file_whose_name_is_not_as_declared(standing: Standing) -> None:
    (standing.folder / "deliveries" / "sales" / "north.csv").write_bytes(HEADER + GOOD)
    report = standing.json("run")
    account = next(one for one in report["account"] if one["file"] == "north.csv")
    assert balances(account)
    assert (account["formatted"], account["quarantined"]) == (0, 1)
    (finding,) = [one for one in standing.json("quarantine")["findings"] if one["file"] == "north.csv"]
    assert (finding["type"], finding["severity"], finding["record"]) == ("wrong-file-name", "rejected", 0)
    assert "{shop}_{day}.csv" in finding["reason"]
