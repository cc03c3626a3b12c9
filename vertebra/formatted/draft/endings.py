"""Where a table ends: at notes below it, or where another table begins."""

from __future__ import annotations

from collections.abc import Sequence

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.columns import Profile
from vertebra.formatted.draft.cutting import Row
from vertebra.formatted.draft.headers import named
from vertebra.formatted.draft.records import close_below, filled, used, usual_filled, valued


def end_of(
    rows: Sequence[Row], begin: int, body: int, last: int, width: int, columns: Sequence[Profile]
) -> tuple[int, tuple[int, ...], dict[str, str]]:
    """Behind the last data record; the header records that stand again in between; and why."""
    reasons: dict[str, str] = {}
    typed = [place for place, column in enumerate(columns) if column.typed]
    header = [tuple(cell.strip() for cell in row.fields) for row in rows[begin:body]]
    repeats: list[int] = []
    seen: set[tuple[str, ...]] = set()
    end = last
    for at in range(body, last):
        row = rows[at]
        here = tuple(cell.strip() for cell in row.fields)
        if at > body and _section(rows, at, last, width, typed):
            reasons["tables"] = "a title and another header stand in it"
            end = at
            break
        if header and here == header[-1] and filled(row) > 1:
            if _copied(rows, at, last, seen, header):
                reasons["tables"] = "the records below the second header stand above it already"
                end = at
                break
            repeats.append(at)
        elif at > body and _other(rows, at, last, width, typed):
            reasons["tables"] = "another header stands in it"
            end = at
            break
        seen.add(here)
    while end > body and _note(rows, end - 1, body, width, columns):
        end -= 1
    return end, tuple(place for place in repeats if place < end), reasons


def _copied(
    rows: Sequence[Row], at: int, last: int, seen: set[tuple[str, ...]], header: Sequence[tuple[str, ...]]
) -> bool:
    """Are the records behind a repeated header those that stand before it?"""
    behind = [tuple(cell.strip() for cell in row.fields) for row in rows[at + 1 : min(last, at + 200)]]
    behind = [fields for fields in behind if fields not in header]
    return len(behind) > 2 and sum(fields in seen for fields in behind) > len(behind) / 2


def _section(rows: Sequence[Row], at: int, last: int, width: int, typed: Sequence[int]) -> bool:
    """Does a title behind a blank line announce another table?"""
    if width < 2 or close_below(rows, at) or filled(rows[at]) > max(1, width // 3):
        return False
    ahead = next((n for n in range(at + 1, min(at + 5, last)) if filled(rows[n]) > max(1, width // 3)), 0)
    return ahead > 0 and (_other(rows, ahead, last, width, typed) or named(rows[ahead]))


def _other(rows: Sequence[Row], at: int, last: int, width: int, typed: Sequence[int]) -> bool:
    """Does another table begin with this record? Most typed columns hold words there."""
    row = rows[at]
    if len(typed) < 2 or len(row.fields) != width or not row.whole:
        return False
    words = [
        place
        for place in typed
        if row.fields[place].strip() and cells.kind(row.fields[place]) in (cells.WORD, cells.TEXT, cells.CODE)
    ]
    return len(words) > 1 and len(words) >= 0.6 * len(typed) and filled(row) > 2 and at + 1 < last


def _words(row: Row, width: int, columns: Sequence[Profile]) -> bool:
    """Does it hold words wherever a typed column has a value? A sentence with commas in it does."""
    typed = [
        cells.kind(cell)
        for cell, column in zip(row.fields, columns, strict=False)
        if column.typed and cell.strip() and cells.kind(cell) != cells.NULL
    ]
    wrong = all(kind in (cells.WORD, cells.TEXT) for kind in typed) and cells.TEXT in typed
    return wrong and (len(typed) > 1 or len(row.fields) != width) and cells.kind(row.fields[0]) == cells.TEXT


def _note(rows: Sequence[Row], at: int, body: int, width: int, columns: Sequence[Profile]) -> bool:
    """Is the last record a note below the table, or nothing?"""
    row = rows[at]
    number = filled(row)
    if number == 0:
        return True
    if width < 2 or not row.whole:
        return False
    usual = usual_filled(rows[body:at])
    if _words(row, width, columns):
        return True
    if len(row.fields) == width and number > max(1, usual * 0.34):
        return False
    if number == 1:
        place = used(row) - 1
        if place < len(columns) and columns[place].typed and valued(row.fields[place]):
            return False
        if usual == 2 and cells.kind(row.fields[place]) == cells.TEXT:
            others = [column for n, column in enumerate(columns) if n != place]
            return any(column.share(cells.EMPTY) * column.cells <= max(1.5, column.cells / 10) for column in others)
        return usual >= 3 or (usual == 2 and len(row.fields) < width)
    return len(row.fields) < width / 2 and usual > number * 2
