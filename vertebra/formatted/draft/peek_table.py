"""The table of a file of named columns or nested records, as its declaration reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from vertebra.errors import UsageError
from vertebra.formatted.draft.peeked import Peeked, Remark
from vertebra.formatted.formats.port import Opened, Problem
from vertebra.formatted.formats.probing import probe
from vertebra.formatted.formats.registry import format_of
from vertebra.project import FileFormat

_TOLD = 1_000  # records that are told one by one


def peek_table(file: Opened, format_: FileFormat, names: Sequence[str]) -> Iterator[Peeked]:
    """The header and the records of a file; nested values as compact JSON, records that cannot be read as remarks.

    Parameters
    ----------
    file : Opened
        The file.
    format_ : FileFormat
        Its declaration.
    names : sequence of str
        Of its columns, or paths of the values in its records.

    Raises
    ------
    UsageError
        If it cannot be read at all.
    """
    source = probe(format_, names)
    reader = format_of(source)
    layout = reader.layout(file, source)
    if isinstance(layout, Problem):
        raise UsageError(
            f'"{file.name}" cannot be shown as a table',
            where="vertebra peek",
            why=layout.reason,
            next_="have it delivered again, or say with --template how it is to be read",
        )
    yield Peeked(tuple(names))
    stream = reader.stream(file, source, layout)
    for batch in stream.batches:
        columns = [column.to_pylist() for column in batch.columns[1:]]
        for texts in zip(*columns, strict=True):
            yield Peeked(tuple(text or "" for text in texts))
    rejected = stream.rejects.arrow().sort_by("record").to_pylist()
    reasons = {row["record"]: row["reason"] for row in islice(rejected, _TOLD)}
    for raw in reader.find(file, source, reasons):
        yield Peeked((), Remark(raw.line, f"{reasons[raw.record]}: the record is left out"))
    if len(rejected) > _TOLD:
        yield Peeked((), Remark(0, f"{len(rejected) - _TOLD} more records are left out"))
    for problem in (*layout.warnings, *stream.problems):
        yield Peeked((), Remark(problem.at.line, problem.reason))
