"""Which files of a table are written anew together: small neighbours, and files whose bounds overlap.

Pure functions over what the table's log says of its files. Done twice, they find nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from vertebra.governance.datasets import DatasetVersion
from vertebra.table import PROVENANCE, DataFile

SMALL = 4 << 20  # bytes: a file below this costs more to open than to read
TARGET = 16 << 20  # bytes of a file that is written: a refresh or a correction writes no more than that anew
_INSTANTS = ("DATE", "TIMESTAMP")  # what types of days and moments begin with


def order_of(version: DatasetVersion) -> tuple[str, ...]:
    """The columns by which the rows of a table lie.

    Records lie by file and number, as they are read. Rows of a view lie by its grain, days and moments first: what
    comes new, what is asked for and what is refreshed are mostly spans of time.
    """
    kinds = {column.name: column.type for column in version.columns}
    if set(PROVENANCE) <= kinds.keys():
        return (*PROVENANCE, *(name for name in version.grain if name not in PROVENANCE))
    return tuple(sorted(version.grain, key=lambda name: not kinds[name].startswith(_INSTANTS)))


def groups(files: Sequence[DataFile], leading: str | None) -> tuple[tuple[DataFile, ...], ...]:
    """Files that are to be written anew, those together that make one piece of the table.

    Parameters
    ----------
    files : sequence of DataFile
        Of a table version.
    leading : str or None
        The first column by which rows lie; None where they lie in no order.
    """
    apart, unknown = _apart(files, leading) if leading else ([(one,) for one in files], ())
    found = [*_packed(apart), *_packed([(one,) for one in unknown])]
    return tuple(group for group in found if len(group) > 1)


def pieces(group: Sequence[DataFile]) -> int:
    """Into how many files a group is written, where its rows can be parted."""
    return max(1, round(sum(file.size for file in group) / TARGET))


def _apart(files: Sequence[DataFile], leading: str) -> tuple[list[tuple[DataFile, ...]], tuple[DataFile, ...]]:
    """Files in order, those together that overlap; and those of which nothing is known."""
    known = [file for file in files if file.lower.get(leading) is not None and file.upper.get(leading) is not None]
    found: list[list[DataFile]] = []
    last: Any = None
    for file in sorted(known, key=lambda file: (file.lower[leading], file.upper[leading], file.path)):
        if found and file.lower[leading] < last:
            found[-1].append(file)
            last = max(last, file.upper[leading])
        else:
            found.append([file])
            last = file.upper[leading]
    paths = {file.path for file in known}
    return [tuple(group) for group in found], tuple(file for file in files if file.path not in paths)


def _packed(parts: Sequence[tuple[DataFile, ...]]) -> Iterator[tuple[DataFile, ...]]:
    """Small parts that stand beside each other, as many together as make a file."""
    pack: list[tuple[DataFile, ...]] = []
    for part in parts:
        if pack and not (_bytes(part) < SMALL and _bytes(chain(*pack, part)) <= TARGET):
            yield tuple(chain(*pack))
            pack = []
        if _bytes(part) < SMALL:
            pack.append(part)
        else:
            yield part
    yield tuple(chain(*pack))


def _bytes(files: Any) -> int:
    return sum(file.size for file in files)
