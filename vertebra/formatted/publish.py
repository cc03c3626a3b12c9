"""Publish what a load wrote: a Delta commit a table, then one catalog transaction for all of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from vertebra.governance import datasets
from vertebra.project import Source
from vertebra.step import Account
from vertebra.table import FILE, RECORD, Column, DataFile
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Base:
    """What stands and can be built upon: the same template read it."""

    table: datasets.DatasetVersion
    quarantine: datasets.DatasetVersion
    standing: frozenset[int]
    data: tuple[DataFile, ...] = ()
    findings: tuple[DataFile, ...] = ()
    children: Mapping[str, tuple[DataFile, ...]] = field(default_factory=dict)
    heads: tuple[datasets.DatasetVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One table of a load.

    Parameters
    ----------
    name, zone, path : str
        Of the dataset.
    columns : tuple of Column
        Its columns.
    data : tuple of DataFile
        All of its files.
    grain : tuple of str
        Columns that identify a row.
    description : str
        The source's own by default.
    accounts : tuple of Account, optional
        Those that are new or another; None for a table that has none.
    """

    name: str
    zone: str
    path: str
    columns: tuple[Column, ...]
    data: tuple[DataFile, ...]
    grain: tuple[str, ...] = (FILE, RECORD)
    description: str = ""
    accounts: tuple[Account, ...] | None = None


def definition(source: Source) -> tuple[str, str]:
    """Fingerprint and body under which a template is recorded."""
    body = source.template()
    return datasets.fingerprint("template", body), json.dumps({"source": source.name, **body}, sort_keys=True)


def base_of(connection: Connection, source: Source) -> Base | None:
    """What stands of a source's table, if the same template read it; its files are read by `with_files`."""
    table = datasets.head(connection, source.name)
    quarantine = datasets.head(connection, f"{source.name}_quarantine")
    if table is None or quarantine is None or table.definition_id is None or table.identity != quarantine.identity:
        return None
    print_, _ = datasets.definition_of(connection, table.definition_id)
    if print_ != definition(source)[0]:
        return None
    heads = [datasets.head(connection, child.name) for child in source.children]
    if any(head is None or head.identity != table.identity for head in heads):
        return None
    standing = datasets.standing_files(connection, table.dataset_id)
    return Base(table, quarantine, standing, heads=tuple(head for head in heads if head))


def with_files(ws: Workspace, base: Base) -> Base:
    """The same with the Parquet files of table, quarantine and child tables."""
    return Base(
        base.table,
        base.quarantine,
        base.standing,
        ws.tables.snapshot(base.table.path, base.table.table_version).files,
        ws.tables.snapshot(base.quarantine.path, base.quarantine.table_version).files,
        {head.name: ws.tables.snapshot(head.path, head.table_version).files for head in base.heads},
        base.heads,
    )


def publish(
    ws: Workspace,
    source: Source,
    identity: str,
    run_id: int,
    outputs: Sequence[Output],
    stands: Collection[int],
) -> dict[str, int]:
    """Commit every table, then record all of them at once; their version numbers by name.

    Parameters
    ----------
    stands : collection of int
        The file versions that are loaded now; the accounts of all others are closed.
    """
    committed = [
        (output, ws.tables.publish(output.path, output.data, ws.engine.schema(output.columns), identity))
        for output in outputs
    ]
    found: dict[str, int] = {}
    with ws.catalog.write() as connection:
        defined = datasets.define(connection, "template", source.name, *definition(source))
        for output, table_version in committed:
            dataset_id = datasets.register(
                connection,
                output.name,
                output.zone,
                output.path,
                description=output.description or source.description,
                owner=source.owner,
            )
            found[output.name] = datasets.publish(
                connection,
                dataset_id,
                identity=identity,
                definition_id=defined,
                table_version=table_version,
                columns=output.columns,
                grain=output.grain,
                rows=sum(file.rows for file in output.data),
                size=sum(file.size for file in output.data),
                files=len(output.data),
                run_id=run_id,
            )
            if output.accounts is not None:
                before = datasets.standing_files(connection, dataset_id)
                ended = before.difference(stands)
                datasets.record_accounts(connection, dataset_id, found[output.name], ended, output.accounts)
    return found
