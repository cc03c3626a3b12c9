"""Lines that stand in quotes as a whole, each of them one field that holds a record of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vertebra.formatted.draft.cutting import Row, rows
from vertebra.formatted.draft.dialect import Tried, tried
from vertebra.formatted.draft.structure import table_of
from vertebra.formatted.formats.fields import split
from vertebra.project import CsvFormat

_WHOLE = CsvFormat(delimiter="\x1f")  # no delimiter at all, so that only a line that is one quoted field is opened
_FEW = 3
_MOST = 0.95  # of the lines, and of the records in them


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What the lines hold.

    Parameters
    ----------
    inner : Tried
        How the records in them are written.
    header : int
        Header records among them.
    """

    inner: Tried
    header: int


def wrapped(lines: Sequence[Row]) -> Wrapped | None:
    r"""The records inside of quoted lines; None where lines are no such fields.

    Examples
    --------
    >>> text = '"1;""a"";x"\n"2;""b"";y"\n"3;""c"";z"\n'
    >>> found = wrapped(list(rows(text, CsvFormat())))
    >>> found.inner.format.delimiter, found.inner.width, found.header
    (';', 3, 0)
    """
    opened = [inner for row in lines if (inner := _opened(row.raw)) is not None]
    if len(opened) < _FEW or len(opened) < _MOST * len(lines):
        return None
    text = "\n".join(opened)
    best = tried(text)[0]
    if best.width < 2 or best.share < _MOST:  # one column is no record inside of a field
        return None
    table = table_of([row for row in rows(text, best.format) if row.raw], width=best.width)
    return Wrapped(best, table.body - table.begin)


def _opened(line: str) -> str | None:
    """What stands in a line that is one quoted field."""
    if not (line.startswith('"') and line.endswith('"')):
        return None
    fields = split(line, _WHOLE)
    return fields[0] if len(fields) == 1 and fields[0] != line else None
