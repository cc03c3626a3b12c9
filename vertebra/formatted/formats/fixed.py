"""Text in columns of fixed width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vertebra.formatted.count import Count
from vertebra.formatted.count_lines import count_lines
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.columns import by_name, by_position
from vertebra.formatted.formats.lines import Block, cut, data_lines
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Format, Layout, NoFastWay, Opened, Problem, RawRecord, Streamed
from vertebra.formatted.formats.rejects import Rejects
from vertebra.project import FixedFormat, Source

if TYPE_CHECKING:
    import mmap

    import pyarrow as pa


class Fixed(NoFastWay):
    """Lines that are cut at the same characters; a line that ends before a column begins has no value there."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records, independently of `stream`."""
        return count_lines(file.text, _format(source), file.encoding)

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Find the template's columns by header name or position."""
        form = _format(source)
        columns = [column for column in source.columns if not column.from_file_name]
        if not form.header:
            return by_position(columns, len(form.edges), source)
        with mapped(file.text) as data, places(file, data) as place:
            for block in data_lines(data, form, file.encoding):
                at = -block.record
                if at < len(block.starts):  # record 0 is the last header record
                    raw = place(0, int(block.lines[at]), int(block.starts[at]), int(block.ends[at]))
                    names = cut(raw.raw, form.edges)
                    return by_name(names, raw, source, columns, 0)
        return Layout({column.name: f"c{n}" for n, column in enumerate(columns, 1)}, max(len(columns), 1))

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Cut every line; one that is no text in the file's encoding is rejected."""
        form = _format(source)
        batches = Batches(layout.width, form.nulls)
        rejects = Rejects()
        reading = _Reading(file, form, layout.width, batches, rejects)
        return Streamed(reading.draw(only), batches.schema, rejects)

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""
        form = _format(source)
        with mapped(file.text) as data, places(file, data) as place:
            for block, at in _wanted(data_lines(data, form, file.encoding), records):
                number = block.record + at
                yield place(number, int(block.lines[at]), int(block.starts[at]), int(block.ends[at]))


@dataclass(frozen=True, slots=True)
class _Reading:
    file: Opened
    format: FixedFormat
    width: int
    batches: Batches
    rejects: Rejects

    def draw(self, only: Iterable[int] | None) -> Iterator[pa.RecordBatch]:
        with mapped(self.file.text) as data:
            blocks = data_lines(data, self.format, self.file.encoding)
            if only is not None:
                for block, at in _wanted(blocks, only):
                    self._one(data, block, at)
                yield self.batches.take()
                return
            for block in blocks:
                body = block.part(max(0, min(len(block.starts), 1 - block.record)), len(block.starts))
                yield from self._whole(data, body)
            yield self.batches.take()

    def _whole(self, data: bytes | mmap.mmap, block: Block) -> Iterator[pa.RecordBatch]:
        """A block as a whole where all of it is text, else record by record."""
        if not len(block.starts):
            return
        begin, end = int(block.starts[0]), int(block.ends[-1])
        raw = data[begin:end]
        last = self.file.cut and end == len(data)
        try:
            raw.decode(self.file.encoding)
        except UnicodeDecodeError:
            last = True
        if last:
            for at in range(len(block.starts)):
                self._one(data, block, at)
                if self.batches.full:
                    yield self.batches.take()
            return
        starts, ends = (block.starts - begin).tolist(), (block.ends - begin).tolist()
        lines = [raw[a:b].decode(self.file.encoding) for a, b in zip(starts, ends, strict=True)]
        columns = _columns(lines, self.format.edges)
        yield self.batches.of([range(block.record, block.record + len(lines)), *columns])

    def _one(self, data: bytes | mmap.mmap, block: Block, at: int) -> None:
        number = block.record + at
        begin, end = int(block.starts[at]), int(block.ends[at])
        if self.file.cut and end == len(data):
            reason = "the compressed file ends too early; this record may be incomplete"
            self.rejects.add(number, "cut-off", reason)
            return
        try:
            text = data[begin:end].decode(self.file.encoding)
        except UnicodeDecodeError as error:
            reason = f"byte {error.start + 1} of it is not {self.file.codec}: {error.reason}"
            self.rejects.add(number, "broken-encoding", reason)
            return
        self.batches.add(number, cut(text, self.format.edges))


def _columns(lines: list[str], edges: Sequence[int]) -> list[list[str]]:
    stops = [*edges[1:], None]
    return [[line[begin:end].strip(" ") for line in lines] for begin, end in zip(edges, stops, strict=True)]


def _wanted(blocks: Iterable[Block], records: Iterable[int]) -> Iterator[tuple[Block, int]]:
    """The blocks and places of data records of rising numbers."""
    numbers = iter(records)
    number = next(numbers, None)
    for block in blocks:
        while number is not None and number < block.record + len(block.starts):
            if number >= max(1, block.record):
                yield block, number - block.record
            number = next(numbers, None)
        if number is None:
            return


def _format(source: Source) -> FixedFormat:
    assert isinstance(source.format, FixedFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


FIXED: Format = Fixed()
