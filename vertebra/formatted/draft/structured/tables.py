"""Which of several tables in a file is meant, of a database, a page, a workbook, and where its header is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from vertebra.errors import UsageError
from vertebra.formatted.draft.cutting import Row
from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.structure import table_of
from vertebra.formatted.draft.structured.fields import Fields
from vertebra.formatted.formats.excel import sheets_of
from vertebra.formatted.formats.html import tables_of
from vertebra.formatted.formats.port import Opened, Problem
from vertebra.formatted.formats.sqlite import sizes_of
from vertebra.project import ExcelFormat, FileFormat, HtmlFormat, SqliteFormat

_HEAD = 400  # rows that tell a header
_Any = TypeVar("_Any")
Found = tuple[FileFormat, Fields | None, tuple[Decision, ...]]
Grid = Sequence[tuple[int, Sequence[str]]]
"""Rows that hold a value, with their 1-based numbers."""


def sqlite_structure(files: Sequence[Opened], formats: Sequence[FileFormat]) -> Found:
    """The table of a database: the largest that all have."""
    del formats
    found = [_able(file, sizes_of(file)) for file in files]
    common = {name: size for name, size in found[0].items() if all(name in other for other in found)}
    if not common:
        raise _nothing(files, "they have no table in common")
    name = max(common, key=lambda one: common[one])
    if len(common) == 1 and all(len(other) == 1 for other in found):
        return SqliteFormat(), None, ()
    others = tuple(Alternative(one, 0.3, f"{size} rows") for one, size in common.items() if one != name)
    why = f"the largest of {len(found[0])} tables, with {common[name]} rows; each other one is a source of its own"
    said = Decision("format.sqlite.table", name, 0.7, why, alternatives=others)
    return SqliteFormat(table=name), None, (said, *_left(one for file in found for one in file if one != name))


def html_structure(files: Sequence[Opened], formats: Sequence[FileFormat]) -> Found:
    """The table of a page: the largest, by its place, or by its id where that is elsewhere in other pages."""
    del formats
    tables = _able(files[0], tables_of(files[0]))
    sizes = {place: sum(len(row) for row in rows) for place, (_, rows) in enumerate(tables, 1)}
    if not any(sizes.values()):
        raise _nothing(files, "no page has a table with text in it")
    place = max(sizes, key=lambda one: sizes[one])
    ident, rows = tables[place - 1]
    header, why = _header([(number, row) for number, row in enumerate(rows, 1)])
    name = ident if ident and len(files) > 1 and ident.isidentifier() else str(place)
    said = [_head("html", files[0], header, why)]
    if len(tables) > 1:
        others = tuple(Alternative(str(n), 0.2, f"{size} cells") for n, size in sizes.items() if n != place and size)
        told = f"the largest of {len(tables)} tables of the page, with {len(rows)} rows"
        said.insert(0, Decision("format.html.table", name, 0.75, told, _first(files), others[:5]))
        every = [_able(file, tables_of(file)) for file in files]
        said += _left(
            ident or str(n) for page in every for n, (ident, _) in enumerate(page, 1) if name not in (str(n), ident)
        )
    return HtmlFormat(table=name, header=header), None, tuple(said)


def excel_structure(files: Sequence[Opened], formats: Sequence[FileFormat]) -> Found:
    """The sheets of a workbook that are read, and where their header is."""
    del formats
    sheets = [(name, grid) for name, grid in _able(files[0], sheets_of(files[0], _HEAD)) if grid]
    if not sheets:
        raise _nothing(files, "no sheet of the workbook holds a value")
    heads = [(name, *_top(grid), grid) for name, grid in sheets]
    first, skip, header, why, grid = heads[0]
    names = _names(grid, skip, header)
    alike = [name for name, s, h, _, rows in heads if (s, h) == (skip, header) and _names(rows, s, h) == names]
    said: list[Decision] = []
    every = len(_able(files[0], sheets_of(files[0], 0)))
    wanted: tuple[str, ...] = ()
    if len(alike) > 1 and header and len(alike) == len(sheets) == every:
        wanted = ("*",)
        told = f"all {len(alike)} sheets have the same columns; `_sheet` says in which a record stands"
        said.append(Decision("format.excel.sheets", ["*"], 0.85, told, _first(files), (Alternative([first], 0.2),)))
    elif len(alike) > 1 and header:
        wanted = tuple(alike)
        told = f"{len(alike)} sheets have the same columns; the others are not read: {_others(sheets, alike)}"
        said.append(Decision("format.excel.sheets", alike, 0.75, told, _first(files), (Alternative([first], 0.2),)))
    elif every > 1:
        rest = tuple(Alternative([name], 0.2) for name, *_ in heads[1:6])
        wanted = () if first == _able(files[0], sheets_of(files[0], 0))[0][0] else (first,)
        told = f"the first of {every} sheets that holds a value; each other one is a source of its own"
        said.append(Decision("format.excel.sheets", first, 0.8, told, _first(files), rest))
    if wanted != ("*",):
        books = [[one for one, _ in _able(file, sheets_of(file, 0))] for file in files]
        said += _left(one for book in books for one in book if one not in (wanted or book[:1]))
    if skip:
        shown = tuple(Evidence(files[0].name, number, _shown(row)) for number, row in grid if number <= skip)
        said.append(Decision("format.excel.skip", skip, 0.85, "titles or notes stand above the table", shown[:3]))
    said.append(_head("excel", files[0], header, why))
    return ExcelFormat(sheets=wanted, header=header, skip=skip), None, tuple(said)


def _left(others: Iterable[str]) -> tuple[Decision, ...]:
    """What is left out by name, so that a load tells what comes beside it."""
    names = [f"/{name}" for name in dict.fromkeys(others)]
    return (
        (Decision("ignore", names, 0.7, "this source does not read them: each may be one of its own"),) if names else ()
    )


def _others(sheets: Sequence[tuple[str, Grid]], alike: Sequence[str]) -> str:
    return ", ".join(name for name, _ in sheets if name not in alike) or "they are empty"


def _top(grid: Grid) -> tuple[int, int, str]:
    """Rows above the header, header rows, and how that was told."""
    rows = [Row(number, " ", tuple(row)) for number, row in grid]
    table = table_of(rows)
    skip = grid[table.begin - 1][0] if table.begin else 0
    return skip, table.body - table.begin, table.reasons.get("header", "")


def _header(grid: Grid) -> tuple[int, str]:
    """Header rows; none of a page's rows are above them."""
    rows = [Row(number, " ", tuple(row)) for number, row in grid]
    table = table_of(rows)
    return (table.body, table.reasons.get("header", "")) if table.body > table.begin else (0, "no row names columns")


def _names(grid: Grid, skip: int, header: int) -> tuple[str, ...]:
    body = [row for number, row in grid if number > skip]
    return tuple(body[header - 1]) if 0 < header <= len(body) else ()


def _head(word: str, file: Opened, header: int, why: str) -> Decision:
    other = (Alternative(0 if header else 1, 0.1),)
    return Decision(f"format.{word}.header", header, 0.9, why, (Evidence(file.name, 0, ""),), other)


def _shown(row: Sequence[str]) -> str:
    return " ".join(cell for cell in row if cell)


def _first(files: Sequence[Opened]) -> tuple[Evidence, ...]:
    return (Evidence(files[0].name, 0, ""),)


def _able(file: Opened, found: _Any | Problem) -> _Any:
    """What was read of a file; an error where nothing was."""
    if isinstance(found, Problem):
        raise UsageError(
            f'cannot draft from "{file.name}"',
            where=str(file.path),
            why=found.reason,
            next_="leave the file out, or have it delivered again",
        )
    return found


def _nothing(files: Sequence[Opened], why: str) -> UsageError:
    return UsageError(
        "there is nothing to draft from",
        where=", ".join(file.name for file in files[:3]),
        why=why,
        next_="name files that hold records: vertebra draft FILE… --source NAME",
    )
