"""The table of a file in columns of fixed width, as its declaration reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vertebra.formatted.draft.peeked import Peeked, Remark
from vertebra.formatted.formats.lines import cut, data_lines
from vertebra.formatted.formats.places import mapped
from vertebra.project import FixedFormat

_SECOND = "cp1252"


def peek_lines(path: Path, format_: FixedFormat, encoding: str) -> Iterator[Peeked]:
    """The records of a file's table; the header first where it has one.

    Parameters
    ----------
    path : Path
        The file, in an encoding in which every byte below 128 is ASCII.
    format_ : FixedFormat
        Its declaration.
    encoding : str
        That encoding.
    """
    with mapped(path) as data:
        for block in data_lines(data, format_, encoding):
            for place, (begin, end) in enumerate(zip(block.starts.tolist(), block.ends.tolist(), strict=True)):
                if block.record + place < 0:
                    continue  # only the last header record names the columns
                raw, remark = bytes(data[begin:end]), None
                try:
                    text = raw.decode(encoding)
                except UnicodeDecodeError as error:
                    text = raw.decode(_SECOND, errors="replace")
                    reason = f"byte {error.start + 1} of it is not {encoding}; read as {_SECOND}"
                    remark = Remark(int(block.lines[place]), reason)
                yield Peeked(tuple(cut(text, format_.edges)), remark)
