"""The container of Avro: a head, then blocks of records, each with its number, its length and a mark behind."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"Obj\x01"
_LONGEST = 256 << 20  # bytes of a block: what claims more is damaged
_SYNC = 16


class DamagedError(ValueError):
    """The container does not go on as it should."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the blocks."""

    schema: bytes
    codec: str
    sync: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block: how many records, and their bytes."""

    records: int
    data: bytes


def _long(handle: BinaryIO) -> int:
    """A whole number in Avro's zigzag coding."""
    shift = found = 0
    while True:
        byte = handle.read(1)
        if not byte or shift > 63:
            raise DamagedError("the file ends inside a number")
        found |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return (found >> 1) ^ -(found & 1)
        shift += 7


def _bytes(handle: BinaryIO, size: int) -> bytes:
    if not 0 <= size <= _LONGEST:
        raise DamagedError(f"a length of {size} bytes cannot be meant")
    found = handle.read(size)
    if len(found) < size:
        raise DamagedError("the file ends too early")
    return found


def head_of(handle: BinaryIO) -> Head:
    """What stands before the blocks."""
    if handle.read(4) != MAGIC:
        raise DamagedError("it does not begin as an Avro container does")
    meta: dict[bytes, bytes] = {}
    while number := _long(handle):
        if number < 0:
            _long(handle)
        for _ in range(min(abs(number), 10_000)):
            name = _bytes(handle, _long(handle))
            meta[name] = _bytes(handle, _long(handle))
    sync = _bytes(handle, _SYNC)
    codec = meta.get(b"avro.codec", b"null").decode("ascii", "replace")
    return Head(meta.get(b"avro.schema", b""), codec, sync, handle.tell())


def blocks(handle: BinaryIO, head: Head) -> Iterator[Block | DamagedError]:
    """The blocks, and what is wrong where they end too early."""
    while handle.read(1):
        handle.seek(-1, io.SEEK_CUR)
        try:
            found = _block(handle, head)
        except DamagedError as error:
            yield error
            return
        yield found


def _block(handle: BinaryIO, head: Head) -> Block:
    records = _long(handle)
    data = _bytes(handle, _long(handle))
    if not 0 <= records <= _LONGEST:
        raise DamagedError(f"a block of {records} records cannot be meant")
    if handle.read(_SYNC) != head.sync:
        raise DamagedError("the mark behind a block is not the file's")
    return Block(records, data)


def alone(head: Head, block: Block) -> bytes:
    """A file of one block, without compression.

    Raises
    ------
    DamagedError
        If the block cannot be decompressed.
    """
    data = plain(head.codec, block.data)
    return _plain_head(head) + _number(block.records) + _number(len(data)) + data + head.sync


def _plain_head(head: Head) -> bytes:
    meta = {b"avro.schema": head.schema, b"avro.codec": b"null"}
    pairs = b"".join(_number(len(k)) + k + _number(len(v)) + v for k, v in meta.items())
    return MAGIC + _number(len(meta)) + pairs + _number(0) + head.sync


def _number(value: int) -> bytes:
    coded, found = value << 1, bytearray()
    while coded > 127:
        found.append(coded & 127 | 128)
        coded >>= 7
    return bytes((*found, coded))


def plain(codec: str, data: bytes) -> bytes:
    """The bytes of a block, decompressed and bounded.

    Raises
    ------
    DamagedError
        If that cannot be done, or they are too many.
    """
    if codec not in _CODECS:
        raise DamagedError(f"the compression {codec!r} is not known; known: {', '.join(_CODECS)}")
    return _CODECS[codec](data)


def _deflate(data: bytes) -> bytes:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    found = machine.decompress(data, _LONGEST)
    if machine.unconsumed_tail or not machine.eof:
        raise DamagedError("a block is too large, or cut off")
    return found


def _bounded(machine: bz2.BZ2Decompressor | lzma.LZMADecompressor, data: bytes) -> bytes:
    found = machine.decompress(data, _LONGEST)
    if not machine.eof:
        raise DamagedError("a block is too large, or cut off")
    return found


def _snappy(data: bytes) -> bytes:
    import pyarrow as pa

    size = 0
    for place, byte in enumerate(data[:5]):  # it begins with its decompressed size, and four bytes of a checksum end it
        size |= (byte & 127) << (7 * place)
        if byte < 128:
            break
    if size > _LONGEST:
        raise DamagedError("a block is too large")
    found: bytes = pa.Codec("snappy").decompress(data[:-4], decompressed_size=size, asbytes=True)
    return found


def _zstandard(data: bytes) -> bytes:
    import pyarrow as pa

    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        found: bytes = stream.read(_LONGEST)
        return found


_CODECS: Mapping[str, Callable[[bytes], bytes]] = {
    "null": bytes,
    "deflate": _deflate,
    "bzip2": lambda data: _bounded(bz2.BZ2Decompressor(), data),
    "xz": lambda data: _bounded(lzma.LZMADecompressor(), data),
    "snappy": _snappy,
    "zstandard": _zstandard,
}
