"""Open a landed file: see that it is what was landed, decompress it, put it into UTF-8 where its readers need that."""

from __future__ import annotations

import codecs
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from vertebra.errors import DamageError, StorageError
from vertebra.formatted.formats.decompress import compression, decompress
from vertebra.formatted.formats.places import BROKEN
from vertebra.formatted.formats.port import Opened, Problem
from vertebra.governance.files import FileVersion
from vertebra.project import FileFormat, Source
from vertebra.storage.archive import member
from vertebra.workspace import Workspace

_CHUNK = 1 << 18
_ONE_BYTE = ("ascii", "latin", "iso8859", "cp125", "cp85", "cp86", "koi8", "mac-", "tis-620", "hp-roman8", "kz1048")
_UTF_8 = ("utf-8", "utf-8-sig", "ascii")
_MARKS = {
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
    "utf-32": ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
}


@contextmanager
def opened(ws: Workspace, source: Source, file: FileVersion, *, verify: bool = True) -> Iterator[Opened]:
    """A landed file, ready to be read; what is made on the way is taken away afterwards.

    Parameters
    ----------
    ws, source, file : Workspace, Source, FileVersion
        Which file, and how it is written.
    verify : bool
        Hold its hash against the catalog; its size is held always.

    Raises
    ------
    DamageError
        If its bytes are not those that were landed.
    StorageError
        If what is made on the way cannot be written.
    """
    outer, inner = file.place
    path = Path(ws.storage.url(outer))
    made: list[Path] = []
    try:
        if inner:
            with _told(ws.scratch):
                path = _taken_out(ws, path, inner, file, made)
        _verify(path, file, content=verify)
        with opened_at(path, source.of(file.id).format, ws.scratch, file.name) as found:
            yield found
    finally:
        for one in made:
            one.unlink(missing_ok=True)


@contextmanager
def opened_at(path: Path, format_: FileFormat, scratch: Path, name: str = "") -> Iterator[Opened]:
    """A file wherever it lies, ready to be read; what is made on the way, in `scratch`, is taken away afterwards."""
    made: list[Path] = []
    try:
        with _told(scratch):
            prepared = replace(_prepared(scratch, format_, path, made), name=name or path.name)
        yield prepared
    finally:
        for one in made:
            one.unlink(missing_ok=True)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "cannot decompress or transcode a landed file",
            where=str(folder),
            why=error.strerror or str(error),
            next_="look at the disk's space (df) and the folder's permissions (ls -ld), then run again",
        ) from error


def _prepared(scratch: Path, format_: FileFormat, path: Path, made: list[Path]) -> Opened:
    plain, problem = path, None
    if kind := compression(path):
        plain = _made(scratch, path, ".plain", made)
        problem = decompress(path, plain, kind)
    encoding = format_.encoding
    if encoding in _UTF_8:  # the engine's reader takes nothing else, and is worth the copy
        codec = "utf-8" if encoding == "utf-8-sig" else encoding
        return Opened(plain, plain, codec, codec, 0, problem, _is_cut(problem))
    codec, mark = _codec(plain, encoding)
    text = _made(scratch, path, ".utf8", made)
    _transcode(plain, text, codec, mark)
    return Opened(plain, text, "utf-8", codec, mark, problem, _is_cut(problem))


@lru_cache(maxsize=64)
def ascii_family(encoding: str) -> bool:
    """Is a byte below 128 ASCII in this encoding, and no other byte? Then structure is found in the bytes themselves.

    Examples
    --------
    >>> [ascii_family(name) for name in ("utf-8", "cp1250", "utf-16", "cp932", "cp864")]
    [True, True, False, False, False]
    """
    if encoding in _UTF_8:
        return True
    low, high = bytes(range(128)), bytes(range(128, 256))
    return (
        encoding.startswith(_ONE_BYTE)
        and low.decode(encoding, "ignore") == low.decode("ascii")
        and not any(character.isascii() for character in high.decode(encoding, "ignore"))
    )


def transcoded(path: Path, target: Path, encoding: str) -> None:
    """Put a file into UTF-8."""
    _transcode(path, target, *_codec(path, encoding))


def _taken_out(ws: Workspace, archive: Path, inner: str, file: FileVersion, made: list[Path]) -> Path:
    """A file in an archive, as a file of its own."""
    target = _made(ws.scratch, Path(inner.rpartition("/")[2]), ".member", made)
    try:
        with member(archive, inner) as stream, target.open("wb") as sink:
            shutil.copyfileobj(stream, sink, _CHUNK)
    except OSError as error:
        raise DamageError(
            f'the landed file of "{file.name}" is not what was landed',
            where=str(archive),
            why=str(error),
            next_="put it back from a backup of the landing zone",
        ) from error
    return target


def _verify(path: Path, file: FileVersion, *, content: bool) -> None:
    """Hold a landed file against the catalog."""
    why = ""
    try:
        size = path.stat().st_size
        if size != file.size:
            why = f"it has {size} bytes, the catalog says {file.size}"
        elif content and (digest := _sha256(path)) != file.sha256:
            why = f"its SHA-256 begins with {digest[:12]}, the catalog says {file.sha256[:12]}"
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        raise DamageError(
            f'the landed file of "{file.name}" is not what was landed',
            where=str(path),
            why=why,
            next_="put it back from a backup of the landing zone",
        )


def _sha256(path: Path) -> str:
    with path.open("rb", buffering=0) as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _made(folder: Path, path: Path, ending: str, made: list[Path]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{path.name[:40]}-", suffix=ending, delete=False) as handle:
        found = Path(handle.name)
    made.append(found)
    return found


def _is_cut(problem: Problem | None) -> bool:
    return problem is not None and problem.type == "cut-off"


def _codec(path: Path, encoding: str) -> tuple[str, int]:
    """The codec that a byte order mark tells, and the bytes of that mark."""
    with path.open("rb") as handle:
        begin = handle.read(4)
    for mark, codec in _MARKS.get(encoding, ()):
        if begin.startswith(mark):
            return codec, len(mark)
    return f"{encoding}-le" if encoding in _MARKS else encoding, 0  # without a mark, as most systems write


def _broken(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no text become lone surrogates, which no strict reader of UTF-8 takes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return BROKEN * (error.end - error.start), error.end


codecs.register_error("vertebra.broken", _broken)


def _transcode(plain: Path, target: Path, codec: str, mark: int) -> None:
    with plain.open("rb") as raw:
        raw.seek(mark)
        with (
            io.TextIOWrapper(raw, encoding=codec, errors="vertebra.broken", newline="") as reader,
            target.open("w", encoding="utf-8", errors="surrogatepass", newline="") as sink,
        ):
            shutil.copyfileobj(reader, sink, _CHUNK)
