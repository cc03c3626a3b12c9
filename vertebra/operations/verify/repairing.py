"""Put back damaged data files of tables: their rows are made anew aside, and take their place in every version.

Files never change, so all versions whose logs name a damaged file have lost the same rows: those of the rebuilt table
that none of its other files holds. They are written to one new file, which takes the place of the damaged ones in a
commit for each of these versions; the catalog learns of all of them in one transaction. Whoever dies before it leaves
the damage as it was, and a folder that the next run sweeps away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from vertebra.errors import DamageError, VertebraError
from vertebra.exploitation.writing import QUARANTINE
from vertebra.governance import datasets, runs
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.content import rows_hash
from vertebra.operations.course import begun
from vertebra.operations.definitions import environment_named
from vertebra.operations.unfinished import REPAIR
from vertebra.operations.verify.finding import Repaired, Verification
from vertebra.operations.verify.recipe import How, Recipe
from vertebra.operations.verify.standing import look
from vertebra.operations.verify.verifying import SAID, Audit, verify
from vertebra.sql import quote
from vertebra.step import Action, Kind, Step
from vertebra.table import DataFile, Relation
from vertebra.workspace import Workspace

_MENDED = ("file-missing", "file-size", "file-unreadable", "statistics-differ", "rows-differ")
_KINDS = {How.SOURCE: Kind.FORMAT, How.VIEW: Kind.VIEW, How.QUERY: Kind.FEATURES}


def repaired(
    ws: Workspace,
    release: int | None = None,
    environment: str | None = None,
    *,
    sample: float = 1.0,
    seed: int | None = None,
    wait: float = 0.0,
) -> Verification:
    """Verify a release, and put back what is damaged of its tables, in all versions that share it.

    What was put back stands in the record of a run, as the fallback that it is.

    Parameters
    ----------
    ws, release, environment, sample, seed
        As for `verify`.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    UnknownNameError, UsageError
        As for `verify`.
    LockedError
        If another process is writing.
    """
    name = environment_named(ws.project, environment)
    with begun(ws, "verify", name, wait) as (run_id, _):
        found = verify(ws, release, name, sample=sample, seed=seed, mend=lambda audit, made: _mend(audit, made, run_id))
        with ws.catalog.write() as connection:
            runs.end(connection, run_id, "failed" if found.left else "done", None)
    return found


def _mend(audit: Audit, made: Sequence[Recipe], run_id: int) -> tuple[Repaired, ...]:
    owners = {version.name: recipe for recipe in made for version in recipe.versions}
    damaged: dict[str, dict[str, None]] = {}
    for one in audit.broken:
        if one.dataset and one.file and one.type in _MENDED:
            damaged.setdefault(one.dataset, {})[one.file] = None
    found: list[Repaired] = []
    for name, keys in damaged.items():
        recipe = owners[name]
        if recipe.how not in _KINDS:
            audit.fallbacks.append(f"{name} was not repaired: a program made it; train or predict makes it anew")
            continue
        try:
            found += _Mending(audit, recipe, name, set(keys), run_id).put_back()
        except VertebraError as error:
            audit.fallbacks.append(f"{name} was not repaired: {error.what}; {error.why}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Held:
    """A version of the dataset, the files that its log names, and those of them that are damaged."""

    version: DatasetVersion
    files: tuple[DataFile, ...]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Mending:
    """One dataset, the keys of its damaged files, and the run that puts them back."""

    audit: Audit
    recipe: Recipe
    name: str
    keys: set[str]
    run_id: int

    @property
    def ws(self) -> Workspace:
        return self.audit.ws

    @property
    def path(self) -> str:
        return next(version.path for version in self.recipe.versions if version.name == self.name)

    def put_back(self) -> tuple[Repaired, ...]:
        """Do it for every version that lost rows."""
        begin = time.perf_counter()
        step = self._step()
        with self.ws.catalog.write() as connection:
            number = runs.begin_step(connection, self.run_id, step)
        held = self._held()
        made: dict[tuple[frozenset[str], tuple[str, ...]], tuple[DataFile, ...]] = {}
        for one in held:
            key = (one.lost, tuple(column.name for column in one.version.columns))
            if key not in made:
                made[key] = self._written(one, f"{REPAIR}{self.run_id}/part-{len(made)}")
        commits = {one.version.id: self._commit(one, made) for one in held}
        self._end_with_head()
        for gone in self.keys:
            self.ws.storage.remove(gone)
        rows = {file.path: file.rows for one in held for file in one.files}
        found = [
            Repaired(self.name, f"{self.path}/{lost}", f"{self.path}/{file.path}", rows[lost])
            for (names, _), files in made.items()
            for lost in sorted(names)
            for file in files[:1]
        ]
        told = [f"{one.file} was damaged; {one.rows} rows of it were made anew, in {one.by}" for one in found]
        with self.ws.catalog.write() as connection:
            for one in held:
                commit, files = commits[one.version.id]
                size = sum(file.size for file in files)
                datasets.moved(connection, one.version.id, table_version=commit, files=len(files), size=size)
            runs.record_fallbacks(connection, self.run_id, self.name, told)
            runs.end_step(
                connection,
                number,
                outcome="done",
                wall_seconds=time.perf_counter() - begin,
                cpu_seconds=0.0,
                peak_memory=0,
                rows=sum(file.rows for files in made.values() for file in files),
                size=sum(file.size for files in made.values() for file in files),
            )
        return tuple(found)

    def _step(self) -> Step:
        kind = _KINDS[self.recipe.how]
        name = PurePosixPath(self.path).parts[1] if kind is Kind.FEATURES else self.recipe.name
        why = f"{len(self.keys)} damaged file{'s' * (len(self.keys) != 1)} of {self.name}"
        return Step(name, kind, Action.REBUILD, why)

    def _held(self) -> list[_Held]:
        """Versions whose logs name a damaged file, oldest first; all of them are looked at for further damage."""
        with self.ws.catalog.read() as connection:
            versions = datasets.history(connection, self.name)
        files = {v.id: self.ws.tables.snapshot(v.path, v.table_version).files for v in reversed(versions)}
        paths = {number: {f"{self.path}/{file.path}" for file in named} for number, named in files.items()}
        known = {version.id: version for version in versions}
        seen: set[int] = set()
        while ahead := [number for number, named in paths.items() if number not in seen and named & self.keys]:
            for number in ahead:
                seen.add(number)
                self.keys.update(one.file for one in look(self.ws, known[number]).broken if one.type in _MENDED)
        return [
            _Held(
                known[number],
                named,
                frozenset(file.path for file in named if f"{self.path}/{file.path}" in self.keys),
            )
            for number, named in files.items()
            if paths[number] & self.keys
        ]

    def _written(self, one: _Held, prefix: str) -> tuple[DataFile, ...]:
        """The rows that a version lost, as a file."""
        rebuilt = replace(self.audit.shop.rebuilt(one.version), name="made")
        stays = tuple(file for file in one.files if file.path not in one.lost)
        intact = self._relation(one.version, stays, "intact")
        said = self.recipe.how is How.SOURCE and one.version.zone == QUARANTINE
        expected = sum(file.rows for file in one.files if file.path in one.lost)
        query = _lost(rebuilt, one.version)
        columns = one.version.columns
        folder = self.ws.storage.url(self.path)
        written = self.ws.engine.write(query, folder, prefix, (rebuilt, intact), columns=columns, in_order=True)
        count = sum(file.rows for file in written)
        if said and count != expected:  # what the source's file left out on purpose is told again
            query = f"select * from ({query}) where {SAID}"
            written = self.ws.engine.write(query, folder, prefix, (rebuilt, intact), columns=columns, in_order=True)
            self.audit.fallbacks.append(
                f"{self.name}: of {expected} findings that were lost {sum(file.rows for file in written)} are "
                "rejected or skipped records and stand again; warnings are not told twice"
            )
        elif count != expected:
            raise self._refused(one, f"{expected} rows were lost, {count} would take their place")
        whole = self._relation(one.version, (*stays, *written), "made")
        where = SAID if said else "true"
        if rows_hash(self.ws.engine, whole, where=where) != rows_hash(self.ws.engine, rebuilt, where=where):
            raise self._refused(one, "what is left of it and what was rebuilt do not fit together")
        return written

    def _refused(self, one: _Held, why: str) -> DamageError:
        return DamageError(
            f"version {one.version.id} cannot be put together again",
            where=self.path,
            why=why,
            next_="restore the table's folder from a backup",
        )

    def _relation(self, version: DatasetVersion, files: Sequence[DataFile], name: str) -> Relation:
        relation = self.ws.relation(version, name=name, provenance=True)
        return replace(relation, files=tuple(self.ws.tables.url(version.path, file) for file in files))

    def _commit(
        self, one: _Held, made: dict[tuple[frozenset[str], tuple[str, ...]], tuple[DataFile, ...]]
    ) -> tuple[int, tuple[DataFile, ...]]:
        new = made[one.lost, tuple(column.name for column in one.version.columns)]
        files = (*(file for file in one.files if file.path not in one.lost), *new)
        schema = self.ws.engine.schema(one.version.columns)
        return self.ws.tables.publish(self.path, files, schema, one.version.identity), files

    def _end_with_head(self) -> None:
        """Let the log end with what was recorded last, where that lost nothing."""
        with self.ws.catalog.read() as connection:
            head = datasets.head(connection, self.name)
        assert head is not None  # noqa: S101  the dataset has versions
        files = self.ws.tables.snapshot(head.path, head.table_version).files
        if not any(f"{self.path}/{file.path}" in self.keys for file in files):
            self.ws.tables.publish(self.path, files, self.ws.engine.schema(head.columns), head.identity)


def _lost(rebuilt: Relation, version: DatasetVersion) -> str:
    """The rows of `made` that `intact` has not, in their order."""
    names = ", ".join(quote(column.name) for column in rebuilt.columns)
    if version.zone == QUARANTINE:
        return f"select {names} from made except all select {names} from intact order by all"
    shown = ", ".join(f"m.{quote(column.name)}" for column in rebuilt.columns)
    key = " and ".join(f"m.{quote(name)} is not distinct from i.{quote(name)}" for name in version.grain)
    order = f" order by {', '.join(f'm.{quote(name)}' for name in version.grain)}" * (version.zone == "formatted")
    return f"select {shown} from made m anti join intact i on {key}{order}"
