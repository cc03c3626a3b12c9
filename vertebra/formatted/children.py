"""Nested arrays of objects become tables whose rows refer to their parent's record and key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from vertebra.errors import AccountError
from vertebra.formatted.bin import bins
from vertebra.formatted.branch import layers, marks, wrong
from vertebra.formatted.conversion import VALUE, Conversion, convert
from vertebra.formatted.formats.opening import opened
from vertebra.formatted.formats.port import Opened, RawRecord, Streamed
from vertebra.formatted.formats.registry import child_streams, format_of
from vertebra.formatted.parquet import rows_by_file, scan
from vertebra.formatted.parts import subtract
from vertebra.formatted.publish import Output
from vertebra.formatted.quarantine import Severity, of_problems, write_findings
from vertebra.formatted.tables import child_columns
from vertebra.governance.files import FileVersion
from vertebra.project import POSITION, Child, Source
from vertebra.sql import quote
from vertebra.step import Account
from vertebra.table import FILE, RECORD, DataFile
from vertebra.workspace import Workspace

PARENT = "parent"
"""Why the values of a nested array are skipped: their parent's record is in no table."""


def write_children(
    ws: Workspace,
    source: Source,
    versions: Sequence[FileVersion],
    parents: Sequence[DataFile],
    prefix: str,
    stood: Mapping[str, Sequence[DataFile]],
    out: Collection[int],
) -> tuple[tuple[Output, ...], tuple[DataFile, ...]]:
    """Write the child tables of the files' records that stand in the parent table.

    Parameters
    ----------
    versions : sequence of FileVersion
        The files that this load read.
    parents : sequence of DataFile
        Of the parent table, as it is now.
    stood : mapping
        What stood in each child table.
    out : collection of int
        File versions whose values are no longer what they were.

    Returns
    -------
    tuple of Output
        The child tables, with an account of every file that was read.
    tuple of DataFile
        What is wrong with some of their values, for the source's quarantine.

    Raises
    ------
    AccountError
        If a value of a nested array went nowhere.
    """
    outputs: list[Output] = []
    findings: list[DataFile] = []
    for child in source.children:
        data: list[DataFile] = []
        accounts: list[Account] = []
        for number, files in enumerate(bins(versions)):
            with ExitStack() as stack:
                here = {file.id: stack.enter_context(opened(ws, source, file)) for file in files}
                writing = _Writing(ws, source, child, here, parents, f"{prefix}/{child.name}-{number:05d}")
                written = writing.values()
                accounts += writing.accounts(files, written)
                data += written
                findings += writing.findings(accounts[-len(files) :])
        folder = ws.storage.url(f"formatted/{child.name}")
        kept = subtract(ws, folder, stood.get(child.name, ()), f"{prefix}/{child.name}-old", files=out)
        outputs.append(_output(source, child, (*kept, *data), tuple(accounts)))
    return tuple(outputs), tuple(findings)


def _output(source: Source, child: Child, data: tuple[DataFile, ...], accounts: tuple[Account, ...]) -> Output:
    keys = [column for column in source.columns if column.name in source.key]
    columns = child_columns(source, child)
    grain = (*(f"{source.name}_{column.name}" for column in keys), *child.positions)
    what = f"{child.origin} of {source.name}"
    return Output(child.name, "formatted", f"formatted/{child.name}", columns, data, grain, what, accounts)


@dataclass(frozen=True, slots=True)
class _Writing:
    """The values of one nested array in a few files."""

    ws: Workspace
    source: Source
    child: Child
    files: Mapping[int, Opened]
    parents: Sequence[DataFile]
    prefix: str
    written: dict[int, Streamed] = field(default_factory=dict)  # what was read for the table, by file version

    @property
    def folder(self) -> str:
        return self.ws.storage.url(f"formatted/{self.child.name}")

    def values(self) -> tuple[DataFile, ...]:
        """Write those that fit and whose parents stand."""
        relation, fits = layers(self._converted(), self._raw())
        own = [f"p.{quote(name)} as {quote(f'{self.source.name}_{name}')}" for name in self.source.key]
        values = [f"r.{quote(VALUE.format(c.name))} as {quote(c.name)}" for c in self.child.columns]
        places = [f"r.{quote(name)}" for name in self.child.positions]
        names = ", ".join([*own, *places, *values, f"r.{FILE}", f"r.{RECORD}"])
        return self.ws.engine.write(
            f"select {names} from (select *, {fits} as _fits from {relation}) r "
            f"join {self._standing()} p on p.{FILE} = r.{FILE} and p.{RECORD} = r.{RECORD} "
            f"where r._fits order by r.{FILE}, r.{RECORD}, {', '.join(places)}",
            self.folder,
            self.prefix,
            tables=self._tables(0, self.written),
        )

    def accounts(self, files: Sequence[FileVersion], written: Sequence[DataFile]) -> list[Account]:
        """Where the values of each file went, by a count of their own."""
        union = " union all ".join(
            f"select *, {number}::bigint as {FILE} from _counts_{number}" for number in self.files
        )
        counted = self.ws.engine.arrow(
            f"select c.{FILE} as f, sum(c.n)::bigint as n, "
            f"coalesce(sum(c.n) filter (where p.{FILE} is not null), 0)::bigint as standing from ({union}) c "
            f"left join {self._standing()} p on p.{FILE} = c.{FILE} and p.{RECORD} = c.{RECORD} group by all",
            tables=self._tables(1),
        ).to_pylist()
        counts = {row["f"]: (row["n"], row["standing"]) for row in counted}
        rows = rows_by_file(self.ws, self.folder, written)
        short = any(counts.get(file.id, (0, 0))[1] != rows.get(file.id, 0) for file in files)
        wrong_ = self._wrong_by_file() if short else {}
        found = []
        for file in files:
            records, standing = counts.get(file.id, (0, 0))
            skipped = {PARENT: records - standing} if records > standing else {}
            formatted, quarantined = rows.get(file.id, 0), wrong_.get(file.id, 0)
            found.append(
                Account(self.child.name, file.name, file.id, file.version, records, formatted, quarantined, skipped)
            )
            if found[-1].balance:
                raise _unbalanced(found[-1], self.child)
        return found

    def findings(self, accounts: Iterable[Account]) -> tuple[DataFile, ...]:
        """Write what is wrong with the values that do not fit, and what of the elements nothing takes."""
        problems = [(number, problem) for number, stream in self.written.items() for problem in stream.problems]
        wrong_ = any(account.quarantined for account in accounts)
        if not wrong_ and not problems:
            return ()

        def find(file_id: int, records: Iterable[int]) -> Iterator[RawRecord]:
            own = self.source.of(file_id)
            return format_of(own).find(self.files[file_id], own, records)

        written, _ = write_findings(
            self.ws,
            [marks(self._unfit(), Severity.REJECTED)] if wrong_ else [],
            of_problems(problems),
            find,
            self.ws.storage.url(f"quarantine/{self.source.name}"),
            f"{self.prefix}-findings",
            self._tables(0) if wrong_ else {},
        )
        return written

    def _wrong_by_file(self) -> dict[int, int]:
        rows = self.ws.engine.arrow(
            f"select {FILE} as f, count(*) as n from ({self._unfit()}) group by all", tables=self._tables(0)
        )
        return dict(zip(rows["f"].to_pylist(), rows["n"].to_pylist(), strict=True))

    def _unfit(self) -> str:
        """SQL of the values that do not fit, of parents that stand: `_file`, `_record`, and what is wrong."""
        converted = self._converted()
        relation, fits = layers(converted, self._raw())
        found = ", ".join(
            wrong(column, converted[column.name], f"{self.child.name}.{column.name}", quote(f"c{number}"), "_at")
            for number, column in enumerate(self.child.columns, 1)
        )
        place = (
            f"' in {self.child.name}[' || {POSITION} || ']'" if len(self.child.positions) == 1 else _where(self.child)
        )
        return (
            f"select {FILE}, {RECORD}, [{found}] as found from (select *, {place} as _at from {relation}) r "
            f"where not ({fits}) and exists (from {self._standing()} p "
            f"where p.{FILE} = r.{FILE} and p.{RECORD} = r.{RECORD})"
        )

    def _converted(self) -> dict[str, Conversion]:
        return {c.name: convert(c, quote(f"c{number}")) for number, c in enumerate(self.child.columns, 1)}

    def _raw(self) -> str:
        """SQL of the values as text: `c1`, …, `_file`, `_record`, `_position`."""
        union = " union all ".join(
            f"select *, {number}::bigint as {FILE} from _values_{number}" for number in self.files
        )
        return f"({union})"

    def _standing(self) -> str:
        """SQL of the parents in these files that stand: their keys, `_file`, `_record`."""
        names = ", ".join([*(quote(name) for name in self.source.key), FILE, RECORD])
        if not self.parents:
            nothing = [f"null as {quote(name)}" for name in self.source.key]
            return f"(select {', '.join(nothing)}, null::bigint as {FILE}, null::bigint as {RECORD} where false)"
        folder = self.ws.storage.url(f"formatted/{self.source.name}")
        chosen = ", ".join(map(str, self.files))
        return f"(select {names} from {scan(folder, self.parents)} where {FILE} in ({chosen}))"

    def _tables(self, which: int, kept: dict[int, Streamed] | None = None) -> dict[str, Any]:
        """Streams of the values (0) or of how many each record has (1), by the names that the SQL uses."""
        import pyarrow as pa

        name = ("_values_{}", "_counts_{}")[which]
        found = {}
        for number, file in self.files.items():
            stream = child_streams(file, self.source.of(number), self.child)[which]
            if kept is not None:
                kept[number] = stream
            found[name.format(number)] = pa.RecordBatchReader.from_batches(stream.schema, stream.batches)
        return found


def _where(child: Child) -> str:
    """SQL of the places of a value that lies several arrays deep."""
    places = " || ', ' || ".join(quote(name) for name in child.positions)
    return f"' in {child.name}[' || {places} || ']'"


def _unbalanced(account: Account, child: Child) -> AccountError:
    return AccountError(
        f"values of {account.file} are not accounted for",
        where=f"table {account.table}, file version {account.file_id}",
        why=(
            f"{account.records} were counted in {child.origin}, {account.formatted} formatted, "
            f"{account.quarantined} quarantined, {sum(account.skipped.values())} skipped: "
            f"{account.balance} went nowhere"
        ),
        next_="nothing of it was published; please report this as a bug",
    )
