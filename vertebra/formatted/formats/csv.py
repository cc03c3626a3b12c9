"""Delimited text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vertebra.engine.duckdb import exactly
from vertebra.formatted.count import Count, count_records
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.csv_layout import layout_of
from vertebra.formatted.formats.csv_reading import Reading
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Layout, Opened, Problem, RawRecord, Streamed, Swift
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.spans import Dialect, after_header, spans
from vertebra.project import CsvFormat, Source
from vertebra.sql import literal


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

    def unseen(self, file: Opened, source: Source) -> str:
        """Nothing: the header names every column."""
        del file, source
        return ""

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Record by record: a damaged or ragged one is rejected, the rest is read."""
        batches = Batches(layout.width, _format(source).nulls)
        reading = Reading(file, _format(source), layout.width, batches, Rejects())
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
