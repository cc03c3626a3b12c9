"""Where the table of a delimited file is: what stands above it, its header, what stands below, other tables.

Rules over the profile of each record (width, filled cells, kinds, position), in the manner of the line classes of
Jiang, Vitagliano and Naumann, "Structure detection in verbose CSV files" (Strudel), 2021; theirs are learned, these are
written down, so that each can be said in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from vertebra.formatted.draft.columns import Profile
from vertebra.formatted.draft.cutting import Row
from vertebra.formatted.draft.endings import end_of
from vertebra.formatted.draft.headers import header_of, named, near_names
from vertebra.formatted.draft.records import close_below, columns_of, filled, used, usual_filled, valued


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one table, by their place in the list of all that are not blank.

    Parameters
    ----------
    begin, body, end, stop : int
        First header record, first data record, behind the last data record, behind the last record that counts as one
        of its body or notes.
    width : int
        Columns.
    columns : tuple of Profile
        What stands in them.
    repeats : tuple of int
        Records of the body that repeat a header record.
    reasons : tuple of str
        How each was decided.
    """

    begin: int
    body: int
    end: int
    stop: int
    width: int
    columns: tuple[Profile, ...]
    repeats: tuple[int, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)


def table_of(rows: Sequence[Row], *, width: int = 0) -> Table:
    """The table of a file.

    Parameters
    ----------
    rows : sequence of Row
        All its records that are not blank.
    width : int
        Fields of its records where that is known.
    """
    if not rows:
        return Table(0, 0, 0, 0, 0, ())
    first, last, width = _stretch(rows, width)
    begin = _begin(rows, first, last, width)
    columns = columns_of(rows[begin:last], width)
    body, why = header_of(rows, begin, last, width)
    if body > begin:
        columns = columns_of(rows[body:last], width) if body < last else columns
    upper = max(body + 1, last - min(20, (last - body) // 3))  # notes stand below: they are not to tell what data are
    end, repeats, reasons = end_of(rows, begin, body, last, width, columns_of(rows[body:upper], width))
    reasons["header"] = why
    return Table(begin, body, end, len(rows), width, columns, repeats, reasons)


def _stretch(rows: Sequence[Row], known: int) -> tuple[int, int, int]:
    """The records that one table may be: the first long stretch of records of one width."""
    found = _stretches(rows)
    if known > 1:  # lines without a delimiter are titles and notes
        found = [one for one in found if one[2] > 1] or found
    area = max((last - first) * width for first, last, width in found)
    chosen = next(one for one in found if (one[1] - one[0]) * one[2] >= area / 2)
    first, last, width = chosen
    if known > 1 and width != known and _ragged(rows, found):
        width = known  # ragged all through: no stretch of one width is long
    for begin, end, other in found:
        if begin == last and not _apart(rows, begin, end, other, width):
            last = end
    return first, last, width


def _ragged(rows: Sequence[Row], found: Sequence[tuple[int, int, int]]) -> bool:
    """Do most records stand in no stretch of one width?"""
    regular = 0
    for begin, end, width in found:
        same = sum(len(row.fields) == width for row in rows[begin:end])
        regular += same if same > 2 and same >= 0.8 * (end - begin) else 0
    return regular < len(rows) / 2


def _apart(rows: Sequence[Row], begin: int, end: int, other: int, width: int) -> bool:
    """Are these records behind a table no part of it? Notes are narrow, another table has a header of its own."""
    narrow = other < max(2, width / 2) and not all(valued(cell) for cell in rows[begin].fields if cell)
    if narrow or not close_below(rows, begin):
        return True
    return end - begin > 1 and other != width and named(rows[begin])


def _stretches(rows: Sequence[Row]) -> list[tuple[int, int, int]]:
    """Stretches of one width; single records of another width, and damaged ones, do not end one."""
    widths = [len(row.fields) if row.whole else 0 for row in rows]
    found: list[tuple[int, int, int]] = []
    begin = 0
    while begin < len(rows):
        width = _width_at(widths, begin)
        at, end = begin, begin
        while at < len(rows):
            if widths[at] in (width, 0):
                end = at + 1
            elif at - end >= 4 or not _returns(widths, at, width):
                break
            at += 1
        end = max(end, begin + 1)
        found.append((begin, end, width))
        begin = end
    return found


def _width_at(widths: Sequence[int], begin: int) -> int:
    """The width that records have from here on: that of most of the next few, where this one is alone with its own."""
    own = widths[begin]
    ahead = [width for width in widths[begin : begin + 6] if width]
    if not own or (ahead.count(own) == 1 and len(ahead) > 2 and Counter(ahead).most_common(1)[0][1] == len(ahead) - 1):
        return own or (Counter(ahead).most_common(1)[0][0] if ahead else 1)
    return own


def _returns(widths: Sequence[int], at: int, width: int) -> bool:
    """Do the records behind one of another width have the width again?"""
    ahead = [found for found in widths[at + 1 : at + 9] if found]
    same, others = ahead.count(width), ahead.count(widths[at])
    if width == 1:
        return same > 2 * others
    return same > others or (width in ahead[:2] and same >= others)


def _begin(rows: Sequence[Row], first: int, last: int, width: int) -> int:
    """The first record of the table: titles and notes above it are left out, a header of another width is kept."""
    if width < 2:
        return first
    usual = usual_filled(rows[first:last])
    begin = first
    while begin < last - 1 and _title(rows[begin], width, usual):
        begin += 1
    if begin == last - 1 and last - first > 1:
        begin = first
    if begin == first and first > 0 and close_below(rows, first) and near_names(rows[first - 1], width):
        begin = first - 1
    return begin


def _title(row: Row, width: int, usual: int) -> bool:
    """Is it a title or a note above a table?"""
    number = filled(row)
    if number == 0:
        return True
    if number == 1 and usual >= 2:
        return width > 2 or usual == 2
    return number <= usual * 0.34 and used(row) <= max(2, number)
