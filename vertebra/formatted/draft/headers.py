"""Which records name the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.columns import Profile
from vertebra.formatted.draft.cutting import Row
from vertebra.formatted.draft.records import columns_of, filled, valued

_HEADERS = 4  # header records at most


def header_of(rows: Sequence[Row], begin: int, last: int, width: int) -> tuple[int, str]:
    """The first data record, and how the header above it was told."""
    first = rows[begin]
    number = last - begin
    if number == 1:
        names = named(first)
        return begin + names, "one record, all of it words" if names else "one record, not all of it words"
    half = begin + 1 if number > 12 else max(begin + 1, (begin + last) // 2)  # a short table may be half header
    rest = columns_of(rows[half:last], width)
    at = begin + 1
    if not _is_header(first, rest):
        at = _lower(rows, begin, last, width)
        if at == begin:
            return begin, "the first record looks like those below it"
    while at < min(begin + _HEADERS, last) and _goes_on(rows, begin, at, last, width):
        at += 1
    return at, "the first record is words over values" if any(column.typed for column in rest) else "all are words"


def _lower(rows: Sequence[Row], begin: int, last: int, width: int) -> int:
    """Behind a header whose first record, above it, groups columns by years or not at all by words."""
    for at in range(begin + 1, min(begin + _HEADERS, last - 1)):
        above = [cell.strip() for row in rows[begin:at] for cell in row.fields if cell.strip()]
        if not all(cells.kind(cell) not in cells.TYPED or _year(cell) for cell in above):
            return begin
        below = columns_of(rows[max(at + 1, (begin + last) // 2) : last], width)
        sparse = all(filled(row) < filled(rows[at]) for row in rows[begin:at])
        if sparse and any(column.typed for column in below) and _is_header(rows[at], below):
            return at + 1
    return begin


def named(row: Row) -> bool:
    """Are its cells different names, none of them a value?"""
    names = [cell.strip() for cell in row.fields if cell.strip()]
    return bool(names) and not any(map(valued, names)) and len(set(names)) == len(names)


def near_names(row: Row, width: int) -> bool:
    """May it be a header, though it is not as wide as the records?"""
    names = [cell.strip() for cell in row.fields if cell.strip()]
    near = width - max(1, width // 5) <= len(row.fields) <= width + max(1, width // 5)
    return near and len(names) > 1 and len(set(names)) == len(names) and not any(map(valued, names))


def _is_header(row: Row, columns: Sequence[Profile]) -> bool:
    """Is a record words where the columns below it hold values, or names where they hold texts?"""
    fields = [cell.strip() for cell in row.fields]
    names = [cell for cell in fields if cell]
    if not names or (len(names) == 1 and len(fields) > 2):
        return False
    if len(row.fields) != len(columns):
        return near_names(row, len(columns))
    strange = same = 0
    for cell, column in zip(fields, columns, strict=True):
        if column.coded and cell:
            unlike = cells.kind(cell) not in (*cells.TYPED, cells.NULL) if column.typed else _unlike(cell, column)
            strange += unlike
            same += not unlike
    if strange or same:
        years = sum(valued(cell) for cell in names)
        return strange > same or (strange == same > 0 and years < len(names) / 2) or _years(names)
    cased = [(cell, column) for cell, column in zip(fields, columns, strict=True) if cell and column.cased]
    if cased:  # texts of one length and one case, as two capital letters
        return sum(not column.like(cell) for cell, column in cased) * 2 > len(cased)
    short = all(len(cell) <= 60 for cell in names)
    return short and not any(map(valued, names)) and len(set(names)) == len(names)


def _unlike(cell: str, column: Profile) -> bool:
    return cells.kind(cell) in (cells.WORD, cells.TEXT) or column.shapes.get(cells.shape(cell), 0) == 0


def _years(names: Sequence[str]) -> bool:
    """Are the values in it years, one after the other, as in a table with a column for each?"""
    values = [name for name in names if valued(name)]
    if len(values) < 2 or not all(map(_year, values)) or len(values) == len(names) == 2:
        return False
    steps = {int(b) - int(a) for a, b in pairwise(values)}
    return len(steps) == 1 and steps != {0}


def _year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdigit() and cell[:2] in ("18", "19", "20")


def _goes_on(rows: Sequence[Row], begin: int, at: int, last: int, width: int) -> bool:
    """Does the header go on with this record? It says words where the records below hold values, or units."""
    row = rows[at]
    if not row.whole or len(row.fields) != width or at + 1 >= last:
        return False
    if row.fields == rows[begin].fields and filled(row) > 1:
        return True
    below = columns_of(rows[at + 1 if last - begin > 12 else max(at + 1, (begin + last) // 2) : last], width)
    typed = [place for place, column in enumerate(below) if column.typed]
    strange = [
        place
        for place in typed
        if row.fields[place].strip() and not valued(row.fields[place]) and cells.kind(row.fields[place]) != cells.NULL
    ]
    values = [place for place in typed if valued(row.fields[place])]
    return bool(strange) and not values
