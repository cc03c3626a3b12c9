"""Write the typed rows of a few files as one Parquet file, and account for every record of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from vertebra.errors import AccountError, StepError
from vertebra.formatted import swift
from vertebra.formatted.bin import Bin, Place, Written, streams
from vertebra.formatted.bin_findings import write_problems
from vertebra.formatted.branch import Branch, branch, columns_of, typed, unfit
from vertebra.formatted.formats.opening import opened
from vertebra.formatted.formats.port import Problem
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.parquet import rows_by_file
from vertebra.governance.files import FileVersion
from vertebra.project import Source
from vertebra.step import Account
from vertebra.workspace import Workspace

_FRESH = timedelta(minutes=10)  # for so long the hash that landing took is not taken again
NAMES = 100  # unknown names of a file that are told: where names are data there is no end of them


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
        bin_ = Bin()
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
        findings, wrong = write_problems(ws, source, bin_, place)
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


def _write(ws: Workspace, source: Source, bin_: Bin, place: Place) -> None:
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


def _swiftly(ws: Workspace, source: Source, bin_: Bin, place: Place) -> bool:
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


def _copy(ws: Workspace, source: Source, bin_: Bin, place: Place) -> None:
    tables, bin_.streams = streams(bin_.branches)
    bin_.data = ()
    for group, name in (
        ([b for b in bin_.branches if b.direct], place.prefix),
        ([b for b in bin_.branches if not b.direct], f"{place.prefix}-careful"),
    ):
        if group:
            query = typed(source, group)
            bin_.data += ws.engine.write(query, place.table, name, tables=tables, in_order=place.beside)
    bin_.formatted = rows_by_file(ws, place.table, bin_.data)


def _miscounted(ws: Workspace, source: Source, bin_: Bin) -> set[int]:
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


def _overlooked(ws: Workspace, source: Source, bin_: Bin, suspects: Collection[int]) -> set[int]:
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


def _account(source: Source, file: FileVersion, bin_: Bin, wrong: int) -> Account:
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
