"""A table of an HTML page, read by `lxml`, counted by Python's own parser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from vertebra.formatted.count import Count
from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, texts
from vertebra.project import HtmlFormat, Source

_LARGEST = 256 << 20  # bytes of a page: it is held in memory as a whole
_WIDEST = 1_000  # columns or rows over which a cell reaches: what claims more is damaged
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
    rows = list(_grid(chosen[0]))
    if len(rows) != (counted := _tally(data, form).full):
        reason = f"it is damaged: two ways to read it find {len(rows)} and {counted} rows with text in its table"
        return Problem("damaged-html", reason, fatal=True)
    header, body = rows[: form.header], rows[form.header :]
    width = max((len(row) for row in rows), default=0)
    names = [f"#{place}" for place in range(1, width + 1)]
    if form.header and header:
        names[: len(header[-1])] = [name or "" for name in header[-1]]

    def draw(places: Sequence[int]) -> Iterator[Part]:
        for begin in range(0, len(body), _ROWS):
            some = [
                [row[place] if place < len(row) else None for place in places] for row in body[begin : begin + _ROWS]
            ]
            yield Part(begin + 1, len(some), texts(some, len(places)))

    return Simple(tuple(names), draw)


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
        (one.get("id") or "", [] if one.xpath(".//table") else [[cell or "" for cell in row] for row in _grid(one)])
        for one in tables
    ]


def _grid(table: Any) -> Iterator[list[str | None]]:
    """The rows of a table that hold text; a cell that reaches over others stands in all of them."""
    below: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is not table:
            continue
        found: list[str | None] = []
        own = [cell for cell in row if cell.tag in ("td", "th")]
        full = bool("".join(row.itertext()).strip())
        for cell in own:
            while len(found) in below:
                _reach(below, found)
            text = " ".join(cell.text_content().split())
            wide, deep = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            for _ in range(wide):
                if deep > 1:
                    below[len(found)] = (deep - 1, text)
                found.append(text)
        while len(found) in below:
            _reach(below, found)
        if full:
            yield found


def _reach(below: dict[int, tuple[int, str]], found: list[str | None]) -> None:
    left, text = below.pop(len(found))
    if left > 1:
        below[len(found)] = (left - 1, text)
    found.append(text)


def _span(text: str | None) -> int:
    return min(int(text), _WIDEST) if text and text.isdecimal() and int(text) > 0 else 1


def _read(file: Opened) -> bytes | Problem:
    size = file.path.stat().st_size
    if size > _LARGEST:
        return Problem("too-large", f"it has {size} bytes; a page is read up to {_LARGEST}", fatal=True)
    return file.path.read_bytes().removeprefix(b"\xef\xbb\xbf")


def _form(source: Source) -> HtmlFormat:
    assert isinstance(source.format, HtmlFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


HTML: Format = Tabular(_table, _count)
