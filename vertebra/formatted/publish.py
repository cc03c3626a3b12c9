"""Publish what a load wrote: a Delta commit a table, then one catalog transaction for all of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from vertebra.formatted.change import Change, Effect, compare
from vertebra.governance import datasets, evolutions
from vertebra.governance.evolutions import Evolution
from vertebra.project import Source
from vertebra.project.recorded import recorded_source
from vertebra.step import Account
from vertebra.table import FILE, RECORD, Column, DataFile
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Base:
    """What stands and can be built upon.

    Parameters
    ----------
    table, quarantine : DatasetVersion
        The versions that stand.
    change : Change
        What lies between the template that made them and the one that is meant.
    files : frozenset of int
        The file versions that stand in the table.
    standing : frozenset of int
        Those of them whose rows stay.
    changed : bool
        Is the template another?
    data, findings : tuple of DataFile
        Of the table and of its quarantine.
    """

    table: datasets.DatasetVersion
    quarantine: datasets.DatasetVersion
    change: Change
    files: frozenset[int]
    standing: frozenset[int]
    changed: bool = False
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
    names : mapping
        The columns of each file that this load read, where they are known.
    """

    name: str
    zone: str
    path: str
    columns: tuple[Column, ...]
    data: tuple[DataFile, ...]
    grain: tuple[str, ...] = (FILE, RECORD)
    description: str = ""
    accounts: tuple[Account, ...] | None = None
    names: Mapping[int, tuple[str, ...] | None] = field(default_factory=dict)


def definition(source: Source) -> tuple[str, str]:
    """Fingerprint and body under which a template is recorded."""
    body = source.template()
    return datasets.fingerprint("template", body), json.dumps({"source": source.name, **body}, sort_keys=True)


def base_of(connection: Connection, source: Source) -> Base | None:
    """What stands of a source's table and can stay; its files are read by `with_files`."""
    table = datasets.head(connection, source.name)
    quarantine = datasets.head(connection, f"{source.name}_quarantine")
    if table is None or quarantine is None or table.definition_id is None or table.identity != quarantine.identity:
        return None
    print_, body = datasets.definition_of(connection, table.definition_id)
    files = datasets.standing_files(connection, table.dataset_id)
    if print_ == definition(source)[0]:
        heads = [datasets.head(connection, child.name) for child in source.children]
        if any(head is None or head.identity != table.identity for head in heads):
            return None
        standing = tuple(head for head in heads if head)
        return Base(table, quarantine, Change(Effect.NOTHING, "", {}), files, files, heads=standing)
    change = compare(recorded_source(body, source.where), source)
    if change.effect is Effect.ALL or datasets.columns_ever(connection, table.dataset_id) & change.fresh_names:
        return None
    if source.children:  # what nests is written with its file
        return None
    names = datasets.standing_names(connection, table.dataset_id)
    stay = {file for file in files if change.for_file(names[file], file) is not Effect.ALL}
    if change.effect is Effect.QUARANTINE:  # a file that could not be read at all may be readable now
        stay -= datasets.refused_files(connection, table.dataset_id)
    return Base(table, quarantine, change, files, frozenset(stay), changed=True) if stay else None


def with_files(ws: Workspace, base: Base) -> Base:
    """The same with the Parquet files of table, quarantine and child tables."""
    return replace(
        base,
        data=ws.tables.snapshot(base.table.path, base.table.table_version).files,
        findings=ws.tables.snapshot(base.quarantine.path, base.quarantine.table_version).files,
        children={head.name: ws.tables.snapshot(head.path, head.table_version).files for head in base.heads},
    )


def publish(
    ws: Workspace,
    source: Source,
    identity: str,
    run_id: int,
    outputs: Sequence[Output],
    stands: Collection[int],
    changes: Sequence[Evolution] = (),
) -> dict[str, int]:
    """Commit every table, then record all of them at once; their version numbers by name.

    Parameters
    ----------
    stands : collection of int
        The file versions that are loaded now; the accounts of all others are closed.
    changes : sequence of Evolution
        What this load found that changes the template.
    """
    committed = [
        (output, ws.tables.publish(output.path, output.data, ws.engine.schema(output.columns), identity))
        for output in outputs
    ]
    found: dict[str, int] = {}
    with ws.catalog.write() as connection:
        evolutions.record(connection, run_id, changes)
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
                datasets.record_accounts(
                    connection,
                    dataset_id,
                    found[output.name],
                    ended,
                    output.accounts,
                    definition_id=defined,
                    names=output.names,
                )
    return found
