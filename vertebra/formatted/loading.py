"""One load: write what comes, resolve keys, take out what goes, check the account, publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vertebra.errors import AccountError
from vertebra.formatted import keys
from vertebra.formatted.bin import Place, Written, bins
from vertebra.formatted.bins import write_bin
from vertebra.formatted.branch import columns_of
from vertebra.formatted.carry import carried, waiting
from vertebra.formatted.change import Effect
from vertebra.formatted.children import write_children
from vertebra.formatted.decisions import comebacks, moved, moves, readmitted, that_were
from vertebra.formatted.drift import WRITTEN, Loaded, about, as_declared
from vertebra.formatted.locate import finder
from vertebra.formatted.parquet import rows_by_file, scan
from vertebra.formatted.parts import may_hold, subtract
from vertebra.formatted.publish import Base, Output, publish
from vertebra.formatted.quarantine import COLUMNS, of_problems, write_findings
from vertebra.formatted.threshold import too_many
from vertebra.governance import datasets, evolutions, files
from vertebra.governance.evolutions import Evolution
from vertebra.governance.files import FileVersion, Named
from vertebra.project import Drift, Source
from vertebra.step import Account, Outcome, Receipt, Way, Work
from vertebra.table import FILE, RECORD, DataFile
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

_WORKERS = 3  # bins at once: one more than the cores of a small machine hides the waiting


@dataclass(slots=True)
class _Progress:
    """What a load has written and decided so far."""

    come: set[int]
    bins: list[Written] = field(default_factory=list)
    decisions: pa.Table | None = None
    again: dict[int, list[int]] = field(default_factory=dict)  # records that are read again, of files that stay

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
    versions : tuple of Named
        All that the table is to hold.
    identity : str
        Of the table version that this load makes.
    base : Base or None
        What stands and can be built upon.
    run_id : int
        The run.
    pending : tuple of Evolution
        Changes that `source` has already and that stand nowhere yet: they are published with this load.
    tentative : bool
        Is nothing published where the files change the template further?
    """

    ws: Workspace
    source: Source
    versions: tuple[Named, ...]
    identity: str
    base: Base | None
    run_id: int
    pending: tuple[Evolution, ...] = ()
    tentative: bool = False

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

    def run(self) -> Receipt | tuple[Evolution, ...]:
        """Do it; where nothing was published, the changes to begin again with."""
        base = self.base
        wants = {version.id for version in self.versions}
        there, stay = (base.files, base.standing) if base else (frozenset[int](), frozenset[int]())
        gone = there - wants
        progress = _Progress(come=wants - stay)
        if base and base.change.effect is Effect.QUARANTINE:
            progress.again = waiting(self.ws, self.quarantine, base, stay & wants)
        if base:
            base = carried(self.ws, self.source, base, self.folder, self.prefix)
        if progress.again:
            progress.bins += self._write(self._files(progress.again), 0, progress.again)
        todo = set(progress.come)
        if self.source.key and base:
            leaving = gone | (progress.come & there)
            todo |= keys.bereaved(self.ws, self.source, self._loaded(base, [], leaving)) & wants
        undecided = bool(progress.again)
        while todo or undecided:
            progress.come |= todo
            progress.bins += self._write(self._files(todo), len(progress.bins))
            undecided = False
            if not self.source.key:
                break
            loaded = self._loaded(base, progress.new, gone | progress.come)
            progress.decisions = keys.decide(self.ws, self.source, loaded)
            todo = (comebacks(progress.decisions) - progress.come) & wants
            if self.source.children:  # what is in child tables follows its record, and is written file by file
                todo |= ({number for number, _, _ in moves(progress.decisions)} - progress.come) & wants
        return self._finish(base, progress, gone | progress.come)

    def _files(self, numbers: Iterable[int]) -> list[FileVersion]:
        """File versions in the order of their numbers."""
        with self.ws.catalog.read() as connection:
            found = files.files_by_id(connection, numbers)
        return [found[number] for number in sorted(found)]

    def _loaded(self, base: Base | None, new: Sequence[DataFile], gone: Collection[int]) -> keys.Loaded:
        old, findings = (base.data, base.findings) if base else ((), ())
        return keys.Loaded(self.folder, old, new, self.quarantine, findings, frozenset(gone))

    def _write(
        self, versions: Sequence[FileVersion], offset: int, only: dict[int, list[int]] | None = None
    ) -> list[Written]:
        """Write the files' rows, or just those of some records, several bins at once."""
        packed = list(bins(versions))
        if not packed:
            return []
        with ThreadPoolExecutor(min(len(packed), _WORKERS)) as pool:
            jobs = [
                pool.submit(
                    write_bin,
                    self.ws,
                    self.source,
                    files,
                    Place(self.folder, self.quarantine, f"{self.prefix}/part-{offset + number:05d}", len(packed) > 1),
                    only,
                )
                for number, files in enumerate(packed)
            ]
            return [job.result() for job in jobs]

    def _finish(self, base: Base | None, progress: _Progress, out: Collection[int]) -> Receipt | tuple[Evolution, ...]:
        decisions = progress.decisions
        leaving = that_were(decisions, in_=True)
        data = (
            *subtract(
                self.ws, self.folder, base.data if base else (), f"{self.prefix}/old", files=out, records=leaving
            ),
            *subtract(self.ws, self.folder, progress.new, f"{self.prefix}/new", records=leaving),
        )
        old = base.findings if base else ()
        if progress.again:
            old = subtract(
                self.ws,
                self.quarantine,
                old,
                f"{self.prefix}/again",
                records=_records(progress.again),
                where=f"p.type not in {keys.LOSERS}",
            )
        findings = (
            *subtract(
                self.ws,
                self.quarantine,
                old,
                f"{self.prefix}/old",
                files=out,
                records=that_were(decisions, in_=False),
                where=f"p.type in {keys.LOSERS}",
            ),
            *(file for one in progress.bins for file in one.findings),
            *self._losers(decisions),
        )
        accounts = self._accounts(base, progress, data)
        read = progress.come.union(progress.again)
        changes = self._changes(progress, read)
        if changes and self.tentative:
            for zone in ("formatted", "quarantine"):  # nothing will ever name what was written there
                self.ws.storage.remove(f"{zone}/{self.source.name}/{self.prefix}")
            return (*self.pending, *changes)
        self._hold(accounts, findings)
        children: tuple[Output, ...] = ()
        if self.source.children:
            came = self._files(progress.come)
            stood = base.children if base else {}
            children, more = write_children(self.ws, self.source, came, data, self.prefix, stood, out)
            findings += more
        name = self.source.name
        outputs = (
            Output(
                name,
                "formatted",
                f"formatted/{name}",
                columns_of(self.source),
                data,
                accounts=accounts,
                names={number: names for one in progress.bins for number, names in one.names.items()},
            ),
            Output(f"{name}_quarantine", "quarantine", f"quarantine/{name}", COLUMNS, findings),
            *children,
        )
        stands = {version.id for version in self.versions}
        told = (*self.pending, *changes)
        return Receipt(
            Outcome.DONE,
            rows=sum(file.rows for file in data),
            size=sum(file.size for file in progress.new),
            datasets=publish(self.ws, self.source, self.identity, self.run_id, outputs, stands, told),
            changed=bool(changes),
            accounts=tuple(a for output in outputs for a in output.accounts or () if a.file_id in read),
            work=self._work(progress, read),
            fallbacks=self._fallbacks(progress),
            notes=(*(change.text for change in told), *self._notes(progress)),
        )

    def _changes(self, progress: _Progress, read: Collection[int]) -> tuple[Evolution, ...]:
        """What the files of this load change about a template that evolves; nothing that was taken back before."""
        if self.source.drift is not Drift.EVOLVE or not read:
            return ()
        names = {number: found for one in progress.bins for number, found in one.names.items()}
        with self.ws.catalog.read() as connection:
            before = (*evolutions.evolutions(connection, self.source.name), *self.pending)
        loaded = Loaded(
            self._files(read),
            names,
            frozenset(number for number, found in names.items() if found is None),
            self.quarantine,
            tuple(file for one in progress.bins for file in one.findings),
            {a.file_id: a.records - sum(a.skipped.values()) for b in progress.bins if not b.again for a in b.accounts},
            frozenset(one.body["file"] for one in before if one.kind == WRITTEN),
        )
        if as_declared(self.source, loaded):
            return ()
        from vertebra.formatted.drift.consider import consider  # it drafts, which takes a while to import

        known = {about(one) for one in before}
        return tuple(one for one in consider(self.ws, self.source, loaded) if about(one) not in known)

    def _notes(self, progress: _Progress) -> tuple[str, ...]:
        """Which optional columns some files do not have."""
        absent = Counter(name for one in progress.bins for name in one.absent)
        files = sum(len(one.accounts) for one in progress.bins)
        return tuple(
            f"{self.source.name}: {absent[column.name]} of {files} files have no column for {column.name}, "
            "which is optional: no value there"
            for column in self.source.columns
            if absent[column.name]
        )

    def _work(self, progress: _Progress, read: Collection[int]) -> Work | None:
        if not read:
            return None
        size = sum(file.size for file in self._files(read))
        return Work(Way.FILES, size, changed=sum(file.rows for file in progress.new))

    def _fallbacks(self, progress: _Progress) -> tuple[str, ...]:
        return tuple(text for one in progress.bins for text in one.fallbacks)

    def _hold(self, accounts: Sequence[Account], findings: Sequence[DataFile]) -> None:
        """Stop where more of the records than allowed are in quarantine."""
        records = sum(account.records - sum(account.skipped.values()) for account in accounts)
        wrong = sum(account.quarantined for account in accounts)
        if records and wrong > self.source.stop_above * records:
            raise too_many(self.ws, self.source, wrong, records, scan(self.quarantine, findings), accounts)

    def _losers(self, decisions: pa.Table | None) -> tuple[DataFile, ...]:
        """Findings of the records that lost, or of which something else is to be said."""
        if decisions is None or not decisions.num_rows:
            return ()
        concerned = {file.id: file for file in self._files(decisions[FILE].unique().to_pylist())}
        written, _ = write_findings(
            self.ws,
            [keys.losers(self.source)],
            of_problems(()),
            finder(self.ws, self.source, concerned),
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
        accounts = {a.file_id: a for one in progress.bins if not one.again for a in one.accounts}
        for one in progress.bins:
            for part in one.accounts if one.again else ():
                accounts[part.file_id] = readmitted(self._stands(base, part.file_id), part)
        sides = moves(progress.decisions)
        for (number, was, now), count in sides.items():
            account = accounts.get(number) or self._stands(base, number)
            accounts[number] = moved(moved(account, was, -count), now, count)
        changed = sorted({*progress.again, *(number for number, _, _ in sides)})  # the others were counted when written
        rows = rows_by_file(self.ws, self.folder, [file for file in data if may_hold(file, changed)])
        for number in changed:
            if accounts[number].balance or rows.get(number, 0) != accounts[number].formatted:
                raise _unbalanced(accounts[number], rows.get(number, 0))
        return tuple(accounts[number] for number in sorted(accounts))


def _records(numbers: Mapping[int, Sequence[int]]) -> pa.Table:
    """Records by file version as a table."""
    import pyarrow as pa

    pairs = [(file, record) for file, records in numbers.items() for record in records]
    return pa.table(
        {FILE: pa.array([p[0] for p in pairs], pa.int64()), RECORD: pa.array([p[1] for p in pairs], pa.int64())}
    )


def _unbalanced(account: Account, rows: int) -> AccountError:
    return AccountError(
        f"records of {account.file} are not accounted for",
        where=f"table {account.table}, file version {account.file_id}",
        why=f"the account says {account.formatted} rows, the table has {rows}; {account.balance} records went nowhere",
        next_="nothing of it was published; please report this as a bug",
    )
