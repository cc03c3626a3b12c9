"""The table of a delimited file as its declaration reads it, damaged and ragged records as well as they can be read."""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from vertebra.formatted.draft.columns import Profile, profiles
from vertebra.formatted.draft.delimited import names_of
from vertebra.formatted.draft.peeked import Peeked, Remark
from vertebra.formatted.draft.repair import loose, mended
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.places import mapped
from vertebra.formatted.formats.sections import Opening, body_spans, opening
from vertebra.formatted.formats.spans import Dialect, Span
from vertebra.project import CsvFormat

_LEARNT = 2_000  # records that say what the columns hold
_SECOND = "cp1252"


@dataclass(frozen=True, slots=True)
class _Reader:
    data: bytes | mmap.mmap
    encoding: str
    format: CsvFormat
    columns: tuple[Profile, ...]
    trailing: bool

    @property
    def width(self) -> int:
        return len(self.columns)

    def text(self, span: Span) -> tuple[str, str]:
        """The text of a record, and what is wrong with its bytes."""
        raw = bytes(self.data[span.start : span.end])
        try:
            return raw.decode(self.encoding), ""
        except UnicodeDecodeError as error:
            why = f"byte {error.start + 1} of it is not {self.encoding}; read as {_SECOND}"
            return raw.decode(_SECOND, errors="replace"), why

    def read(self, span: Span) -> Peeked:
        """A data record."""
        text, why = self.text(span)
        if span.whole:
            fields = split(text, self.format)
            if self.trailing and len(fields) > self.width and not any(fields[self.width :]):
                del fields[self.width :]
            if len(fields) == self.width:
                return Peeked(tuple(fields), Remark(span.line, why) if why else None)
        better = mended(text, self.format, self.columns)
        reason = f"{why}; {better.how}" if why else better.how
        return Peeked(better.fields, Remark(span.line, reason))


def peek(path: Path, format_: CsvFormat, encoding: str) -> Iterator[Peeked]:
    """The records of a file's table; the header first where it has one.

    Parameters
    ----------
    path : Path
        The file, in an encoding in which every byte below 128 is ASCII.
    format_ : CsvFormat
        Its declaration.
    encoding : str
        That encoding.
    """
    dialect = Dialect.of(format_, encoding)
    with mapped(path) as data:
        begin = opening(data, dialect, format_)
        learnt = list(islice(body_spans(data, dialect, format_, begin), _LEARNT))
        head = _header(data, begin, format_, encoding)
        reader = _Reader(data, encoding, format_, *_learn(data, learnt, format_, encoding, head))
        if head:
            yield _named(head, begin, format_, reader)
        for span in body_spans(data, dialect, format_, begin):
            yield reader.read(span)


def _header(data: bytes | mmap.mmap, begin: Opening, format_: CsvFormat, encoding: str) -> list[list[str]]:
    """The values of the header records."""
    spans = begin.header if format_.join is not None else begin.header[-1:]
    found = []
    for span in spans:
        text = bytes(data[span.start : span.end]).decode(encoding, errors="replace")
        found.append(split(text, format_) if span.whole else loose(text, format_))
    return found


def _named(head: list[list[str]], begin: Opening, format_: CsvFormat, reader: _Reader) -> Peeked:
    names = names_of(head, format_, reader.width)
    reason = ""
    if any(not span.whole for span in begin.header):
        reason = "a quote in the header is out of order"
    if any(len(record) != reader.width for record in head) and reader.width:
        reason = f"the header has {len(head[-1])} fields, the records have {reader.width}"
    return Peeked(names, Remark(begin.header[-1].line, reason) if reason else None)


def _learn(
    data: bytes | mmap.mmap, spans: Sequence[Span], format_: CsvFormat, encoding: str, head: Sequence[Sequence[str]]
) -> tuple[tuple[Profile, ...], bool]:
    """What stands in the columns: as wide as most records, or as the header where enough records are so wide.

    And whether records end with empty fields beyond the header, as many systems write them.
    """
    texts = (bytes(data[span.start : span.end]).decode(encoding, errors="replace") for span in spans if span.whole)
    records = [split(text, format_) for text in texts]
    counts = Counter(map(len, records))
    named = len(head[-1]) if head else 0
    if not counts:
        return profiles([], named), False
    width = max(counts, key=lambda one: (counts[one], one))
    usual = [record for record in records if len(record) == width]
    if 0 < named < width and not any(any(record[named:]) for record in usual):
        return profiles([record[:named] for record in usual], named), True
    if head and counts[named] >= len(records) / 10:
        width = named
    return profiles([record for record in records if len(record) == width], width), False
