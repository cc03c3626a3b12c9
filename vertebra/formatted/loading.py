"""One load: write what comes, resolve keys, take out what goes, check the account, publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vertebra.errors import AccountError
from vertebra.formatted import keys
from vertebra.formatted.bins import Place, Written, bins, write_bin
from vertebra.formatted.branch import table_columns
from vertebra.formatted.children import write_children
from vertebra.formatted.locate import finder
from vertebra.formatted.parquet import rows_by_file
from vertebra.formatted.parts import may_hold, subtract
from vertebra.formatted.publish import Base, Output, publish
from vertebra.formatted.quarantine import COLUMNS, of_problems, write_findings
from vertebra.governance import datasets
from vertebra.governance.files import FileVersion
from vertebra.project import Source
from vertebra.step import Account, Outcome, Receipt
from vertebra.table import FILE, DataFile
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

_WORKERS = 4  # bins at once: two more than the cores of a small machine hide the waiting


@dataclass(slots=True)
class _Progress:
    """What a load has written and decided so far."""

    come: set[int]
    bins: list[Written] = field(default_factory=list)
    decisions: pa.Table | None = None

    @property
    def new(self) -> list[DataFile]:
        return [file for one in self.bins for file in one.files]


@dataclass(frozen=True, slots=True)
class Loading:
    """One load of a source.

    Parameters
    ----------
    ws : Workspace
        The project.
    source : Source
        What is loaded.
    versions : tuple of FileVersion
        All that the table is to hold.
    identity : str
        Of the table version that this load makes.
    base : Base or None
        What stands and can be built upon.
    run_id : int
        The run.
    """

    ws: Workspace
    source: Source
    versions: tuple[FileVersion, ...]
    identity: str
    base: Base | None
    run_id: int

    @property
    def prefix(self) -> str:
        """Name of the folders that this load writes into."""
        return f"{self.identity[:12]}-{self.run_id}"

    @property
    def folder(self) -> str:
        """Folder of the table."""
        return self.ws.storage.url(f"formatted/{self.source.name}")

    @property
    def quarantine(self) -> str:
        """Folder of its quarantine."""
        return self.ws.storage.url(f"quarantine/{self.source.name}")

    def run(self) -> Receipt:
        """Do it."""
        base = self.base
        by_id = {version.id: version for version in self.versions}
        there = base.standing if base else frozenset()
        gone = there - set(by_id)
        progress = _Progress(come=set(by_id) - there)
        todo = set(progress.come)
        if self.source.key and base:
            todo |= keys.bereaved(self.ws, self.source, self._loaded(base, [], gone)) & set(by_id)
        while todo:
            progress.come |= todo
            progress.bins += self._write([by_id[number] for number in sorted(todo)], len(progress.bins))
            if not self.source.key:
                break
            loaded = self._loaded(base, progress.new, gone | progress.come)
            progress.decisions = keys.decide(self.ws, self.source, loaded)
            todo = (_comebacks(progress.decisions) - progress.come) & set(by_id)
            if self.source.children:  # what is in child tables follows its record, and is written file by file
                todo |= ({number for number, _, _ in _moves(progress.decisions)} - progress.come) & set(by_id)
        return self._finish(base, progress, gone | progress.come)

    def _loaded(self, base: Base | None, new: Sequence[DataFile], gone: Collection[int]) -> keys.Loaded:
        old, findings = (base.data, base.findings) if base else ((), ())
        return keys.Loaded(self.folder, old, new, self.quarantine, findings, frozenset(gone))

    def _write(self, versions: Sequence[FileVersion], offset: int) -> list[Written]:
        """Write the files' rows, several bins at once."""
        packed = list(bins(versions))
        with ThreadPoolExecutor(min(len(packed), _WORKERS)) as pool:
            jobs = [
                pool.submit(
                    write_bin,
                    self.ws,
                    self.source,
                    files,
                    Place(self.folder, self.quarantine, f"{self.prefix}/part-{offset + number:05d}", len(packed) > 1),
                )
                for number, files in enumerate(packed)
            ]
            return [job.result() for job in jobs]

    def _finish(self, base: Base | None, progress: _Progress, out: Collection[int]) -> Receipt:
        decisions = progress.decisions
        leaving = _that_were(decisions, in_=True)
        data = (
            *subtract(
                self.ws, self.folder, base.data if base else (), f"{self.prefix}/old", files=out, records=leaving
            ),
            *subtract(self.ws, self.folder, progress.new, f"{self.prefix}/new", records=leaving),
        )
        findings = (
            *subtract(
                self.ws,
                self.quarantine,
                base.findings if base else (),
                f"{self.prefix}/old",
                files=out,
                records=_that_were(decisions, in_=False),
                where=f"p.type in {keys.LOSERS}",
            ),
            *(file for one in progress.bins for file in one.findings),
            *self._losers(decisions),
        )
        accounts = self._accounts(base, progress, data)
        children: tuple[Output, ...] = ()
        if self.source.children:
            read = [version for version in self.versions if version.id in progress.come]
            stood = base.children if base else {}
            children, more = write_children(self.ws, self.source, read, data, self.prefix, stood, out)
            findings += more
        name = self.source.name
        outputs = (
            Output(name, "formatted", f"formatted/{name}", table_columns(self.source.columns), data, accounts=accounts),
            Output(f"{name}_quarantine", "quarantine", f"quarantine/{name}", COLUMNS, findings),
            *children,
        )
        stands = {version.id for version in self.versions}
        return Receipt(
            Outcome.DONE,
            rows=sum(file.rows for file in data),
            size=sum(file.size for file in progress.new),
            datasets=publish(self.ws, self.source, self.identity, self.run_id, outputs, stands),
            accounts=tuple(a for output in outputs for a in output.accounts or () if a.file_id in progress.come),
            fallbacks=self._fallbacks(progress),
        )

    def _fallbacks(self, progress: _Progress) -> tuple[str, ...]:
        return tuple(text for one in progress.bins for text in one.fallbacks)

    def _losers(self, decisions: pa.Table | None) -> tuple[DataFile, ...]:
        """Findings of the records that lost, or of which something else is to be said."""
        if decisions is None or not decisions.num_rows:
            return ()
        find = finder(self.ws, self.source, {version.id: version for version in self.versions})
        written, _ = write_findings(
            self.ws,
            [keys.losers(self.source)],
            of_problems(()),
            find,
            self.quarantine,
            f"{self.prefix}/losers",
            {"decisions": decisions},
        )
        return written

    def _stands(self, base: Base | None, file_id: int) -> Account:
        """The account of a file version that this load did not read."""
        assert base is not None  # noqa: S101  a record that this load did not read stood before it
        with self.ws.catalog.read() as connection:
            return datasets.standing_accounts(connection, base.table.dataset_id, file_id=file_id)[0]

    def _accounts(self, base: Base | None, progress: _Progress, data: Sequence[DataFile]) -> tuple[Account, ...]:
        """The accounts of new files and of those in which records changed sides, held against the table itself."""
        accounts = {account.file_id: account for one in progress.bins for account in one.accounts}
        moves = _moves(progress.decisions)
        for (number, was, now), count in moves.items():
            account = accounts.get(number) or self._stands(base, number)
            accounts[number] = _moved(_moved(account, was, -count), now, count)
        moved = sorted({number for number, _, _ in moves})  # the others were counted when they were written
        rows = rows_by_file(self.ws, self.folder, [file for file in data if may_hold(file, moved)])
        for number in moved:
            if accounts[number].balance or rows.get(number, 0) != accounts[number].formatted:
                raise _unbalanced(accounts[number], rows.get(number, 0))
        return tuple(accounts[number] for number in sorted(accounts))


def _that_were(decisions: pa.Table | None, *, in_: bool) -> pa.Table | None:
    """Decisions about records that were in the table, or were not."""
    import pyarrow.compute as pc

    return None if decisions is None else decisions.filter(pc.equal(pc.equal(decisions["was"], "in"), in_))


def _comebacks(decisions: pa.Table | None) -> set[int]:
    """Files with records that had lost and stand now; their values are in the landing zone only."""
    import pyarrow.compute as pc

    if decisions is None:
        return set()
    back = pc.and_(pc.equal(decisions["now"], "in"), pc.not_equal(decisions["was"], "in"))
    return set(pc.unique(decisions.filter(back)[FILE]).to_pylist())


def _moves(decisions: pa.Table | None) -> dict[tuple[int, str, str], int]:
    """How many records of each file changed from which side to which."""
    if decisions is None:
        return {}
    rows = decisions.group_by([FILE, "was", "now"]).aggregate([([], "count_all")]).to_pylist()
    return {(row[FILE], row["was"], row["now"]): row["count_all"] for row in rows}


def _moved(account: Account, side: str, by: int) -> Account:
    match side:
        case "in":
            return replace(account, formatted=account.formatted + by)
        case keys.CONFLICT:
            return replace(account, quarantined=account.quarantined + by)
        case _:
            skipped = Counter(account.skipped)
            skipped[side] += by
            return replace(account, skipped={reason: number for reason, number in sorted(skipped.items()) if number})


def _unbalanced(account: Account, rows: int) -> AccountError:
    return AccountError(
        f"records of {account.file} are not accounted for",
        where=f"table {account.table}, file version {account.file_id}",
        why=f"the account says {account.formatted} rows, the table has {rows}; {account.balance} records went nowhere",
        next_="nothing of it was published; please report this as a bug",
    )
