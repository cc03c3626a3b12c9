"""The quarantine of a table: one row a finding, with the place and the text of what was delivered.

Findings begin as *marks* (which record, what is wrong with it), made by the engine or noted by a reader; then the
records that they name are looked up, in one pass over each file, and both are joined and written. Nothing of that
is held in memory as a whole, so that a file in which every record is wrong is no harder than any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vertebra.formatted.formats.port import Problem, RawRecord
from vertebra.formatted.parquet import scan
from vertebra.storage import LocalStorage
from vertebra.table import FILE, RECORD, Column, DataFile
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

COLUMNS = (
    Column("type", "VARCHAR", description="Kind of finding."),
    Column("severity", "VARCHAR", description="rejected: in no table; skipped: said already; warning: formatted."),
    Column(FILE, "BIGINT", description="The catalog's number of the file version."),
    Column(RECORD, "BIGINT", description="1-based data record in that file; 0 for the whole file."),
    Column("line", "BIGINT", description="1-based line on which the record begins; 0 where not looked up."),
    Column("start_byte", "BIGINT", description="First byte of the record in the file, decompressed."),
    Column("end_byte", "BIGINT", description="Byte behind the record."),
    Column("column_name", "VARCHAR", description="Formatted column; empty where the record is meant."),
    Column("value", "VARCHAR", description="Raw text of the value, or of the key."),
    Column("reason", "VARCHAR", description="What is wrong, in words."),
    Column("raw", "VARCHAR", description="The whole record as it was delivered."),
    Column("row_hash", "VARCHAR", description="Of the formatted values, for records that repeat a key."),
)
MARK = ("type", "severity", FILE, RECORD, "column_name", "value", "reason", "row_hash")
"""Columns of a mark."""

_ROWS = 65_536
_CHARACTERS = 1 << 26

Finder = Callable[[int, Iterable[int]], Iterator[RawRecord]]
"""The records of these rising numbers of a file version."""


class Severity(StrEnum):
    """What became of the record."""

    REJECTED = "rejected"  # it stands in no table
    SKIPPED = "skipped"  # another record says the same, or says it later
    WARNING = "warning"  # it was formatted, and somebody should know


def of_problems(problems: Iterable[tuple[int, Problem]]) -> pa.Table:
    """Findings about whole files, by file version: they know their places already."""
    import pyarrow as pa

    rows = [
        {
            "type": one.type,
            "severity": str(Severity.REJECTED if one.fatal else Severity.WARNING),
            FILE: file_id,
            RECORD: 0,
            "line": one.at.line,
            "start_byte": one.at.start,
            "end_byte": one.at.end,
            "column_name": "",
            "value": "",
            "reason": one.reason,
            "raw": one.at.raw,
            "row_hash": "",
        }
        for file_id, one in problems
    ]
    schema = _schema([column.name for column in COLUMNS])
    # to make an array of a list Arrow imports pandas, which takes a quarter of a second
    return pa.Table.from_pylist(rows, schema=schema) if rows else pa.Table.from_batches([], schema)


def rejected(file_id: int, name: str) -> str:
    """Marks of the records that a reader rejected, which stand as a table under a name."""
    return (
        f"select type::varchar as type, '{Severity.REJECTED}' as severity, {file_id}::bigint as {FILE}, "
        f"record as {RECORD}, '' as column_name, '' as value, reason::varchar as reason, '' as row_hash from {name}"
    )


def write_findings(
    ws: Workspace,
    marks: Sequence[str],
    problems: pa.Table,
    find: Finder,
    folder: str,
    prefix: str,
    tables: Mapping[str, Any],
) -> tuple[tuple[DataFile, ...], dict[int, int]]:
    """Write findings as one Parquet file.

    Parameters
    ----------
    marks : sequence of str
        SQL of marks, each with the columns `MARK`.
    problems : pyarrow.Table
        Findings about whole files.
    find : callable
        Looks records up.
    folder, prefix : str
        Of the quarantine.
    tables : mapping
        What the SQL reads beside Parquet files.

    Returns
    -------
    tuple of DataFile
        The file; none where nothing was found.
    dict
        File version to the number of its records that are rejected by a mark.
    """
    scratch = LocalStorage(ws.scratch)
    key = f"marks-{uuid.uuid4().hex}"
    try:
        names = ", ".join(MARK)
        body = " union all ".join(f"(select {names} from ({one}))" for one in marks)
        found = ws.engine.write(body, scratch.url(key), "all", tables=tables) if marks else ()
        if not found and not problems.num_rows:
            return (), {}
        if not found:
            return ws.engine.write("from problems", folder, prefix, tables={"problems": problems}), {}
        source = scan(scratch.url(key), found)
        counts = ws.engine.arrow(
            f"select {FILE} as f, count(distinct {RECORD}) as n from {source} "
            f"where severity = '{Severity.REJECTED}' group by all"
        )
        asked = ws.engine.arrow(
            f"select distinct {FILE} as f, {RECORD} as r from {source} "
            f"where severity <> '{Severity.SKIPPED}' order by all"
        )
        written = ws.engine.write(
            f"select {', '.join(_joined(column.name) for column in COLUMNS)} from {source} m "
            f"left join places p on p.f = m.{FILE} and p.r = m.{RECORD} "
            f"union all from problems order by {FILE}, {RECORD}, column_name, type",
            folder,
            prefix,
            tables={"places": _places(asked["f"].to_numpy(), asked["r"].to_numpy(), find), "problems": problems},
        )
        return written, dict(zip(counts["f"].to_pylist(), counts["n"].to_pylist(), strict=True))
    finally:
        scratch.remove(key)


def _joined(name: str) -> str:
    """A column of a finding: of its mark, or of the place of its record."""
    if name in MARK:
        return f"m.{name}"
    default = "''" if name == "raw" else "0"
    return f"coalesce(p.{name}, {default}) as {name}"


def _places(files: np.ndarray[Any, Any], records: np.ndarray[Any, Any], find: Finder) -> pa.RecordBatchReader:
    """The places of records, given file by file, as a stream."""
    import numpy as np
    import pyarrow as pa

    schema = pa.schema(
        [
            *(pa.field(name, pa.int64()) for name in ("f", "r", "line", "start_byte", "end_byte")),
            pa.field("raw", pa.string()),
        ]
    )

    def batches() -> Iterator[pa.RecordBatch]:
        rows: list[tuple[int | str, ...]] = []
        size = 0
        for file_id in np.unique(files).tolist():
            for at in find(file_id, records[files == file_id].tolist()):
                rows.append((file_id, at.record, at.line, at.start, at.end, at.raw))
                size += len(at.raw)
                if len(rows) >= _ROWS or size >= _CHARACTERS:
                    yield batch(rows)
                    rows, size = [], 0
        if rows:
            yield batch(rows)

    def batch(rows: list[tuple[int | str, ...]]) -> pa.RecordBatch:
        columns = zip(*rows, strict=True)
        return pa.RecordBatch.from_arrays(
            [pa.array(values, kind.type) for values, kind in zip(columns, schema, strict=True)], schema=schema
        )

    return pa.RecordBatchReader.from_batches(schema, batches())


def _schema(names: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    types = {column.name: pa.int64() if column.type == "BIGINT" else pa.string() for column in COLUMNS}
    return pa.schema([pa.field(name, types[name]) for name in names])
