"""Compaction: the same rows in fewer files, those of views by their grain.

A version of a dataset is its rows, not the files that hold them. The new files take the place of the old ones in a
commit of the table's log, and the catalog learns of it in one transaction; nothing that was made from the version
is made anew. Files that no version names any more stay for whoever reads them, until `vertebra retain` takes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from vertebra.errors import DamageError, UnknownNameError, UsageError, nearest
from vertebra.governance import datasets, releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.compact_layout import groups, order_of, pieces
from vertebra.operations.content import rows_hash
from vertebra.operations.course import Course, perform, publish_nothing
from vertebra.operations.report import RunReport, Watch
from vertebra.operations.runner import Receipts, execute_here
from vertebra.operations.unfinished import COMPACT, end_with
from vertebra.sql import literal, quote
from vertebra.step import Action, Kind, Outcome, Receipt, Step
from vertebra.table import DataFile, Relation
from vertebra.workspace import Workspace

ZONES = ("formatted", "quarantine", "exploitation")
"""Zones whose tables grow by files; those of analyses are written whole."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one version of a table, and which of them are to be written anew.

    Parameters
    ----------
    versions : tuple of DatasetVersion
        Recorded versions that have these files, the newest last.
    files : tuple of DataFile
        All of them.
    groups : tuple of tuple of DataFile
        Those that are written anew, each group in the place of its own.
    """

    versions: tuple[DatasetVersion, ...]
    files: tuple[DataFile, ...]
    groups: tuple[tuple[DataFile, ...], ...]

    @property
    def version(self) -> DatasetVersion:
        """The newest of the versions."""
        return self.versions[-1]

    @property
    def old(self) -> tuple[DataFile, ...]:
        """The files that are written anew."""
        return tuple(file for group in self.groups for file in group)


Layouts = Mapping[str, tuple[Layout, ...]]


def layouts(ws: Workspace, names: Sequence[str] = ()) -> dict[str, tuple[Layout, ...]]:
    """What there is to compact, by dataset; of all datasets by default.

    Versions that an environment points to are looked at, and those that the next run builds on.

    Raises
    ------
    UnknownNameError
        If there is no such dataset.
    UsageError
        If it is one of an analysis.
    """
    with ws.catalog.read() as connection:
        _known(connection, names)
        found = _standing(connection)
    looked = {name: _layouts(ws, versions) for name, versions in found.items() if not names or name in names}
    return {name: tuple(one for one in many if one.groups) for name, many in looked.items()}


def compact(ws: Workspace, names: Sequence[str] = (), watch: Watch | None = None, *, wait: float = 0.0) -> RunReport:
    """Write small files together, and rows of views that lie scattered by their grain.

    Parameters
    ----------
    ws : Workspace
        The project.
    names : sequence of str
        Datasets, all by default.
    watch : Watch, optional
        Is told how it goes.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    UnknownNameError, UsageError
        As for `layouts`.
    LockedError
        If another process is writing.
    """
    todo: dict[str, tuple[Layout, ...]] = {}

    def plan() -> tuple[Step, ...]:
        todo.update({name: found for name, found in layouts(ws, names).items() if found})
        return tuple(Step(name, Kind.COMPACT, Action.REBUILD, said(found)) for name, found in todo.items())

    def doer(run_id: int) -> _Compacting:
        return _Compacting(ws, todo, run_id)

    course = Course("compact", ws.project.environments[0], plan, doer, execute_here, publish_nothing)
    return perform(ws, course, watch, wait)


def said(found: Sequence[Layout]) -> str:
    """What would be written anew, in words."""
    old = sum(len(layout.old) for layout in found)
    new = sum(pieces(group) if order_of(layout.version) else 1 for layout in found for group in layout.groups)
    return f"{old} files into {new}"


def _known(connection: Connection, names: Sequence[str]) -> None:
    zones = datasets.names(connection)
    for name in names:
        if name not in zones:
            raise UnknownNameError(
                f'there is no dataset "{name}"',
                where="vertebra compact",
                why="no run has made it",
                next_=nearest(name, zones),
            )
        if zones[name] not in ZONES:
            raise UsageError(
                f"{name} is not compacted",
                where="vertebra compact",
                why="an analysis writes each of its tables whole",
                next_="vertebra compact",
            )


def _standing(connection: Connection) -> dict[str, list[DatasetVersion]]:
    """By dataset the versions that are read or built upon, oldest first."""
    pointed = releases.environments(connection).values()
    ids = {number for release in pointed for number in releases.version_ids(connection, release).values()}
    ids |= {version.id for version in datasets.heads(connection).values()}
    found: dict[str, list[DatasetVersion]] = {}
    for version in datasets.versions(connection, ids).values():
        if version.zone in ZONES:
            found.setdefault(version.name, []).append(version)
    return {name: sorted(found[name], key=lambda version: version.id) for name in sorted(found)}


def _layouts(ws: Workspace, versions: Sequence[DatasetVersion]) -> tuple[Layout, ...]:
    commits: dict[int, list[DatasetVersion]] = {}
    for version in versions:
        commits.setdefault(version.table_version, []).append(version)
    found = []
    for same in sorted(commits.values(), key=lambda same: same[-1].id):
        files = ws.tables.snapshot(same[-1].path, same[-1].table_version).files
        order = order_of(same[-1])
        found.append(Layout(tuple(same), files, groups(files, order[0] if order else None)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Compacting:
    """Does one step: one dataset."""

    ws: Workspace
    todo: Layouts
    run_id: int

    def __call__(self, step: Step, done: Receipts) -> Receipt:
        del done  # no dataset waits for another
        made: dict[tuple[str, ...], tuple[DataFile, ...]] = {}
        for layout in self.todo[step.name]:
            for group in layout.groups:
                key = tuple(sorted(file.path for file in group))
                if key not in made:  # versions share files
                    made[key] = self._written(layout, group, f"{COMPACT}{self.run_id}/part-{len(made):04d}")
        commits = [(layout, *self._commit(layout, made)) for layout in self.todo[step.name]]
        with self.ws.catalog.write() as connection:
            for layout, commit, files in commits:
                size = sum(file.size for file in files)
                for version in layout.versions:
                    datasets.moved(connection, version.id, table_version=commit, files=len(files), size=size)
            head = datasets.head(connection, step.name)
        assert head is not None  # noqa: S101  it has versions
        end_with(self.ws, head)
        new = [file for files in made.values() for file in files]
        notes = tuple(f"{step.name}: {len(layout.files)} files are {len(files)} now" for layout, _, files in commits)
        return Receipt(
            Outcome.DONE, rows=sum(file.rows for file in new), size=sum(file.size for file in new), notes=notes
        )

    def _written(self, layout: Layout, group: Sequence[DataFile], prefix: str) -> tuple[DataFile, ...]:
        """The rows of some files as other files, held against them before anybody is told."""
        version, engine = layout.version, self.ws.engine
        others = {file.path for file in layout.files} - {file.path for file in group}
        standing = self.ws.relation(version, name="standing", provenance=True, without=others)
        order = order_of(version)
        names = ", ".join(quote(column.name) for column in standing.columns)
        by = f" order by {', '.join(map(quote, order))}" if order else ""
        query = f"select {names} from standing{by}"
        folder = self.ws.storage.url(version.path)
        if order and pieces(group) > 1:
            files = self._parted(query, standing, order[0], pieces(group), folder, prefix)
        else:
            files = engine.write(query, folder, prefix, (standing,), columns=version.columns)
        new = replace(standing, files=tuple(self.ws.tables.url(version.path, file) for file in files), uneven=False)
        rows = sum(file.rows for file in group)
        if sum(file.rows for file in files) != rows or rows_hash(engine, new, numbers=True) != rows_hash(
            engine, standing, numbers=True
        ):
            raise DamageError(
                f"{version.name} cannot be compacted",
                where=version.path,
                why=f"{len(group)} files are said to hold {rows} rows, and other rows come out of them",
                next_="vertebra verify --repair",
            )
        return files

    def _parted(
        self, query: str, standing: Relation, leading: str, number: int, folder: str, prefix: str
    ) -> tuple[DataFile, ...]:
        """Rows in order, in about so many files that have no value of the leading column in common but at the edges."""
        engine = self.ws.engine
        written = engine.write(query, str(self.ws.scratch), prefix, (standing,), columns=standing.columns)
        rows = replace(standing, files=tuple(f"{self.ws.scratch}/{f.path}" for f in written), uneven=False)
        shares = ", ".join(str(part / number) for part in range(1, number))
        name = quote(leading)
        edges = engine.arrow(f"select quantile_disc({name}, [{shares}])::varchar[] as edges from standing", (rows,))
        kind = next(column.type for column in standing.columns if column.name == leading)
        texts = dict.fromkeys(edges["edges"][0].as_py() or ())
        limits = [f"{literal(text)}::{kind}" for text in texts if text is not None]
        files: list[DataFile] = []
        for low, high in zip([None, *limits], [*limits, None], strict=True):
            bounds = [f"{name} >= {low}"] * (low is not None) + [f"{name} < {high}"] * (high is not None)
            chosen = f"({' and '.join(bounds) or 'true'})" + f" or {name} is null" * (high is None)
            part = f"select * from standing where {chosen}"
            files += engine.write(part, folder, f"{prefix}-{len(files)}", (rows,), columns=standing.columns)
        for file in written:
            (self.ws.scratch / file.path).unlink()
        return tuple(files)

    def _commit(
        self, layout: Layout, made: Mapping[tuple[str, ...], tuple[DataFile, ...]]
    ) -> tuple[int, tuple[DataFile, ...]]:
        gone = {file.path for file in layout.old}
        new = (file for group in layout.groups for file in made[tuple(sorted(one.path for one in group))])
        files = (*(file for file in layout.files if file.path not in gone), *new)
        version = layout.version
        schema = self.ws.engine.schema(version.columns)
        return self.ws.tables.publish(version.path, files, schema, version.identity, same_rows=True), files
