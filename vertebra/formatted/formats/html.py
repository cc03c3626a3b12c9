"""A table of an HTML page, read by `lxml`, counted by Python's own parser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from vertebra.formatted.count import Count
from vertebra.formatted.formats.beside import unread
from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.html_grid import Cell, grid_of
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, texts
from vertebra.project import HtmlFormat, Source

_LARGEST = 256 << 20  # bytes of a page: it is held in memory as a whole
_ROWS = 10_000


def sniff(head: bytes, path: Path) -> HtmlFormat | None:
    """HTML, by its beginning."""
    del path
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return HtmlFormat() if text.startswith((b"<!doctype html", b"<html", b"<table")) else None


class _Tally(HTMLParser):
    """Counts the rows of one table that hold text, and those that do not."""

    def __init__(self, form: HtmlFormat) -> None:
        super().__init__()
        self._form = form
        self._tables = 0
        self._stack: list[bool] = []  # tables that are open; is it the one?
        self._text = False
        self._row = False
        self.full = self.blank = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table or a row begins."""
        if tag == "table":
            self._tables += 1
            self._stack.append(self._form.table in (str(self._tables), dict(attrs).get("id")))
        elif tag == "tr" and self._stack and self._stack[-1]:
            self._end_row()
            self._row = True

    def handle_endtag(self, tag: str) -> None:
        """A table or a row ends."""
        if tag == "table" and self._stack:
            if self._stack.pop():
                self._end_row()
        elif tag == "tr" and self._stack and self._stack[-1]:
            self._end_row()

    def handle_data(self, data: str) -> None:
        """Text, of a table in a cell, too."""
        self._text = self._text or (self._row and any(self._stack) and bool(data.strip()))

    def _end_row(self) -> None:
        self.full += self._row and self._text
        self.blank += self._row and not self._text
        self._row = self._text = False

    def done(self) -> _Tally:
        """Nothing comes any more."""
        self._end_row()
        return self


def _count(file: Opened, source: Source) -> Count:
    """Rows by Python's own parser."""
    form = _form(source)
    data = _read(file)
    if isinstance(data, Problem):
        return Count(0)
    tally = _tally(data, form)
    header = min(form.header, tally.full)
    return Count(tally.full - header, header, tally.blank)


def _tally(data: bytes, form: HtmlFormat) -> _Tally:
    tally = _Tally(form)
    tally.feed(data.decode("utf-8", "replace"))
    tally.close()
    return tally.done()


def _table(file: Opened, source: Source) -> Table | Problem:
    form = _form(source)
    data = _read(file)
    if isinstance(data, Problem):
        return data
    tables = _parsed(data)
    if isinstance(tables, Problem):
        return tables
    chosen = [one for number, one in enumerate(tables, 1) if form.table in (str(number), one.get("id"))]
    if not chosen:
        ids = ", ".join(one.get("id") for one in tables if one.get("id"))
        reason = f'there is no table "{form.table}"; there are {len(tables)}' + (f", with the ids {ids}" if ids else "")
        return Problem("no-table", reason, fatal=True)
    rows, stray = grid_of(chosen[0])
    if len(rows) != (counted := _tally(data, form).full):
        reason = f"it is damaged: two ways to read it find {len(rows)} and {counted} rows with text in its table"
        return Problem("damaged-html", reason, fatal=True)
    names, columns = _columns(rows, form.header)
    body = rows[form.header :]

    def draw(places: Sequence[int]) -> Iterator[Part]:
        for begin in range(0, len(body), _ROWS):
            some = [[_text(row, *columns[place]) for place in places] for row in body[begin : begin + _ROWS]]
            yield Part(begin + 1, len(some), texts(some, len(places)))

    warnings = [*unread("table", _others(tables, chosen[0]), source)]
    if stray:
        warnings.append(Problem("stray-text", f"text of a row stands in no cell of it, and is not read: {stray[0]}"))
    return Simple(names, draw, warnings)


def _columns(rows: list[list[Cell]], header: int) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """Names of columns, with the place of each and the attribute that it is of; an empty one is the text."""
    width = max((len(row) for row in rows), default=0)
    names = [f"#{place}" for place in range(1, width + 1)]
    if header and rows[:header]:
        last = rows[:header][-1]
        names[: len(last)] = [cell.text for cell in last]
    said = sorted({(at, name) for row in rows[header:] for at, cell in enumerate(row) for name, _ in cell.says})
    spoken = tuple(f"{names[at] or f'#{at + 1}'}/@{name}" for at, name in said)
    return (*names, *spoken), (*((at, "") for at in range(width)), *said)


def _text(row: list[Cell], at: int, attribute: str) -> str | None:
    if at >= len(row):
        return None
    return dict(row[at].says).get(attribute) if attribute else row[at].text


def _others(tables: Sequence[Any], one: Any) -> Iterator[tuple[str, ...]]:
    """Numbers and ids of the tables beside one that hold text: those in it and around it are no others."""
    near = {one, *one.iterancestors("table"), *one.iterdescendants("table")}
    for number, table in enumerate(tables, 1):
        if table not in near and table.text_content().strip():
            yield (str(number), *filter(None, [table.get("id")]))


def _parsed(data: bytes) -> list[Any] | Problem:
    """The tables of a page."""
    html = library("lxml.html", "xml")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        found: list[Any] = html.document_fromstring(data, parser=parser).xpath("//table")
    except Exception as error:  # noqa: BLE001  the library says in many ways that there is no document
        return Problem("damaged-html", f"it cannot be read as HTML: {error}", fatal=True)
    return found


def tables_of(file: Opened) -> list[tuple[str, list[list[str]]]] | Problem:
    """The tables of a page: the id and the rows that hold text; of one that holds tables no row."""
    data = _read(file)
    tables = data if isinstance(data, Problem) else _parsed(data)
    if isinstance(tables, Problem):
        return tables
    return [
        (
            one.get("id") or "",
            [] if one.xpath(".//table") else [[cell.text for cell in row] for row in grid_of(one).rows],
        )
        for one in tables
    ]


def _read(file: Opened) -> bytes | Problem:
    size = file.path.stat().st_size
    if size > _LARGEST:
        return Problem("too-large", f"it has {size} bytes; a page is read up to {_LARGEST}", fatal=True)
    return file.path.read_bytes().removeprefix(b"\xef\xbb\xbf")


def _form(source: Source) -> HtmlFormat:
    assert isinstance(source.format, HtmlFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


HTML: Format = Tabular(_table, _count)
