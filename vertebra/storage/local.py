"""A storage in a local folder."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase, FileIO, RawIOBase
from pathlib import Path
from typing import BinaryIO

from vertebra.errors import StorageError
from vertebra.storage.port import Received

_CHUNK = 1 << 22  # bytes; with smaller ones the threads that copy wait for the interpreter more than for the disk


@contextmanager
def _told(action: str, place: Path) -> Iterator[None]:
    """Say in four lines what the file system refused."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot {action}",
            where=str(place),
            why=error.strerror or str(error),
            next_="look at the disk's space (df) and the folder's permissions (ls -ld), then type the same again",
        ) from error


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """Bytes by key in a folder.

    Parameters
    ----------
    folder : Path
        The root; made when the first key is written.
    """

    folder: Path

    @property
    def root(self) -> str:
        """Place of the root."""
        return str(self.folder)

    def url(self, key: str) -> str:
        """Path of a key."""
        return str(self.folder / key)

    def receive(self, key: str, source: RawIOBase | BufferedIOBase) -> Received:
        """Copy a stream to a new key, byte for byte, hashing what was read."""
        target = self._make(key)
        digest = hashlib.sha256()
        size = 0
        with _told("write", target):
            sink = target.open("xb", buffering=0)
        with sink:
            while data := source.read(_CHUNK):
                digest.update(data)
                size += len(data)
                with _told("write", target):
                    _write_all(sink, memoryview(data))
        return Received(digest.hexdigest(), size)

    def write(self, key: str, data: bytes) -> None:
        """Put bytes under a key, all of them or none."""
        target = self._make(key)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        with _told("write", target):
            try:
                with part.open("wb") as sink:
                    sink.write(data)
                    sink.flush()
                    os.fsync(sink.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, for reading."""
        path = self.folder / key
        with _told("read", path):
            return path.open("rb")

    def copy(self, source: str, target: str) -> None:
        """Give the bytes of a key a second key: a hard link where the file system has them."""
        origin, place = self.folder / source, self._make(target)
        with _told(f"move {origin} to its place", place):
            place.unlink(missing_ok=True)
            try:
                place.hardlink_to(origin)
            except OSError:  # no hard links here (FAT, some network shares): the bytes are copied instead
                shutil.copyfile(origin, place)

    def exists(self, key: str) -> bool:
        """Is there something under this key?"""
        return (self.folder / key).exists()

    def size(self, key: str) -> int:
        """Bytes under a key."""
        path = self.folder / key
        with _told("read", path):
            return path.stat().st_size

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys below a prefix."""
        for folder, _, names in os.walk(self.folder / prefix):
            for name in names:
                yield (Path(folder) / name).relative_to(self.folder).as_posix()

    def folders(self, prefix: str) -> tuple[str, ...]:
        """Names of the folders right below a prefix."""
        place = self.folder / prefix
        if not place.is_dir():
            return ()
        with _told("list", place), os.scandir(place) as entries:
            return tuple(sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False)))

    def remove(self, key: str) -> None:
        """Take away a key or all keys below it."""
        path = self.folder / key
        with _told("remove", path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _make(self, key: str) -> Path:
        path = self.folder / key
        with _told("make a folder", path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _write_all(sink: FileIO, data: memoryview) -> None:
    while data:  # the system may take a part: a disk that is nearly full does
        data = data[sink.write(data) :]
