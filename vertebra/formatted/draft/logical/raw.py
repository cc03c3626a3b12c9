"""The raw records of delivered files, before anything is known of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vertebra.engine import Engine
from vertebra.errors import StepError, UsageError
from vertebra.formatted.draft.files import Given
from vertebra.formatted.formats.csv import engine_reading, engine_reads
from vertebra.formatted.formats.csv_layout import header_of, usual_fields
from vertebra.formatted.formats.declared import Declared
from vertebra.formatted.formats.opening import opened_at
from vertebra.formatted.formats.port import Layout, Opened, Problem, Streamed
from vertebra.formatted.formats.probing import by_place, probe
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.formats.sniffing import columns_of, types_of
from vertebra.project import (
    SHEET,
    CsvFormat,
    ExcelFormat,
    FileFormat,
    FixedFormat,
    JsonFormat,
    Source,
    XmlFormat,
)
from vertebra.sql import literal, quote

if TYPE_CHECKING:
    import pyarrow as pa

NO_NULL = "\x01"
"""What stands for "no value" while nothing is known of that: the engine's reader wants something."""
_KEPT = 64 << 20  # bytes of files whose records are kept in memory, where the engine does not read them by itself
_DENSE = 8  # times as many bytes may come out of a file that is no text


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that is open.

    Parameters
    ----------
    number : int
        Counted from 0, over all files.
    given : Given
        Which.
    opened : Opened
        Its bytes.
    names : tuple of str
        Of its columns, as its header has them; empty texts where it has none.
    layout : Layout
        Raw column by `#1`, `#2`, ….
    source : Source
        A template that reads every column as text.
    direct : bool
        Is it tried with the engine's own reader?
    types : tuple of Declared or None
        That the file declares for its columns; empty where it declares none.
    """

    number: int
    given: Given
    opened: Opened
    names: tuple[str, ...]
    layout: Layout
    source: Source
    direct: bool
    types: tuple[Declared | None, ...] = ()

    @property
    def textual(self) -> bool:
        """Is it delimited text, or of fixed width?"""
        return isinstance(self.source.format, CsvFormat | FixedFormat)

    @property
    def by_number(self) -> bool:
        """Is a record's number all that is to be known of its place?"""
        return not isinstance(self.source.format, CsvFormat | FixedFormat | JsonFormat | XmlFormat)


def _records(file: RawFile) -> Streamed:
    return format_of(file.source).stream(file.opened, file.source, file.layout)


@dataclass(slots=True)
class Raw:
    """All files, by the names of their columns.

    Parameters
    ----------
    engine : Engine
        What computes.
    shapes : list of list of RawFile
        Files with the same names together.
    careful : set of int
        Numbers of files that the engine's own reader does not take.
    rejects : dict
        Records that could not be read, by number of the file.
    draw : callable
        Reads all records of a file.
    """

    engine: Engine
    shapes: list[list[RawFile]]
    careful: set[int] = field(default_factory=set)
    rejects: dict[int, int] = field(default_factory=dict)
    draw: Callable[[RawFile], Streamed] = _records
    _kept: dict[int, pa.Table] = field(default_factory=dict)

    @property
    def files(self) -> list[RawFile]:
        """All of them."""
        return sorted((file for shape in self.shapes for file in shape), key=lambda file: file.number)

    @property
    def swift(self) -> bool:
        """Does the engine's own reader take all files?"""
        return not self.careful and all(file.direct for shape in self.shapes for file in shape)

    def relations(self, shape: Sequence[RawFile], null: str = NO_NULL) -> Iterator[tuple[str, Sequence[RawFile]]]:
        """SQL of the records of files with the same names: `c1`, `c2`, …; each with the files that it reads.

        `null` is what the engine's own reader takes for no value.
        """
        direct = [file for file in shape if file.direct and file.number not in self.careful]
        if direct:
            format_ = direct[0].source.format
            assert isinstance(format_, CsvFormat)  # noqa: S101  others are not read by the engine
            paths = [str(file.opened.text) for file in direct]
            yield engine_reading(paths, replace(format_, nulls=(null,)), direct[0].layout.width), direct
        for file in shape:
            if file not in direct:
                yield f"_raw_{file.number}", [file]

    def tables(self, files: Sequence[RawFile] | None = None) -> dict[str, Any]:
        """Records of the files that the engine does not read by itself, by the names that `relations` gives them."""
        import pyarrow as pa

        found: dict[str, Any] = {}
        for file in self.files if files is None else files:
            if file.direct and file.number not in self.careful:
                continue
            if file.number not in self._kept:
                stream = self.draw(file)
                if file.opened.text.stat().st_size * (1 if file.textual else _DENSE) > _KEPT:
                    found[f"_raw_{file.number}"] = pa.RecordBatchReader.from_batches(stream.schema, stream.batches)
                    continue
                self._kept[file.number] = pa.Table.from_batches(stream.batches, stream.schema)
                self.rejects[file.number] = stream.rejects.count
            found[f"_raw_{file.number}"] = self._kept[file.number]
        return found

    def arrow(self, sql: str, files: Sequence[RawFile] | None = None) -> pa.Table:
        """The result of a query over `relations`."""
        return self.engine.arrow(sql, tables=self.tables(files))

    def find_careful(self) -> bool:
        """Find the files that the engine's own reader does not take; were there any that it was tried with?"""
        before = len(self.careful)
        for file in self.files:
            if not file.direct or file.number in self.careful:
                continue
            format_ = file.source.format
            assert isinstance(format_, CsvFormat)  # noqa: S101  others are not read by the engine
            relation = engine_reading([str(file.opened.text)], format_, file.layout.width)
            columns = ", ".join(f"max(c{number})" for number in range(1, file.layout.width + 1))
            try:
                self.engine.arrow(f"select {columns} from {relation}")
            except StepError:
                self.careful.add(file.number)
        return len(self.careful) > before


@contextmanager
def raw_files(
    engine: Engine, format_: FileFormat, given: Sequence[Given], scratch: Path, names: Sequence[str] = ()
) -> Iterator[Raw]:
    """Open delivered files.

    Parameters
    ----------
    engine : Engine
        What computes.
    format_ : FileFormat
        How they are written.
    given : sequence of Given
        The files.
    scratch : Path
        Folder for what is made on the way.
    names : sequence of str
        Of the fields, where the format has no header to name them.

    Raises
    ------
    UsageError
        If a file has no header that could be read.
    """
    with ExitStack() as stack:
        shapes: dict[tuple[str, ...], list[RawFile]] = {}
        for number, one in enumerate(given):
            file = _raw_file(
                number, one, stack.enter_context(opened_at(one.path, format_, scratch, one.name)), format_, names
            )
            if file is not None:
                shapes.setdefault(file.names, []).append(file)
        yield Raw(engine, list(shapes.values()))


def _raw_file(number: int, given: Given, opened: Opened, format_: FileFormat, names: Sequence[str]) -> RawFile | None:
    if isinstance(format_, CsvFormat):
        header = header_of(opened, format_)
        if isinstance(header, Problem):
            raise _unreadable(given, header)
        own = header.names
        text = replace(format_, nulls=(NO_NULL,))
        if format_.header and header.raw is None:  # shorter than its header
            return None
        form: FileFormat = text
        source = by_place(form, [f"#{n}" for n in range(1, (len(own) or _fields(opened, text)) + 1)])
    else:
        form = replace(format_, nulls=())
        edges = len(format_.edges) if isinstance(format_, FixedFormat) else 0  # others are found by their names
        own = tuple(names) or (() if edges else _named(columns_of(opened, format_), format_))
        source = probe(form, tuple(f"#{n}" for n in range(1, edges + 1)) or own)
    layout = format_of(source).layout(opened, source)
    if isinstance(layout, Problem):
        raise _unreadable(given, layout)
    direct = isinstance(form, CsvFormat) and engine_reads(form, opened.encoding) and _orderly(opened, source)
    types = types_of(opened, format_)
    return RawFile(number, given, opened, own or ("",) * layout.width, layout, source, direct, types)


def _named(names: Sequence[str], format_: FileFormat) -> tuple[str, ...]:
    """Names of the columns of a file; that of its sheet is one where there are several."""
    alone = isinstance(format_, ExcelFormat) and len(format_.sheets) < 2 and "*" not in format_.sheets
    return tuple(name for name in names if name != SHEET or not alone)


def _fields(opened: Opened, format_: CsvFormat) -> int:
    """Fields of a file's records without a header, up to the last that holds a value; a late record may be the first.

    One where the first records tell, or none of them can be read.
    """
    import pyarrow.compute as pc

    reader, usual = format_of(by_place(format_, ["#1"])), usual_fields(opened, format_)
    first = reader.layout(opened, by_place(format_, ["#1"]))
    if isinstance(first, Problem) or usual <= first.width:
        return 1
    source = by_place(format_, [f"#{usual}"])
    layout = reader.layout(opened, source)
    if isinstance(layout, Problem):
        return 1
    used = first.width
    for batch in reader.stream(opened, source, layout).batches:
        filled = (n for n in range(usual, used, -1) if pc.any(pc.not_equal(batch.column(n), "")).as_py())
        used = next(filled, used)
        if used == usual:
            break
    return used


def _orderly(opened: Opened, source: Source) -> bool:
    """Are all quotes and line ends in order, so that the engine's reader knows the same records as a load does?"""
    return not opened.cut and format_of(source).count(opened, source).orderly


def _unreadable(given: Given, problem: Problem) -> UsageError:
    return UsageError(
        f'cannot draft from "{given.name}"',
        where=str(given.path),
        why=problem.reason,
        next_="leave the file out, or write the source by hand (docs/sources.md)",
    )


def by_file(files: Sequence[RawFile], values: Sequence[str], relation: str) -> str:
    """SQL that gives each record of `relation` the value of its file, which is a text for every file."""
    if len(files) == 1 or len(set(values)) == 1:
        return f"{literal(values[0])}::varchar"
    cases = " ".join(
        f"when {literal(str(file.opened.text))} then {literal(value)}"
        for file, value in zip(files, values, strict=True)
    )
    assert relation  # noqa: S101  only the engine's reader reads several files together
    return f"case {quote('filename')} {cases} end"
