"""Delimited text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vertebra.engine.duckdb import exactly
from vertebra.formatted.count import Count, count_records
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.csv_layout import layout_of
from vertebra.formatted.formats.csv_reading import Reading
from vertebra.formatted.formats.csv_surplus import surplus_of
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Format, Layout, Opened, Problem, RawRecord, Streamed, Swift
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.sections import body_spans, opening
from vertebra.formatted.formats.spans import Dialect
from vertebra.project import CsvFormat, Source
from vertebra.sql import literal

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 4  # characters of a delimiter that the engine's reader takes


class Csv:
    """Delimited text: the engine's strict reader where a file is orderly, record by record where it is not."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records, independently of `direct` and `stream`."""
        return count_records(file.text, _format(source), file.encoding)

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Find the template's columns by header name or position."""
        return layout_of(file, source, _format(source))

    def direct(self, file: Opened, source: Source, layout: Layout, count: Count) -> str:
        """The engine's strict reader: UTF-8 with at most one header, no comments, all quotes and line ends in order."""
        format_ = _format(source)
        if not count.orderly or file.cut or not engine_reads(replace(format_, skip=0), file.encoding):
            return ""
        return engine_reading([str(file.text)], format_, layout.width, above=layout.above)

    def together(
        self, files: Sequence[Opened], source: Source, layout: Layout, swift: Swift, counts: Sequence[Count]
    ) -> str:
        """The same reader for all of them."""
        del counts
        paths = [str(file.text) for file in files]
        return engine_reading(paths, _format(source), layout.width, swift, layout.above)

    def unseen(self, file: Opened, source: Source) -> str:
        """Nothing: the header names every column."""
        del file, source
        return ""

    def overlooked(self, file: Opened, source: Source, layout: Layout, count: Count) -> Iterator[Problem]:
        """Fields behind the last that hold no value; where no record has one, the number of delimiters tells."""
        if 0 <= count.delimiters <= (count.data + count.header) * (layout.width - 1):
            return
        found = surplus_of(file, _format(source), layout.width)
        if found.records:
            yield found.told(layout.width, self.find(file, source, [found.first]))

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Record by record: a damaged or ragged one is rejected, the rest is read."""
        batches = Batches(layout.width, _format(source).nulls)
        reading = Reading(file, _format(source), layout.width, batches, Rejects())
        problems: list[Problem] = []

        def draw() -> Iterator[pa.RecordBatch]:
            yield from reading.draw(only)
            if reading.surplus.records:
                problems.append(reading.surplus.told(layout.width, self.find(file, source, [reading.surplus.first])))

        return Streamed(draw(), batches.schema, reading.rejects, problems)

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""
        dialect = Dialect.of(_format(source), file.encoding)
        with mapped(file.text) as data, places(file, data) as place:
            for span in body_spans(data, dialect, _format(source), opening(data, dialect, _format(source)), records):
                yield place(span.record, span.line, span.start, span.end)


def engine_reads(format_: CsvFormat, encoding: str) -> bool:
    """Does the engine's strict reader know the grammar of such files, if they are orderly?"""
    marks = format_.delimiter + format_.quote + format_.escape
    return (
        format_.header <= 1
        and not format_.comment
        and not format_.sectioned
        and not format_.padded
        and len(format_.delimiter) <= _LONGEST
        and encoding in ("utf-8", "ascii")
        and marks.isascii()
        and bool(format_.nulls)  # the engine wants one
        and "\0" not in "".join(format_.nulls)
    )


def engine_reading(
    paths: Sequence[str], format_: CsvFormat, width: int, swift: Swift | None = None, above: int = 0
) -> str:
    """SQL of the engine's strict reader over orderly files of one width: `c1`, `c2`, … as text, or as `swift` says.

    `above` is the number of lines that are passed over at the beginning of each.
    """
    types = swift.types if swift else {}
    clock = f"timestampformat = {literal(swift.clock)}, " if swift and swift.clock else ""
    columns = ", ".join(f"'{c}': '{types.get(c, 'VARCHAR')}'" for c in (f"c{n + 1}" for n in range(width)))
    nulls = ", ".join(literal(null) for null in format_.nulls)
    files = ", ".join(exactly(path) for path in paths)
    skip = f"skip = {above}, " if above else ""
    return (
        f"read_csv({files if len(paths) == 1 else f'[{files}]'}, auto_detect = false, strict_mode = true, "
        f"null_padding = false, header = {'true' if format_.header else 'false'}, "
        f"delim = {literal(format_.delimiter)}, quote = {literal(format_.quote)}, "
        f"escape = {literal(format_.escape)}, nullstr = [{nulls}], {skip}{clock}columns = {{{columns}}})"
    )


def _format(source: Source) -> CsvFormat:
    assert isinstance(source.format, CsvFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


CSV: Format = Csv()
