"""The lines of a text that are data: behind preamble and header, before the footer.

A line ends at LF, CR LF or CR; an empty one is blank, one that begins with the comment character a comment. Lines are
cut block by block, so that a file of any size takes little memory.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vertebra.project import FixedFormat

_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 20
_Bytes = bytes | mmap.mmap
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class Block:
    """Records in a row.

    Parameters
    ----------
    record : int
        Number of the first of them among the data records; 0 and below above them.
    starts, ends : array of int
        Bytes of each in the file, without its line end.
    lines : array of int
        1-based line of each.
    """

    record: int
    starts: _Places
    ends: _Places
    lines: _Places

    def part(self, first: int, last: int) -> Block:
        """The records from one place to before another, 0-based."""
        return Block(self.record + first, self.starts[first:last], self.ends[first:last], self.lines[first:last])


def data_lines(data: _Bytes, format_: FixedFormat, encoding: str) -> Iterator[Block]:
    """The header records, numbered up to 0, and the data records, numbered from 1."""
    held: list[Block] = []
    count = 0
    for block in _numbered(data, format_, encoding):
        held.append(block)
        count += len(block.starts)
        while held and count - len(held[0].starts) >= format_.footer:
            first = held.pop(0)
            count -= len(first.starts)
            yield first
    for block in held:
        # the footer is taken from the data records only
        size = len(block.starts)
        above = max(0, min(size, 1 - block.record))
        keep = max(above, min(size, count - format_.footer))
        count -= size
        if keep:
            yield block.part(0, keep)


def _numbered(data: _Bytes, format_: FixedFormat, encoding: str) -> Iterator[Block]:
    """Records behind the preamble, numbered so that the first data record is 1."""
    number = 1 - format_.skip - format_.header
    for block in _records(data, format_.comment.encode(encoding)):
        first = max(0, min(len(block.starts), 1 - format_.header - number))
        if first < len(block.starts):
            yield Block(number + first, block.starts[first:], block.ends[first:], block.lines[first:])
        number += len(block.starts)


def _records(data: _Bytes, comment: bytes) -> Iterator[Block]:
    """All lines that are neither blank nor comments."""
    position = len(_BOM) if data[: len(_BOM)] == _BOM else 0
    line = 1
    while position < len(data):
        block = _block(data, position)
        text = np.frombuffer(block, dtype=np.uint8)
        breaks = np.flatnonzero((text == 10) | (text == 13))
        half = np.zeros(len(breaks), dtype=bool)  # the LF of a CR LF
        half[1:] = (text[breaks[1:]] == 10) & (text[breaks[:-1]] == 13) & (np.diff(breaks) == 1)
        ends = breaks[~half]
        behind = ends + 1
        pairs = np.flatnonzero(half) - 1
        behind[np.searchsorted(ends, breaks[pairs])] += 1
        starts = np.concatenate((np.zeros(1, dtype=np.intp), behind))
        ends = np.append(ends, len(block)) if starts[-1] < len(block) else ends
        starts = starts[: len(ends)]
        kept = ends > starts
        if comment:
            size = len(comment)
            for place in np.flatnonzero(kept).tolist():
                kept[place] = block[starts[place] : starts[place] + size] != comment
        lines = np.arange(len(starts)) + line
        yield Block(0, starts[kept] + position, ends[kept] + position, lines[kept])
        position += len(block)
        line += len(starts)


def _block(data: _Bytes, position: int) -> bytes:
    """Whole lines, at least one."""
    size = _BLOCK
    while True:
        block = data[position : position + size]
        if position + len(block) == len(data):
            return block
        stop = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1  # a CR at the end may be half
        if stop:
            return block[:stop]
        size *= 4


def cut(line: str, edges: Sequence[int]) -> list[str]:
    """The values of a line.

    Examples
    --------
    >>> cut("ab  12 x y", (0, 4, 7))
    ['ab', '12', 'x y']
    """
    stops = [*edges[1:], None]
    return [line[begin:end].strip(" ") for begin, end in zip(edges, stops, strict=True)]
