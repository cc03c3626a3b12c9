"""What stands on disk of a dataset version: its log, its data files, the rows of its account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vertebra.errors import DamageError, StepError, StorageError, VertebraError
from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.content import rows_hash
from vertebra.operations.verify.bounds import misstated
from vertebra.operations.verify.finding import Broken
from vertebra.sql import quote
from vertebra.table import FILE, DataFile, Relation
from vertebra.workspace import Workspace

_UNREADABLE = (DamageError, StepError, StorageError)


@dataclass(slots=True)
class Standing:
    """One dataset version as it stands.

    Parameters
    ----------
    version : DatasetVersion
        Which.
    files : tuple of DataFile
        What its log names.
    relation : Relation or None
        To read it, provenance included; None where its log cannot be read.
    hash : str
        Content hash; empty where it cannot be read, or was not.
    broken : list of Broken
        What is wrong with it.
    """

    version: DatasetVersion
    files: tuple[DataFile, ...] = ()
    relation: Relation | None = None
    hash: str = ""
    broken: list[Broken] = field(default_factory=list)

    @property
    def damaged(self) -> bool:
        """Can it not be read as a whole?"""
        return self.relation is None or bool(self.broken)


def look(ws: Workspace, version: DatasetVersion, *, read: bool = True) -> Standing:
    """Look at the log and the data files of a version; with `read`, at every value in them.

    Parameters
    ----------
    ws : Workspace
        The project.
    version : DatasetVersion
        Which.
    read : bool
        Otherwise files are only seen to be there, in their size.
    """
    found = Standing(version)
    try:
        found.files = ws.tables.snapshot(version.path, version.table_version).files
        found.relation = ws.relation(version, provenance=True)
    except DamageError as error:
        found.broken.append(Broken("G5", "log-unreadable", error.why, version.name, f"{version.path}/_delta_log"))
        return found
    for file in found.files:
        key = f"{version.path}/{file.path}"
        if not ws.storage.exists(key):
            found.broken.append(Broken("G5", "file-missing", "the table's log names it", version.name, key))
        elif (size := ws.storage.size(key)) != file.size:
            what = f"it has {size} bytes, the table's log says {file.size}"
            found.broken.append(Broken("G5", "file-size", what, version.name, key))
    if read and not found.broken:
        try:
            found.hash = rows_hash(ws.engine, found.relation)
        except _UNREADABLE as error:
            found.broken += _unreadable(ws, found, error)
    return found


def bounds(ws: Workspace, found: Standing) -> Iterator[Broken]:
    """The files whose statistics are not those of their values, which can be read."""
    version = found.version
    for file in found.files:
        key = f"{version.path}/{file.path}"
        try:
            says = next(misstated(ws.engine, ws.storage.url(key), version.columns), "")  # one gives the file up
        except _UNREADABLE as refused:
            yield Broken("G5", "file-unreadable", refused.why, version.name, key)
            continue
        if says:
            yield Broken("G5", "statistics-differ", says, version.name, key)


def _unreadable(ws: Workspace, found: Standing, error: VertebraError) -> list[Broken]:
    """The files that cannot be read; where each can on its own, the table as a whole."""
    assert found.relation is not None  # noqa: S101  its rows were read
    broken = []
    for file in found.files:
        key = f"{found.version.path}/{file.path}"
        alone = replace(found.relation, files=(ws.storage.url(key),))
        try:
            rows_hash(ws.engine, alone)
        except _UNREADABLE as refused:
            broken.append(Broken("G5", "file-unreadable", refused.why, found.version.name, key))
    return broken or [Broken("G5", "table-unreadable", error.why, found.version.name)]


def accounts(ws: Workspace, found: Standing) -> Iterator[Broken]:
    """Accounted (G2): does every account balance, and has the table as many rows of each file as it says?"""
    version = found.version
    with ws.catalog.read() as connection:
        standing = datasets.standing_accounts(connection, version.dataset_id, version.id)
    rows = _rows_by_file(ws, found) if found.relation and not found.damaged else None
    for account in standing:
        place = {FILE: account.file_id}
        if account.balance:
            what = f"{account.balance} of {account.records} records of {account.file} went nowhere"
            yield Broken("G2", "account", what, version.name, row=place)
        elif rows is not None and rows.get(account.file_id, 0) != account.formatted:
            what = f"the account of {account.file} says {account.formatted} rows, the table has"
            yield Broken("G2", "account", f"{what} {rows.get(account.file_id, 0)}", version.name, row=place)
    if rows is not None and standing:
        for number in sorted(rows.keys() - {account.file_id for account in standing}):
            what = f"the table has {rows[number]} rows of a file version that its accounts do not know"
            yield Broken("G2", "account", what, version.name, row={FILE: number})


def _rows_by_file(ws: Workspace, found: Standing) -> dict[int, int]:
    assert found.relation is not None  # noqa: S101  the caller has seen it
    query = f"select {FILE} as f, count(*) as n from {quote(found.relation.name)} group by all"
    rows = ws.engine.arrow(query, (found.relation,))
    return dict(zip(rows["f"].to_pylist(), rows["n"].to_pylist(), strict=True))
