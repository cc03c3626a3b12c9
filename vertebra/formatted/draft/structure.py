"""Where the table of a delimited file is: what stands above it, its header, what stands below, other tables.

Rules over the profile of each record (width, filled cells, kinds, position), in the manner of the line classes of
Jiang, Vitagliano and Naumann, "Structure detection in verbose CSV files" (Strudel), 2021; theirs are learned, these are
written down, so that each can be said in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.columns import Profile, profiles
from vertebra.formatted.draft.cutting import Row

_HEADERS = 4  # header records at most
_LOOK = 400  # records that say what the columns hold


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


def filled(row: Row) -> int:
    """Cells that hold something."""
    return sum(1 for cell in row.fields if cell and not cell.isspace())


def used(row: Row) -> int:
    """Cells up to the last that holds something."""
    return next((n for n in range(len(row.fields), 0, -1) if row.fields[n - 1].strip()), 0)


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
    columns = _columns(rows[begin:last], width)
    body, why = _header(rows, begin, last, width)
    if body > begin:
        columns = _columns(rows[body:last], width) if body < last else columns
    upper = max(body + 1, last - min(20, (last - body) // 3))  # notes stand below: they are not to tell what data are
    end, repeats, reasons = _end(rows, begin, body, last, width, _columns(rows[body:upper], width))
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
    narrow = other < max(2, width / 2) and not all(_valued(cell) for cell in rows[begin].fields if cell)
    if narrow or not _close(rows, begin):
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
    usual = _usual(rows[first:last])
    begin = first
    while begin < last - 1 and _title(rows[begin], width, usual):
        begin += 1
    if begin == last - 1 and last - first > 1:
        begin = first
    if begin == first and first > 0 and _close(rows, first) and _names(rows[first - 1], width):
        begin = first - 1
    return begin


def _close(rows: Sequence[Row], at: int) -> bool:
    """Does a record follow the one before it without a blank line?"""
    before = rows[at - 1]
    return rows[at].line == before.line + 1 + before.raw.count("\n")


def _usual(rows: Sequence[Row]) -> int:
    """How many cells of a record hold something; titles and notes, of one cell, do not count if others have more."""
    numbers = sorted(filled(row) for row in rows)
    more = [number for number in numbers if number > 1] or numbers
    return more[len(more) // 2] if more else 0


def _title(row: Row, width: int, usual: int) -> bool:
    """Is it a title or a note above a table?"""
    number = filled(row)
    if number == 0:
        return True
    if number == 1 and usual >= 2:
        return width > 2 or usual == 2
    return number <= usual * 0.34 and used(row) <= max(2, number)


def _names(row: Row, width: int) -> bool:
    """May it be a header, though it is not as wide as the records?"""
    names = [cell.strip() for cell in row.fields if cell.strip()]
    near = width - max(1, width // 5) <= len(row.fields) <= width + max(1, width // 5)
    return near and len(names) > 1 and len(set(names)) == len(names) and not any(map(_valued, names))


def _valued(cell: str) -> bool:
    return cells.kind(cell) in cells.TYPED


def _columns(rows: Sequence[Row], width: int) -> tuple[Profile, ...]:
    usual = [row.fields for row in rows if row.whole and len(row.fields) == width and filled(row)]
    step = max(1, len(usual) // _LOOK)
    return profiles(usual[::step], width)


def _header(rows: Sequence[Row], begin: int, last: int, width: int) -> tuple[int, str]:
    """The first data record, and how the header above it was told."""
    first = rows[begin]
    number = last - begin
    if number == 1:
        names = named(first)
        return begin + names, "one record, all of it words" if names else "one record, not all of it words"
    half = begin + 1 if number > 12 else max(begin + 1, (begin + last) // 2)  # a short table may be half header
    rest = _columns(rows[half:last], width)
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
        below = _columns(rows[max(at + 1, (begin + last) // 2) : last], width)
        sparse = all(filled(row) < filled(rows[at]) for row in rows[begin:at])
        if sparse and any(column.typed for column in below) and _is_header(rows[at], below):
            return at + 1
    return begin


def named(row: Row) -> bool:
    """Are its cells different names, none of them a value?"""
    names = [cell.strip() for cell in row.fields if cell.strip()]
    return bool(names) and not any(map(_valued, names)) and len(set(names)) == len(names)


def _is_header(row: Row, columns: Sequence[Profile]) -> bool:
    """Is a record words where the columns below it hold values, or names where they hold texts?"""
    fields = [cell.strip() for cell in row.fields]
    names = [cell for cell in fields if cell]
    if not names or (len(names) == 1 and len(fields) > 2):
        return False
    if len(row.fields) != len(columns):
        return _names(row, len(columns))
    strange = same = 0
    for cell, column in zip(fields, columns, strict=True):
        if column.coded and cell:
            unlike = cells.kind(cell) not in (*cells.TYPED, cells.NULL) if column.typed else _unlike(cell, column)
            strange += unlike
            same += not unlike
    if strange or same:
        years = sum(_valued(cell) for cell in names)
        return strange > same or (strange == same > 0 and years < len(names) / 2) or _years(names)
    cased = [(cell, column) for cell, column in zip(fields, columns, strict=True) if cell and column.cased]
    if cased:  # texts of one length and one case, as two capital letters
        return sum(not column.like(cell) for cell, column in cased) * 2 > len(cased)
    short = all(len(cell) <= 60 for cell in names)
    return short and not any(map(_valued, names)) and len(set(names)) == len(names)


def _unlike(cell: str, column: Profile) -> bool:
    return cells.kind(cell) in (cells.WORD, cells.TEXT) or column.shapes.get(cells.shape(cell), 0) == 0


def _years(names: Sequence[str]) -> bool:
    """Are the values in it years, one after the other, as in a table with a column for each?"""
    values = [name for name in names if _valued(name)]
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
    below = _columns(rows[at + 1 if last - begin > 12 else max(at + 1, (begin + last) // 2) : last], width)
    typed = [place for place, column in enumerate(below) if column.typed]
    strange = [
        place
        for place in typed
        if row.fields[place].strip() and not _valued(row.fields[place]) and cells.kind(row.fields[place]) != cells.NULL
    ]
    values = [place for place in typed if _valued(row.fields[place])]
    return bool(strange) and not values


def _end(
    rows: Sequence[Row], begin: int, body: int, last: int, width: int, columns: Sequence[Profile]
) -> tuple[int, tuple[int, ...], dict[str, str]]:
    """Behind the last data record; the header records that stand again in between; and why."""
    reasons: dict[str, str] = {}
    header = [tuple(cell.strip() for cell in row.fields) for row in rows[begin:body]]
    repeats: list[int] = []
    seen: set[tuple[str, ...]] = set()
    end = last
    for at in range(body, last):
        row = rows[at]
        here = tuple(cell.strip() for cell in row.fields)
        if at > body and _section(rows, at, last, width, columns):
            reasons["tables"] = "a title and another header stand in it"
            end = at
            break
        if header and here == header[-1] and filled(row) > 1:
            if _copied(rows, at, last, seen, header):
                reasons["tables"] = "the records below the second header stand above it already"
                end = at
                break
            repeats.append(at)
        elif at > body and _other(rows, at, last, width, columns):
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


def _section(rows: Sequence[Row], at: int, last: int, width: int, columns: Sequence[Profile]) -> bool:
    """Does a title behind a blank line announce another table?"""
    if width < 2 or _close(rows, at) or filled(rows[at]) > max(1, width // 3):
        return False
    ahead = next((n for n in range(at + 1, min(at + 5, last)) if filled(rows[n]) > max(1, width // 3)), 0)
    return ahead > 0 and (_other(rows, ahead, last, width, columns) or named(rows[ahead]))


def _other(rows: Sequence[Row], at: int, last: int, width: int, columns: Sequence[Profile]) -> bool:
    """Does another table begin with this record? Most typed columns hold words there."""
    row = rows[at]
    if len(row.fields) != width or not row.whole:
        return False
    typed = [place for place, column in enumerate(columns) if column.typed]
    words = [
        place
        for place in typed
        if row.fields[place].strip() and cells.kind(row.fields[place]) in (cells.WORD, cells.TEXT, cells.CODE)
    ]
    return len(typed) > 1 and len(words) > 1 and len(words) >= 0.6 * len(typed) and filled(row) > 2 and at + 1 < last


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
    usual = _usual(rows[body:at])
    if _words(row, width, columns):
        return True
    if len(row.fields) == width and number > max(1, usual * 0.34):
        return False
    if number == 1:
        place = used(row) - 1
        if place < len(columns) and columns[place].typed and _valued(row.fields[place]):
            return False
        if usual == 2 and cells.kind(row.fields[place]) == cells.TEXT:
            others = [column for n, column in enumerate(columns) if n != place]
            return any(column.share(cells.EMPTY) * column.cells <= max(1.5, column.cells / 10) for column in others)
        return usual >= 3 or (usual == 2 and len(row.fields) < width)
    return len(row.fields) < width / 2 and usual > number * 2
