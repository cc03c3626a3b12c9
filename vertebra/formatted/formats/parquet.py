"""Parquet: typed columns, read row group by row group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.formatted.count import Count
from vertebra.formatted.formats.arrow_text import as_text
from vertebra.formatted.formats.declared import of_arrow
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, checked
from vertebra.project import ParquetFormat, Source

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_MAGIC = b"PAR1"
_ROWS = 65_536


def sniff(head: bytes, path: Path) -> ParquetFormat | None:
    """Parquet, by its first bytes."""
    del path
    return ParquetFormat() if head.startswith(_MAGIC) else None


def _count(file: Opened, source: Source) -> Count:
    """What the footer says."""
    del source
    found = _open(file)
    return Count(0 if isinstance(found, Problem) else found.metadata.num_rows)


def _table(file: Opened, source: Source) -> Table | Problem:
    del source
    found = _open(file)
    if isinstance(found, Problem):
        return found

    def draw(chosen: Sequence[int]) -> Iterator[Part]:
        record = 1
        for group in range(found.num_row_groups):
            size = found.metadata.row_group(group).num_rows
            yield from _group(found, group, chosen, record, size)
            record += size

    return Simple(tuple(found.schema_arrow.names), draw, types=lambda: tuple(map(of_arrow, found.schema_arrow.types)))


def _group(reader: pq.ParquetFile, group: int, chosen: Sequence[int], record: int, size: int) -> Iterator[Part]:
    """The records of a row group, as far as it can be read."""
    import pyarrow as pa

    names = reader.schema_arrow.names
    some = [names[place] for place in chosen]
    dotted = any("." in name for name in some) or len(set(names)) < len(names)  # the library takes them for paths
    wanted = None if dotted else sorted(set(some))
    end = record + size
    try:
        for batch in reader.iter_batches(_ROWS, row_groups=[group], columns=wanted):
            at = chosen if wanted is None else [batch.schema.names.index(name) for name in some]
            columns = [as_text(batch.column(place)) for place in at]
            yield checked(record, batch.num_rows, columns)
            record += batch.num_rows
    except (OSError, pa.ArrowException, ValueError) as error:
        if record < end:
            yield Part(record, end - record, type="damaged-parquet", reason=f"its row group cannot be read: {error}")
        return
    if record < end:
        yield Part(record, end - record, type="damaged-parquet", reason="its row group has fewer records than it says")


def _open(file: Opened) -> pq.ParquetFile | Problem:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.ParquetFile(file.path)
        groups = [found.metadata.row_group(number).num_rows for number in range(found.num_row_groups)]
    except (OSError, pa.ArrowException, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        return Problem("damaged-parquet", f"it cannot be read as Parquet: {reason}", fatal=True)
    if sum(groups) != found.metadata.num_rows or min(groups, default=0) < 0:
        return Problem("damaged-parquet", "its footer contradicts itself about the number of records", fatal=True)
    return found


PARQUET: Format = Tabular(_table, _count)
