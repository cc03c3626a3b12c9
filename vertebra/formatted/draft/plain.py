"""A file in an encoding in which structure can be found in its bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DIRECT = ("utf-8", "ascii", "cp125", "iso8859", "koi8", "latin")


@contextmanager
def plain(path: Path, encoding: str) -> Iterator[tuple[Path, str]]:
    """The file itself, or a copy of it in UTF-8 for as long as it is needed; and the encoding of that.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        In which it is written.
    """
    if encoding.startswith(_DIRECT):
        yield path, "utf-8" if encoding == "utf-8-sig" else encoding
        return
    from vertebra.formatted.formats.opening import ascii_family, transcoded

    if ascii_family(encoding):
        yield path, encoding
        return
    with tempfile.TemporaryDirectory(prefix="vertebra-") as folder:
        target = Path(folder) / "text"
        transcoded(path, target, encoding)
        yield target, "utf-8"
