"""Carry what stands over to a changed template, without reading a delivered file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vertebra.formatted.branch import columns_of
from vertebra.formatted.change import Change
from vertebra.formatted.keys import LOSERS
from vertebra.formatted.parquet import scan, scan_as
from vertebra.formatted.publish import Base
from vertebra.formatted.quarantine import Severity
from vertebra.project import RESCUED, Source
from vertebra.sql import quote
from vertebra.table import FILE, PROVENANCE, RECORD, Column, DataFile
from vertebra.workspace import Workspace


def carried(ws: Workspace, source: Source, base: Base, folder: str, prefix: str) -> Base:
    """What stands, in the shape of the new template.

    Files are written anew only where a column has another name or type: one that came has no values in them, and one
    that went is not looked at any more.
    """
    columns = columns_of(source)
    moved = _moved(base.table.columns, columns, base.change)
    if not moved:
        return base
    data: list[DataFile] = []
    for number, file in enumerate(base.data):
        values = ", ".join(_value(column, base.change) for column in columns)
        query = f"select {values} from {scan_as(folder, [file], base.table.columns)}"
        data += ws.engine.write(query, folder, f"{prefix}/carried-{number:05d}")
    return replace(base, data=tuple(data))


def _moved(old: Iterable[Column], new: Iterable[Column], change: Change) -> bool:
    types = {column.name: column.type for column in old}
    was = {column.name: change.carried.get(column.name, column.name) for column in new}
    return bool(change.carried) and any(
        was[column.name] in types and (was[column.name] != column.name or types[was[column.name]] != column.type)
        for column in new
    )


def _value(column: Column, change: Change) -> str:
    name = quote(column.name)
    if column.name in PROVENANCE or column.name == RESCUED:
        return name
    if column.name not in change.carried:
        return f"null::{column.type} as {name}"
    return f"{quote(change.carried[column.name])}::{column.type} as {name}"


def waiting(ws: Workspace, quarantine: str, base: Base, stay: Iterable[int]) -> dict[int, list[int]]:
    """The records in quarantine that a reader of another template may take: rising numbers by file version.

    Parameters
    ----------
    quarantine : str
        Folder of the quarantine.
    stay : iterable of int
        The file versions that are not read as a whole anyway.
    """
    numbers = ", ".join(map(str, sorted(stay)))
    if not base.findings or not numbers:
        return {}
    rows = ws.engine.arrow(
        f"select {FILE} as f, list(distinct {RECORD} order by {RECORD}) as r "
        f"from {scan(quarantine, base.findings)} where severity = '{Severity.REJECTED}' and {RECORD} > 0 "
        f"and type not in {LOSERS} and {FILE} in ({numbers}) group by f order by f"
    )
    return dict(zip(rows["f"].to_pylist(), rows["r"].to_pylist(), strict=True))
