"""A bin: a few files that are written together, where to, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from vertebra.formatted.branch import Branch
from vertebra.formatted.count import Count
from vertebra.formatted.formats.port import Problem, Streamed
from vertebra.governance.files import FileVersion
from vertebra.step import Account
from vertebra.table import DataFile

_BYTES = 24 << 20  # raw bytes that go into one Parquet file: a correction rewrites no more than that
_FILES = 128  # files in it: read the careful way each is a branch of one query


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bin is written.

    Parameters
    ----------
    table, quarantine : str
        Folders.
    prefix : str
        Name of the file in both.
    beside : bool
        Are others written at the same time? Then each runs on one thread: threads that share a bin wait for each other.
    """

    table: str
    quarantine: str
    prefix: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What became of some files.

    Parameters
    ----------
    files, findings : tuple of DataFile
        Their rows, and what is wrong with them.
    accounts : tuple of Account
        Of each file; where only some records were read again, of these.
    fallbacks : tuple of str
        What was done otherwise than intended.
    names : dict
        The columns that each file has, where that is known.
    again : bool
        Were only some of their records read, once more?
    """

    files: tuple[DataFile, ...]
    findings: tuple[DataFile, ...]
    accounts: tuple[Account, ...]
    fallbacks: tuple[str, ...]
    names: dict[int, tuple[str, ...] | None] = field(default_factory=dict)
    again: bool = False
    absent: tuple[str, ...] = ()  # optional columns, once for each file that does not have one


@dataclass(slots=True)
class Bin:
    """Some files and what is known of them so far, by file version."""

    branches: list[Branch] = field(default_factory=list)
    refused: dict[int, Problem] = field(default_factory=dict)
    counts: dict[int, Count] = field(default_factory=dict)
    data: tuple[DataFile, ...] = ()
    formatted: dict[int, int] = field(default_factory=dict)
    streams: dict[int, Streamed] = field(default_factory=dict)
    fallbacks: list[str] = field(default_factory=list)
    overlooked: dict[int, list[Problem]] = field(default_factory=dict)

    def formatted_or_rejected(self, number: int) -> int:
        """Records of a file that fit, or that its reader refused."""
        stream = self.streams.get(number)
        return self.formatted.get(number, 0) + (stream.rejects.count if stream else 0)


def bins(files: Iterable[FileVersion]) -> Iterator[tuple[FileVersion, ...]]:
    """Files in the order of their numbers, put together up to a size."""
    found: list[FileVersion] = []
    size = 0
    for file in files:
        if found and (size + file.size > _BYTES or len(found) == _FILES):
            yield tuple(found)
            found, size = [], 0
        found.append(file)
        size += file.size
    if found:
        yield tuple(found)


def streams(branches: Sequence[Branch]) -> tuple[dict[str, Any], dict[int, Streamed]]:
    """Readers of the files that the engine does not read by itself, by registered name; and what they reject."""
    import pyarrow as pa

    streams = [(one, one.stream()) for one in branches if not one.direct]
    tables = {one.name: pa.RecordBatchReader.from_batches(s.schema, s.batches) for one, s in streams}
    return tables, {one.file.id: stream for one, stream in streams}
