"""Delimited files are read as a careful reader reads them, without any hint."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.contract.format_contract import drawn
from tests.messy import as_csv, made
from tests.strategies import delimited
from vertebra.errors import UsageError
from vertebra.formatted.draft.columns import profiles
from vertebra.formatted.draft.encoding import encoding_of
from vertebra.formatted.draft.kinds import TEXT, kind_of
from vertebra.formatted.draft.look import look
from vertebra.formatted.draft.physical import detect
from vertebra.formatted.draft.repair import mended
from vertebra.formatted.formats.port import Layout, Opened
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.formats.sniffing import sniff
from vertebra.project import ColumnTemplate, CsvFormat, FixedFormat, Source
from vertebra.project.source import Load

GOLDEN = Path(__file__).parents[2] / "golden" / "draft"
CASES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json")
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def table(path: Path) -> tuple[dict[str, Any], list[list[str]], list[int]]:
    """Declared format, records and lines of remarks of a file."""
    with look(path) as found:
        records = list(found.records)
        declared: dict[str, Any] = json.loads(json.dumps(found.declared()))
    return declared, [list(one.fields) for one in records], [one.remark.line for one in records if one.remark]


@pytest.mark.parametrize("path", CASES, ids=[path.name for path in CASES])
def test_golden_files(path: Path) -> None:
    wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    declared, records, _ = table(path)
    ((word, settings_),) = declared.items()
    usual = json.loads(json.dumps(asdict(CsvFormat()))) if word == "csv" else {}
    unusual = {key: value for key, value in settings_.items() if key not in usual or usual[key] != value}
    assert {word: unusual} == wanted["format"]
    assert records == wanted["table"]


def test_nearly_all_messy_files_are_read_to_the_cell(tmp_path: Path) -> None:
    """Files that no rule was made for: 98% of the seeds below 7,000 were right when this was written."""
    wrong = []
    for seed in range(90_000, 90_150):
        file = made(seed)
        path = tmp_path / "x.csv"
        path.write_bytes(file.data)
        if table(path)[1] != file.table:
            wrong.append(seed)
    assert len(wrong) <= 9, wrong


def test_most_damaged_records_are_mended_and_all_are_named(tmp_path: Path) -> None:
    mended_ = damaged = silent = 0
    for seed in range(90_200, 90_280):
        file = made(seed, damage=True)
        path = tmp_path / "x.csv"
        path.write_bytes(file.data)
        _, records, remarks = table(path)
        if len(records) != len(file.table):
            continue
        damaged += len(file.damage)
        mended_ += sum(records[place] == file.table[place] for place in file.damage)
        silent += max(0, len(file.damage) - len(remarks))
    assert damaged > 40
    assert mended_ > 0.85 * damaged
    assert silent <= 0.05 * damaged  # two names that became one where a column is empty look like any record


@pytest.mark.parametrize("seed", range(91_000, 91_040))
def test_a_load_reads_the_table_that_is_shown(tmp_path: Path, seed: int) -> None:
    file = made(seed)
    path = tmp_path / "x.csv"
    path.write_bytes(file.data)
    found = detect([path])
    _, records, _ = table(path)
    assert isinstance(found.format, CsvFormat)
    if found.format.encoding not in ("utf-8", "cp1252"):
        return  # what is transcoded first is read in the guarantees' tests
    columns = tuple(ColumnTemplate(f"c{n}", f"#{n}", "text") for n in range(1, max(found.width, 1) + 1))
    source = Source("s", "", "", None, "", found.format, Load.LATEST, (), columns, (), (), "s.yaml")
    form, opened = format_of(source), Opened(path, path, found.format.encoding, found.format.encoding)
    count, layout = form.count(opened, source), form.layout(opened, source)
    assert isinstance(layout, Layout)
    rows, rejects = drawn(form.stream(opened, source, layout))
    assert len(rows) + len(rejects) == count.data
    body = records[1:] if found.format.header else records
    shown = Counter(tuple(cell or None for cell in row) for row in body)
    assert not Counter(row[: found.width] for row in rows.values()) - shown


REFUSED = ("it is no text but ", "it is compressed with ", "it cannot be read as ", "no page has ")


@QUIET
@example(data=b"Obj\x01")
@example(data=b'"\r"\r\x00')
@example(data=b"<!doctype html")
@example(data=b"<table")
@example(data=b"\x1f\x8b")
@given(
    data=st.one_of(
        st.binary(max_size=300), delimited(), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    )
)
def test_anything_can_be_looked_at_and_what_is_shown_is_csv(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "anything"
    path.write_bytes(data)
    text, known = kind_of(data) == TEXT, sniff(path) is not None
    refused, records = "", list[list[str]]()
    try:  # a few bytes may begin like a file of some kind that is cut off
        _, records, _ = table(path)
    except UsageError as error:
        refused = error.why
    assert known or bool(refused) != text
    assert not refused or refused.startswith(REFUSED)
    shown = as_csv(records)
    assert [row or [""] for row in csv.reader(io.StringIO(shown, newline=""))] == [row or [""] for row in records]


def test_files_of_one_kind_hold_one_decision_or_say_where_not(tmp_path: Path) -> None:
    paths = []
    for number, delimiter in enumerate(",,;"):
        path = tmp_path / f"{number}.csv"
        path.write_text(delimiter.join("abc") + "\n" + delimiter.join("123") + "\n" + delimiter.join("456") + "\n")
        paths.append(path)
    decision = next(one for one in detect(paths).decisions if one.about == "format.csv.delimiter")
    assert (decision.value, decision.confidence) == (",", 0.5)
    assert decision.why.endswith("; not so in 2.csv")
    assert [(one.file, one.text) for one in decision.evidence[-1:]] == [("2.csv", "here it is ';'")]
    assert next(one for one in detect(paths[:2]).decisions if one.about == "format.csv.delimiter").confidence > 0.95


def test_one_column_is_said_to_be_unsure(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("code\nAD\nAE\nAF\n")
    found = detect([path])
    assert found.format == CsvFormat()
    decision = next(one for one in found.decisions if one.about == "format.csv.delimiter")
    assert decision.confidence == 0.5
    assert decision.why == "no character cuts the lines into columns; a comma stands in for it"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Größe;Straße;schöne Grüße", "cp1252"),
        ("Łódź;Gdańsk;Częstochowa", "cp1250"),
        ("Łódź;Gdańsk;Częstochowa;Świętochłowice", "iso8859-2"),
        ("Москва;Санкт-Петербург;улица", "cp1251"),
        ("Москва;Санкт-Петербург;улица", "cp866"),
        ("İstanbul;Eskişehir;çağ;gümüş", "cp1254"),
        ("12 µg/m³;5 °C;£500", "cp1252"),
        ("東京都;大阪府;ひらがな", "cp932"),
        ("北京市;上海市;中国人民", "gb18030"),
        ("서울특별시;부산", "cp949"),
        ("a;b", "utf-16"),
        ("a;b;ü", "utf-16-le"),
        ("Größe", "utf-8-sig"),
    ],
)
def test_encodings(text: str, codec: str) -> None:
    data = text.encode(codec)
    assert data.decode(encoding_of(data).name).removeprefix("\ufeff") == text


COLUMNS = profiles([(f"{n}.5.2020", str(n), f"some text {n}") for n in range(1, 9)], 3)


@pytest.mark.parametrize(
    ("raw", "fields", "how"),
    [
        ("1.5.2020,,3,a text", ("1.5.2020", "3", "a text"), "it has 4 fields instead of 3: field 2 is empty, left out"),
        (
            "1.5.20203,a text",
            ("1.5.2020", "3", "a text"),
            "it has 2 fields instead of 3: a separator is missing in field 1",
        ),
        ('1.5.2020,"3,a text', ("1.5.2020", '"3', "a text"), "a quote in it is out of order"),
        (
            "1.5.2020,3,a, text",
            ("1.5.2020", "3", "a, text"),
            "it has 4 fields instead of 3: separators in it belong to a text",
        ),
        ("1.5.2020;3;a text", ("1.5.2020", "3", "a text"), "its fields are separated by ';'"),
        ("1.5.2020,3", ("1.5.2020", "3", ""), "it has 2 fields instead of 3: the last ones are empty"),
        (
            "1.5.2020,3,a,b,7,9",
            ("1.5.2020", "3", "a,b,7,9"),
            "it has 6 fields instead of 3: separators in it belong to a text",
        ),
    ],
)
def test_a_record_is_mended_by_what_stands_in_the_columns(raw: str, fields: tuple[str, ...], how: str) -> None:
    found = mended(raw, CsvFormat(), COLUMNS)
    assert (found.fields, found.how) == (fields, how)


def test_fixed_widths_are_found_and_read(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    lines = [
        f"{name:12}{value:8.1f}  {note}" for name, value, note in [("New York", 1.5, "a b"), ("Rome", 1200, "c")] * 5
    ]
    path.write_text("City           Value  Note\n" + "\n".join(lines) + "\n")
    found = detect([path])
    assert isinstance(found.format, FixedFormat)
    assert found.names == ("City", "Value", "Note")
    assert table(path)[1][:2] == [["City", "Value", "Note"], ["New York", "1.5", "a b"]]
