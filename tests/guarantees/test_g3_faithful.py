"""G3, faithful: no value changes silently; what does not fit is quarantined whole, with its place and the reason.

Files of records with values that fit and values that do not are landed and formatted for real. Every record is read
back from the landing zone and every cell worked out again from its raw text in plain Python: rows and findings are
exactly those.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.formatted_place import Delivered, Row, check_accounts, delivered
from tests.template_oracle import UNFIT, meaning
from vertebra import formatted
from vertebra.project import ColumnTemplate

REAL = settings(max_examples=cases(2, 25), deadline=None, suppress_health_check=list(HealthCheck))

COLUMNS = """
columns:
  - {name: word, type: text}
  - {name: count, type: integer}
  - {name: level, type: double}
  - {name: level_comma, type: double, decimal: ","}
  - {name: price, type: "decimal(6,2)", required: true}
  - {name: flag, type: boolean}
  - {name: day, type: date, format: ["%Y-%m-%d", "%d.%m.%y"]}
  - {name: iso, type: timestamp, timezone: Europe/Belgrade}
  - {name: local, type: timestamp, timezone: Australia/Lord_Howe, format: "%d.%m.%Y %H:%M"}
  - {name: offset, type: timestamp, timezone: America/New_York, format: ["%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S"]}
  - {name: grouped, type: integer, group: ","}
  - {name: dearer, type: double, decimal: ",", group: ".", suffix: "€", nulls: ["-", n/a]}
  - {name: money, type: "decimal(12,2)", group: "'", prefix: "$"}
  - {name: share, type: double, suffix: "%"}
  - {name: seen, type: timestamp, format: epoch}
  - {name: seen_ms, type: timestamp, format: epoch_ms}
  - {name: note, type: text, nulls: ["\\\\N"]}
  - {name: device, from: file_name.device, type: text}
  - {name: number, from: file_name.number, type: integer}
"""
SWIFT = """
columns:
  - {name: word, type: text}
  - {name: level, type: double}
  - {name: local, type: timestamp, timezone: Europe/Belgrade, format: "%Y-%m-%d %H:%M:%S"}
  - {name: device, from: file_name.device, type: text}
"""
FILE_NAME = 'file_name: "{device}_{number}.txt"\n'
WORDS = [
    "x",
    " y ",
    "it's",
    'say "so"',
    "a,b;c",
    "line\nbreak",
    "'; drop table things; --",
    "é",
    "\\x41",
    "NULL",
    "\t",
    "0",
]
FITS = {
    "word": WORDS,
    "count": ["1", "-5", " 3 ", "+7", "007", "9223372036854775807"],
    "level": ["1.5", "-0", "1e5", ".5", "5.", " 2 ", "0.1", "1e-400"],
    "level_comma": ["1,5", "2", ",5", "-1,0e3"],
    "price": ["1.5", "9999.99", "-0.01", "7", ".5"],
    "flag": ["true", "FALSE", "1", "no"],
    "day": ["2021-01-05", "2020-02-29", "05.01.21", "31.12.99"],
    "iso": [
        "2021-01-05 10:00",
        "2021-01-05T10:00:00.5",
        "2021-10-31 02:30",
        "2021-10-31 02:30+01:00",
        "2021-01-05 24:00",
    ],
    "local": ["05.04.2020 01:45", "04.10.2020 02:30", "01.01.1970 00:00", "31.12.2099 23:59"],
    "offset": ["2021-11-07 01:30:00-0500", "2021-11-07 01:30:00", "2021-06-01 00:00:00Z"],
    "grouped": ["1", "1,234", "-12,345,678", "1234", " +999 ", "0,001"],
    "dearer": ["1.234,50 €", "-1.234,5€", "12€", "-", "n/a", ",5\u00a0€", "1e3€"],
    "money": ["$1'234.50", "-$5", "$-5", "$ .25", " $0 ", "$1234567.8"],
    "share": ["45.2%", "-1 %", "+0.5%"],
    "seen": ["0", "1600000000", "-1"],
    "seen_ms": ["1600000000123", "-5"],
    "note": ["\\N", "a", "-", "NULL"],
}
WRONG = {
    "word": WORDS,
    "count": ["5.7", "1e3", "0x1F", "1_000", "9223372036854775808", "x", "1,5"],
    "level": ["1,5", "nan", "inf", "1e400", "1_0", "--1", "x", "infinity"],
    "level_comma": ["1.5", "1.000,5", "1,2,3", "nan"],
    "price": ["1.555", "10000", "1e2", "x", "1,5"],
    "flag": ["maybe", "2", " true"],
    "day": ["2021-02-29", "1.1.0", "infinity", "epoch", "0021-01-05", "2021-01-05 10:00"],
    "iso": ["2021-03-28 02:30", "2021-02-30 10:00", "2021-01-05", "2021-01-05 10:00+99", "infinity"],
    "local": ["04.10.2020 02:15", "32.01.2020 00:00", "2020-01-01 00:00"],
    "offset": ["2021-03-14 02:30:00", "2021-01-01 00:00:00+9900", "2021-01-01"],
    "grouped": ["1,23", "12,34,567", ",123", "1.5", "1 234", "99,999,999,999,999,999,999", "1234,567"],
    "dearer": ["1.23 €", "5", "$5", "5 $", "€", "1,5,0 €", "--1 €", "nan €", "1e999€"],
    "money": ["5", "€5", "$1.234", "--$5", "-$-5", "$1'23", "$", "- $5"],
    "share": ["45.2", "%", "4 5%", "45.2%%"],
    "seen": ["1.5", "x", "99999999999999", " 5", "1e9"],
    "seen_ms": ["1600000000123.5", "2021-01-01"],
    "note": ["b"],
}
SWIFT_TIMES = (
    ["2021-01-05 10:00:00", "2021-10-31 02:30:00", "1900-01-01 00:00:00", "2021-1-5 1:2:3"],
    ["2021-03-28 02:30:00", "infinity", "epoch", "2021-01-05", "0021-01-05 10:00:00", "2021-01-05 10:00:60"],
)
Texts = dict[str, tuple[list[str], list[str]]]
TEXTS: Texts = {name: (FITS[name], WRONG[name]) for name in FITS}
TEXTS_SWIFT: Texts = {"word": TEXTS["word"], "level": TEXTS["level"], "local": SWIFT_TIMES}


@st.composite
def records(draw: st.DrawFn, texts: Texts, empty: str) -> dict[str, str]:
    """One record: most of its columns hold something that fits, maybe all of them."""
    wrong = draw(st.sets(st.sampled_from(sorted(texts)), max_size=2)) if draw(st.booleans()) else set()
    found = {}
    for name, (fits, misfits) in texts.items():
        nothing = [] if name == "price" else [empty]
        found[name] = draw(st.sampled_from(misfits if name in wrong else [*fits, *nothing]))
    return found


@pytest.mark.parametrize("dialect", ["{}", '{comment: "#"}', '{delimiter: ";", nulls: ["NA"]}', "{encoding: utf-16}"])
@pytest.mark.parametrize("columns", [COLUMNS, SWIFT], ids=["every type", "types that the engine's reader may read"])
@REAL
@given(data=st.data())
def test_every_cell_of_delimited_files_is_what_was_delivered(dialect: str, columns: str, data: st.DataObject) -> None:
    with delivered(f"format: {{csv: {dialect}}}\n{FILE_NAME}{columns}") as place:
        texts = TEXTS if columns == COLUMNS else TEXTS_SWIFT
        empty = place.source.format.nulls[0]
        drawn = data.draw(st.lists(st.lists(records(texts, empty), max_size=12), min_size=1, max_size=4))
        files: dict[str, bytes] = {}
        for number, rows in enumerate(drawn):
            target = io.StringIO(newline="")
            writer = csv.DictWriter(
                target,
                list(texts),
                delimiter=";" if ";" in dialect else ",",
                lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])),
                quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
            )
            writer.writeheader()
            writer.writerows(rows)
            files[f"L{number}'\"_{number}.txt"] = target.getvalue().encode(place.source.format.encoding)
        place.load(files)
        check_accounts(place)
        for file in place.files().values():
            rows = drawn[int(file.name[1])]
            device, number_ = file.name.removesuffix(".txt").split("_")
            check_file(place, file.id, [{**row, "device": device, "number": number_} for row in rows], reads_csv)


@REAL
@given(data=st.data())
def test_every_cell_of_json_files_is_what_was_delivered(data: st.DataObject) -> None:
    template = (
        "format: {json: {shape: lines, nulls: [NA]}}\n"
        + FILE_NAME
        + COLUMNS.replace("name: word,", "name: word, from: a.b,")
    )
    with delivered(template) as place:
        drawn = data.draw(st.lists(st.lists(records(TEXTS, "NA"), max_size=12), min_size=1, max_size=4))
        files: dict[str, bytes] = {}
        for number, rows in enumerate(drawn):
            lines = [
                json.dumps({"a": {"b": row["word"]}, **{k: v for k, v in row.items() if k != "word"}}) for row in rows
            ]
            files[f"L{number}_{number}.txt"] = "\n".join(lines).encode()
        place.load(files)
        check_accounts(place)
        for file in place.files().values():
            device, number_ = file.name.removesuffix(".txt").split("_")
            rows = [{**row, "device": device, "number": number_} for row in drawn[int(file.name[1])]]
            check_file(place, file.id, rows, reads_json)


def reads_csv(place: Delivered, raw: str) -> list[str]:
    delimiter = place.source.format.delimiter  # type: ignore[union-attr]
    return next(csv.reader(io.StringIO(raw, newline=""), delimiter=delimiter))


def reads_json(place: Delivered, raw: str) -> list[str]:
    del place
    found = json.loads(raw)
    return [found.pop("a")["b"], *found.values()]


def check_file(place: Delivered, file_id: int, rows: list[dict[str, str]], reads: Any) -> None:
    """Every record of a file, read back and worked out again, against what stands."""
    templates = place.source.columns
    standing = {row["_record"]: row for row in place.rows() if row["_file"] == file_id}
    told: dict[int, list[Row]] = {}
    for finding in place.findings():
        if finding["_file"] == file_id:
            told.setdefault(finding["_record"], []).append(finding)
    raws = formatted.records(place.ws, place.source, place.files()[file_id], range(1, len(rows) + 2))
    assert sorted(raws) == list(range(1, len(rows) + 1))
    body = place.landed(file_id)
    codec = {"utf-16": "utf-16-le"}.get(place.source.format.encoding, "utf-8")
    for record, row in enumerate(rows, 1):
        at = raws[record]
        assert body[at.start : at.end].decode(codec) == at.raw
        texts = [text for name, text in row.items() if name not in ("device", "number")]
        assert reads(place, at.raw) == texts
        check_record(row, templates, standing.get(record), told.get(record, []), place.source.format.nulls, at)


def check_record(
    row: dict[str, str],
    templates: tuple[ColumnTemplate, ...],
    standing: Row | None,
    told: list[Row],
    nulls: tuple[str, ...],
    at: formatted.RawRecord,
) -> None:
    wanted: dict[str, Any] = {}
    for template in templates:
        text = row[template.name]
        from_name = bool(template.from_file_name)
        wanted[template.name] = meaning(template, None if text in nulls and not from_name else text)
    wrong = sorted(name for name, value in wanted.items() if value is UNFIT)
    rejected = [finding for finding in told if finding["severity"] == "rejected"]
    assert sorted(finding["column_name"] for finding in rejected) == wrong, row
    for finding in told:
        text = row[finding["column_name"]]
        assert finding["value"] == ("" if text in nulls else text)
        assert (finding["line"], finding["start_byte"], finding["end_byte"], finding["raw"]) == (
            at.line,
            at.start,
            at.end,
            at.raw,
        )
        assert finding["reason"]
    if wrong:
        assert standing is None, "a record that does not fit is quarantined whole"
        return
    assert standing is not None
    for name, value in wanted.items():
        assert (type(standing[name]), standing[name]) == (type(value), value), (name, row)


AMBIGUOUS = """
format: {csv: {}}
columns:
  - {name: at, type: timestamp, timezone: Europe/Belgrade}
  - {name: also, type: timestamp, timezone: Australia/Lord_Howe, format: "%Y-%m-%d %H:%M"}
"""


def test_times_that_exist_twice_or_not_at_all() -> None:
    """The first offset with a warning; the times that no clock ever showed are in quarantine."""
    body = b"""at,also
2021-10-31 01:59,2020-04-05 01:29
2021-10-31 02:00,2020-04-05 01:30
2021-10-31 02:59:59.999999,2020-04-05 01:59
2021-10-31 03:00,2020-04-05 02:00
2021-10-31 02:30+01:00,2020-01-01 00:00
2021-03-28 02:00,2020-10-04 02:29
2021-03-28 03:00,2020-10-04 02:30
"""
    with delivered(AMBIGUOUS) as place:
        place.load({"x.csv": body})
        check_accounts(place)
        assert place.kinds() == [
            ("ambiguous-time", 2, "also"),
            ("ambiguous-time", 2, "at"),
            ("ambiguous-time", 3, "also"),
            ("ambiguous-time", 3, "at"),
            ("nonexistent-time", 6, "also"),
            ("nonexistent-time", 6, "at"),
        ]
        assert [finding["severity"] for finding in place.findings()] == ["warning"] * 4 + ["rejected"] * 2
        assert [finding["value"] for finding in place.findings()][1] == "2021-10-31 02:00"
        assert place.findings()[1]["reason"] == "this clock time exists twice in Europe/Belgrade; the first was taken"
        assert place.findings()[5]["reason"] == "this clock time does not exist in Europe/Belgrade"
        assert place.values() == [
            ("2021-10-30 23:59:00+00", "2020-04-04 14:29:00+00"),
            ("2021-10-31 00:00:00+00", "2020-04-04 14:30:00+00"),
            ("2021-10-31 00:59:59.999999+00", "2020-04-04 14:59:00+00"),
            ("2021-10-31 02:00:00+00", "2020-04-04 15:30:00+00"),
            ("2021-10-31 01:30:00+00", "2019-12-31 13:00:00+00"),
            ("2021-03-28 01:00:00+00", "2020-10-03 15:30:00+00"),
        ]
        assert place.account().quarantined == 1, "a warning is no quarantined record"


def test_spelling_that_carries_no_meaning_may_change_and_nothing_else() -> None:
    """Types, decimal signs, encodings and zones: the value is the same."""
    template = """
format: {csv: {encoding: cp1250, decimal: ","}}
columns: [{name: town, type: text}, {name: level, type: double}, {name: price, type: "decimal(9,3)"}]
"""
    with delivered(template) as place:
        place.load({"x.csv": 'town,level,price\nNiš,"1,50","2,500"\nČačak,7,-0\n'.encode("cp1250")})
        assert [(town, level, str(price)) for town, level, price in place.values()] == [
            ("Niš", 1.5, "2.500"),
            ("Čačak", 7.0, "0.000"),
        ]
        assert place.findings() == []
