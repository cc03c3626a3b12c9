"""What kind of file it is, by its first bytes; text is what is left."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

TEXT = "text"
BINARY = "binary data of an unknown kind"
_TAR = 257
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b\x1c\x1d\x1e\x1f\x01\x02\x07"))
"""Control characters that text has no use for: neither as white space nor between fields or records."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    name : str
        As people call it.
    holds : callable
        Do a file's first bytes belong to one?
    """

    name: str
    holds: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


KINDS: tuple[Kind, ...] = (
    Kind("gzip", _begins(b"\x1f\x8b")),
    Kind("bzip2", _begins(b"BZh")),
    Kind("xz", _begins(b"\xfd7zXZ\0")),
    Kind("Zstandard", _begins(b"\x28\xb5\x2f\xfd")),
    Kind("a ZIP archive, or a workbook that is one", _begins(b"PK\x03\x04", b"PK\x05\x06")),
    Kind("a 7z archive", _begins(b"7z\xbc\xaf\x27\x1c")),
    Kind("a tar archive", lambda head: head[_TAR : _TAR + 5] == b"ustar"),
    Kind("an old Excel workbook", _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    Kind("Parquet", _begins(b"PAR1")),
    Kind("Avro", _begins(b"Obj\x01")),
    Kind("ORC", _begins(b"ORC")),
    Kind("a SQLite database", _begins(b"SQLite format 3\0")),
    Kind("PDF", _begins(b"%PDF-")),
    Kind("an image", _begins(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")),
)
"""In this order; the first that holds is the file's kind."""


def kind_of(head: bytes) -> str:
    r"""The kind of a file.

    Parameters
    ----------
    head : bytes
        Its first few thousand bytes.

    Examples
    --------
    >>> [kind_of(head) for head in (b"PAR1\x15", b"a,b\n1,2\n", bytes(range(200)))]
    ['Parquet', 'text', 'binary data of an unknown kind']
    """
    found = next((kind.name for kind in KINDS if kind.holds(head)), "")
    if found:
        return found
    if head.startswith(_MARKS):
        return TEXT
    bare = head.replace(b"\0", b"")  # every other byte of UTF-16 may be one; damaged text has some, too
    odd = len(bare) - len(bare.translate(None, _CONTROLS))
    return BINARY if odd > max(1, len(bare) * 0.02) or len(bare) < len(head) * 0.4 else TEXT
