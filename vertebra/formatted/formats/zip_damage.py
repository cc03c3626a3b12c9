"""What reading a zip file that is damaged raises: the reader names it in many ways."""

from __future__ import annotations

import lzma
import zipfile
import zlib

ZIP_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, KeyError, NotImplementedError, OSError, RuntimeError, UnicodeDecodeError),
)
