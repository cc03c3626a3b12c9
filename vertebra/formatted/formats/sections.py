"""Which of the records of a delimited file are data: behind preamble and header, before the footer, in one table.

In this order: blank records and comments are none; of several tables one is taken; the first records of it are its
preamble and its header; it ends where a record begins with `until`; the last of what is left are its footer; what
equals a header record there is a repeated header. The rest is data, numbered from 1. (`vertebra.formatted.count` says
the same on its own.)
"""

from __future__ import annotations

import mmap
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vertebra.formatted.formats.spans import Cursor, Dialect, Span, Stretch, beginning, commented, cut_one, pieces
from vertebra.project import CsvFormat

_Bytes = bytes | mmap.mmap
_Piece = Stretch | Span


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of a table.

    Parameters
    ----------
    header : tuple of Span
        Its header records, fewer where the file ends before.
    body : Cursor
        Where its data records begin.
    """

    header: tuple[Span, ...]
    body: Cursor


def opening(data: _Bytes, dialect: Dialect, format_: CsvFormat) -> Opening:
    """Go behind preamble and header."""
    cursor = beginning(data)
    if format_.table:
        _to_table(data, dialect, cursor, format_.table)
    found: list[Span] = []
    while len(found) < format_.skip + format_.header and cursor.position < len(data):
        if format_.table and found and _blank(data, dialect, cursor):
            break  # the table ends before its header does
        span = cut_one(data, dialect, cursor)
        if span is not None:
            found.append(span)
    return Opening(tuple(found[format_.skip :]), Cursor(cursor.position, 1, cursor.line))


def _blank(data: _Bytes, dialect: Dialect, cursor: Cursor) -> bool:
    """Is the next record blank? The cursor stays."""
    probe = replace(cursor)
    return not commented(data, dialect, cursor.position) and cut_one(data, dialect, probe) is None


def _to_table(data: _Bytes, dialect: Dialect, cursor: Cursor, number: int) -> None:
    """Go to the first record of a table."""
    table, inside = 0, False
    while cursor.position < len(data):
        comment = commented(data, dialect, cursor.position)
        before = replace(cursor)
        blank = cut_one(data, dialect, cursor) is None and not comment
        if not blank and not comment and not inside:
            inside, table = True, table + 1
            if table == number:
                cursor.position, cursor.record, cursor.line = before.position, before.record, before.line
                return
        inside = inside and not blank


def body(data: _Bytes, dialect: Dialect, format_: CsvFormat, begin: Cursor, header: Iterable[Span]) -> Iterator[_Piece]:
    """The data records of a table, in order, numbered from 1.

    Parameters
    ----------
    begin : Cursor
        Where they begin.
    header : iterable of Span
        The header records above them.
    """
    found: Iterator[_Piece] = _table(data, dialect, begin) if format_.table else pieces(data, dialect, begin)
    if format_.until:
        found = _until(data, found, dialect.until)
    if format_.footer:
        found = _without_last(found, format_.footer)
    if format_.repeated:
        found = _without(data, found, {bytes(data[span.start : span.end]) for span in header})
    number = begin.record
    for piece in found:
        yield piece if piece.record == number else replace(piece, record=number)
        number += _size(piece)


def body_spans(
    data: _Bytes, dialect: Dialect, format_: CsvFormat, opened: Opening, wanted: Iterable[int] | None = None
) -> Iterator[Span]:
    """The data records of these rising numbers, one by one; all for None."""
    numbers = None if wanted is None else iter(wanted)
    number = None if numbers is None else next(numbers, None)
    if numbers is not None and number is None:
        return
    for piece in body(data, dialect, format_, opened.body, opened.header):
        count = _size(piece)
        for place in range(count) if numbers is None else ():
            yield _span(piece, place)
        while number is not None and numbers is not None and number < piece.record + count:
            yield _span(piece, number - piece.record)
            number = next(numbers, None)
            if number is None:
                return


def _size(piece: _Piece) -> int:
    return len(piece.starts) if isinstance(piece, Stretch) else 1


def _span(piece: _Piece, place: int) -> Span:
    return piece.span(place) if isinstance(piece, Stretch) else piece


def _table(data: _Bytes, dialect: Dialect, begin: Cursor) -> Iterator[Span]:
    """The records up to the first blank one."""
    cursor = replace(begin)
    while cursor.position < len(data):
        comment = commented(data, dialect, cursor.position)
        span = cut_one(data, dialect, cursor)
        if span is not None:
            yield span
        elif not comment:
            return


def _until(data: _Bytes, found: Iterable[_Piece], text: bytes) -> Iterator[_Piece]:
    """The records before the first that begins with a text."""
    for piece in found:
        if isinstance(piece, Span):
            if data[piece.start : piece.start + len(text)] == text:
                return
        elif data.find(text, piece.start, piece.end) >= 0:
            starts = (piece.starts + piece.start).tolist()
            place = next((n for n, start in enumerate(starts) if data[start : start + len(text)] == text), None)
            if place is not None:
                if place:
                    yield piece.part(0, place)
                return
        yield piece


def _without_last(found: Iterable[_Piece], number: int) -> Iterator[_Piece]:
    """All but the last so many records."""
    held: deque[_Piece] = deque()
    count = 0
    for piece in found:
        held.append(piece)
        count += _size(piece)
        while count - _size(held[0]) >= number:
            first = held.popleft()
            count -= _size(first)
            yield first
    for piece in held:
        left = count - number
        if left <= 0:
            return
        size = _size(piece)
        count -= size
        if left >= size:
            yield piece
        elif isinstance(piece, Stretch):
            yield piece.part(0, left)


def _without(data: _Bytes, found: Iterable[_Piece], texts: set[bytes]) -> Iterator[_Piece]:
    """All records but those that equal one of these."""
    for piece in found:
        if isinstance(piece, Span):
            if data[piece.start : piece.end] not in texts:
                yield piece
            continue
        if all(data.find(text, piece.start, piece.end) < 0 for text in texts):
            yield piece
            continue
        begin = 0
        for place in range(len(piece.starts)):
            span = piece.span(place)
            if data[span.start : span.end] in texts:
                if place > begin:
                    yield piece.part(begin, place)
                begin = place + 1
        if begin < len(piece.starts):
            yield piece.part(begin, len(piece.starts))
