"""Parts of the count of delimited records: where all records of a window are, and whether its quotes are in order."""

from __future__ import annotations

import numpy as np

_LF, _CR = 10, 13
_Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]


def all_records(block: bytes, ends: _Places | None) -> tuple[_Places, _Places]:
    """Where each record of a window begins and where its content ends, blank ones included."""
    body = np.frombuffer(block, dtype=np.uint8)
    if ends is None:
        ends = np.flatnonzero((body == _LF) | (body == _CR))
    second = np.zeros(len(ends), dtype=bool)  # of a CR LF
    second[1:] = (body[ends[1:]] == _LF) & (body[ends[:-1]] == _CR) & (np.diff(ends) == 1)
    stops = ends[~second]
    behind = stops + 1 + np.append(second[1:], False)[~second]
    starts = np.concatenate((np.zeros(1, dtype=np.intp), behind))
    if starts[-1] < len(block):
        stops = np.append(stops, len(block))
    return starts[: len(stops)], stops


def stand_apart(block: bytes, quotes: _Places, delimiter: bytes, quote: bytes, *, padded: bool) -> bool:
    """Do quotes that open stand behind, and those that close before, a delimiter of several bytes or a line end?

    Parameters
    ----------
    block : bytes
        Whole records.
    quotes : array of int
        All quotes in it, an even number.
    delimiter, quote : bytes
        What they stand beside; the quote only where a doubled one is one of a value.
    padded : bool
        May spaces stand between a delimiter and a quote?
    """
    size, repeats = len(delimiter), len(delimiter) > 1 and delimiter == delimiter[:1] * len(delimiter)
    around = np.frombuffer(b"\n" * size + block + b"\n" * size, dtype=np.uint8)
    opening, closing = quotes[0::2] + size, quotes[1::2] + size
    if padded:
        if delimiter[:1] == b" " or (quote and quote * 2 in block):
            return False  # both mean something else behind spaces; record by record it is told
        opening = _before(around, opening, 32) + 1
    edges = np.frombuffer(b"\r\n" + quote, dtype=np.uint8)
    before, behind = np.isin(around[opening - 1], edges), np.isin(around[closing + 1], edges)
    cut_before, cut_behind = np.ones(len(opening), dtype=bool), np.ones(len(closing), dtype=bool)
    for place, byte in enumerate(delimiter):
        cut_before &= around[opening - size + place] == byte
        cut_behind &= around[closing + 1 + place] == byte
    if repeats:  # of three `|` before a quote two are a delimiter, and the field begins with the third
        cut_before &= (opening - 1 - _before(around, opening, delimiter[0])) % size == 0
    return bool((before | cut_before).all() and (behind | cut_behind).all())


def _before(around: _Bytes, places: _Places, byte: int) -> _Places:
    """The last place before each of these with another byte than this one."""
    others = np.maximum.accumulate(np.where(around != byte, np.arange(len(around)), 0))
    found: _Places = others[places - 1]
    return found
