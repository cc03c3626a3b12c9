"""Read a damaged or ragged record as well as it can be read: the way in which its cells look most like their columns.

Ways that are tried: quotes taken as quotes or as they stand; a separator too many left out beside an empty cell; a
separator too few put where one kind of text meets another; another separator in this record alone; separators that
belong to a text. What is taken away from a record is never more than an empty cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from vertebra.formatted.draft.columns import Profile, strangeness
from vertebra.project import CsvFormat

_SPLIT, _DROP, _MERGE, _STRAY, _OTHER, _SHORT = 3.0, 1.5, 2.0, 1.0, 3.0, 2.0
_LONGEST = 20_000  # characters: a longer record is taken as it stands
_PIECES = 400  # the same for separators
_SEAM = re.compile(
    r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)|(?<=[\w)\"'])(?=[\"'$€£(])|(?<=[\"'%)])(?=\w)|(?<=[a-z])(?=[A-Z])|(?<=\d)(?=\d)|(?<=\w)(?=https?:)|(?<=[.!?])(?=\w)"
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A record as it was read.

    Parameters
    ----------
    fields : tuple of str
        Its cells.
    how : str
        What had to be assumed, in words.
    """

    fields: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class _Way:
    cost: float
    fields: tuple[str, ...]
    how: str


def mended(raw: str, format_: CsvFormat, columns: Sequence[Profile]) -> Mended:
    """The best reading of a record that does not have the form of the others.

    Parameters
    ----------
    raw : str
        The record.
    format_ : CsvFormat
        Its dialect.
    columns : sequence of Profile
        What stands in the columns of the others.
    """
    if len(raw) > _LONGEST or raw.count(format_.delimiter) > _PIECES:
        return Mended(tuple(loose(raw, format_)), "too long to be mended: cut at every delimiter")
    best = min(_ways(raw, format_, columns), key=lambda way: way.cost)
    return Mended(best.fields, best.how)


def loose(raw: str, format_: CsvFormat) -> list[str]:
    """Cut a record whatever its quotes: a quote that closes nowhere is a character like others.

    Examples
    --------
    >>> loose('1,"a,"b, c",""d"', CsvFormat())
    ['1', '"a', 'b, c', '"d']
    """
    return [text for text, _ in _pieces(raw, format_)]


def _pieces(raw: str, format_: CsvFormat) -> list[tuple[str, bool]]:
    """The cells of a record, and whether each stands in quotes."""
    found: list[tuple[str, bool]] = []
    d, q = format_.delimiter, format_.quote
    at = 0
    while True:
        start = at
        if format_.padded:
            while raw[start : start + 1] == " ":
                start += 1
        end = -1
        if q and raw.startswith(q, start):
            end = _closing(raw, start, format_)
        if end >= 0:
            found.append((_unquoted(raw[start + len(q) : end], format_), True))
            at = end + len(q)
        else:
            cut = raw.find(d, start)
            at = cut if cut >= 0 else len(raw)
            found.append((raw[start:at], False))
        if at >= len(raw):
            return found
        at += len(d)


def _closing(raw: str, start: int, format_: CsvFormat) -> int:
    """The quote that closes the field that begins here: the first before a delimiter, if none begins within."""
    d, q = format_.delimiter, format_.quote
    opened = raw.find(d + q, start + len(q))
    at = start + len(q)
    while (at := raw.find(q, at)) >= 0:
        behind = at + len(q)
        if behind == len(raw) or raw.startswith(d, behind):
            return -1 if 0 <= opened < at - len(d) and not _inside(raw, opened, format_) else at
        at = behind
    return -1


def _inside(raw: str, opened: int, format_: CsvFormat) -> bool:
    """Does a quote before this delimiter close a field that began further on the left? Then it is no new one."""
    before = raw[:opened]
    return before.endswith(format_.quote)


def _unquoted(text: str, format_: CsvFormat) -> str:
    quote, escape = format_.quote, format_.escape
    return text.replace(escape + quote, quote) if escape else text


def _ways(raw: str, format_: CsvFormat, columns: Sequence[Profile]) -> Iterator[_Way]:
    """All readings that are tried."""
    width = len(columns)
    pieces = _pieces(raw, format_)
    yield from _of_pieces(pieces, format_, columns, 0.0, "")
    if format_.quote and format_.quote in raw:
        naive = _greedy(raw, format_)
        if naive != pieces:
            yield from _of_pieces(naive, format_, columns, _STRAY, "")
    if len(pieces) <= width / 2:
        for other in (" ", ";", "\t", "|", ","):
            if other != format_.delimiter and raw.count(other) >= width - 1:
                dialect = CsvFormat(delimiter=other, quote=format_.quote, escape=format_.escape)
                how = f"its fields are separated by {other!r}"
                yield from _of_pieces(_pieces(raw, dialect), dialect, columns, _OTHER, how)


def _greedy(raw: str, format_: CsvFormat) -> list[tuple[str, bool]]:
    """Cut a record at every delimiter that stands outside of quotes, counted from its beginning."""
    found, begin, at, inside = [], 0, 0, False
    d, q = format_.delimiter, format_.quote
    while at <= len(raw):
        if at == len(raw) or (not inside and raw.startswith(d, at)):
            text = raw[begin:at].strip(" ") if format_.padded else raw[begin:at]
            quoted = len(text) > 1 and text[0] == q == text[-1]
            found.append((_unquoted(text[1:-1], format_) if quoted else text, quoted))
            begin = at + len(d)
            at = begin if at < len(raw) else at + 1
            continue
        if raw.startswith(q, at):
            inside = not inside
        at += 1
    return found


def _of_pieces(
    pieces: list[tuple[str, bool]], format_: CsvFormat, columns: Sequence[Profile], cost: float, how: str
) -> Iterator[_Way]:
    """Readings that make as many cells as there are columns."""
    width = len(columns)
    fields = tuple(text for text, _ in pieces)
    number = len(fields)
    has = f"it has {number} field{'' if number == 1 else 's'} instead of {width}"
    if number == width:
        yield _Way(cost + strangeness(fields, columns), fields, how or "a quote in it is out of order")
        return
    if number < width:
        padded = (*fields, *[""] * (width - number))
        short = cost + _SHORT + strangeness(padded, columns)
        yield _Way(short, padded, _joined(how, f"{has}: the last ones are empty"))
        if width - number <= 2:
            yield from _split(pieces, width - number, columns, cost, _joined(how, has), format_.quote)
        return
    yield from _dropped(fields, columns, cost, _joined(how, has))
    yield from _merged(pieces, format_.delimiter, columns, cost, _joined(how, has))
    rest = sum(2.0 for text in fields[width:] if text.strip())
    kept = fields if any(text.strip() for text in fields[width:]) else fields[:width]
    yield _Way(cost + 4.0 + rest + strangeness(fields[:width], columns), kept, _joined(how, has))


def _joined(how: str, more: str) -> str:
    return f"{how}; {more}" if how else more


def _dropped(fields: tuple[str, ...], columns: Sequence[Profile], cost: float, how: str) -> Iterator[_Way]:
    """Leave empty cells out."""
    more = len(fields) - len(columns)
    empty = [place for place, text in enumerate(fields) if not text.strip()]
    if more > 3 or len(empty) > 12:
        return
    for gone in combinations(empty, more):
        kept = tuple(text for place, text in enumerate(fields) if place not in gone)
        where = ", ".join(str(place + 1) for place in gone)
        yield _Way(cost + _DROP * more + strangeness(kept, columns), kept, f"{how}: field {where} is empty, left out")


def _split(
    pieces: list[tuple[str, bool]], missing: int, columns: Sequence[Profile], cost: float, how: str, quote: str
) -> Iterator[_Way]:
    """Put a separator where one kind of text meets another."""
    for place, (text, quoted) in enumerate(pieces):
        before, after = [one for one, _ in pieces[:place]], [one for one, _ in pieces[place + 1 :]]
        told = f"{how}: a separator is missing in field {place + 1}"
        for left, right in _seams(text, quote, quoted=quoted):
            cells = (*before, left, right, *after)
            if missing == 1:
                yield _Way(cost + _SPLIT + strangeness(cells, columns), cells, told)
            else:
                rest = [(one, True) for one in (*before, left)] + [(right, False)] + pieces[place + 1 :]
                yield from _split(rest, 1, columns, cost + _SPLIT, how, quote)


def _seams(text: str, quote: str, *, quoted: bool) -> Iterator[tuple[str, str]]:
    """The two halves of a text at each place where it may have been two."""
    if quoted:  # `"a""b"`: the closing quote of one and the opening one of the other
        places = [found.start() for found in re.finditer(re.escape(quote), text)]
        yield from ((text[:place], text[place + len(quote) :]) for place in places)
        return
    for seam in {found.start() for found in _SEAM.finditer(text)} | {0, len(text)}:
        yield _bare(text[:seam], quote), _bare(text[seam:], quote)


def _bare(text: str, quote: str) -> str:
    closed = len(quote) == 1 < len(text) and text[0] == quote == text[-1]
    return text[1:-1].replace(quote * 2, quote) if closed else text


def _merged(
    pieces: list[tuple[str, bool]], delimiter: str, columns: Sequence[Profile], cost: float, how: str
) -> Iterator[_Way]:
    """Join neighbours, whose separator belongs to a text: the cheapest way by dynamic programming over the columns."""
    number, width = len(pieces), len(columns)
    costs = [[math.inf] * (number + 1) for _ in range(width + 1)]
    back = [[0] * (number + 1) for _ in range(width + 1)]
    costs[0][0] = 0.0
    for column in range(width):
        for begin in range(column, number):
            if costs[column][begin] == math.inf:
                continue
            for end in range(begin + 1, min(number - (width - column - 1), begin + number - width + 1) + 1):
                if end > begin + 1 and any(quoted for _, quoted in pieces[begin:end]):
                    break
                text = delimiter.join(one for one, _ in pieces[begin:end])
                more = columns[column].strangeness(text) + (_MERGE if end > begin + 1 else 0.0)
                if costs[column][begin] + more < costs[column + 1][end]:
                    costs[column + 1][end], back[column + 1][end] = costs[column][begin] + more, begin
    if costs[width][number] == math.inf:
        return
    cells, end = [], number
    for column in range(width, 0, -1):
        begin = back[column][end]
        cells.append(delimiter.join(one for one, _ in pieces[begin:end]))
        end = begin
    told = f"{how}: separators in it belong to a text"
    yield _Way(cost + costs[width][number], tuple(reversed(cells)), told)
