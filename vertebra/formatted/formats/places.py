"""From stretches of the text that was read to the bytes of the file as it was delivered."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vertebra.formatted.formats.port import Opened, RawRecord
from vertebra.formatted.mapping import Mapped

BROKEN = "\udc80"
"""Stands in a transcoded text for each byte that is no text in the declared encoding."""


@contextmanager
def mapped(path: Path) -> Iterator[bytes | mmap.mmap]:
    """The bytes of a file."""
    if path.stat().st_size == 0:  # nothing can be mapped of an empty file
        yield b""
        return
    with Mapped.of(path) as data:
        yield data


class Places:
    """Finds records of a text in the file as it was delivered; to be asked in rising order.

    Parameters
    ----------
    file : Opened
        The file.
    text, delivered : bytes
        What `file.text` and `file.path` hold.
    begin : int
        Bytes of `text` before its first character: a byte order mark that is not part of it.
    """

    def __init__(self, file: Opened, text: bytes | mmap.mmap, delivered: bytes | mmap.mmap) -> None:
        self._text, self._delivered, self._codec = text, delivered, file.codec
        self._same = file.text == file.path
        self._from, self._bytes = 0, file.mark

    def __call__(self, record: int, line: int, start: int, end: int) -> RawRecord:
        """The record whose bytes in the text are these."""
        if not self._same:
            begin = self._bytes + self._length(self._from, start)
            self._from, start, end = end, begin, begin + self._length(start, end)
            self._bytes = end
        raw = self._delivered[start:end].decode(self._codec, errors="backslashreplace")
        return RawRecord(record, line, start, end, raw)

    def _length(self, begin: int, end: int) -> int:
        """Bytes that a stretch of the text has as it was delivered."""
        text = self._text[begin:end].decode("utf-8", errors="surrogatepass")
        broken = text.count(BROKEN)
        return len(text.replace(BROKEN, "").encode(self._codec)) + broken


@contextmanager
def places(file: Opened, text: bytes | mmap.mmap) -> Iterator[Places]:
    """Find records of a file's text in the file as it was delivered."""
    if file.text == file.path:
        yield Places(file, text, text)
        return
    with mapped(file.path) as delivered:
        yield Places(file, text, delivered)
