"""Split a record into its fields, by the same grammar that cut it out (see `vertebra.formatted.count`)."""

from __future__ import annotations

import re
from functools import lru_cache

from vertebra.project import CsvFormat


def split(text: str, format_: CsvFormat) -> list[str]:
    """The values of a whole record.

    Parameters
    ----------
    text : str
        The record, its quotes in order.
    format_ : CsvFormat
        Its dialect.

    Examples
    --------
    >>> split('1,"a ""b"", c",', CsvFormat())
    ['1', 'a "b", c', '']
    """
    if not format_.quote or format_.quote not in text:
        if not format_.padded:
            return text.split(format_.delimiter)
        return _padded(format_.delimiter).split(text.lstrip(" "))
    fields, escapes = _patterns(format_.delimiter, format_.quote, format_.escape, " *+" if format_.padded else "")
    found: list[tuple[str, str]] = fields.findall(format_.delimiter + text)
    if escapes is None:
        return [quoted or plain for quoted, plain in found]
    return [escapes.sub(r"\1", quoted) if quoted else plain for quoted, plain in found]


@lru_cache(maxsize=64)
def _padded(delimiter: str) -> re.Pattern[str]:
    """A delimiter with the spaces behind it."""
    return re.compile(re.escape(delimiter) + " *+")


@lru_cache(maxsize=64)
def _patterns(delimiter: str, quote: str, escape: str, space: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """A delimiter and the field behind it, as (quoted, plain); and what stands for one character in a quoted one."""
    d, q, e = re.escape(delimiter), re.escape(quote), re.escape(escape)
    inner = rf"[^{q}{e}]++" + (rf"|{q}{q}" if escape == quote else rf"|{e}." if escape else "")
    plain = rf"[^{d}]*+" if len(delimiter) == 1 else rf"(?:(?!{d}).)*+"
    fields = re.compile(rf"{d}{space}(?:{q}((?:{inner})*+){q}(?={d}|\Z)|({plain}))", re.DOTALL)
    return fields, re.compile(rf"{e}(.)", re.DOTALL) if escape else None
