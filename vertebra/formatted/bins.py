"""Write the typed rows of a few files as one Parquet file, and account for every record of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from vertebra.errors import AccountError, StepError
from vertebra.formatted import rescue, swift
from vertebra.formatted.branch import Branch, between, branch, columns_of, marks, repeated, rescued, typed, unfit
from vertebra.formatted.clock import Hours, repeated_hours
from vertebra.formatted.count import Count
from vertebra.formatted.formats.opening import opened
from vertebra.formatted.formats.port import Problem, RawRecord, Streamed
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.parquet import rows_by_file, scan
from vertebra.formatted.quarantine import Severity, of_problems, rejected, write_findings
from vertebra.governance.files import FileVersion
from vertebra.project import RESCUED, ColumnTemplate, Source
from vertebra.sql import quote
from vertebra.step import Account
from vertebra.table import FILE, RECORD, DataFile
from vertebra.workspace import Workspace

_BYTES = 16 << 20  # raw bytes that go into one Parquet file: a correction rewrites no more than that
_FRESH = timedelta(minutes=10)  # for so long the hash that landing took is not taken again
_FILES = 128  # files in it: read the careful way each is a branch of one query
NAMES = 100  # unknown names of a file that are told: where names are data there is no end of them


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
class _Bin:
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


def write_bin(
    ws: Workspace,
    source: Source,
    files: Sequence[FileVersion],
    place: Place,
    only: Mapping[int, Sequence[int]] | None = None,
) -> Written:
    """Write the rows of some files of a source as one Parquet file, and what is wrong with them as another.

    With `only`, just the records of these rising numbers, by file version.

    Raises
    ------
    AccountError
        If a record of a file went nowhere.
    DamageError
        If a file is not what was landed.
    """
    with ExitStack() as stack:
        bin_ = _Bin()
        for file in files:
            here = stack.enter_context(opened(ws, source, file, verify=_rested(file)))
            looked = branch(source, file, here)
            if isinstance(looked, Branch):
                one = looked if only is None else looked.again(only[file.id])
                bin_.branches.append(one)
                bin_.counts[file.id] = one.count
            else:
                bin_.counts[file.id], bin_.refused[file.id] = looked
        _write(ws, source, bin_, place)
        findings, wrong = _findings(ws, source, bin_, place)
    accounts = [_account(source, file, bin_, wrong.get(file.id, 0)) for file in files]
    for account in accounts:
        if account.balance:
            raise _unbalanced(account)
    names = {one.file.id: one.layout.names for one in bin_.branches} | dict.fromkeys(bin_.refused)
    absent = tuple(name for one in bin_.branches for name in one.layout.absent)
    return Written(bin_.data, findings, tuple(accounts), tuple(bin_.fallbacks), names, only is not None, absent)


def _rested(file: FileVersion) -> bool:
    """Has a file lain in the landing zone since it was hashed on its way in?"""
    return datetime.now(UTC) - file.received_at > _FRESH


def _write(ws: Workspace, source: Source, bin_: _Bin, place: Place) -> None:
    """Write all branches; what the engine's strict reader refuses or miscounts is read the careful way."""
    if not bin_.branches:
        return
    suspects: set[int] = set()
    if not _swiftly(ws, source, bin_, place):
        try:
            _copy(ws, source, bin_, place)
            suspects = _miscounted(ws, source, bin_)
        except StepError:
            suspects = {one.file.id for one in bin_.branches if one.direct and not _sound(ws, one)}
            if not suspects:
                raise
    suspects |= _overlooked(ws, source, bin_, suspects)
    if suspects:
        bin_.branches = [one.careful() if one.file.id in suspects else one for one in bin_.branches]
        bin_.fallbacks += [
            f"{source.name}: the engine's reader does not take {one.file.name}; it was read record by record"
            for one in bin_.branches
            if one.file.id in suspects
        ]
        _copy(ws, source, bin_, place)


def _swiftly(ws: Workspace, source: Source, bin_: _Bin, place: Place) -> bool:
    """Write all branches typed by the engine's own reader; False if one cannot be read so, or is not all there then.

    What that reader refuses is looked at again by `_write`, so nothing is decided here but that all is well.
    """
    if not all(one.swift for one in bin_.branches):
        return False
    query = swift.query(source, bin_.branches)
    try:
        bin_.data = ws.engine.write(query, place.table, place.prefix, columns=columns_of(source), in_order=place.beside)
    except StepError:
        return False
    if not swift.proven(source, bin_.branches, bin_.data):
        return False
    bin_.formatted = {one.file.id: one.count.data for one in bin_.branches}
    return True


def _copy(ws: Workspace, source: Source, bin_: _Bin, place: Place) -> None:
    tables, bin_.streams = _streams(bin_.branches)
    bin_.data = ()
    for group, name in (
        ([b for b in bin_.branches if b.direct], place.prefix),
        ([b for b in bin_.branches if not b.direct], f"{place.prefix}-careful"),
    ):
        if group:
            query = typed(source, group)
            bin_.data += ws.engine.write(query, place.table, name, tables=tables, in_order=place.beside)
    bin_.formatted = rows_by_file(ws, place.table, bin_.data)


def _streams(branches: Sequence[Branch]) -> tuple[dict[str, Any], dict[int, Streamed]]:
    """Readers of the files that the engine does not read by itself, by registered name; and what they reject."""
    import pyarrow as pa

    streams = [(one, one.stream()) for one in branches if not one.direct]
    tables = {one.name: pa.RecordBatchReader.from_batches(s.schema, s.batches) for one, s in streams}
    return tables, {one.file.id: stream for one, stream in streams}


def _miscounted(ws: Workspace, source: Source, bin_: _Bin) -> set[int]:
    """Files that were read directly and whose records, fitting or not, are not as many as were counted."""
    found = set()
    for one in bin_.branches:
        missing = one.count.data - bin_.formatted.get(one.file.id, 0)
        if one.direct and missing and one.layout.anew:
            found.add(one.file.id)
        elif one.direct and missing:
            others = ws.engine.arrow(f"select count(*) as n from ({unfit(source, [one])})")
            if others["n"][0].as_py() != missing:
                found.add(one.file.id)
    return found


def _overlooked(ws: Workspace, source: Source, bin_: _Bin, suspects: Collection[int]) -> set[int]:
    """Look for names that the fast way passed over; the files that it should not have read, by that.

    As many values in the table as a glance at the bytes counted: then there is nothing else in the files.
    """
    names = {column.name for column in source.columns if not column.from_file_name}
    known = all(names <= file.nulls.keys() for file in bin_.data)
    values = sum(file.rows * len(names) - sum(file.nulls[name] for name in names) for file in bin_.data if known)
    if known and not suspects and min(one.count.values for one in bin_.branches) >= 0:
        origins = {column.origin for column in source.columns if not column.from_file_name}
        if len(origins) == len(names) and sum(one.count.values for one in bin_.branches) == values:
            return set()
    found = set()
    for one in bin_.branches:
        looks = one.direct and one.file.id not in suspects
        query = format_of(one.source).unseen(one.opened, one.source) if looks else ""
        try:
            rows = ws.engine.arrow(query).to_pylist() if query else []
        except StepError:
            found.add(one.file.id)
            continue
        if not rows:
            continue
        places = {at.record: at for at in one.find(sorted({row["record"] for row in rows}))}
        bin_.overlooked[one.file.id] = [
            Problem("unknown-field", f'the template does not name "{row["name"]}"', places[row["record"]])
            for row in rows[:NAMES]
        ]
    return found


def _sound(ws: Workspace, one: Branch) -> bool:
    """Does the engine's strict reader take all of a file? Every column is asked for, so that every one is parsed."""
    columns = ", ".join(f"max(c{number})" for number in range(1, one.layout.width + 1))
    try:
        rows = ws.engine.arrow(f"select count(*) as n, {columns} from {one.direct}")
    except StepError:
        return False
    return bool(rows["n"][0].as_py() == one.count.data)


def _findings(ws: Workspace, source: Source, bin_: _Bin, place: Place) -> tuple[tuple[DataFile, ...], dict[int, int]]:
    """Write what is wrong with the files; and for each the number of its records that are in quarantine for it."""
    by_id = {one.file.id: one for one in bin_.branches}
    short = [one for one in bin_.branches if bin_.formatted_or_rejected(one.file.id) < one.count.data]
    tables, _ = _streams(short)
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


def _kept_anyway(source: Source, bin_: _Bin, tables: dict[str, Any]) -> list[str]:
    """Marks of the values that do not fit rows that were kept."""
    if not rescue.rescues(source) or all(file.nulls.get(RESCUED) == file.rows for file in bin_.data):
        return []
    careful = [one.careful(f"_kept_{one.file.id}") for one in bin_.branches]
    more, _ = _streams(careful)
    tables |= more
    return [marks(rescued(source, careful), Severity.WARNING)]


def _problems(bin_: _Bin) -> Iterator[tuple[int, Problem]]:
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


def _ambiguous(ws: Workspace, source: Source, bin_: _Bin, place: Place, tables: dict[str, Any]) -> list[str]:
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


def _account(source: Source, file: FileVersion, bin_: _Bin, wrong: int) -> Account:
    count = bin_.counts[file.id]
    formatted = bin_.formatted.get(file.id, 0)
    quarantined = count.data if file.id in bin_.refused else wrong
    return Account(
        source.name, file.name, file.id, file.version, count.records, formatted, quarantined, count.skipped()
    )


def _unbalanced(account: Account) -> AccountError:
    return AccountError(
        f"records of {account.file} are not accounted for",
        where=f"table {account.table}, file version {account.file_id}",
        why=(
            f"{account.records} were counted, {account.formatted} formatted, {account.quarantined} quarantined, "
            f"{sum(account.skipped.values())} skipped: {account.balance} went nowhere"
        ),
        next_="nothing of it was published; look at the file's dialect in the source's `format:`",
    )
