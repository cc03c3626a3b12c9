"""A file of several tables: those that its source does not read are told, or left out by name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.formatted_place import check_accounts, delivered
from tests.office import xlsx
from tests.unit.formatted.draft.test_draft_formats import drafted, loaded

PAGE = """<table><tr><td>menu</table><table><tr><td>
<table id="t"><tr><th>id<th>name</tr><tr><td>1<td>a</tr><tr><td>2<td>b<table><tr><td>inner</table></tr></table>
</table><table></table><table id="sums"><tr><td>3</table>"""


def database(folder: Path) -> bytes:
    path = folder / "made.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "create table t (id int, name text); insert into t values (1, 'a'), (2, 'b');"
            "create table u (id int); insert into u values (1);"
            "create table v (id int); create view w as select * from v"
        )
    return path.read_bytes()


def workbook() -> bytes:
    return xlsx({"t": [["id", "name"], [1, "a"], [2, "b"]], "u": [["x"], [1]], "v": []})


def told(format_: str, name: str, body: bytes, ignore: str = "[]") -> list[tuple[str, str]]:
    columns = "columns: [{name: id, type: integer}, {name: name, type: text}]"
    with delivered(f"format: {format_}\nignore: {ignore}\n{columns}\n") as place:
        place.load({name: body})
        check_accounts(place)
        assert [row[0] for row in place.values()] == [1, 2]
        return [(one["type"], one["reason"].rpartition(": ")[2]) for one in place.findings()]


def test_tables_of_a_database(tmp_path: Path) -> None:
    body = database(tmp_path)
    assert told("{sqlite: {table: t}}", "a", body) == [("unread-table", "u, v")]
    assert told("{sqlite: {table: t}}", "a", body, '["/u"]') == [("unread-table", "v")]
    assert told("{sqlite: {table: t}}", "a", body, '["/u", "/v"]') == []
    assert told('{sqlite: {query: "select t.* from t left join w using (id)"}}', "a", body) == [("unread-table", "u")]


def test_sheets_of_a_workbook() -> None:
    assert told("{excel: {}}", "a.xlsx", workbook()) == [("unread-sheet", "u, v")]
    assert told("{excel: {sheets: [t]}}", "a.xlsx", workbook(), "[/v]") == [("unread-sheet", "u")]
    assert told("{excel: {sheets: [t]}}", "a.xlsx", workbook(), "[/u, /v]") == []


def test_tables_of_a_page() -> None:
    """Those in the table and around it are no others, and an empty one says nothing."""
    body = PAGE.encode()
    assert told("{html: {table: t}}", "a.html", body) == [("unread-table", "1, 6")]
    assert told("{html: {table: t}}", "a.html", body, "[/1, /sums]") == []


@pytest.mark.parametrize("kind", ["sqlite", "html", "xlsx"])
def test_a_draft_leaves_them_out_by_name(tmp_path: Path, kind: str) -> None:
    page = PAGE.replace("<table><tr><td>inner</table>", "")
    body = database(tmp_path) if kind == "sqlite" else page.encode() if kind == "html" else workbook()
    drafted(tmp_path, {f"a.{kind}": body})
    (rows,) = loaded(tmp_path, "select id from things order by id")
    assert rows == [(1,), (2,)]


LINKS = """<table><tr><th>id<th><a href="?sort">name</a></tr>
<tr><td>1<td><a href="/one">a</a> <a href="/more">b</a></tr><tr><td>2<td>c</tr>
<tr><td>3<td><img src="x.png" alt="d"></tr></table>"""


def test_links_and_pictures_in_cells_are_columns_or_told() -> None:
    columns = (
        'columns: [{name: id, type: integer}, {name: name, type: text}, {name: link, from: "name/@href", type: text}]'
    )
    with delivered(f"format: {{html: {{}}}}\n{columns}\n") as place:
        place.load({"a.html": LINKS.encode()})
        check_accounts(place)
        assert place.values() == [(1, "a b", "/one /more"), (2, "c", None), (3, None, None)]
        assert [(one["type"], one["reason"]) for one in place.findings()] == [
            ("unknown-column", "the template does not name: name/@alt, name/@src")
        ]


def test_links_are_drafted(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.html": LINKS.replace("/one", "http://a.org/one").replace("/more", "http://a.org/2").encode()})
    (rows,) = loaded(tmp_path, "select id, name_href from things order by id")
    assert rows == [(1, "http://a.org/one http://a.org/2"), (2, None), (3, None)]


def test_text_of_a_row_that_stands_in_no_cell_is_told() -> None:
    body = b"<table><tr><th>id<th>name</tr><tr><td>1<td>a</tr><tr><b>stray</b><td>2</td><td>b</td></tr></table>"
    assert told("{html: {}}", "a.html", body) == [("stray-text", "stray2b")]


def test_a_cell_in_another_element_of_its_row_is_read() -> None:
    body = b"<table><tr><th>id<th>name</tr><tr><td>1<td>a</tr><tr><form><td>2</td><td>b</td></form></tr></table>"
    assert told("{html: {}}", "a.html", body) == []
