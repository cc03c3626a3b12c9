"""What the XML of a sheet says by itself: fast where it is written as usual, and the same as carefully."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.office import xlsx, zipped
from vertebra.formatted.formats import excel, excel_sheet, excel_xml
from vertebra.formatted.formats.excel_xml import Glance, glance, plain
from vertebra.project import ExcelFormat

USUAL = ("<c><v>1</v></c>", '<c t="s"><v>0</v></c>', "<c/>", "<c><v>e</v></c>", "<c><is><t>x</t></is></c>")
UNUSUAL = (
    *("<c><v></v></c>", '<c r="B1" t="e"><v>#N/A</v></c>', "<c r='A1' t='e'><v>#REF!</v></c>", "<c><is><t/></is></c>"),
    *('<c><v xml:space="preserve"> 1</v></c>', "<c><is><t></t></is></c>", "<c><f>A1</f><v>2</v></c>", "<c>\n</c>"),
)


def row(cells: list[str], start: str) -> str:
    return f"<row{start}>{''.join(cells)}</row>" if cells or start != "/" else "<row/>"


def sheet(rows: list[str]) -> str:
    numbered = (text.replace("NUMBER", str(number)) for number, text in enumerate(rows, 1))
    return f"<worksheet><sheetData>{''.join(numbered)}</sheetData><rowBreaks/></worksheet>"


def seen(body: str, skip: int, chunk: int, *, fast: bool = True) -> Glance:
    archive = zipfile.ZipFile(io.BytesIO(zipped({"s.xml": body})))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel_xml, "_CHUNK", chunk)
        if not fast:
            patch.setattr(excel_xml, "plain", lambda _: None)
        return glance(archive, "s.xml", skip)


STARTS = st.sampled_from(
    [' r="NUMBER"', ' r="NUMBER"', ' r="NUMBER" spans="1:6"', "", ' spans="1:1"', " r='NUMBER'", "/"]
)
EMPTY = '<row r="NUMBER"></row>'
ROWS = st.lists(st.builds(row, st.lists(st.sampled_from(USUAL + UNUSUAL), max_size=4), STARTS), max_size=8)


@example(rows=[EMPTY, EMPTY, "<row><c><v>1</v></c></row>", EMPTY], skip=0, chunk=40)
@given(rows=ROWS, skip=st.integers(0, 3), chunk=st.sampled_from([1, 40, 100, 300, 10_000]))
@settings(max_examples=300, deadline=None)
def test_the_fast_glance_is_the_careful_one(rows: list[str], skip: int, chunk: int) -> None:
    assert seen(sheet(rows), skip, chunk) == seen(sheet(rows), skip, chunk, fast=False)


def test_the_number_of_a_row_stands_anywhere_in_its_tag_and_only_there() -> None:
    rows = [f'<row spans="1:1" ht="{15.25:050}" r="7"><c><v>1</v></c></row>', '<row><c r="9"><v>1</v></c></row>']
    for fast in (True, False):
        assert seen(sheet(rows[:1]), 0, 10_000, fast=fast).last == 7
        assert seen(sheet(rows), 0, 10_000, fast=fast).last == 8


@given(
    cells=st.lists(st.lists(st.sampled_from(USUAL), max_size=4), min_size=1, max_size=8),
    chunk=st.sampled_from([1, 60, 10_000]),
)
def test_usual_rows_are_counted_fast(cells: list[list[str]], chunk: int) -> None:
    rows = [row(some, ' r="NUMBER"') for some in cells]
    full = [number for number, some in enumerate(cells, 1) if set(some) - {"<c/>"}]
    assert seen(sheet(rows), 0, chunk) == Glance(len(full), 0, max(full, default=0), {})
    data = "".join(rows).encode()
    if full and len(data) > 32:
        found = plain(data.replace(b"NUMBER", b"7"))
        assert found is not None
        assert found[0] == len(full)


@pytest.mark.parametrize("cell", ['<c t="e"><v>#N/A</v></c>', "<c t='e'><v>#N/A</v></c>", "<c><v></v></c>"])
@pytest.mark.parametrize("start", [' r="1"', ' spans="1:1"'])
def test_what_takes_a_closer_look(cell: str, start: str) -> None:
    usual = row([USUAL[0]] * 3, ' r="1"').encode()
    assert plain(usual) == (1, 1, 1)
    assert plain(usual + row([cell, USUAL[0]], start).encode()) is None
    assert plain(usual + b'<row r="2"/>') is None
    assert plain(usual + b'<row r="2"/>' + usual) is None


@pytest.mark.parametrize(
    "pattern",
    ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y%m%d%H%M%S", "%H h %M'%S, %m/%d/%Y (UTC)", "%S%M%H%d%m%Y%Y"],
)
def test_a_moment_is_written_by_its_pattern(pattern: str) -> None:
    moments = [datetime(1899, 12, 31, 1, 2, 3), None, datetime(2024, 2, 29), datetime(9999, 12, 31, 23, 59, 59)]  # noqa: DTZ001
    array = pa.array(moments, pa.timestamp("s"))
    assert excel_sheet._written(array, pattern) == pc.strftime(array, format=pattern)


def test_a_file_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx({"S": [["a"], ["1"]]}))
    looks = []

    def slow(archive: zipfile.ZipFile, part: str, skip: int) -> Glance:
        looks.append(part)
        time.sleep(0.05)
        return glance(archive, part, skip)

    monkeypatch.setattr(excel, "glance", slow)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: excel._glances(path, ExcelFormat()), range(4)))
    assert found == [{"S": Glance(2, 0, 2, {})}] * 4
    assert len(looks) == 1


@pytest.mark.parametrize("some", [1, 2, 4096])
def test_cells_left_of_the_first_are_empty(some: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_sheet, "_SOME", some)
    rows: Iterator[list[Any]] = iter([["a", ""], ["", ""], ["", 1.5]])
    found = excel_sheet.Cells.of(rows, 2)
    assert found.columns == [[""] * 3, [""] * 3, ["a", "", ""], ["", "", 1.5]]
    assert found.full == [0, 2]
    assert not excel_sheet.Cells.of(iter([])).columns
