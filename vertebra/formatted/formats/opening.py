"""Open a landed file: see that it is what was landed, decompress it, put it into UTF-8 where its readers need that."""

from __future__ import annotations

import codecs
import hashlib
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from vertebra.errors import DamageError
from vertebra.formatted.formats.places import BROKEN
from vertebra.formatted.formats.port import Opened, Problem
from vertebra.governance.files import FileVersion
from vertebra.project import FileFormat, JsonFormat, Source
from vertebra.workspace import Workspace

_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 18
_GZIP_HEADER = 16 + zlib.MAX_WBITS
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
    """
    path = Path(ws.storage.url(file.path))
    _verify(path, file, content=verify)
    with opened_at(path, source.format, ws.scratch) as found:
        yield found


@contextmanager
def opened_at(path: Path, format_: FileFormat, scratch: Path) -> Iterator[Opened]:
    """A file wherever it lies, ready to be read; what is made on the way, in `scratch`, is taken away afterwards."""
    made: list[Path] = []
    try:
        plain, problem = path, None
        with path.open("rb") as handle:
            compressed = handle.read(2) == _GZIP
        if compressed:
            plain = _made(scratch, path, ".plain", made)
            problem = _decompress(path, plain)
        encoding = format_.encoding
        if encoding in _UTF_8 or (ascii_family(encoding) and not isinstance(format_, JsonFormat)):
            codec = "utf-8" if encoding == "utf-8-sig" else encoding
            yield Opened(plain, plain, codec, codec, 0, problem, _is_cut(problem))
            return
        codec, mark = _codec(plain, encoding)
        text = _made(scratch, path, ".utf8", made)
        _transcode(plain, text, codec, mark)
        yield Opened(plain, text, "utf-8", codec, mark, problem, _is_cut(problem))
    finally:
        for one in made:
            one.unlink(missing_ok=True)


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


def _decompress(path: Path, target: Path) -> Problem | None:
    """Decompress member by member, as far as it goes; what is wrong with the compressed form, if anything."""
    machine = zlib.decompressobj(_GZIP_HEADER)
    with path.open("rb") as source, target.open("wb") as sink:
        data = source.read(_CHUNK)
        while data:
            spare = machine.copy()
            try:
                sink.write(machine.decompress(data))
            except zlib.error as error:
                _salvage(spare, data, sink)
                reason = f"the compressed data is damaged ({error}): none of its values can be trusted"
                return Problem("damaged-gzip", reason, fatal=True)
            if not machine.eof:
                data = source.read(_CHUNK)
                continue
            data = _behind_padding(machine.unused_data, source)
            if data and not data.startswith(_GZIP[: len(data)]):
                return Problem("trailing-bytes", "bytes behind the end of the compressed data were left out")
            if data:
                machine = zlib.decompressobj(_GZIP_HEADER)
    if machine.eof:
        return None
    return Problem("cut-off", "the compressed file ends too early: what it held behind its last record is not there")


def _behind_padding(data: bytes, source: BinaryIO) -> bytes:
    """What stands behind a member; zeros are padding."""
    while not (rest := data.lstrip(b"\0")):
        data = source.read(_CHUNK)
        if not data:
            return b""
    return rest


def _salvage(machine: zlib._Decompress, data: bytes, sink: BinaryIO) -> None:
    """Write what comes out of damaged data before the damage, so that its records are counted."""
    try:
        sink.writelines(machine.decompress(data[place : place + 1]) for place in range(len(data)))
    except zlib.error:
        return


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
