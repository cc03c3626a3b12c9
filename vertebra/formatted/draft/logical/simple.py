"""How plain, well-formed CSV is written: what is needed before `physical` finds out about any file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from vertebra.formatted.draft.decision import Decision
from vertebra.formatted.draft.physical import Physical
from vertebra.project import CsvFormat

_HEAD = 1 << 16
_ENCODINGS = ("utf-8", "cp1250")


def detect(paths: Sequence[Path]) -> Physical:
    """Delimiter, header and encoding of files that are in order."""
    raw = b"".join(path.read_bytes()[:_HEAD] for path in paths[:8])
    encoding = next(name for name in _ENCODINGS if _is(raw, name))
    text = paths[0].read_bytes()[:_HEAD].decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = text.splitlines()[:50]
    delimiter = max(
        ",;\t|", key=lambda mark: (min(line.count(mark) for line in lines) if lines else 0, -",;\t|".index(mark))
    )
    rows = list(csv.reader(lines, delimiter=delimiter))
    header = 0 if not rows or any(_number(cell) for cell in rows[0]) or _alike(rows) else 1
    names = tuple(cell.strip() for cell in rows[0]) if header else ()
    format_ = CsvFormat(delimiter=delimiter, header=header, encoding=encoding)
    about = (
        Decision("format.csv.delimiter", delimiter, 0.97, "it stands in every line equally often"),
        Decision(
            "format.csv.header", header, 0.9, "the first record names the columns" if header else "no record names them"
        ),
    )
    return Physical(format_, names, len(rows[0]) if rows else 0, about)


def _is(raw: bytes, encoding: str) -> bool:
    for end in range(4):  # the head may end within a character
        try:
            raw[: len(raw) - end].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _number(text: str) -> bool:
    return bool(text.strip()) and text.strip().lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()


def _alike(rows: Sequence[Sequence[str]]) -> bool:
    """Is the first record like the others: is one of its texts among theirs, in the same column?"""
    return any(cell and cell in {row[n] for row in rows[1:] if len(row) > n} for n, cell in enumerate(rows[0]))
