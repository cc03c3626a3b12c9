"""The quarantine of a release: what is wrong with which record of which file, and with which row of which view."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vertebra.errors import UnknownNameError, nearest
from vertebra.governance import files
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.operations.definitions import QUARANTINE
from vertebra.operations.release import contents
from vertebra.sql import literal, quote
from vertebra.table import FILE, RECORD
from vertebra.workspace import Workspace

_RULE = "_expectation"
_REASON = "_reason"
EXPECTATION = "expectation"
"""The type of what a view's expectation took out."""


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding with its file's name; the fields that a view's row does not have are None.

    Parameters
    ----------
    type, severity, table : str
        What kind it is, what became of the record, and of which table or view.
    file, version : str and int, or None
        Under which the file was landed.
    record, line, byte : int or None
        1-based record and line; first byte of the record.
    column, value : str or None
        Where one column is meant.
    reason : str
        What is wrong, in words.
    raw : str
        The whole record as it was delivered; of a view's row its values as JSON.
    """

    type: str
    severity: str
    table: str
    file: str | None
    version: int | None
    record: int | None
    line: int | None
    byte: int | None
    column: str | None
    value: str | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Findings of a release: how many of each type in each table, and the findings themselves or some of each."""

    release: int
    counts: tuple[tuple[str, str, int], ...]
    findings: tuple[FindingRecord, ...]


def quarantine(
    ws: Workspace,
    table: str | None = None,
    *,
    limit: int | None = None,
    release: int | None = None,
    environment: str | None = None,
) -> Quarantine:
    """The findings of one table or view, or of all.

    Parameters
    ----------
    ws : Workspace
        The project.
    table : str, optional
        Table or view; all by default.
    limit : int, optional
        How many findings of each type and table to give; all by default. The counts are always whole.
    release : int, optional
        The environment's current one by default.
    environment : str, optional
        The project's first by default.

    Raises
    ------
    UnknownNameError
        If the release, or the table in it, does not exist.
    """
    number, found = contents(ws, release, environment)
    kept = {
        name.removesuffix(QUARANTINE): version
        for name, version in found.items()
        if version.zone == "quarantine" and version.rows
    }
    if table is not None:
        if table not in found:
            tables = [name for name, version in found.items() if version.zone != "quarantine"]
            raise UnknownNameError(
                f'there is no table "{table}"',
                where=f"release {number}",
                why="the release does not hold it",
                next_=nearest(table, tables),
            )
        kept = {table: kept[table]} if table in kept else {}
    counts: list[tuple[str, str, int]] = []
    findings: list[FindingRecord] = []
    for name, version in kept.items():
        counts.extend((name, kind, count) for kind, count in _counts(ws, version))
        findings.extend(_findings(ws, name, version, limit))
    return Quarantine(number, tuple(counts), tuple(findings))


def _is_view(version: DatasetVersion) -> bool:
    return any(column.name == _RULE for column in version.columns)


def _counts(ws: Workspace, version: DatasetVersion) -> Iterator[tuple[str, int]]:
    if _is_view(version):
        yield EXPECTATION, version.rows
        return
    found = ws.engine.arrow(
        f"select type, count(*) as n from {quote(version.name)} group by type order by type", [ws.relation(version)]
    )
    yield from ((row["type"], row["n"]) for row in found.to_pylist())


def _findings(ws: Workspace, table: str, version: DatasetVersion, limit: int | None) -> list[FindingRecord]:
    view = _is_view(version)
    partition = "" if view else "partition by type order by _file, _record, column_name"
    cut = "" if limit is None else f" qualify row_number() over ({partition}) <= {literal(limit)}"
    order = "" if view else " order by _file, _record, column_name, type"
    rows = ws.engine.arrow(
        f"select * from {quote(version.name)}{cut}{order}", [ws.relation(version, provenance=True)]
    ).to_pylist()
    if view:
        return [_of_view(table, row) for row in rows]
    with ws.catalog.read() as connection:
        known = files.files_by_id(connection, _numbers(rows))
    return [_of_table(table, row, known) for row in rows]


def _numbers(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    return {row[FILE] for row in rows}


def _of_table(table: str, row: Mapping[str, Any], known: Mapping[int, FileVersion]) -> FindingRecord:
    file = known[row[FILE]]
    return FindingRecord(
        type=row["type"],
        severity=row["severity"],
        table=table,
        file=file.name,
        version=file.version,
        record=row[RECORD],
        line=row["line"],
        byte=row["start_byte"],
        column=row["column_name"] or None,
        value=row["value"] if row["column_name"] else None,
        reason=row["reason"],
        raw=row["raw"],
    )


def _of_view(table: str, row: Mapping[str, Any]) -> FindingRecord:
    values = {name: value for name, value in row.items() if name not in (_RULE, _REASON)}
    return FindingRecord(
        type=EXPECTATION,
        severity="rejected",
        table=table,
        file=None,
        version=None,
        record=None,
        line=None,
        byte=None,
        column=None,
        value=None,
        reason=f"{row[_RULE]}: {row[_REASON]}",
        raw=json.dumps(values, default=str, ensure_ascii=False),
    )
