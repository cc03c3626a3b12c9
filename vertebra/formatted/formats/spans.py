"""Cut the records of a delimited file out of its bytes, damaged ones included (the grammar is in `count`).

Stretches without quotes and comments are cut as a whole, at their line ends; those with quotes by one pattern, as far
as all is in order; what is left record by record.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vertebra.project import CsvFormat

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_STRETCH = 1 << 20  # bytes that are cut as a whole
_QUOTED = 1 << 18  # bytes in which quoted records are looked for together
_SMALL = 1 << 12  # a stretch up to the next quote that is shorter is looked at together with what follows
_STEP = 1 << 11  # bytes that are cut record by record before that is tried again
_Bytes = bytes | mmap.mmap
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The characters that structure a file, as bytes in its encoding."""

    delimiter: bytes
    quote: bytes
    escape: bytes
    comment: bytes
    padded: bool = False
    empty: bool = False
    until: bytes = b""

    @classmethod
    def of(cls, format_: CsvFormat, encoding: str) -> Dialect:
        """The dialect of a format, in files of this encoding."""
        texts = (format_.delimiter, format_.quote, format_.escape, format_.comment)
        delimiter, quote, escape, comment = (text.encode(encoding) for text in texts)
        until = format_.until.encode(encoding)
        return cls(delimiter, quote, escape, comment, format_.padded, format_.empty, until)

    def nothing(self, record: bytes) -> bool:
        """Is a record blank?"""
        return not record or (self.empty and not record.strip(self.delimiter + b" "))


@dataclass(slots=True)
class Cursor:
    """Where the next record begins: its byte, its number and its line."""

    position: int
    record: int = 1
    line: int = 1


@dataclass(frozen=True, slots=True)
class Span:
    """One record.

    Parameters
    ----------
    record : int
        1-based.
    line : int
        1-based line on which it begins.
    start, end : int
        Its bytes, without the line end.
    whole : bool
        False where a quote is out of order.
    """

    record: int
    line: int
    start: int
    end: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records in a row with nothing wrong about them.

    Parameters
    ----------
    record, line : int
        Of the first of them.
    start, end : int
        Bytes of all of them, with their line ends and blank records.
    starts, ends : array of int
        Of each record, without its line end, counted from `start`.
    lines : array of int
        Of each, counted from `line`.
    quoted : bool
        Does it hold a quote?
    """

    record: int
    line: int
    start: int
    end: int
    starts: _Places
    ends: _Places
    lines: _Places
    quoted: bool = False

    def span(self, number: int) -> Span:
        """The record at a place, 0-based."""
        begin, end = int(self.starts[number]), int(self.ends[number])
        return Span(self.record + number, self.line + int(self.lines[number]), self.start + begin, self.start + end)

    def part(self, first: int, last: int) -> Stretch:
        """The records from one place to before another, 0-based, and what is blank behind them."""
        begin = int(self.starts[first]) if first else 0
        end = int(self.starts[last]) if last < len(self.starts) else self.end - self.start
        lines = self.lines[first:last]
        before = int(lines[0]) if first and len(lines) else 0
        return Stretch(
            self.record + first,
            self.line + before,
            self.start + begin,
            self.start + end,
            self.starts[first:last] - begin,
            self.ends[first:last] - begin,
            lines - before,
            self.quoted,
        )


def beginning(data: _Bytes) -> Cursor:
    """The first record of a file, behind its byte order mark."""
    return Cursor(len(_BOM) if data[: len(_BOM)] == _BOM else 0)


def pieces(data: _Bytes, dialect: Dialect, begin: Cursor) -> Iterator[Stretch | Span]:
    """The records from one on, in order; blank and comment records are passed over."""
    cursor = Cursor(begin.position, begin.record, begin.line)
    while cursor.position < len(data):
        stretch = _plain(data, dialect, cursor) or _quoted(data, dialect, cursor)
        if stretch is not None:
            yield stretch
            continue
        enough = cursor.position + _STEP
        while cursor.position < min(enough, len(data)):
            span = cut_one(data, dialect, cursor)
            if span is not None:
                yield span


def _plain(data: _Bytes, dialect: Dialect, cursor: Cursor) -> Stretch | None:
    """As many whole records as stand together without a quote or comment; None where there is none."""
    stop = whole = min(cursor.position + _STRETCH, len(data))
    for mark in (dialect.quote, dialect.comment):
        if mark:
            found = data.find(mark, cursor.position, stop)
            stop = stop if found < 0 else found
    if stop < min(whole, cursor.position + _SMALL):
        return None
    block = data[cursor.position : stop]
    if cursor.position + len(block) < len(data):  # the last record may go on; so may a CR LF
        block = block[: max(block.rfind(b"\n"), block.rfind(b"\r", 0, max(len(block) - 1, 0))) + 1]
    if not block:
        return None
    stops, behind = _line_ends(block)
    starts = np.concatenate((np.zeros(1, dtype=np.intp), behind))
    stops = np.append(stops, len(block))
    full = _filled(block, dialect, starts, stops)
    lines = np.arange(len(starts))
    return _advance(cursor, len(block), (starts[full], stops[full], lines[full]), len(behind), quoted=False)


def _filled(
    block: bytes, dialect: Dialect, starts: _Places, stops: _Places
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of these records are not blank."""
    full = stops > starts
    if dialect.empty:
        text = np.frombuffer(block + b"\n", dtype=np.uint8)[starts]
        for place in np.flatnonzero(full & ((text == 32) | (text == dialect.delimiter[0]))).tolist():
            full[place] = not dialect.nothing(block[starts[place] : stops[place]])
    return full


def _line_ends(block: bytes) -> tuple[_Places, _Places]:
    """Where each line ends, and where the next begins."""
    text = np.frombuffer(block, dtype=np.uint8)
    breaks = np.flatnonzero((text == 10) | (text == 13))
    half = np.zeros(len(breaks) + 1, dtype=bool)  # the LF of a CR LF
    half[1:-1] = (text[breaks[1:]] == 10) & (text[breaks[:-1]] == 13) & (np.diff(breaks) == 1)
    first = np.flatnonzero(~half[:-1])
    return breaks[first], breaks[first] + 1 + half[first + 1]


def _advance(
    cursor: Cursor, size: int, records: tuple[_Places, _Places, _Places], lines: int, *, quoted: bool
) -> Stretch:
    """The records of a block as a stretch, which the cursor is moved behind."""
    end = cursor.position + size
    stretch = Stretch(cursor.record, cursor.line, cursor.position, end, *records, quoted)
    cursor.position, cursor.record, cursor.line = end, cursor.record + len(records[0]), cursor.line + lines
    return stretch


def _quoted(data: _Bytes, dialect: Dialect, cursor: Cursor) -> Stretch | None:
    """As many whole records as stand together, their quotes in order; None where the first is not so."""
    block = data[cursor.position : cursor.position + _QUOTED]
    last = cursor.position + len(block) == len(data)
    comments = bool(dialect.comment) and dialect.comment in block
    starts, stops, end = [], [], 0
    for found in _pattern(dialect).finditer(block):
        if found.start() != end or (comments and block.startswith(dialect.comment, end)):
            break  # something is out of order here, or a comment
        begin, stop, end = found.start(), found.start("end"), found.end()
        if end == len(block) and not last:
            end = begin  # it may go on
            break
        if stop > begin:
            starts.append(begin)
            stops.append(stop)
        if end == len(block):
            break
    if not end:
        return None
    _, behind = _line_ends(block[:end])
    begins = np.array(starts, dtype=np.intp)
    if dialect.empty:
        full = _filled(block, dialect, begins, np.array(stops, dtype=np.intp))
        begins, stops = begins[full], np.array(stops, dtype=np.intp)[full].tolist()
    lines = np.searchsorted(behind, begins, side="right")
    return _advance(cursor, end, (begins, np.array(stops, dtype=np.intp), lines), len(behind), quoted=True)


@lru_cache(maxsize=64)
def _pattern(dialect: Dialect) -> re.Pattern[bytes]:
    """A whole record, its line end in the group `end`."""
    d, q, e = re.escape(dialect.delimiter), re.escape(dialect.quote), re.escape(dialect.escape)
    space = rb" *+" if dialect.padded else b""
    plain = rb"(?:(?!" + d + rb")[^\r\n])*+" if len(dialect.delimiter) > 1 else rb"[^" + d + rb"\r\n]*+"
    field = plain
    if q:
        other = rb"(?:(?!" + q + rb"|" + (e or q) + rb").)++"
        if len(dialect.quote) == 1 and len(dialect.escape) <= 1:
            other = rb"[^" + q + e + rb"]++"
        inner = other if not e else other + rb"|" + (q + q if e == q else e + rb".")
        quoted = q + rb"(?:" + inner + rb")*+" + q + rb"(?=" + d + rb"|\r|\n|\Z)"
        field = space + rb"(?:" + quoted + rb"|(?!" + q + rb")" + plain + rb")"
    return re.compile(field + rb"(?:" + d + field + rb")*+(?P<end>\r\n|\n|\r|\Z)", re.DOTALL)


def commented(data: _Bytes, dialect: Dialect, position: int) -> bool:
    """Is the record that begins here a comment?"""
    return bool(dialect.comment) and data[position : position + len(dialect.comment)] == dialect.comment


def cut_one(data: _Bytes, dialect: Dialect, cursor: Cursor) -> Span | None:
    """Cut out one record and go behind it; None for a blank or a comment."""
    position, line = cursor.position, cursor.line
    comment = commented(data, dialect, position)
    found = None if comment else _pattern(dialect).match(data, position)
    if found:
        end, behind = found.start("end"), found.end()
        inside = dialect.quote and data.find(dialect.quote, position, end) >= 0
        cursor.line += len(_LINE_END.findall(data[position:behind])) if inside else 1
    else:
        stop = _LINE_END.search(data, position)
        end, behind = (stop.start(), stop.end()) if stop else (len(data), len(data))
        cursor.line += 1
    cursor.position = behind
    if comment or end == position or (dialect.empty and dialect.nothing(data[position:end])):
        return None
    span = Span(cursor.record, line, position, end, found is not None)
    cursor.record += 1
    return span
