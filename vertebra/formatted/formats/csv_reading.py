"""Read a delimited file the careful way: what can be read is read, the rest is rejected record by record."""

from __future__ import annotations

import csv as library
import io
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.csv_surplus import Surplus
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.places import mapped
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.sections import body, body_spans, opening
from vertebra.formatted.formats.spans import Dialect, Span, Stretch
from vertebra.project import CsvFormat

if TYPE_CHECKING:
    import pyarrow as pa

_LINE_END = re.compile(r"\r\n|\n|\r")


class Reading:
    """One careful reading of a file.

    Parameters
    ----------
    file : Opened
        The file.
    format_ : CsvFormat
        Its dialect.
    width : int
        Fields of its records.
    batches : Batches
        Takes what can be read.
    rejects : Rejects
        Takes what cannot.
    """

    def __init__(self, file: Opened, format_: CsvFormat, width: int, batches: Batches, rejects: Rejects) -> None:
        self.file, self.format, self.width = file, format_, width
        self.batches, self.rejects = batches, rejects
        self.dialect = Dialect.of(format_, file.encoding)
        self.surplus = Surplus()
        self.nothing = frozenset(("", *format_.nulls))

    def draw(self, only: Iterable[int] | None) -> Iterator[pa.RecordBatch]:
        """The batches; stretches without quotes are read as a whole."""
        with mapped(self.file.text) as data:
            begin = opening(data, self.dialect, self.format)
            if only is None:
                found: Iterator[Span | Stretch] = body(data, self.dialect, self.format, begin.body, begin.header)
            else:
                found = body_spans(data, self.dialect, self.format, begin, only)
            for piece in found:
                if isinstance(piece, Span):
                    self._one(data, piece)
                elif (batch := self._whole(data, piece)) is not None:
                    yield self.batches.take()
                    yield batch
                else:
                    for number in range(len(piece.starts)):
                        self._one(data, piece.span(number))
                if self.batches.full:
                    yield self.batches.take()
            yield self.batches.take()

    def _whole(self, data: bytes | mmap.mmap, piece: Stretch) -> pa.RecordBatch | None:
        """The records of a stretch; None where each needs a look."""
        if self.file.cut and piece.end == len(data):
            return None
        block = data[piece.start : piece.end]
        try:
            text = block.decode(self.file.encoding)
        except UnicodeDecodeError:
            return None
        values, counts = self._quoted(text, block, piece) if piece.quoted else self._plain(text, block, piece)
        if len(counts) != len(piece.starts):
            return None
        records: Sequence[int] = range(piece.record, piece.record + len(counts))
        if (np.asarray(counts) != self.width).any():
            values, records = self._of_width(values, counts, records)
        return self.batches.of([records, *(values[number :: self.width] for number in range(self.width))])

    def _plain(self, text: str, block: bytes, piece: Stretch) -> tuple[list[str], Sequence[int]]:
        """All values of records without quotes, one after the other, and how many each has."""
        delimiter = self.format.delimiter
        whole = text.removesuffix("\n")
        if self.format.padded:
            if "\r" in text or delimiter.startswith(" "):
                return self._one_by_one(block, piece)
            text = re.sub(rf"(?:(?<={re.escape(delimiter)})|^) ++", "", text, flags=re.MULTILINE)
            whole = text.removesuffix("\n")
        if len(self.dialect.delimiter) == 1 and "\r" not in text and whole.count("\n") + 1 == len(piece.starts):
            marks = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == self.dialect.delimiter[0])
            counts = np.diff(np.searchsorted(marks, np.append(piece.starts, len(block)))) + 1
            return whole.replace("\n", delimiter).split(delimiter), counts.tolist()
        return _flat(line.split(delimiter) for line in _LINE_END.split(text) if line)

    def _quoted(self, text: str, block: bytes, piece: Stretch) -> tuple[list[str], Sequence[int]]:
        """The same of records whose quotes are in order."""
        quote, escape = self.format.quote, self.format.escape
        # where another escapes, the library's reader has it do so outside of quotes, too
        if quote and len(self.format.delimiter) == 1 and escape in ("", quote):
            reader = library.reader(
                io.StringIO(text, newline=""),
                delimiter=self.format.delimiter,
                quotechar=quote,
                doublequote=escape == quote,
                skipinitialspace=self.format.padded,
            )
            with suppress(library.Error):  # a field longer than the library's limit: then the other way
                return _flat(row for row in reader if row)
        return self._one_by_one(block, piece)

    def _one_by_one(self, block: bytes, piece: Stretch) -> tuple[list[str], list[int]]:
        """The same, each record on its own."""
        places = zip(piece.starts.tolist(), piece.ends.tolist(), strict=True)
        return _flat(split(block[begin:end].decode(self.file.encoding), self.format) for begin, end in places)

    def _of_width(
        self, values: list[str], counts: Sequence[int], records: Sequence[int]
    ) -> tuple[list[str], list[int]]:
        """Values and numbers of the records that are as wide as they should be; the others are rejected."""
        kept: list[str] = []
        numbers: list[int] = []
        at = 0
        for record, count in zip(records, counts, strict=True):
            fields = values[at : at + count]
            at += count
            if self._fits(record, fields):
                kept += fields
                numbers.append(record)
            else:
                self._ragged(record, count)
        return kept, numbers

    def _fits(self, record: int, fields: list[str]) -> bool:
        """Has a record as many fields as it should? More of them are left out, and noted, where they hold no value."""
        if len(fields) > self.width and self.nothing.issuperset(fields[self.width :]):
            self.surplus.add(record)
            del fields[self.width :]
        return len(fields) == self.width

    def _one(self, data: bytes | mmap.mmap, span: Span) -> None:
        """Read one record, or reject it."""
        if not span.whole:
            self.rejects.add(span.record, "damaged-quotes", "a field begins with a quote and does not end with one")
            return
        if self.file.cut and span.end == len(data):
            self.rejects.add(
                span.record, "cut-off", "the compressed file ends too early; this record may be incomplete"
            )
            return
        try:
            text = data[span.start : span.end].decode(self.file.encoding)
        except UnicodeDecodeError as error:
            reason = f"byte {error.start + 1} of it is not {self.file.codec}: {error.reason}"
            self.rejects.add(span.record, "broken-encoding", reason)
            return
        fields = split(text, self.format)
        if self._fits(span.record, fields):
            self.batches.add(span.record, fields)
        else:
            self._ragged(span.record, len(fields))

    def _ragged(self, record: int, count: int) -> None:
        kind = "too-many-fields" if count > self.width else "too-few-fields"
        has = "1 field" if count == 1 else f"{count} fields"
        self.rejects.add(record, kind, f"it has {has}, the file's records have {self.width}")


def _flat(rows: Iterable[list[str]]) -> tuple[list[str], list[int]]:
    """Rows one after the other, and how many fields each has: a list of texts is nothing to the garbage collector."""
    values: list[str] = []
    counts: list[int] = []
    for row in rows:
        values += row
        counts.append(len(row))
    return values, counts
