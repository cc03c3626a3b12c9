"""The swift way: the engine's own reader types the values, and what it wrote is held against the count.

Nothing is looked at row by row that the statistics of the written file show: numbers without infinities, times in
their bounds, no missing value where one is required. Where they do not show it, the caller takes another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from vertebra.formatted import rescue
from vertebra.formatted.branch import Branch, conversions, layers
from vertebra.formatted.conversion import VALUE, read_as
from vertebra.formatted.formats.registry import format_of
from vertebra.project import RESCUED, ColumnTemplate, Source
from vertebra.sql import literal, quote
from vertebra.table import FILE, RECORD, DataFile

_WORD = "1900-01-01T00:00:00.000000Z"  # what the reader makes of the words `infinity` and `epoch`


def query(source: Source, branches: Sequence[Branch]) -> str:
    """SQL of the typed rows of some files, which stops at a text that does not fit its type.

    A record stands in it under its number in the file, from 1 to the number that was counted; one that is beyond it,
    or does not fit, has none. Where none has none, no file holds more than was counted, and none can make up for
    another that holds less.
    """
    converted = conversions(source, branches, swift=True)
    relation, fits = layers(converted, _union(source, branches))
    values = ", ".join(f"{quote(VALUE.format(name))} as {quote(name)}" for name in converted)
    names = ", ".join(quote(name) for name in converted)
    if rescue.rescues(source):  # a text that does not fit stops the reader: there is nothing to rescue
        values += f", null::varchar as {RESCUED}"
        names += f", {RESCUED}"
    inner = f"select {values}, {FILE}, _before, _count, {fits} as _fits from {relation}"
    fenced = f"select {names}, {FILE}, _fits, _count, row_number() over () - _before as _number from ({inner})"
    record = f"case when _fits and _number between 1 and _count then _number end as {RECORD}"
    return f"select {names}, {FILE}, {record} from ({fenced})"


def _union(source: Source, branches: Sequence[Branch]) -> str:
    """SQL of the files' records; those that are built alike are read by one reader.

    Beside the columns stand `_file`, `_before`, the records counted in the files before, and `_count`, those in it.
    """
    parts = []
    before = 0
    for _, group in groupby(branches, key=_build):
        files = list(group)
        first = files[0]
        columns = ", ".join(f"{_column(files, column)} as {quote(column.name)}" for column in source.columns)
        starts = []
        for one in files:
            starts.append(before)
            before += one.count.data
        numbers = (
            f"{_by_file([str(one.file.id) for one in files])}::bigint as {FILE}, "
            f"{_by_file(map(str, starts))}::bigint as _before, "
            f"{_by_file([str(one.count.data) for one in files])}::bigint as _count"
        )
        assert first.swift is not None  # noqa: S101  the caller has seen to it
        opened, counts = [one.opened for one in files], [one.count for one in files]
        read = format_of(first.source).together(opened, first.source, first.layout, first.swift, counts)
        parts.append(f"(select {columns}, {numbers} from {read})")
    return f"({' union all '.join(parts)})"


def _build(one: Branch) -> object:
    return one.source.format, one.layout.width, one.layout.above, dict(one.layout.raw), one.swift


def _column(files: Sequence[Branch], column: ColumnTemplate) -> str:
    if not column.from_file_name:
        return files[0].layout.raw[column.name]
    return f"{_by_file([literal(one.fields[column.from_file_name]) for one in files])}::varchar"


def _by_file(values: Iterable[str]) -> str:
    """SQL of what is another for each file of a reader."""
    found = list(values)
    if len(set(found)) == 1:
        return found[0]
    return f"(case file_index {' '.join(f'when {number} then {value}' for number, value in enumerate(found))} end)"


def proven(source: Source, branches: Iterable[Branch], data: Iterable[DataFile]) -> bool:
    """Do written files hold every record that was counted and no other, and only values that fit?"""
    written = tuple(data)
    if sum(file.rows for file in written) != sum(one.count.data for one in branches):
        return False
    if any(file.nulls.get(RECORD) != 0 for file in written):
        return False
    read = [column for column in source.columns if not column.from_file_name]
    return all(_fits(column, file, source) for file in written for column in read)


def _fits(column: ColumnTemplate, file: DataFile, source: Source) -> bool:
    """Do the statistics of a file show that every value of a column fits, as far as `query` did not look at it?"""
    if not read_as(column):  # it was read as text, and `query` looked at every value
        return True
    missing = file.nulls.get(column.name)
    if missing is None or (missing and (column.required or column.name in source.key)):
        return False
    if missing == file.rows or column.type == "text":
        return True
    if column.type == "timestamp":
        return column.timezone != "UTC" or file.lower.get(column.name, "") > _WORD
    return column.name in file.lower  # numbers that are not finite have no bounds
