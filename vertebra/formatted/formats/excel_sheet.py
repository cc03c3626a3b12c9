"""The cells of a sheet: which rows are records, and what a cell says as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from vertebra.formatted.formats.arrow_text import text_of
from vertebra.formatted.formats.port import Problem
from vertebra.project import ColumnTemplate, ExcelFormat

if TYPE_CHECKING:
    import pyarrow as pa

_PRECISE = 2**53  # whole numbers beyond are not all there in a double
_SAID = re.compile(r"(?=.*%Y)(?=.*%m)(?=.*%d)(?=.*%H)(?=.*%M)(?=.*%S)(?:%[YmdHMS]|[^%])*")  # to the second
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
    rows : list
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
    rows: list[list[Any]]
    numbers: list[int]
    wrong: dict[int, tuple[str, str]] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


def sheet_of(
    name: str,
    rows: list[list[Any]],
    merged: Iterable[Range],
    form: ExcelFormat,
    errors: Mapping[int, tuple[tuple[int, str], ...]],
) -> Sheet:
    """Tell header and records apart.

    Parameters
    ----------
    rows : list
        All cells from the first on; empty ones are empty texts.
    merged : iterable
        0-based corners of merged cells.
    errors : mapping
        1-based number of a row to its cells in error.
    """
    for number, cells in errors.items():
        for place, shown in cells:
            if number <= len(rows) and place < len(rows[number - 1]):
                rows[number - 1][place] = shown
    full = [number for number, row in enumerate(rows) if row[0] != "" or row.count("") < len(row)]
    said = _fill(rows, merged)
    body = [number for number in full if number >= form.skip]
    header, body = body[: form.header], body[form.header :]
    width = max((len(row) for row in rows), default=0)
    names = tuple(letters(place) for place in range(width))
    if form.header and header:
        names = tuple(text_of(cell) for cell in rows[header[-1]])
    found = Sheet(name, names, [rows[number] for number in body], [number + 1 for number in body])
    for place, number in enumerate(body):
        if number + 1 in errors:
            at, shown = errors[number + 1][0]
            found.wrong[place] = ("error-cell", f"the cell {letters(at)}{number + 1} of {name} is in error: {shown}")
    if said:
        more = f" and {len(said) - 20} more" if len(said) > 20 else ""
        reason = f"merged cells of {name}, whose value stands in all of them: {', '.join(said[:20])}{more}"
        found.warnings.append(Problem("merged-cells", reason))
    return found


def _fill(rows: list[list[Any]], merged: Iterable[Range]) -> list[str]:
    """Put the value of merged cells into all of them; the ranges, as a spreadsheet shows them."""
    said = []
    for (top, left), (bottom, right) in merged:
        said.append(f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}")
        if top < len(rows) and left < len(rows[top]):
            value = rows[top][left]
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [value] * len(row[left : right + 1])
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
        moments = pa.array([_moment(cell) for cell in cells], pa.timestamp("us"))
        seconds = pc.cast(moments, pa.timestamp("s"), safe=False)
        if pc.all(pc.equal(moments, seconds)).as_py():
            return pc.strftime(seconds, format=column.formats[0]), False
    large = any(isinstance(cell, float) and abs(cell) >= _PRECISE for cell in cells)
    return pa.array([None if cell == "" else _shown(cell, column) for cell in cells], pa.string()), large


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
