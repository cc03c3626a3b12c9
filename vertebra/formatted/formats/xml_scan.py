"""Find the records of an XML document by expat: how many there are, and where (G2).

Nothing outside of the document is read, and a document that declares entities is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

_CHUNK = 1 << 20
_SOME = 1 << 12  # bytes, an even number
_TAG = re.compile(rb"""<[^\s/>]+(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


class EntityError(ValueError):
    """The document declares entities."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: its line, its first byte and the byte behind it; -1 where it does not end."""

    line: int
    start: int
    end: int


class Scan:
    """A document on its way through expat.

    Parameters
    ----------
    records : str
        Path of the records, `/a/b`; `*` for any name.
    child : str
        Path of elements in them that are counted; empty for none.
    found : callable, optional
        Is told each record when it ends, one that does not end at last.
    """

    def __init__(self, records: str, child: str = "", found: Callable[[Place], None] | None = None) -> None:
        self.problem = ""
        self.refused = False
        self.records = 0
        self.counts: list[int] = []
        self._steps = records.strip("/").split("/")
        self._below = child.split("/") if child else []
        self._found = found
        self._stack: list[str] = []
        self._open: tuple[int, int] | None = None
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.EntityDeclHandler = _refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

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
        if self._open and self._found:
            self._found(Place(*self._open, -1))
        return self

    def _start(self, name: str, _: object) -> None:
        stack, steps = self._stack, self._steps
        stack.append(name.rpartition(" ")[2])
        if len(stack) == len(steps) and matches(stack, steps):
            self._open = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
            self.records += 1
            self.counts.append(0)
        elif self._below and self._open and matches(stack[len(steps) :], self._below):
            self.counts[-1] += 1

    def _end(self, _: str) -> None:
        if self._open and len(self._stack) == len(self._steps):
            if self._found:
                end = _behind(self._path, self._wide, self._open[1], self._parser.CurrentByteIndex)
                self._found(Place(*self._open, end))
            self._open = None
        self._stack.pop()


def _refuse(*_: object) -> None:
    raise EntityError


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found: records, what is wrong with the document, and whether it is not read for that."""

    records: int
    problem: str
    refused: bool


def scanned(path: Path, records: str) -> Scanned:
    """Go through a file; what was found in the same file before is not looked for again."""
    about = path.stat()
    return _scanned(path, about.st_size, about.st_mtime_ns, records)


@lru_cache(maxsize=64)  # counting and reading both ask
def _scanned(path: Path, size: int, time: int, records: str) -> Scanned:
    del size, time
    scan = Scan(records).run(path)
    return Scanned(scan.records, scan.problem, scan.refused)


def matches(names: list[str], steps: list[str]) -> bool:
    """Is this the path of an element?"""
    return len(names) == len(steps) and all(step in ("*", name) for name, step in zip(names, steps, strict=True))


def places(path: Path, records: str) -> Iterator[Place]:
    """Where the records of a file are."""
    found: list[Place] = []
    Scan(records, found=found.append).run(path)
    yield from found


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
