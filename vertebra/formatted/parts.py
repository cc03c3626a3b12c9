"""Take rows out of Parquet files: the files that hold none of them stay as they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from vertebra.formatted.parquet import scan
from vertebra.table import FILE, RECORD, DataFile
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


def subtract(
    ws: Workspace,
    folder: str,
    data: Sequence[DataFile],
    prefix: str,
    *,
    files: Collection[int] = (),
    records: pa.Table | None = None,
    where: str = "true",
) -> tuple[DataFile, ...]:
    """Parquet files without the rows of some file versions and without some records.

    Parameters
    ----------
    folder : str
        The table's folder.
    data : sequence of DataFile
        Its files.
    prefix : str
        For the files that are written anew.
    files : collection of int
        File versions whose rows go.
    records : pyarrow.Table, optional
        Columns `_file`, `_record`: single records whose rows go.
    where : str
        SQL: which rows of these records go; all by default.

    Returns
    -------
    tuple of DataFile
        Untouched ones as they are, others written anew, emptied ones left out.
    """
    touched = sorted({*files, *_files(records)})
    kept: list[DataFile] = []
    tables: dict[str, pa.Table] = {}
    for number, file in enumerate(data):
        low, high = file.lower.get(FILE), file.upper.get(FILE)
        if not may_hold(file, touched):
            kept.append(file)
            continue
        if low is not None and low == high and low in files:
            continue
        tables = tables or _leaving(files, records)
        kept += ws.engine.write(
            f"select p.* from {scan(folder, [file])} p "
            f"where not exists (from gone g where g.{FILE} = p.{FILE}) and not "
            f"({where} and exists (from singles s where s.{FILE} = p.{FILE} and s.{RECORD} = p.{RECORD})) "
            f"order by p.{FILE}, p.{RECORD}",  # a join need not keep the order
            folder,
            f"{prefix}-{number}",
            tables=tables,
        )
    return tuple(kept)


def _files(records: pa.Table | None) -> list[int]:
    if records is None:
        return []
    found: list[int] = records[FILE].unique().to_pylist()
    return found


def _leaving(files: Collection[int], records: pa.Table | None) -> dict[str, pa.Table]:
    """What a query takes out: whole files and single records."""
    import pyarrow as pa

    gone = pa.table({FILE: pa.array(sorted(files), pa.int64())})
    if records is not None:
        return {"gone": gone, "singles": records.select([FILE, RECORD])}
    return {"gone": gone, "singles": pa.Table.from_batches([], pa.schema([(FILE, pa.int64()), (RECORD, pa.int64())]))}


def may_hold(file: DataFile, numbers: Sequence[int]) -> bool:
    """May a Parquet file hold rows of one of these file versions, which rise?"""
    low, high = file.lower.get(FILE), file.upper.get(FILE)
    if low is None or high is None:
        return bool(numbers)
    at = bisect_left(numbers, low)
    return at < len(numbers) and bool(numbers[at] <= high)
