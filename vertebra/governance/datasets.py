"""Datasets and their immutable versions: files on disk plus a record here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from vertebra.governance import tables as t
from vertebra.governance.schema import inserted
from vertebra.step import Account
from vertebra.table import Column


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """One immutable version of one dataset."""

    id: int
    dataset_id: int
    name: str
    zone: str
    path: str
    identity: str
    definition_id: int | None
    table_version: int
    columns: tuple[Column, ...]
    grain: tuple[str, ...]
    rows: int
    size: int
    files: int
    content_hash: str | None
    exact: bool
    created_at: datetime
    run_id: int


_QUERY = select(
    t.dataset_version,
    t.dataset.c.name,
    t.dataset.c.zone,
    t.dataset.c.path,
).join(t.dataset, t.dataset.c.id == t.dataset_version.c.dataset_id)


def _fact(row: Row[Any]) -> DatasetVersion:
    return DatasetVersion(
        id=row.id,
        dataset_id=row.dataset_id,
        name=row.name,
        zone=row.zone,
        path=row.path,
        identity=row.identity,
        definition_id=row.definition_id,
        table_version=row.table_version,
        columns=tuple(Column(**column) for column in row.columns),
        grain=tuple(row.grain),
        rows=row.rows,
        size=row.bytes,
        files=row.files,
        content_hash=row.content_hash,
        exact=row.exact,
        created_at=row.created_at,
        run_id=row.run_id,
    )


def fingerprint(*parts: Any) -> str:
    """SHA-256 of the JSON of some values: the identity of a definition or of a step.

    Examples
    --------
    >>> fingerprint("a", {"y": 1, "x": 2}) == fingerprint("a", {"x": 2, "y": 1})
    True
    """
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def define(connection: Connection, kind: str, name: str, print_: str, body: str) -> int:
    """The number of a definition, recorded at its first use."""
    c = t.definition.c
    query = select(c.id).where(c.kind == kind, c.name == name, c.fingerprint == print_)
    number = connection.execute(query).scalar()
    if number is None:
        values = {"kind": kind, "name": name, "fingerprint": print_, "body": body, "created_at": datetime.now(UTC)}
        number = inserted(connection, t.definition, values)
    return int(number)


def definition_of(connection: Connection, number: int) -> tuple[str, str]:
    """Fingerprint and body of a definition."""
    row = connection.execute(select(t.definition).where(t.definition.c.id == number)).one()
    return row.fingerprint, row.body


def register(connection: Connection, name: str, zone: str, path: str, *, description: str = "", owner: str = "") -> int:
    """The number of a dataset, recorded at its first use; description and owner follow the project's files."""
    row = connection.execute(select(t.dataset).where(t.dataset.c.name == name)).one_or_none()
    if row is None:
        values = {"name": name, "zone": zone, "path": path, "description": description, "owner": owner}
        return inserted(connection, t.dataset, values)
    if (row.description, row.owner) != (description, owner):
        connection.execute(
            update(t.dataset).where(t.dataset.c.id == row.id).values(description=description, owner=owner)
        )
    return int(row.id)


def head(connection: Connection, name: str) -> DatasetVersion | None:
    """The version of a dataset that was recorded last."""
    query = _QUERY.where(t.dataset.c.name == name).order_by(t.dataset_version.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _fact(row)


def heads(connection: Connection) -> dict[str, DatasetVersion]:
    """The version of every dataset that was recorded last, by name."""
    newest = select(func.max(t.dataset_version.c.id)).group_by(t.dataset_version.c.dataset_id)
    found = (_fact(row) for row in connection.execute(_QUERY.where(t.dataset_version.c.id.in_(newest))))
    return {version.name: version for version in found}


def by_identity(connection: Connection, name: str, identity: str) -> DatasetVersion | None:
    """The version of a dataset that a step of this identity published."""
    query = (
        _QUERY.where(t.dataset.c.name == name, t.dataset_version.c.identity == identity)
        .order_by(t.dataset_version.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _fact(row)


def versions(connection: Connection, ids: Iterable[int]) -> dict[int, DatasetVersion]:
    """The dataset versions of these numbers."""
    wanted = sorted(set(ids))
    found: dict[int, DatasetVersion] = {}
    for begin in range(0, len(wanted), 500):  # SQLite binds a bounded number of values in one statement
        query = _QUERY.where(t.dataset_version.c.id.in_(wanted[begin : begin + 500]))
        found.update((row.id, _fact(row)) for row in connection.execute(query))
    return found


def history(connection: Connection, name: str) -> tuple[DatasetVersion, ...]:
    """Every recorded version of a dataset, newest first."""
    query = _QUERY.where(t.dataset.c.name == name).order_by(t.dataset_version.c.id.desc())
    return tuple(_fact(row) for row in connection.execute(query))


def head_at(connection: Connection, path: str) -> DatasetVersion | None:
    """The version that was recorded last of the dataset in this folder."""
    query = _QUERY.where(t.dataset.c.path == path).order_by(t.dataset_version.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _fact(row)


def all_at(connection: Connection, path: str) -> tuple[DatasetVersion, ...]:
    """Every recorded version of the dataset in this folder."""
    query = _QUERY.where(t.dataset.c.path == path)
    return tuple(_fact(row) for row in connection.execute(query.order_by(t.dataset_version.c.id)))


def of_run(connection: Connection, path: str, run_id: int) -> tuple[DatasetVersion, ...]:
    """The versions of the dataset in this folder that a run recorded."""
    query = _QUERY.where(t.dataset.c.path == path, t.dataset_version.c.run_id == run_id)
    return tuple(_fact(row) for row in connection.execute(query.order_by(t.dataset_version.c.id)))


def names(connection: Connection) -> dict[str, str]:
    """Every dataset that was ever recorded, with its zone."""
    return {row.name: row.zone for row in connection.execute(select(t.dataset).order_by(t.dataset.c.name))}


def inputs(connection: Connection, version_id: int) -> tuple[DatasetVersion, ...]:
    """The dataset versions that a version was made from, by name."""
    query = _QUERY.join(t.dataset_input, t.dataset_input.c.input_id == t.dataset_version.c.id).where(
        t.dataset_input.c.version_id == version_id
    )
    return tuple(_fact(row) for row in connection.execute(query.order_by(t.dataset.c.name)))


def made_from(connection: Connection, version_id: int) -> tuple[DatasetVersion, ...]:
    """The dataset versions that were made from a version, by number."""
    query = _QUERY.join(t.dataset_input, t.dataset_input.c.version_id == t.dataset_version.c.id).where(
        t.dataset_input.c.input_id == version_id
    )
    return tuple(_fact(row) for row in connection.execute(query.order_by(t.dataset_version.c.id)))


def publish(
    connection: Connection,
    dataset_id: int,
    *,
    identity: str,
    definition_id: int | None,
    table_version: int,
    columns: Sequence[Column],
    grain: Sequence[str],
    rows: int,
    size: int,
    files: int,
    run_id: int,
    inputs: Iterable[int] = (),
    exact: bool = True,
) -> int:
    """Record a new version and what it was made from; its number."""
    values = {
        "dataset_id": dataset_id,
        "identity": identity,
        "definition_id": definition_id,
        "table_version": table_version,
        "columns": [asdict(column) for column in columns],
        "grain": list(grain),
        "rows": rows,
        "bytes": size,
        "files": files,
        "exact": exact,
        "created_at": datetime.now(UTC),
        "run_id": run_id,
    }
    number = inserted(connection, t.dataset_version, values)
    made_from = [{"version_id": number, "input_id": input_id} for input_id in sorted(set(inputs))]
    if made_from:
        connection.execute(insert(t.dataset_input), made_from)
    return number


def moved(connection: Connection, version_id: int, *, table_version: int, files: int, size: int) -> None:
    """Record that the rows of a version stand in other files, under another version of its table."""
    c = t.dataset_version.c
    values = {"table_version": table_version, "files": files, "bytes": size}
    connection.execute(update(t.dataset_version).where(c.id == version_id).values(**values))


def standing_files(connection: Connection, dataset_id: int) -> frozenset[int]:
    """The file versions that stand in the newest version of a table."""
    a = t.account.c
    query = select(a.file_id).where(a.dataset_id == dataset_id, a.until_id.is_(None))
    return frozenset(connection.execute(query).scalars().all())


def standing_names(connection: Connection, dataset_id: int) -> dict[int, tuple[str, ...] | None]:
    """The columns that the standing files of a table have, by file version; None where they are not known."""
    a = t.account.c
    query = select(a.file_id, a.names).where(a.dataset_id == dataset_id, a.until_id.is_(None))
    return {row.file_id: None if row.names is None else tuple(row.names) for row in connection.execute(query)}


def refused_files(connection: Connection, dataset_id: int) -> frozenset[int]:
    """The standing files of a table of which nothing is in it, since it is in quarantine."""
    a = t.account.c
    query = select(a.file_id).where(
        a.dataset_id == dataset_id, a.until_id.is_(None), a.formatted == 0, a.quarantined > 0
    )
    return frozenset(connection.execute(query).scalars())


def columns_ever(connection: Connection, dataset_id: int) -> frozenset[str]:
    """Every column that a version of a dataset ever had."""
    v = t.dataset_version.c
    found = connection.execute(select(v.columns).where(v.dataset_id == dataset_id).distinct()).scalars()
    return frozenset(column["name"] for columns in found for column in columns)


def standing_accounts(
    connection: Connection, dataset_id: int, version_id: int | None = None, *, file_id: int | None = None
) -> list[Account]:
    """The accounts of the files (or of one) that stand in a version of a table, its newest by default."""
    a, f = t.account.c, t.file_version.c
    query = (
        select(t.account, f.name, f.version, t.dataset.c.name.label("table"))
        .join(t.file_version, f.id == a.file_id)
        .join(t.dataset, t.dataset.c.id == a.dataset_id)
        .where(a.dataset_id == dataset_id)
        .order_by(a.file_id)
    )
    if file_id is not None:
        query = query.where(a.file_id == file_id)
    if version_id is None:
        query = query.where(a.until_id.is_(None))
    else:
        query = query.where(a.since_id <= version_id, (a.until_id.is_(None)) | (a.until_id > version_id))
    return [
        Account(row.table, row.name, row.file_id, row.version, row.records, row.formatted, row.quarantined, row.skipped)
        for row in connection.execute(query)
    ]


def record_accounts(
    connection: Connection,
    dataset_id: int,
    version_id: int,
    ended: Iterable[int],
    begun: Sequence[Account],
    definition_id: int,
    names: Mapping[int, Sequence[str] | None],
) -> None:
    """Close the accounts of files that left a table or changed in it, and open those that came or changed.

    Parameters
    ----------
    ended : iterable of int
        File versions that left.
    begun : sequence of Account
        Of those that came or changed.
    definition_id : int
        The template that read those in `names`; the others keep what is known of them.
    names : mapping
        The columns that the files have that were read, by file version; None where they are not known.
    """
    a = t.account.c
    kept = _read_by(connection, dataset_id, {account.file_id for account in begun}.difference(names))
    gone = sorted({*ended, *(account.file_id for account in begun)})
    for start in range(0, len(gone), 500):
        connection.execute(
            update(t.account)
            .where(a.dataset_id == dataset_id, a.until_id.is_(None), a.file_id.in_(gone[start : start + 500]))
            .values(until_id=version_id)
        )
    rows = [
        {
            "dataset_id": dataset_id,
            "file_id": account.file_id,
            "since_id": version_id,
            "until_id": None,
            "records": account.records,
            "formatted": account.formatted,
            "quarantined": account.quarantined,
            "skipped": account.skipped,
            **kept.get(account.file_id, {"definition_id": definition_id, "names": names.get(account.file_id)}),
        }
        for account in begun
    ]
    if rows:
        connection.execute(insert(t.account), rows)


def _read_by(connection: Connection, dataset_id: int, wanted: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Which template read standing files, and what columns they have."""
    a = t.account.c
    numbers = sorted(wanted)
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(numbers), 500):
        query = select(a.file_id, a.definition_id, a.names).where(
            a.dataset_id == dataset_id, a.until_id.is_(None), a.file_id.in_(numbers[start : start + 500])
        )
        found |= {
            row.file_id: {"definition_id": row.definition_id, "names": row.names} for row in connection.execute(query)
        }
    return found
