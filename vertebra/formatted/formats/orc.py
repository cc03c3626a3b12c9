"""ORC: typed columns, read stripe by stripe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.formatted.count import Count
from vertebra.formatted.formats.arrow_text import as_text
from vertebra.formatted.formats.declared import of_arrow
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, checked
from vertebra.project import OrcFormat, Source

if TYPE_CHECKING:
    from pyarrow import orc

_MAGIC = b"ORC"


def sniff(head: bytes, path: Path) -> OrcFormat | None:
    """ORC, by its first bytes."""
    del path
    return OrcFormat() if head.startswith(_MAGIC) else None


def _count(file: Opened, source: Source) -> Count:
    """What the footer says."""
    del source
    found = _open(file)
    return Count(0 if isinstance(found, Problem) else found.nrows)


def _table(file: Opened, source: Source) -> Table | Problem:
    del source
    found = _open(file)
    if isinstance(found, Problem):
        return found
    names = tuple(found.schema.names)

    def draw(chosen: Sequence[int]) -> Iterator[Part]:
        import pyarrow as pa

        record = 1
        for stripe in range(found.nstripes):
            try:
                batch = found.read_stripe(stripe)
                columns = [as_text(batch.column(place)) for place in chosen]
            except (OSError, pa.ArrowException, ValueError) as error:
                # how many records this stripe has is not known, so where the next one begins is not either
                reason = f"its stripe, or one before it, cannot be read: {str(error).splitlines()[0]}"
                yield Part(record, found.nrows + 1 - record, type="damaged-orc", reason=reason)
                return
            yield checked(record, batch.num_rows, columns)
            record += batch.num_rows
        if record <= found.nrows:
            yield Part(record, found.nrows + 1 - record, type="damaged-orc", reason="the footer counts more records")

    return Simple(names, draw, types=lambda: tuple(map(of_arrow, found.schema.types)))


def _open(file: Opened) -> orc.ORCFile | Problem:
    import pyarrow as pa
    from pyarrow import orc

    try:
        found = orc.ORCFile(file.path)
        names = found.schema.names  # of a damaged file even they may be no text
        if found.nrows < 0 or (found.nrows and not names):
            return Problem("damaged-orc", "its footer says what cannot be", fatal=True)
    except (OSError, pa.ArrowException, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        return Problem("damaged-orc", f"it cannot be read as ORC: {reason}", fatal=True)
    return found


ORC: Format = Tabular(_table, _count)
