"""Any file as one record: what it is, and what its own metadata and text say."""

from __future__ import annotations

import hashlib
import mimetypes
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from vertebra.formatted.count import Count
from vertebra.formatted.formats.document_kinds import Said, image, pdf, plain
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, texts
from vertebra.formatted.formats.zip_damage import ZIP_DAMAGED
from vertebra.project import DocumentsFormat, Source

NAMES = (
    *("path", "media_type", "size", "sha256", "title", "author", "created", "pages", "width", "height", "language"),
    *("encoding", "text", "text_cut", "problem"),
)
"""Columns of a table of documents."""

_MAGICS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"BM": "image/bmp",
    b"PK\x03\x04": "application/zip",
    b"\xd0\xcf\x11\xe0": "application/x-ole-storage",
}
_READERS: Mapping[str, Callable[[Path, int], Said]] = {"application/pdf": pdf, "image": image, "text": plain}


def sniff(head: bytes, path: Path) -> DocumentsFormat | None:
    """A PDF, an image or what Office writes beside workbooks; text may be a table, which is for others to say."""
    if _is_office(head, path):
        return DocumentsFormat()
    kind = _by_magic(head)
    return DocumentsFormat() if kind == "application/pdf" or kind.startswith("image/") else None


def _is_office(head: bytes, path: Path) -> bool:
    """Is it a text or a presentation of an office program?"""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        with path.open("rb") as handle:
            data = handle.read(1 << 20)
        return any(name.encode("utf-16-le") in data for name in ("WordDocument", "PowerPoint Document"))
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype")[:200] if names[:1] == ["mimetype"] else b""
    except ZIP_DAMAGED:
        return False
    written = kind.startswith((b"application/vnd.oasis.opendocument.", b"application/epub"))
    return written or ("[Content_Types].xml" in names and any(one.startswith(("word/", "ppt/")) for one in names))


def _by_magic(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGICS.items() if head.startswith(magic)), "")


def _media_type(head: bytes, name: str) -> str:
    """By the first bytes; by the name where they say no more than that it is a container, or text."""
    found = _by_magic(head)
    named = mimetypes.guess_type(name)[0] or ""
    if found and found not in ("application/zip", "application/x-ole-storage"):
        return found
    if found:
        return named if named.startswith("application/") else found
    if b"\0" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return named if named.startswith("text/") else "text/plain"
    return "application/octet-stream"


def _count(file: Opened, source: Source) -> Count:
    """One, whatever is in it."""
    del file, source
    return Count(1)


def _table(file: Opened, source: Source) -> Table | Problem:
    warnings: list[Problem] = []
    return Simple(NAMES, partial(_draw, file, _form(source), warnings), warnings)


def _draw(file: Opened, form: DocumentsFormat, warnings: list[Problem], places: Sequence[int]) -> Iterator[Part]:
    path = file.path
    with path.open("rb") as handle:
        head = handle.read(4096)
        handle.seek(0)
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    kind = _media_type(head, file.name or path.name)
    reader = _READERS.get(kind) or _READERS.get(kind.partition("/")[0])
    said = reader(path, form.text) if reader else Said()
    if said.problem:
        warnings.append(Problem("unreadable-document", said.problem))
    values: dict[str, str | None] = {
        "path": file.name or path.name,
        "media_type": kind,
        "size": str(path.stat().st_size),
        "sha256": digest,
        **{name: value or None for name, value in said.values().items()},
    }
    row = [values[NAMES[place]] for place in places]
    yield Part(1, 1, texts([row], len(places)))


def _form(source: Source) -> DocumentsFormat:
    assert isinstance(source.format, DocumentsFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


DOCUMENTS: Format = Tabular(_table, _count)
