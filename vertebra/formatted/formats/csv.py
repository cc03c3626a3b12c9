"""Delimited text."""

from __future__ import annotations

import csv as library
import io
import mmap
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from vertebra.engine.duckdb import exactly
from vertebra.formatted.count import Count, count_records
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.csv_layout import layout_of
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Layout, Opened, Problem, RawRecord, Streamed, Swift
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.spans import Cursor, Dialect, Span, Stretch, after_header, pieces, spans
from vertebra.project import CsvFormat, Source
from vertebra.sql import literal

if TYPE_CHECKING:
    import pyarrow as pa

_LINE_END = re.compile(r"\r\n|\n|\r")


class Csv:
    """Delimited text: the engine's strict reader where a file is orderly, record by record where it is not."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records, independently of `direct` and `stream`."""
        return count_records(file.text, _format(source), file.encoding)

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Find the template's columns by header name or position."""
        return layout_of(file, source, _format(source))

    def direct(self, file: Opened, source: Source, layout: Layout, count: Count, swift: Swift | None = None) -> str:
        """The engine's strict reader: UTF-8 with at most one header, no comments, all quotes and line ends in order."""
        format_ = _format(source)
        marks = format_.delimiter + format_.quote + format_.escape
        texts = "".join(format_.nulls)
        if (
            not count.orderly
            or file.cut
            or format_.header > 1
            or format_.comment
            or file.encoding not in ("utf-8", "ascii")
            or not marks.isascii()
            or not format_.nulls  # the engine wants one
            or "\0" in texts
        ):
            return ""
        types = swift.types if swift else {}
        clock = f"timestampformat = {literal(swift.clock)}, " if swift and swift.clock else ""
        columns = ", ".join(f"'{c}': '{types.get(c, 'VARCHAR')}'" for c in (f"c{n + 1}" for n in range(layout.width)))
        nulls = ", ".join(literal(null) for null in format_.nulls)
        return (
            f"read_csv({exactly(str(file.text))}, auto_detect = false, strict_mode = true, null_padding = false, "
            f"header = {'true' if format_.header else 'false'}, delim = {literal(format_.delimiter)}, "
            f"quote = {literal(format_.quote)}, escape = {literal(format_.escape)}, nullstr = [{nulls}], "
            f"{clock}columns = {{{columns}}})"
        )

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Record by record: a damaged or ragged one is rejected, the rest is read."""
        batches = Batches(layout.width, _format(source).nulls)
        reading = _Reading(file, _format(source), layout.width, batches, Rejects())
        return Streamed(reading.draw(layout.body, only), batches.schema, reading.rejects)

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""
        dialect = Dialect.of(_format(source), file.encoding)
        with mapped(file.text) as data, places(file, data) as place:
            _, begin = after_header(data, dialect, _format(source).header)
            for span in spans(data, dialect, begin, records):
                yield place(span.record, span.line, span.start, span.end)


def _format(source: Source) -> CsvFormat:
    assert isinstance(source.format, CsvFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


class _Reading:
    """One careful reading of a file."""

    def __init__(self, file: Opened, format_: CsvFormat, width: int, batches: Batches, rejects: Rejects) -> None:
        self.file, self.format, self.width = file, format_, width
        self.batches, self.rejects = batches, rejects
        self.dialect = Dialect.of(format_, file.encoding)
        self.nothing = frozenset(("", *format_.nulls))

    def draw(self, body: int, only: Iterable[int] | None) -> Iterator[pa.RecordBatch]:
        """The batches; stretches without quotes are read as a whole."""
        with mapped(self.file.text) as data:
            begin = Cursor(body)
            for piece in pieces(data, self.dialect, begin) if only is None else spans(data, self.dialect, begin, only):
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
        try:
            text = data[piece.start : piece.end].decode(self.file.encoding)
        except UnicodeDecodeError:
            return None
        rows = self._quoted(text) if piece.quoted else self._plain(text)
        if rows is None or len(rows) != len(piece.starts):
            return None
        records = np.arange(piece.record, piece.record + len(piece.starts))
        if set(map(len, rows)) != {self.width}:
            fits = np.array([self._fits(row) for row in rows], dtype=bool)
            for number in np.flatnonzero(~fits).tolist():
                self._ragged(piece.record + number, len(rows[number]))
            rows, records = [row for row in rows if len(row) == self.width], records[fits]
        return self.batches.of([records, *(zip(*rows, strict=True) if rows else [()] * self.width)])

    def _plain(self, text: str) -> list[list[str]]:
        """The fields of records without quotes."""
        lines = text.split("\n") if "\r" not in text else _LINE_END.split(text)
        return [line.split(self.format.delimiter) for line in lines if line]

    def _quoted(self, text: str) -> list[list[str]] | None:
        """The fields of records whose quotes are in order; None where the library's reader has another grammar."""
        quote, escape = self.format.quote, self.format.escape
        if not quote or escape not in ("", quote):  # its escapes count outside of quotes, too
            return None
        reader = library.reader(
            io.StringIO(text, newline=""), delimiter=self.format.delimiter, quotechar=quote, doublequote=escape == quote
        )
        try:
            return [row for row in reader if row]
        except library.Error:  # a field longer than the library's limit
            return None

    def _fits(self, fields: list[str]) -> bool:
        """Has a record as many fields as it should? More of them are left out where they hold no value."""
        if len(fields) > self.width and self.nothing.issuperset(fields[self.width :]):
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
        if self._fits(fields):
            self.batches.add(span.record, fields)
        else:
            self._ragged(span.record, len(fields))

    def _ragged(self, record: int, count: int) -> None:
        kind = "too-many-fields" if count > self.width else "too-few-fields"
        has = "1 field" if count == 1 else f"{count} fields"
        self.rejects.add(record, kind, f"it has {has}, the file's records have {self.width}")
