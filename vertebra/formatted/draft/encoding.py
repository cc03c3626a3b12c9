"""In which encoding a text is written: by its mark, by what its bytes can be, by the letters that come out.

UTF-8 is told by its own rules: other text that happens to obey them is next to impossible once it has a few letters
outside of ASCII. Among the encodings of one byte a letter, the one is taken that gives the letters of one language.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTERS = {
    "cp1252": (
        "äöüß", "éèàâêîôûçëïùœ", "áéíóúñü", "ãõáéíóúâêôçà", "àèéìòù", "åäöæøé", "ëïéèöüáó", "áíóðþéúýæö", "äöõüšž"
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüß"),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "cp1254": ("çğıöşüâîû",),
    "cp1251": ("абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдђежзијклљмнњопрстћуфхцчџш"),
    "cp1253": ("αβγδεζηθικλμνξοπρστυφχψωάέήίόύώςϊϋ",),
    "cp1255": ("אבגדהוזחטיכךלמםנןסעפףצץקרשת",),
    "cp1256": ("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ",),
}  # fmt: skip
_SAME = {
    "iso8859-2": "cp1250",
    "iso8859-15": "cp1252",
    "iso8859-13": "cp1257",
    "iso8859-5": "cp1251",
    "koi8-r": "cp1251",
    "koi8-u": "cp1251",
    "iso8859-7": "cp1253",
    "cp850": "cp1252",
    "cp852": "cp1250",
    "cp437": "cp1252",
    "cp866": "cp1251",
    "mac-roman": "cp1252",
}
"""Encodings for the languages of another."""

_PRIOR = {"cp1252": 0.08, "cp1250": 0.05, "cp1251": 0.05, "iso8859-2": 0.02, "iso8859-15": -0.02}
_COMMON = frozenset("–—‘’‚“”„•…€§°²³±½¼¾×·µ£©®«»ºª´\u00a0¿¡№")
_UNITS = frozenset(("m²", "m³", "km²", "cm²", "cm³", "mm²", "dm³", "µg", "µm", "µS", "°C", "°F", "°K"))
_KANA = re.compile("[\u3040-\u30ff]")
_MANY = (
    ("gb18030", re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")),
    ("cp932", re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff61-\uff9f\u3000-\u303f]")),
    ("euc_jp", re.compile("[\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f]")),
    ("cp949", re.compile("[\uac00-\ud7a3]")),
    ("big5", re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")),
)
_FEW = 5  # words that tell anything
_CLEAR = 0.25  # by how much better words read in the encoding that is meant
_HIGH = re.compile(rb"[\x80-\xff]")
_AROUND = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Encoding:
    """What was found.

    Parameters
    ----------
    name : str
        A codec that Python knows.
    confidence : float
        0 to 1.
    why : str
        In words.
    others : tuple of (str, float)
        What else it could be.
    """

    name: str
    confidence: float
    why: str
    others: tuple[tuple[str, float], ...] = ()


def encoding_of(data: bytes, *, whole: bool = True) -> Encoding:
    """The encoding of a text.

    Parameters
    ----------
    data : bytes
        The text, or its beginning.
    whole : bool
        Is it all of it? Otherwise its last character may be cut.

    Examples
    --------
    >>> texts = (("ä", "utf-8"), ("größer", "cp1252"), ("Łódź", "cp1250"))
    >>> [encoding_of(text.encode(codec)).name for text, codec in texts]
    ['utf-8', 'cp1252', 'cp1250']
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, 1.0, "a byte order mark says so")
    if wide := _wide(data):
        return wide
    if data.isascii():
        return Encoding("utf-8", 0.97, "every byte is ASCII")
    good, bad = _utf8(data, whole=whole)
    if not bad:
        return Encoding("utf-8", min(0.99, 0.9 + good * 0.03), f"{good} characters outside of ASCII obey its rules")
    if good > 9 * bad:
        why = f"{good} characters outside of ASCII obey its rules, {bad} bytes do not"
        return Encoding("utf-8", 0.8, why, (("cp1252", 0.2),))
    return _by_letters(data)


def _wide(data: bytes) -> Encoding | None:
    """UTF-16 without a mark: every other byte of ASCII text is zero."""
    head = data[:4096]
    if len(head) < 4 or head.count(0) < len(head) * 0.3:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.6 * len(head) / 2 and even < odd / 10:
        return Encoding("utf-16-le", 0.95, "every other byte is zero, as of ASCII text in two bytes a character")
    if even > 0.6 * len(head) / 2 and odd < even / 10:
        return Encoding("utf-16-be", 0.95, "every other byte is zero, as of ASCII text in two bytes a character")
    return None


def _utf8(data: bytes, *, whole: bool) -> tuple[int, int]:
    """Characters outside of ASCII that obey the rules of UTF-8, and bytes that do not."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not whole and error.end == len(data) and len(data) - error.start < 4:
            return _utf8(data[: error.start], whole=True)
    else:
        return sum(not one.isascii() for one in text), 0
    text = data.decode("utf-8", "surrogateescape")
    high = [one for one in text if not one.isascii()]
    bad = sum("\udc80" <= one <= "\udcff" for one in high)
    return len(high) - bad, bad


def _by_letters(data: bytes) -> Encoding:
    """The encoding of one byte a letter, or of several, that gives words of one language."""
    sample = _sample(data)
    scored = [(_fit(sample, name), name) for name in (*_LETTERS, *_SAME)]
    scored += [(score, name) for name, pattern in _MANY if (score := _several(data, name, pattern)) is not None]
    scored.sort(reverse=True)
    (best, name), (second, _) = scored[:2]
    others = tuple((other, round(max(0.0, score) / 3, 2)) for score, other in scored[1:4])
    sure = min(0.95, max(0.3, 0.6 + (best - second)))
    why = f"{sum(sample.values())} words with letters outside of ASCII read best so; they are no UTF-8"
    return Encoding(name, round(sure, 2), why, others)


def reads_better(data: bytes, name: str, other: str) -> bool:
    """Do the words of a text read clearly better in one encoding than in another, both of one byte a letter?

    Examples
    --------
    >>> text = "Łódź, Gdańsk, Kraków, Poznań, Wrocław, Białystok".encode("cp1250")
    >>> reads_better(text, "cp1250", "cp1252"), reads_better(text, "cp1250", "iso8859-2")
    (True, False)
    """
    if not {name, other} <= {*_LETTERS, *_SAME}:
        return False
    sample = _sample(data)
    return sum(sample.values()) >= _FEW and _fit(sample, name) - _fit(sample, other) > _CLEAR


def _sample(data: bytes) -> dict[bytes, int]:
    """The commonest words with letters outside of ASCII."""
    return dict(Counter(_AROUND.findall(data[: 1 << 20])).most_common(2000))


def _fit(sample: dict[bytes, int], name: str) -> float:
    return _words(sample, name) + _PRIOR.get(name, 0)


def _words(words: dict[bytes, int], name: str) -> float:
    """How well words read in an encoding, at most 1."""
    decoded = Counter[str]()
    for word, number in words.items():
        decoded[word.decode(name, "replace")] += number
    letters = {one.lower() for word in decoded for one in word}
    # Icelandic has the letters in the places of the Turkish ones, but no text without its accents
    languages = [one for one in _LETTERS[_SAME.get(name, name)] if "þ" not in one or letters & set("áíó")]
    best = -9.0
    for language in languages:
        total = weight = 0.0
        for text, number in decoded.items():
            total += _word(text, language) * number
            weight += number
        best = max(best, total / weight)
    return best


def _word(word: str, language: str) -> float:
    high = [one for one in word if not one.isascii()]
    if word in _UNITS or (word.strip("£°§€•–—’“”\u00a0") != word and len(high) == 1):
        return 1.2 if word[0] in _COMMON or word in _UNITS else 1.0
    found = 0.0
    for one in high:
        if one.lower() in language:
            found += 1.0
        elif one in _COMMON:
            found += 0.4
        elif one.isalpha():
            found += 0.1
        elif one == "\ufffd" or not one.isprintable():
            found -= 2.0
        else:
            found -= 1.0
    if len(word) == 1 and high[0] not in _COMMON:
        return 0.1  # a letter alone is a word of hardly any language
    if language[0] > "\u036f" and len(high) < sum(one.isalpha() for one in word):
        found -= 2.0 * len(high)  # Latin letters stand in no word of another script
    if len(word) > 2 and any(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(word)):
        found -= 0.5 * len(high)  # a capital letter within a word
    return found / len(high)


def _several(data: bytes, name: str, pattern: re.Pattern[str]) -> float | None:
    """How well text reads in an encoding of several bytes a character; None where it cannot."""
    head = data[: 1 << 16]
    try:
        text = head.decode(name)
    except UnicodeDecodeError as error:
        if len(head) - error.start > 3 or error.start < 1:
            return None
        text = head[: error.start].decode(name)
    high = [one for one in text if not one.isascii()]
    if not high:
        return None
    good = len(pattern.findall(text)) / len(high)
    kana = len(_KANA.findall(text)) / len(high)
    if name == "cp949":
        return good * 0.95 - 0.15
    if name in ("cp932", "euc_jp"):
        return good * 0.75 + min(0.3, kana) - 0.15
    common = -0.3 * (kana > 0.05) + sum("\u4e00" <= one <= "\u9fff" and one in _FREQUENT for one in high) / len(high)
    pairs = len(re.findall(r"[^\x00-\x7f]{2}", text)) * 2 / len(high)
    return good * 0.6 + min(0.3, common) + min(0.3, pairs * 0.3) - 0.15


_FREQUENT = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市县省区"
)
