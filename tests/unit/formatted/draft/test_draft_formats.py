"""Files of every format drafted and then run: every record is loaded, with a balanced account."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from tests.contract.test_columnar_formats import avro, orc_file, parquet, sqlite
from tests.office import ods, xlsx, zipped
from tests.unit.formatted.test_documents import pdf, picture
from vertebra.errors import UsageError
from vertebra.operations.draft import DraftReport
from vertebra.project import read_source

Files = dict[str, bytes]


def drafted(folder: Path, files: Files, **more: Any) -> DraftReport:
    (folder / "vertebra.yaml").write_text("name: drafts\n")
    for name, body in files.items():
        path = folder / "deliveries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return vb.draft(folder / "deliveries", "things", folder, **more)


def loaded(folder: Path, *queries: str) -> list[list[tuple[Any, ...]]]:
    """What stands after a run in which every record was loaded and nothing was found wrong."""
    with vb.open(folder) as bb:
        report = bb.run()
        accounts = [a for step in report.steps if step.receipt for a in step.receipt.accounts]
        assert accounts
        assert all(a.balance == 0 and a.quarantined == 0 for a in accounts)
        assert bb.query("select type, reason from things_quarantine").arrow().to_pylist() == []
        return [[tuple(row.values()) for row in bb.query(sql).arrow().to_pylist()] for sql in queries]


def said(report: DraftReport, about: str) -> Any:
    return next(one for one in report.decisions if one.about == about)


LINES = b'{"id": 1, "born": "2024-01-31", "who": {"name": "A"}, "zip": "0123"}\n{"id": 2, "who": null, "zip": ""}\n'


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (LINES, "lines"),
        (b"[" + LINES.replace(b"}\n{", b"},\n{") + b"]", "array"),
        (LINES.replace(b', "born"', b',\n "born"'), "documents"),
        (LINES.decode().encode("utf-16"), "lines"),
    ],
)
def test_json_of_every_shape(tmp_path: Path, body: bytes, shape: str) -> None:
    report = drafted(tmp_path, {"a.json": body})
    assert said(report, "format").value == "json"
    assert said(report, "format.json.shape").value == shape
    assert report.records == 2
    (rows,) = loaded(tmp_path, "select id, born::varchar, who_name, zip from things order by id")
    assert rows == [(1, "2024-01-31", "A", "0123"), (2, None, None, "")]


def test_arrays_of_objects_become_tables_where_the_record_has_a_key(tmp_path: Path) -> None:
    body = b"".join(
        b'{"order": "A%d", "lines": [{"n": 1, "price": 1.5}, {"n": 2, "price": 2}], "tags": ["x"], '
        b'"rates": {%s}}\n' % (n, b", ".join(b'"2024-01-%02d": {"v": %d}' % (d, d) for d in range(1, 10)))
        for n in range(3)
    )
    report = drafted(tmp_path, {"a.jsonl": body})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert source.key == ("order_",)
    assert [(c.name, c.origin, [(x.name, x.type) for x in c.columns]) for c in source.children] == [
        ("things_lines", "lines", [("n", "integer"), ("price", "decimal")]),
        ("things_rates", "rates{}", [("name", "date"), ("v", "integer")]),
    ]
    assert [c.origin for c in source.columns] == ["order", "tags"]
    assert "# tags, 90% sure: an array of values is kept as JSON" in report.text
    lines, rates = loaded(
        tmp_path,
        "select count(*), sum(price)::double from things_lines",
        "select count(*), min(name)::varchar from things_rates",
    )
    assert lines == [(6, 10.5)]
    assert rates == [(27, "2024-01-01")]


def test_arrays_without_a_key_stay_text_and_that_is_said(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.json": b'[{"a": 1, "b": [{"c": 1}]}, {"a": 1, "b": [{"c": 2}]}]'})
    assert "b: a record has several of them: they stay one text, since a table of their own needs a key" in report.text
    (rows,) = loaded(tmp_path, "select * from things order by all")
    assert rows == [(1, '[{"c":1}]'), (1, '[{"c":2}]')]


def test_records_inside_of_a_document_and_what_stands_beside_them(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.json": b'{"page": 1, "data": {"rows": [{"a": 1}, {"a": 2}, {"a": 4}]}}'})
    assert said(report, "format.json.records").value == "data.rows"
    assert "what stands beside it is not read: 'page'" in report.text
    assert loaded(tmp_path, "select sum(a) from things") == [[(7,)]]


def test_a_field_of_several_types_is_kept_as_it_is_written(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.jsonl": b'{"a": 1, "#b": 2}\n{"a": {"c": 2}}\n{"a": "x"}\n{"a": [1]}\n'})
    assert "# a, 80% sure: it holds values and arrays and objects: each is kept as it is written" in report.text
    assert said(report, "ignore").value == ["#b"]
    (rows,) = loaded(tmp_path, "select a from things order by a")
    assert rows == [("1",), ("[1]",), ("x",), ('{"c":2}',)]


def test_json_without_objects_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.json": b"[1, 2, 3]"})
    assert caught.value.why == "no record of it has a field that a column could hold"


def test_files_of_several_kinds_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.dat": LINES, "b.dat": b"a,b\n1,2\n", "c.dat": LINES})
    assert caught.value.why == "by their content: 2 JSON (a.dat, …), 1 text (b.dat)"
    assert "draft each kind by itself" in caught.value.next


def test_binary_data_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.dat": bytes(range(256)) * 20})
    assert str(caught.value).splitlines()[0].endswith('"a.dat" is of no kind that can be read')
    assert caught.value.why == "it is no text but binary data of an unknown kind"
    assert not (tmp_path / "sources").exists()


ROWS: list[tuple[str | None, str | None, str | None]] = [("1", "x", "2024-01-31"), ("2", None, "2024-02-01")]


@pytest.mark.parametrize(
    ("word", "body"),
    [("parquet", parquet(ROWS)), ("orc", orc_file(ROWS)), ("avro", avro(ROWS)), ("sqlite", sqlite(ROWS))],
)
def test_files_of_typed_columns(tmp_path: Path, word: str, body: bytes) -> None:
    report = drafted(tmp_path, {"one.dat": body})
    decision = said(report, "format")
    assert (decision.value, report.records) == (word, 2)
    assert decision.evidence[0].text.startswith("its first bytes are those of")
    assert f"format: {{{word}: {{}}}}" in report.text
    (rows,) = loaded(tmp_path, "select a, b, c::varchar from things order by a")
    assert rows == [(1, "x", "2024-01-31"), (2, None, "2024-02-01")]


def test_the_largest_table_of_a_database_and_the_others_are_said(tmp_path: Path) -> None:
    path = tmp_path / "deliveries" / "a.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("create table one (a); create table two (b); insert into two values (1), (2)")
    report = drafted(tmp_path, {})
    assert "format: {sqlite: {table: two}}" in report.text
    assert said(report, "format.sqlite.table").alternatives[0].value == "one"
    assert loaded(tmp_path, "select count(*) from things") == [[(2,)]]


SHEET: list[list[Any]] = [["Id", "Born", "Name"], [1, date(2024, 1, 31), "A"], [2, date(2024, 2, 1), "B"]]


@pytest.mark.parametrize(("name", "body"), [("a.xlsx", xlsx({"S": SHEET})), ("a.ods", ods({"S": SHEET}))])
def test_a_workbook(tmp_path: Path, name: str, body: bytes) -> None:
    report = drafted(tmp_path, {name: body})
    assert said(report, "format").value == "excel"
    (rows,) = loaded(tmp_path, "select id, born::varchar, name from things order by id")
    assert rows == [(1, "2024-01-31", "A"), (2, "2024-02-01", "B")]


def test_titles_above_a_sheet_and_sheets_that_are_alike(tmp_path: Path) -> None:
    titled = [["Report of 2024"], [], *SHEET]
    report = drafted(tmp_path, {"a.xlsx": xlsx({"Jan": titled, "Feb": titled})})
    assert 'format: {excel: {sheets: ["*"], skip: 1}}' in report.text
    assert "all 2 sheets have the same columns" in report.text
    (rows,) = loaded(tmp_path, "select sheet, count(*), sum(id) from things group by 1 order by 1")
    assert rows == [("Feb", 2, 3), ("Jan", 2, 3)]


def test_the_first_of_different_sheets_and_the_others_are_said(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.xlsx": xlsx({"Empty": [], "Data": SHEET, "More": [["x", "y"], [1, 2]]})})
    decision = said(report, "format.excel.sheets")
    assert (decision.value, [one.value for one in decision.alternatives]) == ("Data", [["More"]])
    assert "format: {excel: {sheets: [Data]}}" in report.text
    assert loaded(tmp_path, "select count(*) from things") == [[(2,)]]


def test_a_table_of_a_page(tmp_path: Path) -> None:
    page = "<!doctype html><table><tr><td>menu</table><table id=t><tr><th>Id<th>Name" + "".join(
        f"<tr><td>{n}<td>name {n}" for n in range(4)
    )
    report = drafted(tmp_path, {"a.html": page.encode()})
    assert said(report, "format.html.table").value == "2"
    (rows,) = loaded(tmp_path, "select id, name from things order by id limit 1")
    assert rows == [(0, "name 0")]


BOOKS = b"""<?xml version="1.0"?><c n="1"><note>x</note>
<book id="1"><title>A</title><by><who>X</who><who>Y</who></by></book>
<book id="2"><title>B</title><by><who>Z</who></by><page no="1"/><page no="2"/></book></c>"""


def test_elements_that_repeat_are_records_and_those_in_them_tables(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.xml": BOOKS})
    decision = said(report, "format.xml.records")
    assert decision.value == "/c/book"
    assert decision.why.endswith("what stands beside them is not read: /c/note, /c/@n")
    books, who, pages = loaded(
        tmp_path,
        "select id, title from things order by id",
        "select things_id, value from things_by_who order by all",
        "select things_id, no from things_page order by all",
    )
    assert books == [(1, "A"), (2, "B")]
    assert who == [(1, "X"), (1, "Y"), (2, "Z")]
    assert pages == [(2, 1), (2, 2)]


def test_elements_without_a_key_stay_text(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.xml": BOOKS.replace(b' id="1"', b"").replace(b' id="2"', b"").replace(b"B<", b"A<")})
    assert read_source(tmp_path / "sources" / "things.yaml").key == ()
    assert 'ignore: ["/c/@n", "/c/note", page]' in report.text
    (rows,) = loaded(tmp_path, "select title, by_ from things order by all")
    assert rows == [("A", "<by><who>X</who><who>Y</who></by>"), ("A", "<by><who>Z</who></by>")]


def test_documents_of_any_kind(tmp_path: Path) -> None:
    files = {"a.pdf": pdf(), "in/b.png": picture("PNG"), "in/c.jpg": picture("JPEG"), "note.txt": b"a,b\n1,2\n"}
    report = drafted(tmp_path, {**files, "d.docx": zipped({"[Content_Types].xml": "", "word/document.xml": ""})})
    assert said(report, "format").why == "4 of 5 files are documents or images"
    assert [one.file for one in said(report, "format.documents").evidence] == ["note.txt"]
    (rows,) = loaded(tmp_path, "select path, media_type, width from things order by path")
    assert [row[0] for row in rows] == ["a.pdf", "d.docx", "in/b.png", "in/c.jpg", "note.txt"]
    assert [row[2] for row in rows] == [None, None, 30, 30, None]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.bz2", "a.csv.xz"])
def test_compressed_files_are_looked_at_as_what_they_hold(tmp_path: Path, name: str) -> None:
    machine = {"gz": gzip, "bz2": bz2, "xz": lzma}[name.rsplit(".", 1)[-1]]
    drafted(tmp_path, {name: machine.compress(b"id;day\n1;31.01.2024\n2;01.02.2024\n")})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert source.collect is not None
    assert source.collect.pattern == f"*{name[1:]}"
    assert loaded(tmp_path, "select id, day::varchar from things order by id") == [
        [(1, "2024-01-31"), (2, "2024-02-01")]
    ]


def test_compressed_json(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.jsonl.gz": gzip.compress(LINES)})
    assert loaded(tmp_path, "select sum(id) from things") == [[(3,)]]


def test_a_damaged_compressed_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.csv.gz": gzip.compress(b"id;day\n1;2\n" * 9)[:-12]})
    assert caught.value.why.startswith("it is compressed with gzip and damaged")


def test_an_archive_is_drafted_by_its_members(tmp_path: Path) -> None:
    parts = {"L4_2024.csv": "id,v\n1,2\n3,4\n", "L8_2024.csv": "id,v\n5,6\n", "read me.txt": "words", "__MACOSX/x": ""}
    archive = zipped(parts)
    report = drafted(tmp_path, {"all.zip": archive})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert source.collect is not None
    assert (source.collect.folder, source.collect.pattern) == ("deliveries", "*.zip")
    assert source.collect.members == "**/*.csv"
    assert "1 other members are left out: read me.txt" in report.text
    assert loaded(tmp_path, "select count(*), sum(v) from things") == [[(3, 12)]]


def test_an_archive_of_json(tmp_path: Path) -> None:
    drafted(tmp_path, {"all.zip": zipped({"a.jsonl": LINES, "b.jsonl": LINES.replace(b": 1", b": 8")})})
    assert loaded(tmp_path, "select count(*) from things") == [[(4,)]]


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"all.zip": zipped({"a.csv": "id,v\n1,2\n"})[:40]})
    assert (caught.value.what, caught.value.why[:25]) == ('cannot draft from "all.zip"', "the archive is damaged: i")
