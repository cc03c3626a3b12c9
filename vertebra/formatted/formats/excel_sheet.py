"""The cells of a sheet: which rows are records, and what a cell says as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from vertebra.formatted.formats.arrow_text import text_of
from vertebra.formatted.formats.port import Problem
from vertebra.project import ColumnTemplate, ExcelFormat

if TYPE_CHECKING:
    import pyarrow as pa

_SOME = 256  # rows that are turned into columns together: gone before the garbage collector looks at them
_PRECISE = 2**53  # whole numbers beyond are not all there in a double
_SAID = re.compile(r"(?=.*%Y)(?=.*%m)(?=.*%d)(?=.*%H)(?=.*%M)(?=.*%S)(?:%[YmdHMS]|[^%])*")  # to the second
_PLACES = {"%Y": (0, 4), "%m": (5, 7), "%d": (8, 10), "%H": (11, 13), "%M": (14, 16), "%S": (17, 19)}
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The records of a sheet.

    Parameters
    ----------
    name : str
        Of the sheet.
    names : tuple of str
        Of its columns: what the last header row says, or the letters of the columns.
    columns : list of list
        Cells of the rows that hold a value, header apart.
    numbers : list of int
        Their 1-based numbers in the sheet.
    wrong : dict
        Place among them to type and reason, of those that cannot be trusted.
    warnings : list of Problem
        What is to be said about the sheet.
    """

    name: str
    names: tuple[str, ...]
    columns: list[list[Any]]
    numbers: list[int]
    wrong: dict[int, tuple[str, str]] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a sheet from the first on, column by column; empty ones are empty texts.

    Parameters
    ----------
    columns : list of list
        A list for each row instead would keep the garbage collector busy.
    full : list of int
        0-based rows that hold a value.
    """

    columns: list[list[Any]]
    full: list[int]

    @classmethod
    def of(cls, rows: Iterator[list[Any]], left: int = 0) -> Cells:
        """Of rows that are all as wide, without so many columns that are empty."""
        found = cls([], [])
        at = 0
        while some := list(islice(rows, _SOME)):
            found.columns.extend([] for _ in range(len(some[0]) - len(found.columns)))
            for column, cells in zip(found.columns, zip(*some, strict=True), strict=True):
                column.extend(cells)
            found.full.extend(n for n, row in enumerate(some, at) if row[0] != "" or row.count("") < len(row))
            at += len(some)
        found.columns[:0] = ([""] * at for _ in range(left))
        return found

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.columns[0]) if self.columns else 0


def sheet_of(
    name: str,
    cells: Cells,
    merged: Iterable[Range],
    form: ExcelFormat,
    errors: Mapping[int, tuple[tuple[int, str], ...]],
) -> Sheet:
    """Tell header and records apart.

    Parameters
    ----------
    cells : Cells
        Those in error and merged ones are put right.
    merged : iterable
        0-based corners of merged cells.
    errors : mapping
        1-based number of a row to its cells in error.
    """
    columns = cells.columns
    told = [(row - 1, *cell) for row, found in errors.items() for cell in found]
    told = [(row, place, shown) for row, place, shown in told if row < cells.height and place < len(columns)]
    for row, place, shown in told:
        columns[place][row] = shown
    full = sorted({*cells.full, *(row for row, _, _ in told)}) if told else cells.full
    said = _fill(cells, merged)
    body = [row for row in full if row >= form.skip]
    header, body = body[: form.header], body[form.header :]
    names = tuple(letters(place) for place in range(len(columns)))
    if form.header and header:
        names = tuple(text_of(column[header[-1]]) for column in columns)
    found = Sheet(name, names, [_chosen(column, body) for column in columns], [row + 1 for row in body])
    for place, row in enumerate(body):
        if row + 1 in errors:
            at, shown = errors[row + 1][0]
            found.wrong[place] = ("error-cell", f"the cell {letters(at)}{row + 1} of {name} is in error: {shown}")
    if said:
        more = f" and {len(said) - 20} more" if len(said) > 20 else ""
        reason = f"merged cells of {name}, whose value stands in all of them: {', '.join(said[:20])}{more}"
        found.warnings.append(Problem("merged-cells", reason))
    return found


def _chosen(column: list[Any], rows: list[int]) -> list[Any]:
    """The cells of these rising rows."""
    if rows and rows[-1] - rows[0] == len(rows) - 1:
        return column[rows[0] : rows[-1] + 1]
    return [column[row] for row in rows]


def _fill(cells: Cells, merged: Iterable[Range]) -> list[str]:
    """Put the value of merged cells into all of them; the ranges, as a spreadsheet shows them."""
    said = []
    for (top, left), (bottom, right) in merged:
        said.append(f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}")
        if top < cells.height and left < len(cells.columns):
            value = cells.columns[left][top]
            for column in cells.columns[left : right + 1]:
                column[top : bottom + 1] = [value] * len(column[top : bottom + 1])
    return said


def letters(place: int) -> str:
    """What a spreadsheet calls a column.

    Examples
    --------
    >>> [letters(place) for place in (0, 25, 26)]
    ['A', 'Z', 'AA']
    """
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_text(cells: Sequence[Any], column: ColumnTemplate | None) -> tuple[pa.Array, bool]:
    """The cells of a column as text, empty ones null; may a whole number among them have lost digits in a double?

    A date or time is written as the column reads it, where that says all of it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = set(map(type, cells))
    if kinds == {str}:
        array = pa.array(cells, pa.string())
        return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array), False
    if kinds <= {float, str} and (kinds == {float} or all(c == "" for c in cells if isinstance(c, str))):
        numbers = pa.array(cells if kinds == {float} else [None if c == "" else c for c in cells], pa.float64())
        return pc.cast(numbers, pa.string()), bool((pc.max(pc.abs(numbers)).as_py() or 0) >= _PRECISE)
    if kinds <= {date, datetime} and column and len(column.formats) and _SAID.fullmatch(column.formats[0]):
        moments = pa.array(cells if kinds == {datetime} else [_moment(cell) for cell in cells], pa.timestamp("us"))
        seconds = pc.cast(moments, pa.timestamp("s"), safe=False)
        if pc.all(pc.equal(moments, seconds)).as_py():
            return _written(seconds, column.formats[0]), False
    large = any(isinstance(cell, float) and abs(cell) >= _PRECISE for cell in cells)
    return pa.array([None if cell == "" else _shown(cell, column) for cell in cells], pa.string()), large


def _written(moments: pa.Array, pattern: str) -> pa.Array:
    """Moments, to the second, as `_SAID` allows them to be written: each part is cut out of `2022-01-31 23:59:59`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.cast(moments, pa.string())
    if pattern == "%Y-%m-%d %H:%M:%S":
        return text
    parts = [
        pc.utf8_slice_codeunits(text, *_PLACES[part]) if part in _PLACES else pa.scalar(part, pa.string())
        for part in re.split(r"(%[YmdHMS])", pattern)
    ]
    return pc.binary_join_element_wise(*parts, "")


def _moment(cell: date) -> datetime:
    return cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001


def _shown(cell: Any, column: ColumnTemplate | None) -> str:
    if not isinstance(cell, date):
        return text_of(cell)
    kind, formats = (column.type, column.formats) if column else ("text", ())
    moment = _moment(cell)
    if formats and kind in ("date", "timestamp"):
        shown = moment.strftime(formats[0])
        try:
            if datetime.strptime(shown, formats[0]).replace(tzinfo=None) == moment:  # noqa: DTZ007
                return shown
        except ValueError:
            pass
    if kind == "timestamp":
        return moment.isoformat(sep=" ")
    if kind == "date" and (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return moment.date().isoformat()
    return text_of(cell)
