"""What is wrong with the files of a bin, written to the quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from vertebra.formatted import rescue
from vertebra.formatted.bin import Bin, Place, streams
from vertebra.formatted.branch import between, marks, repeated, rescued, unfit
from vertebra.formatted.clock import Hours, repeated_hours
from vertebra.formatted.formats.port import Problem, RawRecord
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.parquet import scan
from vertebra.formatted.quarantine import Severity, of_problems, rejected, write_findings
from vertebra.project import RESCUED, ColumnTemplate, Source
from vertebra.sql import quote
from vertebra.table import FILE, RECORD, DataFile
from vertebra.workspace import Workspace


def write_problems(
    ws: Workspace, source: Source, bin_: Bin, place: Place
) -> tuple[tuple[DataFile, ...], dict[int, int]]:
    """Write what is wrong with the files; and for each the number of its records that are in quarantine for it."""
    by_id = {one.file.id: one for one in bin_.branches}
    short = [one for one in bin_.branches if bin_.formatted_or_rejected(one.file.id) < one.count.data]
    tables, _ = streams(short)
    groups = [b for b in short if b.direct], [b for b in short if not b.direct]
    found = [marks(unfit(source, group), Severity.REJECTED) for group in groups if group]
    for number, stream in bin_.streams.items():
        if stream.rejects.count:
            tables[f"_rejects_{number}"] = stream.rejects.arrow()
            found.append(rejected(number, f"_rejects_{number}"))
    found += _kept_anyway(source, bin_, tables)
    found += _ambiguous(ws, source, bin_, place, tables)

    def find(file_id: int, records: Iterable[int]) -> Iterator[RawRecord]:
        return by_id[file_id].find(records)

    problems = of_problems(_problems(bin_))
    return write_findings(ws, found, problems, find, place.quarantine, f"{place.prefix}-findings", tables)


def _kept_anyway(source: Source, bin_: Bin, tables: dict[str, Any]) -> list[str]:
    """Marks of the values that do not fit rows that were kept."""
    if not rescue.rescues(source) or all(file.nulls.get(RESCUED) == file.rows for file in bin_.data):
        return []
    careful = [one.careful(f"_kept_{one.file.id}") for one in bin_.branches]
    more, _ = streams(careful)
    tables |= more
    return [marks(rescued(source, careful), Severity.WARNING)]


def _problems(bin_: Bin) -> Iterator[tuple[int, Problem]]:
    """What is to be said about whole files."""
    yield from bin_.refused.items()
    for one in bin_.branches:
        if one.only is not None:  # it was said when the whole file was read
            continue
        if one.opened.problem:
            yield one.file.id, one.opened.problem
        for warning in one.layout.warnings:
            yield one.file.id, warning
        if one.direct:
            passed = format_of(one.source).overlooked(one.opened, one.source, one.layout, one.count)
            yield from ((one.file.id, problem) for problem in (*bin_.overlooked.get(one.file.id, ()), *passed))
        if one.file.id in bin_.streams:
            for problem in bin_.streams[one.file.id].problems:
                yield one.file.id, problem
        if not one.count.records:
            yield one.file.id, Problem("empty-file", "the file is empty")
        elif not one.count.data:
            yield one.file.id, Problem("no-records", "the file has no record behind its header")


def _ambiguous(ws: Workspace, source: Source, bin_: Bin, place: Place, tables: dict[str, Any]) -> list[str]:
    """Marks of the times that exist twice; each was read as the first of the two."""
    import pyarrow as pa

    hours = {column.name: _reached(column, bin_.data) for column in source.columns if column.type == "timestamp"}
    hours = {name: spans for name, spans in hours.items() if spans}
    if not hours:
        return []
    test = " or ".join(between(quote(name), spans) for name, spans in hours.items())
    hits = ws.engine.arrow(
        f"select {FILE} as f, {RECORD} as r from {scan(place.table, bin_.data)} where {test} order by all"
    )
    files, records = hits["f"].to_numpy(), hits["r"].to_numpy()
    found = []
    for one in bin_.branches:
        own = records[files == one.file.id]
        if len(own):
            again = one.careful(f"_again_{one.file.id}")
            stream = again.stream(own.tolist())
            tables[again.name] = pa.RecordBatchReader.from_batches(stream.schema, stream.batches)
            found.append(marks(repeated(source, again, hours), Severity.WARNING))
    return found


def _reached(column: ColumnTemplate, data: Iterable[DataFile]) -> Hours:
    """The hours that exist twice and that written files may hold times of."""
    found: set[tuple[datetime, datetime]] = set()
    for file in data:
        low, high = file.lower.get(column.name), file.upper.get(column.name)
        if low is None or high is None:  # no bounds are known
            found.update(repeated_hours(column.timezone))
            continue
        first, last = datetime.fromisoformat(low), datetime.fromisoformat(high)
        found.update(hour for hour in repeated_hours(column.timezone) if hour[0] <= last and hour[1] > first)
    return tuple(sorted(found))
