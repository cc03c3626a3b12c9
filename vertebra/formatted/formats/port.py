"""The port of a format: count the records of a file, read them as raw text, find them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vertebra.formatted.count import Count
from vertebra.formatted.formats.rejects import Rejects
from vertebra.project import Source

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class RawRecord:
    r"""One record as it was delivered.

    Parameters
    ----------
    record : int
        1-based among the data records of its file; 0 for the file itself or its header.
    line : int
        1-based line on which it begins.
    start, end : int
        Its bytes in the (decompressed) file, end exclusive.
    raw : str
        Its text; bytes that are no text in the file's encoding appear as `\xNN`.
    """

    record: int
    line: int
    start: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a whole file.

    Parameters
    ----------
    type, reason : str
        Kind of finding, and what is wrong in words.
    at : RawRecord
        Where; record 0.
    fatal : bool
        Is every record of the file rejected by it? Otherwise it is a warning.
    """

    type: str
    reason: str
    at: RawRecord = RawRecord(0, 0, 0, 0, "")
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, ready to be read.

    Parameters
    ----------
    path : Path
        Its bytes, decompressed.
    text : Path
        The same in an encoding in which every byte below 128 is ASCII.
    encoding : str
        The encoding of `text`.
    codec : str
        That of `path`, without a byte order mark.
    mark : int
        Bytes of the byte order mark in `path` that `text` does not have.
    problem : Problem or None
        What is wrong with its compressed form.
    cut : bool
        Did the compressed data end too early? Then the last record may be incomplete.
    name : str
        Under which it was delivered.
    """

    path: Path
    text: Path
    encoding: str
    codec: str
    mark: int = 0
    problem: Problem | None = None
    cut: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Streamed:
    """Raw records as Arrow batches: `_record`, then `c1`, `c2`, … as text.

    `rejects` and `problems` fill while the batches are drawn.
    """

    batches: Iterator[pa.RecordBatch]
    schema: pa.Schema
    rejects: Rejects
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column's raw text is found in a file: template column to raw column (`c1`, …).

    Parameters
    ----------
    raw : mapping
        Template column to raw column.
    width : int
        Raw columns of a record.
    body : int
        Byte of `Opened.text` at which the data records begin.
    warnings : tuple of Problem
        What somebody should know.
    names : tuple of str, optional
        Of the columns that the file has, all of them; None where they are not known beforehand.
    absent : tuple of str
        Optional template columns that the file does not have.
    above : int
        Lines before the header, or before the first record where there is none, that are no part of the table.
    anew : bool
        Does the engine's reader write values anew? Then it takes no `_` for a part of a number, and a file with a
        record that does not fit is read the careful way, to show what was delivered.
    """

    raw: Mapping[str, str]
    width: int
    body: int = 0
    warnings: tuple[Problem, ...] = ()
    names: tuple[str, ...] | None = None
    absent: tuple[str, ...] = ()
    above: int = 0
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Swift:
    """Types that the engine's reader gives raw columns by itself, and stops at a text that does not fit.

    Parameters
    ----------
    types : mapping
        Raw column (`c1`, …) to `DOUBLE`, `TIMESTAMP` or `VARCHAR`; those that are not named are text.
    clock : str
        strptime pattern of all timestamps; empty where there are none.
    """

    types: Mapping[str, str]
    clock: str


class Format(Protocol):
    """How one kind of file is read. Every format passes `tests/contract/format_contract.py`."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records, independently of `direct` and `stream`."""

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Find the template's columns in the file, or say why the whole file cannot be read by it."""

    def direct(self, file: Opened, source: Source, layout: Layout, count: Count) -> str:
        """The fast way: SQL with the columns `c1`, `c2`, … as text, in the order of the records.

        Empty where the engine's reader is not known to read such a file by the same grammar.
        """

    def together(
        self, files: Sequence[Opened], source: Source, layout: Layout, swift: Swift, counts: Sequence[Count]
    ) -> str:
        """The fast way for several files that `direct` takes and that are built alike, one after the other.

        The columns are of the types that `swift` says; `file_index` is the place of a record's file among them.
        """

    def unseen(self, file: Opened, source: Source) -> str:
        """SQL of the names in a file that the fast way passes over: `name`, and `record`, the first that has it.

        The query stops at a record that the careful way would reject. Empty where nothing is passed over.
        """

    def overlooked(self, file: Opened, source: Source, layout: Layout, count: Count) -> Iterable[Problem]:
        """What else the fast way passes over without a word, of a file that it took whole.

        The careful way says the same among the problems of its stream.
        """

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """The careful way: reads what can be read and rejects the rest record by record.

        With `only`, just the records of these rising numbers.
        """

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""


class NoFastWay:
    """What a format says of the fast way where the engine has no reader that reads such files by the same grammar."""

    __slots__ = ()

    def direct(self, file: Opened, source: Source, layout: Layout, count: Count) -> str:
        """Never."""
        del file, source, layout, count
        return ""

    def together(
        self, files: Sequence[Opened], source: Source, layout: Layout, swift: Swift, counts: Sequence[Count]
    ) -> str:
        """Never, as `direct`."""
        del files, source, layout, swift, counts
        return ""

    def unseen(self, file: Opened, source: Source) -> str:
        """Nothing: no file is read directly, and what the template does not name the careful way says."""
        del file, source
        return ""

    def overlooked(self, file: Opened, source: Source, layout: Layout, count: Count) -> Iterable[Problem]:
        """Nothing, as `unseen`."""
        del file, source, layout, count
        return ()
