"""Find the records of an XML document by expat: how many there are, and where (G2).

Nothing outside of the document is read, and a document that declares entities is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

_CHUNK = 1 << 20
_SOME = 1 << 12  # bytes, an even number
_MOST = 100  # paths beside the records that are told
_ABOUT = "http://www.w3.org/2001/XMLSchema-instance "  # attributes that say where a schema is, not data
_TAG = re.compile(rb"""<[^\s/>]+(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


class EntityError(ValueError):
    """The document declares entities."""


class _EnoughError(Exception):
    """All that was looked for is found."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: its line, its first byte and the byte behind it; that of the file where it does not end."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Aside:
    """An element, attribute or text that stands beside the records: its path from the root, and where it begins."""

    path: str
    line: int
    start: int


class Scan:
    """A document on its way through expat.

    Parameters
    ----------
    records : str
        Path of the records, `/a/b`; `*` for any name.
    child : str
        Path of elements in them that are counted; empty for none.
    places : mapping, optional
        Takes the places of those records that are its keys; the scan ends behind the last of them.
    """

    def __init__(self, records: str, child: str = "", places: dict[int, Place | None] | None = None) -> None:
        self.problem = ""
        self.refused = False
        self.records = 0
        self.counts: list[int] = []
        self.aside: dict[str, Aside] = {}
        self._steps = records.strip("/").split("/")
        self._below = child.split("/") if child else []
        self._places, self._last = {} if places is None else places, max(places or (0,))
        self._stack: list[str] = []
        self._open: tuple[int, int] | None = None
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.EntityDeclHandler = _refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._listen()

    def run(self, path: Path) -> Scan:
        """Go through a file."""
        self._path, self._wide = path, wide(path)
        try:
            with path.open("rb") as handle:
                while block := handle.read(_CHUNK):
                    self._parser.Parse(block, False)
                self._parser.Parse(b"", True)
        except EntityError:
            self.problem, self.refused = "it declares entities, which are not resolved", True
        except (expat.ExpatError, ValueError, LookupError) as error:
            self.problem = str(error)
        except _EnoughError:
            self._open = None
        if self._open and self.records in self._places:
            self._places[self.records] = Place(*self._open, path.stat().st_size)
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins that is in no record: a record, one above the records, or one beside them."""
        stack, steps = self._stack, self._steps
        stack.append(name.rpartition(" ")[2])
        if len(stack) > len(steps) or not matches(stack, steps[: len(stack)]):
            self._tell("")
            self._pass()
        elif len(stack) == len(steps):
            self._open = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
            self.records += 1
            self.counts.append(0)
            self._pass()
        else:
            for one in attributes:
                if not one.startswith(_ABOUT):
                    self._tell(f"/@{one.rpartition(' ')[2]}")

    def _pass(self) -> None:
        """Go to the end of an element that has begun, with no more work than must be."""
        parser, depth, below = self._parser, 0, self._below if self._open else ()
        on = 0  # how many names of the path lead to where it is

        def start(_: str, __: object) -> None:
            nonlocal depth
            depth += 1

        def end(_: str) -> None:
            nonlocal depth
            if depth:
                depth -= 1
            else:
                self._end("")

        def start_on(name: str, _: object) -> None:
            nonlocal depth, on
            if depth == on < len(below) and below[on] in ("*", name.rpartition(" ")[2]):
                on += 1
                if on == len(below):
                    self.counts[-1] += 1
            depth += 1

        def end_on(_: str) -> None:
            nonlocal depth, on
            if depth:
                on -= depth == on
                depth -= 1
            else:
                self._end("")

        parser.StartElementHandler, parser.EndElementHandler = (start_on, end_on) if below else (start, end)
        parser.CharacterDataHandler = None

    def _end(self, _: str) -> None:
        """An element ends: a record, or one that is in none."""
        opened, self._open = self._open, None
        if opened and self.records in self._places:
            end = _behind(self._path, self._wide, opened[1], self._parser.CurrentByteIndex)
            self._places[self.records] = Place(*opened, end)
            if self.records == self._last:
                raise _EnoughError
        self._stack.pop()
        self._listen()

    def _listen(self) -> None:
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text

    def _text(self, data: str) -> None:
        if not data.isspace():
            self._tell("/.")

    def _tell(self, inside: str) -> None:
        """Something stands beside the records; each path is told once."""
        path = f"/{'/'.join(self._stack)}{inside}"
        if path not in self.aside and len(self.aside) < _MOST:
            self.aside[path] = Aside(path, self._parser.CurrentLineNumber, self._parser.CurrentByteIndex)


def _refuse(*_: object) -> None:
    raise EntityError


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found: records, what is wrong, whether the document is not read for that, what is no record."""

    records: int
    problem: str
    refused: bool
    aside: tuple[Aside, ...]


def scanned(path: Path, records: str) -> Scanned:
    """Go through a file; what was found in the same file before is not looked for again."""
    about = path.stat()
    return _scanned(path, about.st_size, about.st_mtime_ns, records)


@lru_cache(maxsize=64)  # counting and reading both ask
def _scanned(path: Path, size: int, time: int, records: str) -> Scanned:
    del size, time
    scan = Scan(records).run(path)
    return Scanned(scan.records, scan.problem, scan.refused, tuple(scan.aside.values()))


def matches(names: Sequence[str], steps: Sequence[str]) -> bool:
    """Is this the path of an element?"""
    return len(names) == len(steps) and all(step in ("*", name) for name, step in zip(names, steps, strict=True))


def places(path: Path, records: str, wanted: Iterable[int]) -> Iterator[tuple[int, Place]]:
    """Where the records of these numbers are."""
    found: dict[int, Place | None] = dict.fromkeys(sorted(wanted))
    if found:
        Scan(records, places=found).run(path)
    yield from ((number, place) for number, place in found.items() if place)


def encoding(path: Path) -> str:
    """The encoding of a document, without a mark: the one that it declares, UTF-8 where it does not."""
    if found := wide(path):
        return found
    with path.open("rb") as handle:
        declared = _DECLARED.match(handle.read(1000))
    return declared[1].decode() if declared else "utf-8"


def wide(path: Path) -> str:
    """The encoding of a document of two bytes a letter, told by its mark or its first letter; empty for another."""
    with path.open("rb") as handle:
        head = handle.read(2)
    return "utf-16-le" if head in (b"\xff\xfe", b"<\0") else "utf-16-be" if head in (b"\xfe\xff", b"\0<") else ""


def _behind(path: Path, wide: str, start: int, last: int) -> int:
    """The byte behind an element that begins at one byte and whose last tag begins at another.

    Of an element that is one tag (`<a/>`) some versions of expat call the byte behind it the beginning of its end.
    """
    step = 2 if wide else 1
    with path.open("rb") as handle:
        handle.seek(start)
        data, size = handle.read(_SOME), _SOME
        while not (tag := _TAG.match(_ascii(data, wide))) and len(data) == size:
            size *= 4
            handle.seek(start)
            data = handle.read(size)
        if tag and tag[0].endswith(b"/>"):
            return start + step * tag.end()
        handle.seek(last)
        end = last
        while block := handle.read(_SOME):
            at = _ascii(block, wide).find(b">")
            if at >= 0:
                return end + step * (at + 1)
            end += len(block)
        return end


def _ascii(data: bytes, wide: str) -> bytes:
    """A byte for each two of a wide encoding: what is ASCII as it is, anything else as something that is not."""
    if not wide:
        return data
    low, high = (data[::2], data[1::2]) if wide == "utf-16-le" else (data[1::2], data[::2])
    return bytes([one if not other else 0x80 for one, other in zip(low, high, strict=False)])
