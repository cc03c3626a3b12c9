"""How many records a delimited file holds, counted without reading a value (G2).

This is one of two implementations of the same grammar; the other, `vertebra.formatted.formats.spans`, cuts records
out. They share no code, so that each holds the other to account:

* a record ends at a line end (LF, CR LF or CR) outside a quoted field, or at the end of the file;
* a quoted field begins with a quote where a field begins, and ends at the first quote that is not escaped and that
  stands before a delimiter, a line end or the end of the file;
* a field that begins with a quote and does not end so makes a damaged record, which ends at its own line's end;
* an empty record is blank; one that begins with the comment character is a comment, which ends with its line; the
  first so many of the rest are the header.

A file is looked at window by window, each from the beginning of a record to the end of one; a window whose quotes are
not all in order is gone through record by record.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vertebra.formatted.count_edges import all_records, stand_apart
from vertebra.formatted.count_marks import delimiters
from vertebra.formatted.count_record import Dialect, line_end, record_end
from vertebra.formatted.count_sections import Sections
from vertebra.formatted.mapping import Mapped
from vertebra.project import CsvFormat

_WINDOW = 1 << 16  # bytes looked at together; arrays as large as more of them come fresh from the system each time
_CAREFUL = 1 << 16  # bytes gone through record by record before a window is tried again
_LF, _CR = 10, 13
_Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Count:
    """Records of a file by what they are; their sum is all of them.

    Parameters
    ----------
    data, header, blank, comment, preamble, repeated, footer, other : int
        Records of each kind; `repeated` is a header that stands again, `other` are those of another table.
    orderly : bool
        Are all quotes in order and all line ends of one kind, LF or CR LF? Then any strict reader agrees with the
        grammar.
    values : int
        Values in the records, as far as a glance tells; -1 where it does not.
    booleans : bool
        May one of them be true or false without quotes?
    delimiters : int
        Between the fields of header and data, at most; -1 where they were not counted.
    """

    data: int
    header: int = 0
    blank: int = 0
    comment: int = 0
    orderly: bool = False
    preamble: int = 0
    repeated: int = 0
    footer: int = 0
    other: int = 0
    values: int = -1
    booleans: bool = True
    delimiters: int = field(default=-1, compare=False)

    @property
    def records(self) -> int:
        """All records of the file."""
        return self.data + sum(self._not_data().values())

    def skipped(self) -> dict[str, int]:
        """What is skipped by its nature, where there is any."""
        return {reason: number for reason, number in self._not_data().items() if number}

    def _not_data(self) -> dict[str, int]:
        return {
            "preamble": self.preamble,
            "header": self.header,
            "repeated header": self.repeated,
            "footer": self.footer,
            "other table": self.other,
            "blank": self.blank,
            "comment": self.comment,
        }


def count_records(path: Path, format_: CsvFormat, encoding: str = "utf-8") -> Count:
    """Count the records of a file.

    Parameters
    ----------
    path : Path
        The file, not compressed.
    format_ : CsvFormat
        Its dialect.
    encoding : str
        Its encoding, in which every byte below 128 is ASCII.
    """
    if path.stat().st_size == 0:
        return Count(0, orderly=True)
    with Mapped.of(path) as data:
        if format_.sectioned:
            return _sectioned(data, format_, encoding)
        tally = _Tally(Dialect.of(format_, encoding))
        tally.count(data)
    rest = tally.records - tally.blank - tally.comment
    header = min(format_.header, rest)
    kinds = (tally.feeds > 0) + (tally.pairs > 0) + 2 * (tally.carriages > 0)
    orderly = tally.in_order and kinds <= 1
    marks = tally.delimiters if orderly else -1
    return Count(rest - header, header, tally.blank, tally.comment, orderly, delimiters=marks)


def _sectioned(data: mmap.mmap, format_: CsvFormat, encoding: str) -> Count:
    """Count the records of a file that holds more than header and data."""
    sections = Sections(data, format_, encoding)
    tally = _Tally(Dialect.of(format_, encoding), sections)
    tally.count(data)
    found = sections.total()
    return Count(
        found["data"],
        found["header"],
        found["blank"],
        found["comment"],
        preamble=found["preamble"],
        repeated=found["repeated header"],
        footer=found["footer"],
        other=found["other table"],
    )


class _Tally:
    """Counts so far."""

    def __init__(self, dialect: Dialect, sections: Sections | None = None) -> None:
        self.dialect, self.sections = dialect, sections
        self.records = self.blank = self.comment = 0
        self.feeds = self.carriages = self.pairs = 0  # line ends of each kind: LF, CR, CR LF
        self.in_order = True
        self.delimiters = self.usual = 0  # of all records, and of each of the last

    def count(self, data: mmap.mmap) -> None:
        """Go through a file."""
        position = len(_BOM) if data[: len(_BOM)] == _BOM else 0
        while position < len(data):
            taken = self._window(data, position)
            if taken is None:
                self.in_order = False
                position = self._careful(data, position)
            else:
                position += taken

    def _window(self, data: mmap.mmap, position: int) -> int | None:
        """Count the whole records of a window and say how many bytes they are; None where it is not simple."""
        size = _WINDOW
        while self.dialect.simple:
            block = data[position : position + size]
            quoted = bool(self.dialect.quote) and self.dialect.quote in block
            last = position + len(block) == len(data)
            ends = _quoted_ends(block, self.dialect, last=last) if quoted else _plain_end(block, last=last)
            if ends is None:
                return None
            stop, places = ends
            if stop:
                before, whole = self.records - self.blank, block[:stop]
                self._count(whole, places)
                self._mark(whole, self.records - self.blank - before)
                if self.sections:
                    starts, stops = all_records(whole, places)
                    self.sections.add(starts + position, stops + position)
                return stop
            size *= 4  # no record ends in it
        return None

    def _count(self, block: bytes, ends: _Places | None) -> None:
        """Count whole records, given their ends where not every line end is one."""
        body = np.frombuffer(block, dtype=np.uint8)
        comment = self.dialect.comment
        self.records += block[-1:] not in (b"\n", b"\r")  # only the last of a file has no line end
        if ends is None and b"\r" not in block and not (comment and comment in block):
            feeds = body == _LF
            number = int(np.count_nonzero(feeds))
            self.feeds += number
            self.records += number
            self.blank += int(feeds[0]) + int(np.count_nonzero(feeds[1:] & feeds[:-1]))
            return
        if ends is None:
            ends = np.flatnonzero((body == _LF) | (body == _CR))
        here = body[ends]
        before = np.where(ends > 0, body[ends - 1], _LF)  # a window begins behind a line end
        second = (before == _CR) & (here == _LF)  # the second half of CR LF ends no record of its own
        pairs = int(np.count_nonzero(second))
        feeds_ = int(np.count_nonzero(here == _LF))
        self.pairs += pairs
        self.feeds += feeds_ - pairs
        self.carriages += len(ends) - feeds_ - pairs
        self.records += len(ends) - pairs
        self.blank += int(np.count_nonzero(((before == _LF) | (before == _CR)) & ~second))
        if comment:
            starts = np.concatenate((np.zeros(1, dtype=np.intp), ends + 1))
            starts = starts[starts < len(body)]
            self.comment += int(np.count_nonzero(body[starts] == comment[0]))

    def _mark(self, block: bytes, records: int) -> None:
        """Count the delimiters of whole records."""
        found = delimiters(block, self.dialect.delimiter, self.dialect.quote, records * self.usual)
        self.delimiters += found
        self.usual = found // max(records, 1)

    def _careful(self, data: mmap.mmap, position: int) -> int:
        """Go on record by record for a while, line by line; where the next record begins."""
        enough = position + _CAREFUL
        mark = self.dialect.comment
        while position < min(len(data), enough):
            end, content = record_end(data, position, self.dialect)
            self.records += 1
            if content == position:
                self.blank += 1
            elif mark and data[position : position + len(mark)] == mark:
                self.comment += 1
                end, content = line_end(data, position)
            if self.sections:
                self.sections.add(np.array([position]), np.array([content]))
            position = end
        return position


def _plain_end(block: bytes, *, last: bool) -> tuple[int, None]:
    """Bytes of whole records in a window without quotes; a CR at its very end may be half a line end."""
    if last:
        return len(block), None
    return max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1, None


def _quoted_ends(block: bytes, dialect: Dialect, *, last: bool) -> tuple[int, _Places] | None:
    """Bytes of whole records in a window with quotes, and where they end; None if a quote is out of order."""
    body = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(body == dialect.quote[0])
    ends = np.flatnonzero((body == _LF) | (body == _CR))
    ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    stop = len(block)
    if not last:
        usable = ends[(body[ends] == _LF) | (ends < len(block) - 1)]  # a CR at the very end may be half a line end
        stop = int(usable[-1]) + 1 if len(usable) else 0
        quotes, ends = quotes[quotes < stop], ends[ends < stop]
    doubled = dialect.escape == dialect.quote
    if len(quotes) % 2 or (dialect.comment and dialect.comment in block[:stop]):
        return None
    if dialect.escape and not doubled and dialect.escape in block[:stop]:
        return None
    if len(dialect.delimiter) > 1 or dialect.padded:
        return (stop, ends) if _apart(block[:stop], quotes, dialect) else None
    edges = np.frombuffer(b"\r\n" + dialect.delimiter + (dialect.quote if doubled else b""), dtype=np.uint8)
    around = np.frombuffer(b"\n" + block[:stop] + b"\n", dtype=np.uint8)
    if np.isin(around[quotes[0::2]], edges).all() and np.isin(around[quotes[1::2] + 2], edges).all():
        return stop, ends
    return None


def _apart(block: bytes, quotes: _Places, dialect: Dialect) -> bool:
    doubled = dialect.quote if dialect.escape == dialect.quote else b""
    return stand_apart(block, quotes, dialect.delimiter, doubled, padded=dialect.padded)
