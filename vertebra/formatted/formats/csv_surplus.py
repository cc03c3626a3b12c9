"""Fields behind the last of a record that hold no value: they are left out, which is said once a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.places import mapped
from vertebra.formatted.formats.port import Opened, Problem, RawRecord
from vertebra.formatted.formats.sections import body, opening
from vertebra.formatted.formats.spans import Dialect, Span, Stretch
from vertebra.project import CsvFormat


@dataclass(slots=True)
class Surplus:
    """Records with more fields than the others have, and nothing in them.

    Parameters
    ----------
    records : int
        How many.
    first : int
        Number of the first; 0 for none.
    """

    records: int = 0
    first: int = 0

    def add(self, record: int, count: int = 1) -> None:
        """Note so many, of which this is the first."""
        self.records += count
        self.first = self.first or record

    def told(self, width: int, found: Iterable[RawRecord]) -> Problem:
        """What is said of them; `found` holds the first as it was delivered."""
        at = next(iter(found))
        one = self.records == 1
        who = "1 record has" if one else f"{self.records} records have"
        where = "" if one else ", the first of them here"
        reason = f"{who} more than {width} fields{where}; there is no value in those, and they were left out"
        return Problem("surplus-fields", reason, replace(at, record=0))


def surplus_of(file: Opened, format_: CsvFormat, width: int) -> Surplus:
    """The records of an orderly file that are wider than the others, given that none of the surplus holds a value."""
    dialect = Dialect.of(format_, file.encoding)
    found = Surplus()
    with mapped(file.text) as data:
        begin = opening(data, dialect, format_)
        for piece in body(data, dialect, format_, begin.body, begin.header):
            if isinstance(piece, Span):
                wide = [len(split(data[piece.start : piece.end].decode(file.encoding), format_)) > width]
            else:
                wide = _wide(data[piece.start : piece.end], piece, dialect, format_, file.encoding, width)
            if any(wide):
                found.add(piece.record + wide.index(True), sum(wide))
    return found


def _wide(block: bytes, piece: Stretch, dialect: Dialect, format_: CsvFormat, encoding: str, width: int) -> list[bool]:
    """Which records of a stretch are wider."""
    doubled = format_.escape in ("", format_.quote)
    if len(dialect.delimiter) > 1 or format_.padded or (piece.quoted and not doubled):
        places = zip(piece.starts.tolist(), piece.ends.tolist(), strict=True)
        return [len(split(block[begin:end].decode(encoding), format_)) > width for begin, end in places]
    text = np.frombuffer(block, dtype=np.uint8)
    marks = np.flatnonzero(text == dialect.delimiter[0])
    if piece.quoted:
        quotes = np.flatnonzero(text == dialect.quote[0])
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    counts = np.searchsorted(marks, piece.ends) - np.searchsorted(marks, piece.starts)
    return (counts >= width).tolist()  # type: ignore[no-any-return]
