"""Where one record of a delimited file ends, for counting (G2; the grammar is in `count`)."""

from __future__ import annotations

import mmap
from dataclasses import dataclass

from vertebra.project import CsvFormat


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a file is written with, as bytes; empty for none."""

    delimiter: bytes
    quote: bytes
    escape: bytes
    comment: bytes
    padded: bool

    @classmethod
    def of(cls, format_: CsvFormat, encoding: str) -> Dialect:
        """That of a format in an encoding in which every byte below 128 is ASCII."""
        texts = (format_.delimiter, format_.quote, format_.escape, format_.comment)
        delimiter, quote, escape, comment = (text.encode(encoding) for text in texts)
        return cls(delimiter, quote, escape, comment, format_.padded)

    @property
    def simple(self) -> bool:
        """Is each character one byte, so that bytes can be compared one by one?

        A delimiter may have several, if none of them can be the end of one delimiter and the beginning of the next, or
        if all are the same, so that they can be counted.
        """
        single = all(len(c) <= 1 for c in (self.quote, self.escape, self.comment))
        overlaps = any(self.delimiter.startswith(self.delimiter[n:]) for n in range(1, len(self.delimiter)))
        return single and (not overlaps or self.repeats)

    @property
    def repeats(self) -> bool:
        """Is the delimiter one byte several times?"""
        return len(self.delimiter) > 1 and self.delimiter == self.delimiter[:1] * len(self.delimiter)


def line_end(data: mmap.mmap, position: int) -> tuple[int, int]:
    """Where the next line begins, and where this one's content ends."""
    feed = data.find(b"\n", position)
    carriage = data.find(b"\r", position, feed if feed >= 0 else len(data))
    if carriage >= 0:
        return (carriage + 2, carriage) if carriage + 1 == feed else (carriage + 1, carriage)
    return (feed + 1, feed) if feed >= 0 else (len(data), len(data))


def record_end(data: mmap.mmap, position: int, dialect: Dialect) -> tuple[int, int]:
    """Where the next record begins, and where this one's content ends."""
    end, content = line_end(data, position)
    quote, delimiter = dialect.quote, dialect.delimiter
    if not quote or not _begins_quoted(data, position, content, dialect):
        return end, content
    here = position
    while True:
        if dialect.padded:
            here = _behind_spaces(data, here)
        if data[here : here + len(quote)] == quote:
            closed = _closing(data, here, dialect)
            if closed is None:
                return end, content  # damaged: it ends with its line
            here = closed
        else:
            _, field_end = line_end(data, here)
            cut = data.find(delimiter, here, field_end)
            here = cut if cut >= 0 else field_end
        if data[here : here + len(delimiter)] == delimiter:
            here += len(delimiter)
            continue
        return line_end(data, here)


def _begins_quoted(data: mmap.mmap, position: int, content: int, dialect: Dialect) -> bool:
    """Does a field of a line begin with a quote? A quote elsewhere is a character like others."""
    if dialect.padded:
        return data.find(dialect.quote, position, content) >= 0
    first = data[position : position + len(dialect.quote)] == dialect.quote
    return first or data.find(dialect.delimiter + dialect.quote, position, content) >= 0


def _behind_spaces(data: mmap.mmap, here: int) -> int:
    while data[here : here + 1] == b" ":
        here += 1
    return here


def _closing(data: mmap.mmap, opening: int, dialect: Dialect) -> int | None:
    """Behind the quote that closes a field, or None where none does."""
    quote, escape, delimiter = dialect.quote, dialect.escape, dialect.delimiter
    here = opening + len(quote)
    while True:
        here = _next(data, here, quote, escape)
        if here < 0:
            return None
        if escape and escape != quote and data[here : here + len(escape)] == escape:
            here += len(escape) + 1
            continue
        behind = here + len(quote)
        if escape == quote and data[behind : behind + len(quote)] == quote:
            here = behind + len(quote)
            continue
        closed = data[behind : behind + 1] in (b"", b"\n", b"\r")
        return behind if closed or data[behind : behind + len(delimiter)] == delimiter else None


def _next(data: mmap.mmap, here: int, quote: bytes, escape: bytes) -> int:
    """The next quote or escape; -1 where there is none."""
    at = data.find(quote, here)
    if escape and escape != quote:
        other = data.find(escape, here, at if at >= 0 else len(data))
        return other if other >= 0 else at
    return at
