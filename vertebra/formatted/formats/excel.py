"""Spreadsheets by `calamine`: xlsx, xlsb, xls and ods."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from vertebra.formatted.count import Count
from vertebra.formatted.formats.arrow_text import text_of
from vertebra.formatted.formats.beside import unread
from vertebra.formatted.formats.excel_sheet import Cells, Range, Sheet, column_text, sheet_of
from vertebra.formatted.formats.excel_xml import Glance, NoWorkbookError, chosen, glance, imprecise, sheet_parts
from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular
from vertebra.formatted.formats.zip_damage import ZIP_DAMAGED
from vertebra.project import SHEET, ColumnTemplate, ExcelFormat, Source

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST = 1 << 30  # bytes of a workbook, decompressed: it is held in memory as a whole
_ROWS = 32_768
_ASKING = Lock()
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TRUSTED = {"xls": "xls", "xla": "xls", "xlsx": "xlsx", "xlsm": "xlsx", "xlam": "xlsx", "xlsb": "xlsb", "ods": "ods"}
"""From an ending to the kind of workbook that the library takes it for, whatever is in the file."""


def sniff(head: bytes, path: Path) -> ExcelFormat | None:
    """A spreadsheet: a zip file with a workbook in it, or the older container of Office."""
    if head.startswith(_OLE):
        data = _begins(path, 1 << 20)
        names = [name.encode("utf-16-le") for name in ("Workbook", "Book")]
        return ExcelFormat() if any(name in data for name in (*names, _ENCRYPTED)) else None
    if not head.startswith(_ZIP):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names_ = archive.namelist()
            if "mimetype" in names_ and b"spreadsheet" not in archive.read("mimetype")[:200]:
                return None
            return ExcelFormat() if any(part in names_ for part in _PARTS) else None
    except ZIP_DAMAGED:
        return None


def _count(file: Opened, source: Source) -> Count:
    """What the sheets' own XML says, of an xlsx file; another reading of the others."""
    form = _form(source)
    try:
        glances = _glances(file.path, form)
        if glances is None:
            with _workbook(file.path) as book:
                glances = {name: _reread(book, name, form) for name in chosen(_names(book), form.sheets)}
    except _Refused:
        return Count(0)
    header = blank = data = 0
    for one in glances.values():
        rest = one.valued - one.above
        top = one.above + min(form.header, rest)
        header, data, blank = header + top, data + one.valued - top, blank + one.last - one.valued
    return Count(data, header, blank)


def sheets_of(file: Opened, rows: int) -> list[tuple[str, list[tuple[int, list[str]]]]] | Problem:
    """The sheets of a workbook: name, and the first rows that hold a value, with their 1-based numbers."""
    try:
        with _workbook(file.path) as book:
            return [(name, _begin(book, name, rows)) for name in _names(book)]
    except _Refused as error:
        return error.problem


def _begin(book: CalamineWorkbook, name: str, rows: int) -> list[tuple[int, list[str]]]:
    if not rows:
        return []
    cells, merged = _cells(book, name)
    sheet = sheet_of(name, cells, merged, ExcelFormat(header=0), {})
    shown = ([text_of(cell) for cell in row] for row in zip(*(column[:rows] for column in sheet.columns), strict=True))
    return list(zip(sheet.numbers, shown, strict=False))


class _Refused(Exception):  # noqa: N818  it says why a file cannot be read, and becomes a finding
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


_PASSWORD = Problem("password", "it is protected by a password: save it without one", fatal=True)


def _glances(path: Path, form: ExcelFormat) -> dict[str, Glance] | None:
    """What the XML says about each sheet that is read; None of a file that has none."""
    about = path.stat()
    with _ASKING:
        look = _look(path, about.st_size, about.st_mtime_ns, form)
    return look.found()


class _Look:
    """A look at a file that is taken once: counting and reading both ask, at the same time."""

    def __init__(self, path: Path, form: ExcelFormat) -> None:
        self._take = partial(_glanced, path, form)
        self._taken: list[dict[str, Glance] | None] = []
        self._lock = Lock()

    def found(self) -> dict[str, Glance] | None:
        with self._lock:
            if not self._taken:
                self._taken.append(self._take())
            return self._taken[0]


@lru_cache(maxsize=16)
def _look(path: Path, size: int, time: int, form: ExcelFormat) -> _Look:
    del size, time
    return _Look(path, form)


def _glanced(path: Path, form: ExcelFormat) -> dict[str, Glance] | None:
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist() and "_rels/.rels" not in archive.namelist():
                return None
            if "xl/workbook.bin" in archive.namelist():
                return None
            _bounded(archive)
            parts = sheet_parts(archive)
            return {name: glance(archive, parts[name], form.skip) for name in chosen(list(parts), form.sheets)}
    except (*ZIP_DAMAGED, NoWorkbookError) as error:
        reason = str(error) or "it ends too early"
        raise _Refused(Problem("damaged-excel", f"it cannot be read as a workbook: {reason}", fatal=True)) from error


def _bounded(archive: zipfile.ZipFile) -> None:
    size = sum(info.file_size for info in archive.infolist())
    if size > _LARGEST:
        reason = f"it has {size} bytes when decompressed; a workbook is read up to {_LARGEST}"
        raise _Refused(Problem("too-large", reason, fatal=True))


@contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    calamine = library("python_calamine", "excel")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _bounded(archive)
        kind = _kind(path)
        if _TRUSTED.get(path.suffix[1:], kind) == kind:
            book = calamine.CalamineWorkbook.from_path(str(path))
        else:
            with path.open("rb") as handle:
                book = calamine.CalamineWorkbook.from_filelike(handle)
    except _Refused:
        raise
    except calamine.PasswordError as error:
        raise _Refused(_PASSWORD) from error
    except Exception as error:
        raise _Refused(Problem("damaged-excel", f"it cannot be read as a workbook: {error}", fatal=True)) from error
    try:
        yield book
    finally:
        book.close()


def _kind(path: Path) -> str:
    """Which kind of workbook a file is, by its content."""
    begin = _begins(path, 20)
    if begin.startswith(_OLE):
        if _ENCRYPTED in _begins(path, 1 << 20):
            raise _Refused(_PASSWORD)
        return "xls"
    if not begin.startswith(_ZIP) and not zipfile.is_zipfile(path):
        shown = begin.decode("ascii", "backslashreplace")
        raise _Refused(Problem("damaged-excel", f'it is no workbook: it begins with "{shown}"', fatal=True))
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return "xlsb" if "xl/workbook.bin" in names else "ods" if "content.xml" in names else "xlsx"


def _begins(path: Path, size: int) -> bytes:
    with path.open("rb") as handle:
        return handle.read(size)


def _names(book: CalamineWorkbook) -> list[str]:
    return [one.name for one in book.sheets_metadata if "WorkSheet" in str(one.typ)]


def _sheet(book: CalamineWorkbook, name: str, form: ExcelFormat, path: Path) -> Sheet:
    cells, merged = _cells(book, name)
    seen = (_glances(path, form) or {}).get(name)  # asked for now: it was worked out meanwhile
    return sheet_of(name, cells, merged, form, seen.errors if seen else {})


def _cells(book: CalamineWorkbook, name: str) -> tuple[Cells, Sequence[Range]]:
    try:
        sheet = book.get_sheet_by_name(name)
        left = sheet.start[1] if sheet.start else 0
        return Cells.of(sheet.iter_rows(), left), sheet.merged_cell_ranges or ()
    except Exception as error:
        reason = f'its sheet "{name}" cannot be read: {error}'
        raise _Refused(Problem("damaged-excel", reason, fatal=True)) from error


def _reread(book: CalamineWorkbook, name: str, form: ExcelFormat) -> Glance:
    cells, _ = _cells(book, name)
    full = [row + 1 for row in cells.full]
    return Glance(len(full), sum(number <= form.skip for number in full), max(full, default=0), {})


def _table(file: Opened, source: Source) -> Table | Problem:
    form = _form(source)
    try:
        with _workbook(file.path) as book:
            names = _names(book)
            wanted = chosen(names, form.sheets)
            if not wanted:
                reason = f"no sheet is called so; there are: {', '.join(names[:50])}"
                return Problem("no-sheet", reason, fatal=True)
            first = _sheet(book, wanted[0], form, file.path)
            glances = _glances(file.path, form) or {}
    except _Refused as error:
        return error.problem
    warnings = [*unread("sheet", ((name,) for name in names if name not in wanted), source)]
    if not glances and not _is_open_document(file.path):
        told = "a cell in error cannot be told from an empty one in this kind of workbook: save it as xlsx to be sure"
        warnings.append(Problem("errors-not-told", told))
    kinds = {column.origin: column for column in source.columns}

    def draw(places: Sequence[int]) -> Iterator[Part]:
        record = 1
        asked = [(*first.names, SHEET)[place] for place in places]
        with ExitStack() as stack:
            again = stack.enter_context(_workbook(file.path)) if len(wanted) > 1 else None
            for name in wanted:
                sheet = first if again is None or name == first.name else _sheet(again, name, form, file.path)
                warnings.extend(sheet.warnings)
                at = [*places] if sheet is first else [_at(sheet.names, one) for one in asked]
                digits = partial(_imprecise, file.path, sheet) if name in glances else dict
                yield from _parts(sheet, record, at, [kinds.get(one) for one in asked], digits)
                record += len(sheet.numbers)

    return Simple((*first.names, SHEET), draw, warnings)


def _imprecise(path: Path, sheet: Sheet) -> dict[int, tuple[str, str]]:
    """Records with a whole number of which a double does not hold all digits."""
    with zipfile.ZipFile(path) as archive:
        found = imprecise(archive, sheet_parts(archive)[sheet.name])
    places = {number: place for place, number in enumerate(sheet.numbers)}
    reason = "the number {} has more digits than a spreadsheet's numbers hold: have it delivered as text"
    return {places[n]: ("imprecise-number", reason.format(digits)) for n, digits in found.items() if n in places}


def _is_open_document(path: Path) -> bool:
    """Does a workbook show its errors as texts?"""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "content.xml" in archive.namelist()


def _at(names: Sequence[str], name: str) -> int:
    """Where a column stands in another sheet; -1 where that cannot be told."""
    if name == SHEET:
        return len(names)
    return names.index(name) if names.count(name) == 1 else -1


def _parts(
    sheet: Sheet,
    record: int,
    places: Sequence[int],
    kinds: Sequence[ColumnTemplate | None],
    digits: Callable[[], Mapping[int, tuple[str, str]]],
) -> Iterator[Part]:
    """The records of a sheet; `digits` says which of them have numbers that lost some."""
    looked = False
    if -1 in places:
        reason = f'the sheet "{sheet.name}" has other columns: {", ".join(sheet.names[:50])}'
        yield Part(record, len(sheet.numbers), type="wrong-header", reason=reason)
        return
    for begin in range(0, len(sheet.numbers), _ROWS):
        size = min(_ROWS, len(sheet.numbers) - begin)
        shown = [
            column_text(
                sheet.columns[place][begin : begin + size] if place < len(sheet.names) else [sheet.name] * size, kind
            )
            for place, kind in zip(places, kinds, strict=True)
        ]
        if not looked and any(large for _, large in shown):
            sheet.wrong.update(digits())
            looked = True
        wrong = tuple(
            (record + begin + number, *sheet.wrong[begin + number])
            for number in range(size)
            if begin + number in sheet.wrong
        )
        yield Part(record + begin, size, [text for text, _ in shown], wrong=wrong)


def _form(source: Source) -> ExcelFormat:
    assert isinstance(source.format, ExcelFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


EXCEL: Format = Tabular(_table, _count, early=True)
