"""Canonical names: snake_case of small Latin letters, so that no query has to quote one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from vertebra.formatted.draft.logical.words import spaced

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяђјљњћџѓѕќіїєґў",
        spaced(
            "a b v g d e e zh z i y k l m n o p r s t u f h c ch sh shch _ y _ e yu ya dj j lj nj c dz g dz k i "
            "yi ye g u"
        ),
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        spaced("a b g d e z i th i k l m n x o p r s s t y f ch ps o"),
        strict=True,
    )
)
_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "dj",
    "ð": "d",
    "þ": "th",
    "\u0131": "i",
    "ŋ": "n",
}
_SIGNS = {
    "%": " percent ",
    "‰": " permille ",
    "€": " eur ",
    "$": " usd ",
    "£": " gbp ",
    "&": " and ",
    "#": " number ",
    "№": " number ",
    "²": "2",
    "³": "3",
    "°": " ",
    "µ": "u",
    "μ": "u",
    "Ω": "ohm",
    "'": "",
    "\u2019": "",
}
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue"}
RESERVED = frozenset(
    spaced(
        "all analyse analyze and anti any array as asc asof asymmetric at authorization between binary both by case "
        "cast check collate collation column concurrently constraint create cross current_date current_time "
        "current_timestamp default deferrable desc describe distinct do else end except exists extract false fetch "
        "for foreign freeze from full glob grant group having ilike in initially inner intersect into is isnull "
        "join lambda lateral leading left like limit natural not notnull null offset on only or order outer "
        "overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning right row "
        "select semi set show similar some summarize symmetric table tablesample then to trailing true union unique "
        "unpack unpivot update user using values variadic verbose when where window with"
    )
)
"""Words that a query cannot use as a name without quotes, in one engine or another."""


@lru_cache(maxsize=10_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in small Latin letters.

    Examples
    --------
    >>> words_of("Straße / Hausnr."), words_of("maxTempC"), words_of("Датум мерења"), words_of("Größe [m²]")
    (('strasse', 'hausnr'), ('max', 'temp', 'c'), ('datum', 'merenja'), ('groesse', 'm2'))
    """
    text = re.sub(r"(?<=[a-z\u0430-\u044f0-9])(?=[A-Z\u0410-\u042f][a-z\u0430-\u044f])|(?<=[a-z])(?=[A-Z])", " ", name)
    german = "ß" in name or any(letter in name.lower() for letter in _GERMAN)
    return tuple(re.findall(r"[a-z0-9]+", "".join(_latin(letter, german=german) for letter in text)))


def _latin(letter: str, *, german: bool) -> str:
    small = letter.lower()
    if german and small in _GERMAN:
        return _GERMAN[small]
    for table in (_SIGNS, _LETTERS, _CYRILLIC, _GREEK):
        if small in table or letter in table:
            return table.get(letter, table.get(small, "")).strip("_")
    plain = unicodedata.normalize("NFKD", small)
    found = "".join(part for part in plain if not unicodedata.combining(part))
    return found if found.isascii() else "".join(_GREEK.get(part, _CYRILLIC.get(part, " ")) for part in found)


def canonical(name: str, position: int) -> str:
    """The canonical name of a column, from what its header says and its 1-based place.

    Examples
    --------
    >>> canonical("Province/State", 1), canonical("", 3), canonical("2020", 2), canonical("order", 1), canonical("%", 4)
    ('province_state', 'column_3', 'n_2020', 'order_', 'percent')
    """
    found = "_".join(words_of(name))
    if not found:
        return f"column_{position}"
    if found[0].isdigit():
        found = f"n_{found}"
    return f"{found}_" if found in RESERVED else found


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Names of which none stands twice: the second of two gets a number.

    Examples
    --------
    >>> distinct(["a", "b", "a", "a_2"])
    ('a', 'b', 'a_3', 'a_2')
    """
    given = list(names)
    found: list[str] = []
    for number, name in enumerate(given):
        new, count = name, 1
        while new in found or (count > 1 and new in given[number:]):
            count += 1
            new = f"{name}_{count}"
        found.append(new)
    return tuple(found)
