"""What a cell of text looks like: number, date, word, …, and the shape of its characters.

Kinds are for telling columns, headers and records apart (van den Burg et al. 2019, section 3.3, use such types to score
a dialect); they are not the types of a template, which are decided over all values.
"""

from __future__ import annotations

import re
from functools import lru_cache

EMPTY, NULL, INTEGER, NUMBER, DATE, TIME, TRUTH, LINK, CODE, WORD, TEXT, ODD = (
    "empty",
    "null",
    "integer",
    "number",
    "date",
    "time",
    "truth",
    "link",
    "code",
    "word",
    "text",
    "odd",
)

TYPED = frozenset((INTEGER, NUMBER, DATE, TIME, LINK))
"""Kinds that a name in a header hardly ever has."""

_NULLS = frozenset(
    (
        "na",
        "n/a",
        "#n/a",
        "n.a.",
        "nan",
        "null",
        "none",
        "nil",
        "-",
        "--",
        "---",
        ".",
        "..",
        "...",
        "*",
        "x",
        "?",
        "\\n",
        "–",
        "—",
    )
)
_TRUTHS = frozenset(("true", "false", "yes", "no", "y", "n", "t", "f"))
_SIGN = r"(?:[$€£¥₹₽₩₪₫฿]|US\$|A\$|C\$|NZ\$|R\$|kr|Kč|zł|EUR|USD|GBP|CHF|PLN|CZK)"
_AMOUNT = (
    r"(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d+)?|\d+(?:[.,]\d*)?|[.,]\d+)"
)
_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(
    rf"[(]?\s?[+\-−<>≤≥~]{{0,2}}\s?{_SIGN}?\s?[+\-−]?{_AMOUNT}(?:[eEdD][+-]?\d{{1,3}})?\s?(?:%|‰|{_SIGN}|°C?)?[)]?\*?"
    r"|[+-]?(?:inf|INF|Inf|Infinity)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[aApP]\.?[mM]\.?)?(?:\s?(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\.?|\d{1,2}\.\s\d{1,2}\.\s\d{4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[- /.]{_MONTH}\.?[- /,.]*\d{{2,4}}"
    rf"|{_MONTH}\.?[- /]+(?:\d{{1,2}}(?:st|nd|rd|th)?,?[- /]+)?\d{{2,4}}"
    r"|\d{4}[-/]?Q[1-4]|Q[1-4][- /]\d{4}|\d{4}-W\d{2}|\d{4}[/-]\d{2,4})"
)
_DATE = re.compile(rf"{_DAY}(?:[T ,]\s?{_CLOCK})?", re.IGNORECASE)
_TIME = re.compile(_CLOCK)
_LINK = re.compile(
    r"(?:https?|ftp|file|mailto|urn)[:/]\S+|www\.\S+\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:\d{1,3}\.){3}\d{1,3}"
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
)
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"(?=[^\s]*[\d_])[\w]+(?:[-_./:#+][\w]+)*")
_LONG = 200  # characters: what is longer is text
_ODD = re.compile(r"[\t\x00-\x08\x0b\x0c\x0e-\x1f|;^~]")


_ORDER = (
    (INTEGER, _INTEGER),
    (WORD, _WORD),
    (DATE, _DATE),
    (TIME, _TIME),
    (NUMBER, _NUMBER),
    (LINK, _LINK),
    (CODE, _CODE),
)


@lru_cache(maxsize=100_000)
def kind(cell: str) -> str:
    """The kind of a cell.

    Examples
    --------
    >>> [kind(text) for text in ("", "n/a", "12", "-1.234,50 €", "03/04/2020 12:00", "MG-8769")]
    ['empty', 'null', 'integer', 'number', 'date', 'code']
    >>> [kind(text) for text in ("Qty", "Men's boots", "a;b", "www.example.org/a")]
    ['word', 'text', 'odd', 'link']
    """
    text = cell.strip()
    if not text:
        return EMPTY
    low = text.lower()
    if low in _NULLS:
        return NULL
    if low in _TRUTHS:
        return TRUTH
    found = TEXT
    if len(text) <= _LONG:
        found = next((name for name, pattern in _ORDER if pattern.fullmatch(text)), TEXT)
    return ODD if found == TEXT and _ODD.search(text) else found


_SHAPES = ((re.compile(r"[^\W\d_]+"), "a"), (re.compile(r"\d+"), "9"), (re.compile(r"\s+"), " "))


@lru_cache(maxsize=100_000)
def shape(cell: str) -> str:
    """The pattern of a cell's characters: letters as `a`, digits as `9`, the rest as it stands.

    Examples
    --------
    >>> shape("MG-8769"), shape("28/01/2018")
    ('a-9', '9/9/9')
    """
    text = cell.strip()
    if len(text) > 40:
        return "…"
    for pattern, sign in _SHAPES:
        text = pattern.sub(sign, text)
    return text[:16]
