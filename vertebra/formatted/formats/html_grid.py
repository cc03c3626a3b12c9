"""The rows of an HTML table, with what its cells say beside their text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

_WIDEST = 1_000  # columns or rows over which a cell reaches: what claims more is damaged
_SAYS = ("href", "src", "alt", "datetime", "value")  # attributes of what is in a cell that may be all that it says


class Cell(NamedTuple):
    """A cell: its text, and attributes of what is in it, those of one name together."""

    text: str
    says: tuple[tuple[str, str], ...]


class Grid(NamedTuple):
    """The rows of a table that hold text, and the texts in them that stand in no cell."""

    rows: list[list[Cell]]
    stray: list[str]


def grid_of(table: Any) -> Grid:
    """The rows of a table that hold text; a cell that reaches over others stands in all of them."""
    below: dict[int, tuple[int, Cell]] = {}
    rows: list[list[Cell]] = []
    stray: list[str] = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is not table:
            continue
        found: list[Cell] = []
        own = list(_cells(row))
        for cell in own:
            while len(found) in below:
                _reach(below, found)
            one = Cell(" ".join(cell.text_content().split()), _says(cell))
            wide, deep = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            for _ in range(wide):
                if deep > 1:
                    below[len(found)] = (deep - 1, one)
                found.append(one)
        while len(found) in below:
            _reach(below, found)
        text = " ".join("".join(row.itertext()).split())
        if text:
            rows.append(found)
            if len(text.replace(" ", "")) != sum(len("".join(cell.text_content().split())) for cell in own):
                stray.append(text)
    return Grid(rows, stray)


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, those in other elements of it, too."""
    for cell in row.iter("td", "th"):
        if cell.getparent() is row or next(cell.iterancestors("tr", "td", "th"), None) is row:
            yield cell


def _says(cell: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, list[str]] = {}
    for element in cell.iterdescendants():
        for name in _SAYS if element.attrib else ():
            if value := (element.get(name) or "").strip():
                found.setdefault(name, []).append(value)
    return tuple((name, " ".join(values)) for name, values in found.items())


def _reach(below: dict[int, tuple[int, Cell]], found: list[Cell]) -> None:
    left, cell = below.pop(len(found))
    if left > 1:
        below[len(found)] = (left - 1, cell)
    found.append(cell)


def _span(text: str | None) -> int:
    return min(int(text), _WIDEST) if text and text.isdecimal() and int(text) > 0 else 1
