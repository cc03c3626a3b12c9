"""Publish a dataset of an analysis: written, audited, committed, recorded; found again by its identity."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vertebra.engine.types import stored
from vertebra.errors import DamageError, GrainError
from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion
from vertebra.sql import quote
from vertebra.table import Column, DataFile, Relation
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

ZONE = "analysis"


@dataclass(frozen=True, slots=True)
class Output:
    """A dataset that is to be published.

    Parameters
    ----------
    name, path, description, owner : str
        Of the dataset.
    identity : str
        Fingerprint of its definition and of the identities of what it is made from.
    definition : mapping
        What the catalog keeps of its definition, as JSON values.
    fingerprint : str
        Of that definition.
    grain : tuple of str
        Columns that identify a row.
    inputs : tuple of int
        Numbers of the dataset versions that it is made from.
    words : mapping
        Column to its unit and description.
    exact : bool
        Does its definition alone say which input rows a row comes from?
    where : str
        File and line of the analysis.
    """

    name: str
    path: str
    description: str
    owner: str
    identity: str
    definition: Mapping[str, Any]
    fingerprint: str
    grain: tuple[str, ...]
    inputs: tuple[int, ...]
    where: str
    words: Mapping[str, Column] = field(default_factory=dict)
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Published:
    """A dataset version, and how many bytes were written for it; 0 where it stood already."""

    version: DatasetVersion
    size: int


def standing(ws: Workspace, name: str, identity: str) -> DatasetVersion | None:
    """The version of a dataset that was published under this identity."""
    with ws.catalog.read() as connection:
        return datasets.by_identity(connection, name, identity)


def publish(
    ws: Workspace,
    output: Output,
    sql: str,
    run_id: int,
    *,
    relations: Sequence[Relation] = (),
    tables: Mapping[str, pa.Table] | None = None,
) -> Published:
    """Publish the result of a query, ordered by its grain, unless it stands already.

    Parameters
    ----------
    ws : Workspace
        Where.
    output : Output
        What.
    sql : str
        The query.
    run_id : int
        The run that does it.
    relations, tables
        What the query reads.

    Raises
    ------
    GrainError
        If the grain does not identify the rows.
    """
    found = standing(ws, output.name, output.identity)
    if found is not None:
        return Published(found, 0)
    order = ", ".join(quote(column) for column in output.grain)
    ordered = f"select * from ({sql}\n) order by {order}"
    columns = tuple(_column(output, column) for column in ws.engine.columns(ordered, relations, tables))
    prefix = f"{output.identity[:12]}-{run_id}/part"
    files = ws.engine.write(ordered, ws.storage.url(output.path), prefix, relations, tables)
    _audit(ws, output, columns, files)
    number = ws.tables.publish(output.path, files, ws.engine.schema(columns), output.identity)
    size = sum(file.size for file in files)
    with ws.catalog.write() as connection:
        body = json.dumps(output.definition, sort_keys=True, ensure_ascii=False)
        definition = datasets.define(connection, ZONE, output.name, output.fingerprint, body)
        dataset = datasets.register(
            connection, output.name, ZONE, output.path, description=output.description, owner=output.owner
        )
        datasets.publish(
            connection,
            dataset,
            identity=output.identity,
            definition_id=definition,
            table_version=number,
            columns=columns,
            grain=output.grain,
            rows=sum(file.rows for file in files),
            size=size,
            files=len(files),
            run_id=run_id,
            inputs=output.inputs,
            exact=output.exact,
        )
        version = datasets.by_identity(connection, output.name, output.identity)
    if version is None:  # pragma: no cover  it was recorded by the transaction above
        raise DamageError(
            "the catalog lost a record",
            where=output.name,
            why="it is not found",
            next_="restore it from a backup of the storage folder; the landing zone holds every delivered byte",
        )
    return Published(version, size)


def _column(output: Output, column: Column) -> Column:
    words = output.words.get(column.name, column)
    return Column(column.name, stored(column.name, column.type), words.unit, words.term, words.description)


def _audit(ws: Workspace, output: Output, columns: tuple[Column, ...], files: tuple[DataFile, ...]) -> None:
    """Refuse rows that their grain does not identify, before anybody can see them."""
    relation = Relation("written", columns, tuple(ws.tables.url(output.path, file) for file in files))
    key = ", ".join(quote(column) for column in output.grain)
    null = " or ".join(f"{quote(column)} is null" for column in output.grain)
    query = (
        f"select {key}, count(*) as n from written group by {key} having count(*) > 1 or {null} order by all limit 1"
    )
    found = ws.engine.arrow(query, (relation,)).to_pylist()
    if found:
        for file in files:
            ws.storage.remove(f"{output.path}/{file.path}")
        shown = ", ".join(f"{column}={found[0][column]}" for column in output.grain)
        many = f"{found[0]['n']} rows have" if found[0]["n"] > 1 else "a row has"
        raise GrainError(
            f"the grain of {output.name} does not identify its rows",
            where=output.where,
            why=f"{many} {shown}",
            next_="join on whole keys, or add the missing column to the grain; no column of it may be null",
        )
