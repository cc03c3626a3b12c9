"""Count the records of JSON lines, and what else one glance at their bytes tells (G2)."""

from __future__ import annotations

import mmap
import re

import numpy as np

from vertebra.formatted.count import Count

_BOM = b"\xef\xbb\xbf"
_WINDOW = 1 << 17  # bytes looked at together: they, and what is made of them, stay in the processor's cache
_LINE = re.compile(rb"[^ \t\r\n][^\n]*+")
_LF, _SPACE, _QUOTE, _MINUS, _POINT, _ZERO, _COLON, _FALSE, _NULL, _TRUE = b'\n "-.0:fnt'
_Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]
_BLANK = np.isin(np.arange(256), np.frombuffer(b"\n\r \t", np.uint8))


def count_lines(data: bytes | mmap.mmap) -> Count:
    r"""Count lines that are not blank, and the values that are not null behind names.

    Examples
    --------
    >>> found = count_lines(b'{"a": 1, "b": null}\n\n{"a": true}')
    >>> found.data, found.blank, found.values, found.booleans
    (2, 1, 2, True)
    """
    begin = position = len(_BOM) if data[: len(_BOM)] == _BOM else 0
    records = lines = values = 0
    booleans = zeros = False
    while position < len(data):
        block = data[position : position + _WINDOW]
        size = _WINDOW
        while position + len(block) < len(data) and b"\n" not in block:
            size *= 4
            block = data[position : position + size]
        if position + len(block) < len(data):
            block = block[: block.rfind(b"\n") + 1]
        whole, some = _lines(block)
        lines += whole
        records += some
        found, words, zero = _values(block)
        values = -1 if min(values, found) < 0 else values + found
        booleans, zeros = booleans or words, zeros or zero
        position += len(block)
    # the engine's reader does not take a byte order mark, and loses the sign of a negative zero
    orderly = not begin and not zeros
    return Count(records, blank=lines - records, orderly=orderly, values=values, booleans=booleans)


def glance(data: bytes | mmap.mmap, begin: int) -> tuple[int, bool, bool]:
    """The values that are not null behind names, whether one may be true or false, and whether one is a negative zero.

    The number is negative where it cannot be told.
    """
    values, booleans, zeros = 0, False, False
    for position in range(begin, len(data), _WINDOW):
        block = data[position : position + _WINDOW + 4]  # a name, its colon and what follows may lie across the end
        found, words, zero = _values(block, _WINDOW)
        values = -1 if min(values, found) < 0 else values + found
        booleans, zeros = booleans or words, zeros or zero
    return values, booleans, zeros


def _lines(block: bytes) -> tuple[int, int]:
    """Lines, and those of them that are not blank."""
    text = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(text == _LF)
    lines = len(ends) + (block[-1:] != b"\n")
    starts = np.append(0, ends + 1)
    if _BLANK[text[starts[starts < len(text)]]].any():
        return lines, sum(1 for _ in _LINE.finditer(block))
    return lines, lines


def _values(block: bytes, size: int | None = None) -> tuple[int, bool, bool]:
    """Values behind names that are not null; may one be true or false; and is one a negative zero?

    Texts that look like names count, too. A name with space behind it is not counted, and makes the number useless:
    it is negative then. With `size` only names whose colon lies within so many bytes are looked at.
    """
    text = np.frombuffer(block, np.uint8)
    colons = text[1:] == _COLON
    if size is not None:
        colons[size:] = False
    before = text[:-1]
    if (colons & (before <= _SPACE)).any():
        return -1, True, True
    names = np.flatnonzero((before == _QUOTE) & colons) + 2
    first = _at(text, names)
    if (spaced := first == _SPACE).any():
        names = names + spaced
        first = _at(text, names)
    booleans = bool(((first == _TRUE) | (first == _FALSE) | (first <= _SPACE)).any())
    zeros = False
    if (minus := first == _MINUS).any():
        signed = names[minus]
        zeros = bool(((_at(text, signed + 1) == _ZERO) & (_at(text, signed + 2) != _POINT)).any())
    return len(names) - int(np.count_nonzero(first == _NULL)), booleans, zeros


def _at(text: _Bytes, places: _Places) -> _Bytes:
    return text[np.minimum(places, len(text) - 1)]
