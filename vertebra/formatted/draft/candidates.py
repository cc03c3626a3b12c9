"""Which dialects are worth trying on a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from vertebra.project import CsvFormat

STRONG = (",", ";", "\t", "|")
RARE = ("^", "~", "¦", "§", "¬", "þ", "\x1f", "\x01", "\x1e", "\x02", "\x07", "\x1c")  # hardly ever in a value
WEAK = (" ", ":", "#", "&", "*", "=", "!", "%", "@", "/", "\\", "$", "+", "`")
_SYMBOLS = re.compile(r"[|;:~^#!&*<>@,¦=]{2,4}|\t{2}|(?<=\S) [|;] (?=\S)")


def dialects(text: str, lines: Sequence[str], *, weak: bool = False) -> Iterator[CsvFormat]:
    """What is worth trying."""
    for delimiter in _present(WEAK, lines) if weak else (*_strong(lines), *_present(RARE, lines), *_several(lines)):
        for quote in _quotes(text, delimiter):
            escapes = ('"', "\\") if quote and "\\" + quote in text else ('"',)
            for escape in escapes:
                yield CsvFormat(delimiter=delimiter, quote=quote, escape=escape if escape == "\\" else quote)


def _strong(lines: Sequence[str]) -> list[str]:
    several = "".join(_several(lines))
    return [one for one in STRONG if one not in several and any(one in line for line in lines)]


def _present(these: Iterable[str], lines: Sequence[str]) -> list[str]:
    """Those that stand in most lines."""
    needed = max(1, len(lines) * 0.5)
    return [one for one in these if sum(one in line for line in lines) >= needed]


def _several(lines: Sequence[str]) -> list[str]:
    """Delimiters of several characters: they stand in most lines, and no part of them stands alone."""
    seen: Counter[str] = Counter()
    for line in lines[:300]:
        runs = set(_SYMBOLS.findall(line))
        seen.update(runs | {run[:2] for run in runs if run[:2] == run[2:]})
    found = []
    for one, number in seen.most_common(6):
        first = one.strip()[:1]
        having = sum(first in line for line in lines[:300])
        if (
            len(one.strip()) < 1
            or (one.strip() in STRONG and one != f" {one.strip()} ")
            or number < max(2, having * 0.7) <= len(lines)
        ):
            continue
        if having >= len(lines[:300]) * 0.3 and all(
            line.count(first) == line.count(one) * one.count(first) for line in lines[:300]
        ):
            found.append(one)
    return found


def _quotes(text: str, delimiter: str) -> Iterator[str]:
    """Quotes that enclose a field somewhere; the double quote always."""
    yield '"'
    d = re.escape(delimiter)
    for quote in ("'", "`"):
        if quote == delimiter or quote not in text:
            continue
        inner = rf"(?:[^{quote}\\\r\n]|{quote}{quote}|\\.)*+"
        found = re.findall(rf"(?:^|{d}|\r) *{quote}({inner}){quote}(?={d}|\r|\n|\Z)", text, re.MULTILINE)
        if len(found) > 1 or any(delimiter in one or quote in one for one in found):
            yield quote
