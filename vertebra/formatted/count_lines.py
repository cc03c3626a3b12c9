"""How many records a file of lines holds, counted without cutting one out (G2).

The rules are those of `vertebra.formatted.formats.lines`, written down a second time: a line ends at LF, CR LF or CR;
an empty one is blank; one that begins with the comment character is a comment; of the rest the first are preamble and
header, and of what is left the last are the footer.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from vertebra.formatted.count import Count
from vertebra.formatted.mapping import Mapped
from vertebra.project import FixedFormat

_BOM = b"\xef\xbb\xbf"
_WINDOW = 1 << 22


def count_lines(path: Path, format_: FixedFormat, encoding: str) -> Count:
    """Count the records of a file.

    Parameters
    ----------
    path : Path
        The file, not compressed.
    format_ : FixedFormat
        Its declaration.
    encoding : str
        Its encoding, in which every byte below 128 is ASCII.
    """
    if path.stat().st_size == 0:
        return Count(0)
    with Mapped.of(path) as data:
        position = len(_BOM) if data[: len(_BOM)] == _BOM else 0
        filled, blank, comment = _counted(data, position, format_.comment.encode(encoding))
    preamble = min(format_.skip, filled - comment)
    header = min(format_.header, filled - comment - preamble)
    left = filled - comment - preamble - header
    footer = min(format_.footer, left)
    return Count(left - footer, header, blank, comment, preamble=preamble, footer=footer)


def _counted(data: mmap.mmap, position: int, mark: bytes) -> tuple[int, int, int]:
    """Lines that hold something, lines that hold nothing, and those of the first that are comments."""
    filled = blank = comment = 0
    while position < len(data):
        stop = position + _WINDOW
        while stop < len(data) and data[stop - 1] not in b"\n\r":
            stop += 1
        if data[stop - 1 : stop + 1] == b"\r\n":
            stop += 1
        lines = re.split(rb"\r\n|\n|\r", data[position:stop])
        if lines[-1] == b"":
            lines.pop()
        blank += lines.count(b"")
        filled += len(lines) - lines.count(b"")
        if mark:
            comment += sum(line.startswith(mark) for line in lines)
        position = stop
    return filled, blank, comment
