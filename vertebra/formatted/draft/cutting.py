"""Cut a text into records and fields by a dialect that is being tried.

The grammar is the one of `vertebra.formatted.count`; damaged records appear as their line, split at every delimiter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vertebra.formatted.formats.fields import split
from vertebra.project import CsvFormat

_LINE = re.compile(r"[^\r\n]*+(\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Row:
    """One record.

    Parameters
    ----------
    line : int
        1-based line on which it begins.
    raw : str
        Its text without the line end.
    fields : tuple of str
        Its values; none for a blank record.
    whole : bool
        False where a quote is out of order.
    """

    line: int
    raw: str
    fields: tuple[str, ...]
    whole: bool = True


def rows(text: str, format_: CsvFormat, *, limit: int = 1 << 40) -> Iterator[Row]:
    r"""The records of a text, blank ones included.

    Examples
    --------
    >>> [row.fields for row in rows('a;"b;c"\n\nd', CsvFormat(delimiter=";"))]
    [('a', 'b;c'), (), ('d',)]
    """
    pattern = record_pattern(format_.delimiter, format_.quote, format_.escape, format_.padded)
    at, line, count = 0, 1, 0
    size = len(text)
    while at < size and count < limit:
        count += 1
        found = pattern.match(text, at)
        if found:
            raw = text[at : found.start("end")]
            yield Row(line, raw, tuple(split(raw, format_)) if raw else ())
            inside = format_.quote and format_.quote in raw
            line += 1 + (_breaks(raw) if inside else 0)
            at = found.end()
            continue
        ended = _LINE.match(text, at)
        assert ended is not None  # noqa: S101  the pattern matches any text
        raw = text[at : ended.start(1)]
        yield Row(line, raw, tuple(raw.split(format_.delimiter)), whole=False)
        line += 1
        at = ended.end()


def _breaks(raw: str) -> int:
    return raw.count("\n") + raw.count("\r") - raw.count("\r\n")


@lru_cache(maxsize=512)
def record_pattern(delimiter: str, quote: str, escape: str, padded: bool = False) -> re.Pattern[str]:  # noqa: FBT001, FBT002
    """A whole record, its line end in the group `end`."""
    d, q, e = re.escape(delimiter), re.escape(quote), re.escape(escape)
    plain = rf"[^{d}\r\n]*+" if len(delimiter) == 1 else rf"(?:(?!{d})[^\r\n])*+"
    field = plain
    if q:
        inner = rf"[^{q}{e}]++" + ("" if not e else rf"|{q}{q}" if e == q else rf"|{e}.")
        space = " *+" if padded else ""
        field = rf"{space}(?:{q}(?:{inner})*+{q}(?={d}|\r|\n|\Z)|(?!{q}){plain})"
    return re.compile(rf"{field}(?:{d}{field})*+(?P<end>\r\n|\n|\r|\Z)", re.DOTALL)
