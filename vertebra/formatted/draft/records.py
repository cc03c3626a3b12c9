"""What is said of a single record, whatever it is: how full it is, whether it stands close to the one before."""

from __future__ import annotations

from collections.abc import Sequence

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.columns import Profile, profiles
from vertebra.formatted.draft.cutting import Row

_LOOK = 400  # records that say what the columns hold


def filled(row: Row) -> int:
    """Cells that hold something."""
    return sum(1 for cell in row.fields if cell and not cell.isspace())


def used(row: Row) -> int:
    """Cells up to the last that holds something."""
    return next((n for n in range(len(row.fields), 0, -1) if row.fields[n - 1].strip()), 0)


def usual_filled(rows: Sequence[Row]) -> int:
    """How many cells of a record hold something; titles and notes, of one cell, do not count if others have more."""
    numbers = sorted(filled(row) for row in rows)
    more = [number for number in numbers if number > 1] or numbers
    return more[len(more) // 2] if more else 0


def close_below(rows: Sequence[Row], at: int) -> bool:
    """Does a record follow the one before it without a blank line?"""
    before = rows[at - 1]
    return rows[at].line == before.line + 1 + before.raw.count("\n")


def valued(cell: str) -> bool:
    """Is it of a kind that names in a header hardly ever are?"""
    return cells.kind(cell) in cells.TYPED


def columns_of(rows: Sequence[Row], width: int) -> tuple[Profile, ...]:
    """What stands in the columns, by records of this width: some from all parts where there are many."""
    usual = [row.fields for row in rows if row.whole and len(row.fields) == width and filled(row)]
    step = max(1, len(usual) // _LOOK)
    return profiles(usual[::step], width)
