"""A storage whose new keys go to a place of their own, while some of what stands is seen through it, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, RawIOBase
from typing import BinaryIO

from vertebra.errors import StorageError
from vertebra.storage.port import Received, Storage


@dataclass(frozen=True, slots=True)
class Overlay:
    """Keys in folders that are `seen` are those of the storage beneath, for reading only; all others the place's own.

    Parameters
    ----------
    beneath : Storage
        What stands.
    place : Storage
        Where everything else is.
    seen : tuple of str
        Folders whose keys are read from beneath, for example `landing/`.
    """

    beneath: Storage
    place: Storage
    seen: tuple[str, ...]

    @property
    def root(self) -> str:
        """Root of the place."""
        return self.place.root

    def url(self, key: str) -> str:
        """Place of a key, wherever it is."""
        return self._of(key).url(key)

    def receive(self, key: str, source: RawIOBase | BufferedIOBase) -> Received:
        """Copy a stream to a new key of the place."""
        return self._own(key).receive(key, source)

    def write(self, key: str, data: bytes) -> None:
        """Put bytes under a key of the place."""
        self._own(key).write(key, data)

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, wherever it is."""
        return self._of(key).open(key)

    def copy(self, source: str, target: str) -> None:
        """Give the bytes of a key of the place a second key."""
        self._own(source)
        self._own(target).copy(source, target)

    def exists(self, key: str) -> bool:
        """Is there something under this key?"""
        return self._of(key).exists(key)

    def size(self, key: str) -> int:
        """Bytes under a key, wherever it is."""
        return self._of(key).size(key)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys below a prefix: of the place, or of what is seen through it."""
        return self._of(prefix).keys(prefix)

    def folders(self, prefix: str) -> tuple[str, ...]:
        """Names of the folders right below a prefix."""
        return self._of(prefix).folders(prefix)

    def remove(self, key: str) -> None:
        """Take away keys of the place."""
        self._own(key).remove(key)

    def _of(self, key: str) -> Storage:
        return self.beneath if self._seen(key) else self.place

    def _seen(self, key: str) -> bool:
        return f"{key}/".startswith(self.seen)

    def _own(self, key: str) -> Storage:
        if self._seen(key):
            raise StorageError(
                "what is only looked at cannot be changed",
                where=self.beneath.url(key),
                why=f"keys below {', '.join(self.seen)} are those of the storage beneath",
                next_="please report this as a bug",
            )
        return self.place
