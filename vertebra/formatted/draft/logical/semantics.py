"""What the values of a column are in the world, where shapes, check digits and codes tell; and whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from vertebra.formatted.draft.logical import checks
from vertebra.formatted.draft.logical.codes import COUNTRIES_2, COUNTRIES_3, CURRENCIES, LANGUAGES
from vertebra.formatted.draft.logical.values import Values


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds.

    Parameters
    ----------
    semantic : str
        For example `email`; empty where only the name speaks of a person.
    personal : bool
        Does it say something about a person?
    confidence : float
        0 to 1.
    why : str
        In words.
    """

    semantic: str
    personal: bool
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A semantic type: which texts have it, and which words of a name it needs."""

    name: str
    holds: Callable[[str], bool]
    words: frozenset[str] = frozenset()
    personal: bool = False
    distinct: int = 1  # texts that must be different before chance is ruled out


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KINDS = (
    _Kind("email", checks.email, personal=True),
    _Kind("url", checks.url),
    _Kind("uuid", checks.uuid),
    _Kind("ipv4", checks.ipv4, personal=True),
    _Kind("ipv6", checks.ipv6, personal=True),
    _Kind("iban", checks.iban, personal=True),
    _Kind("isbn", checks.isbn, _words("isbn"), distinct=1),
    _Kind("ean", checks.ean, _words("ean gtin upc barcode"), distinct=1),
    _Kind("credit_card", checks.credit_card, _words("card credit cc kreditkarte karte pan"), personal=True),
    _Kind("isbn", checks.isbn, distinct=5),
    _Kind("ean", checks.ean, distinct=8),
    _Kind("wkt", checks.wkt),
    _Kind("phone", checks.phone, _words("phone tel telefon telephone mobile handy fax cell"), personal=True),
    _Kind("country_code", COUNTRIES_2.__contains__, _words("country land pays kraj zemlja nation iso")),
    _Kind("country_code", COUNTRIES_3.__contains__, _words("country land pays kraj zemlja nation iso iso3")),
    _Kind("currency_code", CURRENCIES.__contains__, _words("currency waehrung devise waluta valuta ccy curr")),
    _Kind("language_code", LANGUAGES.__contains__, _words("language lang sprache langue jezyk jezik locale")),
    _Kind("currency_code", CURRENCIES.__contains__, distinct=4),
    _Kind("country_code", COUNTRIES_2.__contains__, distinct=12),
    _Kind("country_code", COUNTRIES_3.__contains__, distinct=8),
)
_PERSONAL = (
    (
        _words(
            "firstname lastname surname forename vorname nachname prenom imie nazwisko ime prezime apellido cognome"
        ),
        "name",
    ),
    (
        _words("birthdate birthday dob geburtsdatum geburtstag birth naissance urodzenia rodjenja nacimiento"),
        "birth date",
    ),
    (_words("street strasse address adresse ulica adresa calle rue via hausnummer"), "address"),
    (_words("email mail phone telefon telephone mobile iban ssn pesel jmbg passport"), "contact or number of a person"),
    (_words("customer patient employee person mitarbeiter kunde klient contact"), ""),
)
_PLACES = {
    "latitude": (frozenset(("latitude", "lat", "breite", "breitengrad", "szerokosc", "sirina")), 90.0),
    "longitude": (frozenset(("longitude", "lon", "long", "lng", "laenge", "laengengrad", "dlugosc", "duzina")), 180.0),
}
_SOME = 3


def meaning_of(values: Values, type_: str) -> Meaning | None:
    """What a column holds, if its texts and its name tell."""
    if type_ == "double" or type_.startswith("decimal"):
        return _coordinate(values)
    if type_ == "text":
        texts = [text.strip() for text in values.counts if text.strip()]
        found = _of_texts(values, texts) if texts else None
        if found:
            return found
    return _personal(values, type_)


def _of_texts(values: Values, texts: list[str]) -> Meaning | None:
    for kind in _KINDS:
        named = not kind.words.isdisjoint(values.words)
        if (kind.words and not named) or len(texts) < kind.distinct or not all(map(kind.holds, texts)):
            continue
        many = len(texts) >= _SOME
        personal = kind.personal or _personal(values, "text") is not None
        why = f"each of {len(texts)} different texts is one" + (", and the name says so" if named else "")
        return Meaning(kind.name, personal, 0.97 if many else 0.8, why)
    return None


def _coordinate(values: Values) -> Meaning | None:
    for name, (words, limit) in _PLACES.items():
        if words.isdisjoint(values.words):
            continue
        numbers = [_number(text) for text in values.counts]
        known = [number for number in numbers if number is not None]
        if known and max(map(abs, known)) <= limit:
            return Meaning(name, False, 0.97, f"the name says so, and all lie between -{limit:g} and {limit:g}")
    return None


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _personal(values: Values, type_: str) -> Meaning | None:
    joined = {*values.words, "".join(values.words), *("".join(pair) for pair in pairwise(values.words))}
    for words, what in _PERSONAL:
        if what and not words.isdisjoint(joined) and (type_ != "double"):
            return Meaning("", True, 0.8, f"the name speaks of a person's {what}")
    people = _PERSONAL[-1][0]
    if "name" in values.words and not people.isdisjoint(values.words):
        return Meaning("", True, 0.8, "the name speaks of a person's name")
    return None
