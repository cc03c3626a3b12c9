"""Files in files: what a zip or tar archive holds, and the bytes of one member.

A member is named by its path in the archive; one of an archive in an archive by both, with `!/` between them. Nothing
is unpacked to a place that an archive chooses: members are read as streams.
"""

from __future__ import annotations

import hashlib
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import IO

INSIDE = "!/"
"""Stands between an archive and its member."""

_CHUNK = 1 << 20
_SMALL = 1 << 30  # bytes: what comes out of an archive up to this size is no bomb
_RATIO = 1_000  # more than so many bytes out of one of the archive is
_MOST = 100_000  # members
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Parameters
    ----------
    name : str
        Its path in the archive; with `!/` inside for a member of an archive in it.
    sha256, size : str, int
        Of its bytes; empty where it is left.
    why : str
        Why it cannot be taken; empty where it can.
    """

    name: str
    sha256: str = ""
    size: int = 0
    why: str = ""


def is_archive(path: Path, *, damaged: bool = True) -> bool:
    """Is a file a zip or tar archive, plain or compressed? Documents and workbooks that are zip files are none.

    `damaged` is the answer for a zip that cannot be opened: by itself it is to be told as an archive, and not to be
    read as something else.
    """
    with path.open("rb") as handle:
        head = handle.read(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except _BROKEN:
            first = head[30 : 30 + int.from_bytes(head[26:28], "little")].decode("utf-8", "replace")
            return damaged and first not in ("[Content_Types].xml", "mimetype")
        return "[Content_Types].xml" not in names and "mimetype" not in names[:1]
    if head[257:262] == b"ustar":
        return True
    if head.startswith(_COMPRESSED):
        try:
            with tarfile.open(path, "r:*") as tar:
                return tar.next() is not None
        except _BROKEN:
            return False
    return False


def members(path: Path, *, deep: bool = True) -> Iterator[Member]:
    """The files in an archive, in its order; those that cannot be taken say why.

    Parameters
    ----------
    path : Path
        The archive.
    deep : bool
        Are archives in it opened, too? Those in them are not.
    """
    budget = _Budget(max(_SMALL, path.stat().st_size * _RATIO))
    count = 0
    try:
        for name, why, stream in _entries(path):
            count += 1
            if count > _MOST:
                yield Member("", why=f"it has more than {_MOST} members: the others are left")
                return
            if stream is None:
                yield Member(name, why=why)
                continue
            try:
                yield from _member(name, stream, budget, deep=deep)
            except _BombError:
                yield Member(name, why=f"more than {budget.limit} bytes come out of the archive: the rest is left")
                return
            except (*_BROKEN, RuntimeError) as error:
                yield Member(name, why=f"it is damaged: {error}")
    except (*_BROKEN, RuntimeError) as error:
        yield Member("", why=f"the archive is damaged: {error}")


@contextmanager
def member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """The bytes of a member, as a stream.

    Raises
    ------
    OSError
        If it is not there, or its archive cannot be read.
    """
    outer, _, inner = name.partition(INSIDE)
    opened = _opened(path, *_facts(path))
    with opened.lock, tempfile.TemporaryFile() as spool:
        try:
            with opened.stream(outer) as stream:
                shutil.copyfileobj(stream, spool, _CHUNK)
        except (*_BROKEN, KeyError, RuntimeError) as error:
            raise OSError(f"{outer}: {error}") from error
        spool.seek(0)
        if not inner:
            yield spool
            return
        with tempfile.NamedTemporaryFile() as file:
            shutil.copyfileobj(spool, file, _CHUNK)
            file.flush()
            with member(Path(file.name), inner) as found:
                yield found


class _BombError(Exception):
    """More comes out than anybody means."""


@dataclass(slots=True)
class _Budget:
    limit: int
    taken: int = 0

    def take(self, size: int) -> None:
        self.taken += size
        if self.taken > self.limit:
            raise _BombError


def _member(name: str, stream: IO[bytes], budget: _Budget, *, deep: bool) -> Iterator[Member]:
    """A member; those in it where it is an archive itself."""
    digest, size = hashlib.sha256(), 0
    with stream, tempfile.NamedTemporaryFile() as spool:
        while block := stream.read(_CHUNK):
            budget.take(len(block))
            digest.update(block)
            size += len(block)
            if deep:
                spool.write(block)
        spool.flush()
        if deep and is_archive(Path(spool.name)):
            for one in members(Path(spool.name), deep=False):
                yield Member(f"{name}{INSIDE}{one.name}", one.sha256, one.size, one.why)
            return
    yield Member(name, digest.hexdigest(), size)


def _entries(path: Path) -> Iterator[tuple[str, str, IO[bytes] | None]]:
    """Name, why it is left, and stream of every file in an archive; folders are none."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            seen: set[str] = set()
            for info in archive.infolist():
                if info.is_dir():
                    continue
                why = _unusable(info.filename, seen)
                if not why and info.flag_bits & 1:
                    why = "it is protected by a password"
                if not why and (info.external_attr >> 16) & 0o170000 == 0o120000:
                    why = "it is a link"
                yield info.filename, why, None if why else archive.open(info)
        return
    if path.stat().st_size and _begins(path, b"PK"):
        raise zipfile.BadZipFile("its directory is not there")
    with tarfile.open(path, "r:*") as tar:
        seen = set()
        for one in tar:
            if one.isdir():
                continue
            why = _unusable(one.name, seen)
            if not why and not one.isreg():
                why = "it is a link" if one.issym() or one.islnk() else "it is no regular file"
            yield one.name, why, None if why else tar.extractfile(one)


def _unusable(name: str, seen: set[str]) -> str:
    """Why a member of this name is left."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name or ":" in pure.parts[0]:
        return "its name leads out of the archive"
    if INSIDE in name:
        return f'its name holds "{INSIDE}"'
    if name in seen:
        return "another member has the same name"
    seen.add(name)
    try:
        name.encode()
    except UnicodeEncodeError:
        return "its name is no UTF-8"
    return ""


def _begins(path: Path, mark: bytes) -> bool:
    with path.open("rb") as handle:
        return handle.read(len(mark)) == mark


def _facts(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


class _Open:
    """An open archive: opening one means reading its whole directory."""

    def __init__(self, path: Path) -> None:
        self.lock = Lock()
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        if zipfile.is_zipfile(path):
            self._zip = zipfile.ZipFile(path)
        else:
            self._tar = tarfile.open(path, "r:*")  # noqa: SIM115  kept open, closed when it is no longer kept
            self._tar.getmembers()

    def stream(self, name: str) -> IO[bytes]:
        """The bytes of a member."""
        if self._zip:
            return self._zip.open(name)
        assert self._tar is not None  # noqa: S101  one of the two
        found = self._tar.extractfile(name)
        if found is None:
            raise KeyError(name)
        return found

    def __del__(self) -> None:
        for one in (self._zip, self._tar):
            if one is not None:
                one.close()


@lru_cache(maxsize=4)
def _opened(path: Path, size: int, time: int) -> _Open:
    del size, time
    try:
        return _Open(path)
    except (*_BROKEN, RuntimeError) as error:
        raise OSError(f"{path.name}: {error}") from error


__all__ = ["INSIDE", "Member", "is_archive", "member", "members"]
