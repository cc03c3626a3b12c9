"""Read Parquet files that a load wrote or found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vertebra.engine.duckdb import exactly
from vertebra.engine.duckdb import scan as scan_relation
from vertebra.table import FILE, Column, DataFile, Relation, uneven
from vertebra.workspace import Workspace


def scan(folder: str, data: Iterable[DataFile]) -> str:
    """SQL that reads written Parquet files of one shape with all their columns; they are one at least."""
    files = ", ".join(exactly(f"{folder}/{file.path}") for file in data)
    return f"read_parquet([{files}])"


def scan_as(folder: str, data: Sequence[DataFile], columns: Sequence[Column]) -> str:
    """SQL that reads Parquet files, maybe none, as these columns; where a file lacks one there is no value."""
    files = tuple(f"{folder}/{file.path}" for file in data)
    return f"({scan_relation(Relation('', tuple(columns), files, uneven(data, columns)))})"


def rows_by_file(ws: Workspace, folder: str, data: Sequence[DataFile]) -> dict[int, int]:
    """Rows of each file version, counted in written Parquet files."""
    if not data:
        return {}
    found = ws.engine.arrow(f"select {FILE} as f, count(*) as n from {scan(folder, data)} group by all")
    return dict(zip(found["f"].to_pylist(), found["n"].to_pylist(), strict=True))
