"""The port of a storage: keys with `/` below a root, bytes behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, RawIOBase
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: SHA-256 in hex and the number of bytes."""

    sha256: str
    size: int


class Storage(Protocol):
    """Bytes by key. Every adapter passes `tests/contract/storage_contract.py`."""

    @property
    def root(self) -> str:
        """Place of the root, as errors show it and engines open it."""

    def url(self, key: str) -> str:
        """Place of a key, as engines and Delta tables open it."""

    def receive(self, key: str, source: RawIOBase | BufferedIOBase) -> Received:
        """Copy a stream to a new key, byte for byte, and say what it was.

        What the stream itself raises passes through; what the storage refuses is a `StorageError`.
        """

    def write(self, key: str, data: bytes) -> None:
        """Put bytes under a key, all of them or none."""

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, for reading."""

    def copy(self, source: str, target: str) -> None:
        """Give the bytes of a key a second key, replacing what stands there."""

    def exists(self, key: str) -> bool:
        """Is there something under this key?"""

    def size(self, key: str) -> int:
        """Bytes under a key."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys below a prefix, in no order."""

    def folders(self, prefix: str) -> tuple[str, ...]:
        """Names of the folders right below a prefix, sorted; none where nothing is below it."""

    def remove(self, key: str) -> None:
        """Take away a key or all keys below it; nothing if there are none."""
