"""Decompress a landed file: gzip, bzip2, xz, zstd and lz4, told by their first bytes and never by a name."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from vertebra.formatted.formats.port import Problem

_CHUNK = 1 << 18
_PIECE = 1 << 22  # bytes that come out at a time, whatever went in
_GZIP_HEADER = 16 + zlib.MAX_WBITS
_MEMORY = 256 << 20  # bytes that xz may ask for
_SMALL = 1 << 30  # bytes: what comes out of a file up to this size is no bomb
_RATIO = 1_000  # more than so many bytes out of one is
MAGICS: Mapping[bytes, str] = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
}
"""First bytes of each kind of compression."""
_MACHINES: Mapping[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(_GZIP_HEADER),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY),
}
_CUT = Problem("cut-off", "the compressed file ends too early: what it held behind its last record is not there")


class _BombError(Exception):
    """More comes out than anybody means."""


def compression(path: Path) -> str:
    """How a file is compressed; empty where it is not."""
    with path.open("rb") as handle:
        head = handle.read(6)
    return next((kind for magic, kind in MAGICS.items() if head.startswith(magic)), "")


def decompress(path: Path, target: Path, kind: str) -> Problem | None:
    """Decompress a file, as far as it goes; what is wrong with its compressed form, if anything."""
    with path.open("rb") as source, target.open("wb") as sink:
        out = _Sink(sink, path.stat().st_size)
        try:
            if kind in _MACHINES:
                return _members(source, out, kind)
            return _frames(path, out, kind)
        except _BombError:
            reason = f"more than {_RATIO} bytes come out of each of its bytes, {out.size} so far: it is not read"
            return Problem("decompression-bomb", reason, fatal=True)


class _Sink:
    """Writes what comes out, as long as it is plausible."""

    def __init__(self, handle: BinaryIO, compressed: int) -> None:
        self._handle, self._limit = handle, max(_SMALL, compressed * _RATIO)
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._limit:
            raise _BombError
        self._handle.write(data)


def _members(source: BinaryIO, sink: _Sink, kind: str) -> Problem | None:
    """Member by member, for there may be several, one behind the other."""
    machine = _MACHINES[kind]()
    magic = next(magic for magic, name in MAGICS.items() if name == kind)
    data = source.read(_CHUNK)
    while data:
        spare = machine.copy() if kind == "gzip" else None
        try:
            for piece in _pieces(machine, data):
                sink.write(piece)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            if spare:
                _salvage(spare, data, sink)
            return _damaged(kind, error)
        if not machine.eof:
            data = source.read(_CHUNK)
            continue
        data = _behind_padding(machine.unused_data, source)
        if data and not data.startswith(magic[: len(data)]):
            return Problem("trailing-bytes", "bytes behind the end of the compressed data were left out")
        if data:
            machine = _MACHINES[kind]()
    return None if machine.eof else _CUT


def _pieces(machine: Any, data: bytes) -> Iterator[bytes]:
    """What comes out of some data, in pieces that fit into memory."""
    if hasattr(machine, "unconsumed_tail"):
        while data:
            yield machine.decompress(data, _PIECE)
            data = machine.unconsumed_tail
        return
    yield machine.decompress(data, _PIECE)
    while not machine.eof and not machine.needs_input:
        yield machine.decompress(b"", _PIECE)


def _frames(path: Path, sink: _Sink, kind: str) -> Problem | None:
    """By the codecs that Arrow brings."""
    import pyarrow as pa

    try:
        with pa.OSFile(str(path)) as raw, pa.CompressedInputStream(raw, kind) as stream:
            while piece := stream.read(_CHUNK):  # what a failing read held is lost: it is little
                sink.write(piece)
    except (OSError, pa.ArrowException) as error:
        # the library says that the end is missing in one way only
        return _CUT if "runcated" in str(error) else _damaged(kind, error)
    return None


def _damaged(kind: str, error: Exception) -> Problem:
    reason = f"the compressed data is damaged ({error}): none of its values can be trusted"
    return Problem(f"damaged-{kind}", reason, fatal=True)


def _behind_padding(data: bytes, source: BinaryIO) -> bytes:
    """What stands behind a member; zeros are padding."""
    while not (rest := data.lstrip(b"\0")):
        data = source.read(_CHUNK)
        if not data:
            return b""
    return rest


def _salvage(machine: Any, data: bytes, sink: _Sink) -> None:
    """Write what comes out of damaged data before the damage, so that its records are counted."""
    try:
        for place in range(len(data)):
            sink.write(machine.decompress(data[place : place + 1]))
    except zlib.error:
        return
