"""What is looked at of a file: all of it where it is small, its beginning and its end where it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vertebra.formatted.draft.encoding import Encoding, encoding_of
from vertebra.formatted.draft.high import high_lines

_WHOLE = 2 << 20  # bytes of a file that is looked at as a whole
_HEAD = 1 << 20
_TAIL = 1 << 17


@dataclass(frozen=True, slots=True)
class Sample:
    """Text of a file.

    Parameters
    ----------
    path : Path
        Which.
    encoding : Encoding
        In which it is written.
    text : str
        All of it, or its beginning up to a line end; bytes that are no text as lone surrogates or U+FFFD.
    tail : str
        Its end, from a line end on, where `text` is not all.
    size : int
        Bytes of the file.
    zeros : int
        NUL characters in `text`.
    """

    path: Path
    encoding: Encoding
    text: str
    tail: str
    size: int
    zeros: int = 0


def sample_of(path: Path, whole: int = _WHOLE, together: Encoding | None = None) -> Sample:
    """Look at a file.

    Parameters
    ----------
    path : Path
        Which.
    whole : int
        Bytes up to which all of it is looked at; of a larger one a third of that, or less, at its beginning.
    together : Encoding, optional
        What it is written in together with others of its kind.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as handle:
        if size <= whole:
            data, end = handle.read(), b""
        else:
            data = handle.read(min(_HEAD, whole // 3))
            handle.seek(size - _TAIL)
            end = handle.read()
    found = _encoding(path, data, size, together)
    text, tail = _decoded(data, found.name), _decoded(end, found.name) if end else ""
    if end:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
        tail = re.split(r"[\r\n]", tail, maxsplit=1)[-1]
    return Sample(path, found, text, tail, size, text.count("\0"))


def _decoded(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    return text.removeprefix("\ufeff")


def _encoding(path: Path, data: bytes, size: int, together: Encoding | None) -> Encoding:
    """The encoding, by all of a file: what is ASCII at its beginning may not be so later."""
    found = encoding_of(data, whole=len(data) == size)
    if found.name.startswith(("utf-16", "utf-32")) or found.confidence == 1.0:  # a mark says so, or the zeros
        return found
    if together:
        return together
    if len(data) == size:
        return found
    high = high_lines(path)
    return encoding_of(high) if high else found
