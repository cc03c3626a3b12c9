"""Count the records of JSON lines, and what else one glance at their bytes tells (G2)."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vertebra.formatted.count import Count

_BOM = b"\xef\xbb\xbf"
_WINDOW = 1 << 17  # bytes looked at together: they, and what is made of them, stay in the processor's cache
_BEHIND = 8  # bytes looked at with them: a name, its colon and what follows may lie across the end
_NOTHING = re.compile(rb"[ \t\r]*+(?:\n|\Z)")
_LF, _SPACE, _QUOTE, _MINUS, _POINT, _ZERO, _COLON, _FALSE, _NULL, _TRUE = b'\n "-.0:fnt'
_Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]
_Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def count_lines(data: bytes | mmap.mmap) -> Count:
    r"""Count lines that are not blank, and the values that are not null behind names.

    Examples
    --------
    >>> found = count_lines(b'{"a": 1, "b": null}\n\n{"a": true}')
    >>> found.data, found.blank, found.values, found.booleans
    (2, 1, 2, True)
    """
    begin = len(_BOM) if data[: len(_BOM)] == _BOM else 0
    lines = int(len(data) > begin and data[-1:] != b"\n")
    blank = int(len(data) > begin and bool(_NOTHING.match(data, begin)))
    values, booleans, zeros = 0, False, False
    for window in _windows(data, begin):
        feeds, starts = _lines(window)
        lines += feeds
        blank += sum(1 for start in starts if _NOTHING.match(data, start))
        found, words, zero = _values(window)
        values = -1 if min(values, found) < 0 else values + found
        booleans, zeros = booleans or words, zeros or zero
    # the engine's reader does not take a byte order mark, and loses the sign of a negative zero
    orderly = not begin and not zeros
    return Count(lines - blank, blank=blank, orderly=orderly, values=values, booleans=booleans)


def glance(data: bytes | mmap.mmap, begin: int) -> tuple[int, bool, bool]:
    """The values that are not null behind names, whether one may be true or false, and whether one is a negative zero.

    The number is negative where it cannot be told.
    """
    values, booleans, zeros = 0, False, False
    for window in _windows(data, begin):
        found, words, zero = _values(window)
        values = -1 if min(values, found) < 0 else values + found
        booleans, zeros = booleans or words, zeros or zero
    return values, booleans, zeros


@dataclass(frozen=True, slots=True)
class _Window:
    """Bytes from a place on, those behind them, and room for what is found out about each."""

    position: int
    text: _Bytes
    one: _Mask
    two: _Mask


def _windows(data: bytes | mmap.mmap, begin: int) -> Iterator[_Window]:
    """All bytes; a window is gone with the next, for fresh memory of this size costs more than what is done in it."""
    size = min(_WINDOW + _BEHIND, len(data))
    room, one, two = np.empty(size, np.uint8), np.empty(size, np.bool_), np.empty(size, np.bool_)
    for position in range(begin, len(data), _WINDOW):
        size = min(_WINDOW + _BEHIND, len(data) - position)
        room[:size] = np.frombuffer(data, np.uint8, size, position)
        yield _Window(position, room[:size], one[:size], two[:size])


def _lines(window: _Window) -> tuple[int, list[int]]:
    """Line feeds; and where in the data lines begin that may be blank, by their first byte."""
    text = window.text
    feeds = np.equal(text, _LF, out=window.one)[:_WINDOW]
    blank = np.less_equal(text[1:], _SPACE, out=window.two[1:])[:_WINDOW]
    number = int(np.count_nonzero(feeds))
    doubtful = np.logical_and(feeds[: len(blank)], blank, out=blank)
    return number, (np.flatnonzero(doubtful) + (window.position + 1)).tolist() if doubtful.any() else []


def _values(window: _Window) -> tuple[int, bool, bool]:
    """Values behind names that are not null; may one be true or false; and is one a negative zero?

    Texts that look like names count, too. A name with space behind it is not counted, and makes the number useless:
    it is negative then.
    """
    text = window.text
    colons = np.equal(text[1:], _COLON, out=window.one[1:])[:_WINDOW]
    near = np.less_equal(text[:-1], _QUOTE, out=window.two[1:])[:_WINDOW]
    names = np.flatnonzero(np.logical_and(colons, near, out=near))
    if not len(names):
        return 0, False, False
    before = text.take(names)
    if (other := before != _QUOTE).any():
        if (before <= _SPACE).any():
            return -1, True, True
        names = names[~other]
    first = _behind(text, names, 2)
    spaced = first == _SPACE
    if spaced.any():
        first = np.where(spaced, _behind(text, names, 3), first)
    booleans = bool(((first == _TRUE) | (first == _FALSE) | (first <= _SPACE)).any())
    zeros = False
    if (minus := first == _MINUS).any():
        signed = (names + spaced)[minus]
        zeros = bool(((_behind(text, signed, 3) == _ZERO) & (_behind(text, signed, 4) != _POINT)).any())
    return len(names) - int(np.count_nonzero(first == _NULL)), booleans, zeros


def _behind(text: _Bytes, places: _Places, distance: int) -> _Bytes:
    """The bytes so far behind places; at the end of the text, the last."""
    return text[min(distance, len(text) - 1) :].take(places, mode="clip")
