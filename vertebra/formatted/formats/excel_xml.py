"""What the parts of an xlsx file say by themselves: which rows hold a value, and which cells are in error.

This is the second way to an xlsx file's rows, which shares nothing with the library that reads the values.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from html import unescape
from typing import IO

import numpy as np

_CHUNK = 1 << 18  # it, and what is made of it, stays in the processor's cache
_LONGEST = 256 << 20  # bytes of one row: what is longer is damaged
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>/]*>[^<]")
_ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*\bt\s*=\s*["']e["'][^>]*)>.*?<(?:\w+:)?v\b[^>]*>([^<]*)<""", re.DOTALL)
_REF = re.compile(rb"""\br\s*=\s*["']([A-Z]+)\d+["']""")
_SHARED = re.compile(rb"""<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?v\b[^>]*>([^<]+)<""")
_STRING = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>/]*>[^<]")
_END = b"</row>"
_SHORTEST = 32  # bytes of a row with a value
_QUOTES = np.frombuffer(b"\"'", np.uint8)
_Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
_Places = np.ndarray[tuple[int], np.dtype[np.intp]]
_LONG = re.compile(rb"<(?:\w+:)?v\b[^>]*>(-?\d{16,})<")


class NoWorkbookError(ValueError):
    """The parts do not say what a workbook is."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a sheet holds.

    Parameters
    ----------
    valued : int
        Rows that hold a value.
    above : int
        Those of them at the top that are passed over.
    last : int
        Number of the last of them; 0 where there is none.
    errors : mapping
        Number of a row to its cells in error: 0-based column, and what it shows.
    """

    valued: int
    above: int
    last: int
    errors: Mapping[int, tuple[tuple[int, str], ...]]


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The sheets in their order: name to part; chart sheets are none."""
    root = _relations(archive, "_rels/.rels")
    book = next((target for kind, target in root.values() if kind.endswith("/officeDocument")), "xl/workbook.xml")
    book = book.lstrip("/")
    folder, _, name = book.rpartition("/")
    targets = _relations(archive, f"{folder}/_rels/{name}.rels")
    found: dict[str, str] = {}
    for match in _SHEET.finditer(_read(archive, book)):
        values = _attributes(match[1])
        ident = next((value for key, value in values.items() if key.endswith(":id")), "")
        kind, target = targets.get(ident, ("", ""))
        if kind.endswith("/worksheet"):
            found[values.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
    return found


def chosen(names: list[str], patterns: tuple[str, ...]) -> list[str]:
    """The sheets that a format names, in their order; the first where it names none."""
    if not patterns:
        return names[:1]
    return [name for name in names if any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)]


def glance(archive: zipfile.ZipFile, part: str, skip: int) -> Glance:
    """Look at the rows of a sheet; the first so many are passed over."""
    empty = _empty_strings(archive)
    valued = above = last = seen = 0
    errors: dict[int, tuple[tuple[int, str], ...]] = {}
    with archive.open(part) as handle:
        for piece in _split(handle):
            if not piece.odd and not empty and seen >= skip and (found := plain(piece.data)):
                valued, last, seen = valued + found[0], found[1], found[2]
                continue
            bodies = piece.bodies()
            closed = piece.odd or any(b"/><row" in body[:4096] for body in bodies)
            for body in bodies:
                at = body.rfind(b"<row") if not piece.odd else -1
                if closed or at < 0:  # rows that close themselves, names with a prefix
                    for row in _ROW.finditer(body):
                        seen, at = _numbered(row[0], seen), row.end()
                else:
                    seen = _numbered(_tag(body, at), seen)
                if at < 0 or not (b"<v" in body or b"<t" in body or piece.odd) or not _valued(body, at, empty):
                    continue
                valued, last = valued + 1, seen
                above += seen <= skip
                if b't="e"' in body or b"t='e'" in body:
                    errors[seen] = _errors(body[at:])
    return Glance(valued, above, last, errors)


def plain(data: bytes) -> tuple[int, int, int] | None:
    """Look at rows that are written as nearly all are: numbered, with values that are not empty, and no error.

    Returns
    -------
    tuple of int or None
        How many hold a value, number of the last of these, and of the last of all; None where it takes a closer look.
    """
    text = np.frombuffer(data, np.uint8)
    if len(text) < _SHORTEST or not data.endswith(_END):
        return None
    angle = text[:-3] == ord("<")
    starts, ends, values = (_places(text, angle, sign) for sign in (b"<row", _END[:4], b"<v>"))
    if len(starts) != len(ends) or (text.take(values + 3) == ord("<")).any():
        return None
    quoted = np.flatnonzero((text[1:-1] == ord("e")) & (text[:-2] == text[2:]))
    if np.isin(text.take(quoted), _QUOTES).any():  # it may be the type of a cell in error
        return None
    full = np.diff(np.searchsorted(values, ends), prepend=0) > 0
    for row in np.flatnonzero(~full):
        full[row] = _VALUE.search(data, starts[row], ends[row]) is not None
    if not full.any():
        return None
    last, end = (_numbered(_tag(data, at), -1) for at in (starts[np.flatnonzero(full)[-1]], starts[-1]))
    return (int(np.count_nonzero(full)), last, end) if last and end else None


def _places(text: _Bytes, angle: _Mask, sign: bytes) -> _Places:
    """Where a sign stands that begins with an angle and has up to four bytes."""
    mask = angle
    for distance, byte in enumerate(sign[1:], 1):
        mask = mask & (text[distance : len(text) - 3 + distance] == byte)
    return np.flatnonzero(mask)


def _tag(data: bytes, at: int) -> bytes:
    """The tag that begins there, without what stands behind it."""
    return data[at : data.find(b">", at)]


def _numbered(tag: bytes, before: int) -> int:
    """The number of a row: its own, or one more than that of the row before it."""
    at = tag.find(b' r="')
    if at >= 0:
        digits = tag[at + 4 : at + 14].partition(b'"')[0]
        if digits.isdigit():
            return int(digits)
    found = _NUMBER.search(tag)
    return int(found[1]) if found else before + 1


def _valued(body: bytes, at: int, empty: set[bytes]) -> bool:
    """Does a row hold a value? A text that is empty is none."""
    if not empty and (first := body.find(b"<v>", at)) >= 0 and body[first + 3 : first + 4] not in (b"<", b""):
        return True
    return bool(_VALUE.search(body, at)) and (not empty or _holds(body[at:], empty))


def imprecise(archive: zipfile.ZipFile, part: str) -> dict[int, str]:
    """Rows in which a whole number has more digits than a double holds, and that number."""
    found: dict[int, str] = {}
    seen = 0
    with archive.open(part) as handle:
        for piece in _split(handle):
            for body in piece.bodies():
                at = 0
                for row in _ROW.finditer(body):
                    seen, at = _numbered(row[0], seen), row.end()
                for match in _LONG.finditer(body, at):
                    if int(match[1]) != int(float(match[1])):
                        found[seen] = match[1].decode()
    return found


def merged(archive: zipfile.ZipFile, part: str) -> bool:
    """Does a sheet have merged cells?"""
    with archive.open(part) as handle:
        tail = b""
        while block := handle.read(_CHUNK):
            if b"<mergeCell" in tail + block:
                return True
            tail = block[-20:]
    return False


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole rows; or the end, which has none. Are their names written with a prefix, or their numbers in `'`?"""

    data: bytes
    ending: bytes
    odd: bool

    def bodies(self) -> list[bytes]:
        """What stands before each end of a row."""
        found = self.data.split(self.ending)
        return found[:-1] if self.data.endswith(self.ending) else found


def _split(handle: IO[bytes]) -> Iterator[_Piece]:
    """The rows of a sheet, some at a time."""
    rest = b""
    ending, odd, first = _END, False, True
    while block := handle.read(_CHUNK):
        data = rest + block
        if first:
            found = re.search(rb"<(\w+:)worksheet\b", data)
            ending, odd, first = (
                b"</" + (found[1] if found else b"") + b"row>",
                bool(found) or b"<row r='" in data,
                False,
            )
        at = data.rfind(ending)
        stop = at + len(ending) if at >= 0 else 0
        rest = data[stop:]
        if len(rest) > _LONGEST:
            raise NoWorkbookError("a row is longer than anything that is meant as one")
        if stop:
            yield _Piece(data[:stop], ending, odd)
    yield _Piece(rest, ending, odd)


def _errors(cells: bytes) -> tuple[tuple[int, str], ...]:
    found = []
    for match in _ERROR.finditer(cells):
        at = _REF.search(match[1])
        if at:
            found.append((column(at[1].decode()), unescape(match[2].decode("utf-8", "replace"))))
    return tuple(found)


def column(letters: str) -> int:
    """The 0-based place of a column.

    Examples
    --------
    >>> [column(letters) for letters in ("A", "Z", "AA")]
    [0, 25, 26]
    """
    place = 0
    for character in letters:
        place = place * 26 + ord(character) - 64
    return place - 1


def _holds(cells: bytes, empty: set[bytes]) -> bool:
    """Does a row hold a value that is not an empty shared text?"""
    shared = [match for match in _SHARED.finditer(cells) if b't="s"' in match[1] or b"t='s'" in match[1]]
    others = len(_VALUE.findall(cells)) - len(shared)
    return others > 0 or any(match[2].strip() not in empty for match in shared)


def _empty_strings(archive: zipfile.ZipFile) -> set[bytes]:
    """Numbers of the shared texts that are empty."""
    name = next((one for one in archive.namelist() if one.lower().endswith("/sharedstrings.xml")), "")
    if not name or archive.getinfo(name).file_size > _LONGEST:
        return set()
    data = archive.read(name)
    if not re.search(rb"<(?:\w+:)?(?:si|t)\b[^>]*?(?:/>|></)", data):
        return set()
    return {str(n).encode() for n, found in enumerate(_STRING.finditer(data)) if not _TEXT.search(found[1] or b"")}


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    found = {}
    for match in _RELATION.finditer(_read(archive, part) if part in archive.namelist() else ""):
        values = _attributes(match[1])
        found[values.get("Id", "")] = values.get("Type", ""), values.get("Target", "")
    return found


def _attributes(text: str) -> dict[str, str]:
    return {key: unescape(double or single) for key, double, single in _ATTRIBUTE.findall(text)}


def _read(archive: zipfile.ZipFile, part: str) -> str:
    if archive.getinfo(part).file_size > _LONGEST:
        raise NoWorkbookError(f"the part {part} is larger than anything that is meant as one")
    return archive.read(part).decode("utf-8", "replace")
