"""Check digits and shapes that tell what a text is."""

from __future__ import annotations

import ipaddress
import re
from uuid import UUID

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_URL = re.compile(r"(?:https?|ftp)://[^\s/$.?#][^\s]*|www\.[^\s/]+\.[A-Za-z]{2,}(?:/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|00)?[0-9][0-9 ()./-]{5,20}[0-9]")
_WKT = re.compile(
    r"(?:SRID=\d+;)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*\(.*\)|GEOMETRYCOLLECTION\s*\(.*\)",
    re.IGNORECASE | re.DOTALL,
)


def email(text: str) -> bool:
    """An address for e-mail."""
    return bool(_EMAIL.fullmatch(text))


def url(text: str) -> bool:
    """An address in the web."""
    return bool(_URL.fullmatch(text))


def ipv4(text: str) -> bool:
    """An address of a machine, four numbers."""
    return bool(re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", text)) and _address(text, 4)


def ipv6(text: str) -> bool:
    """An address of a machine, with colons."""
    return text.count(":") >= 2 and _address(text, 6)


def _address(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(text).version == version
    except ValueError:
        return False


def uuid(text: str) -> bool:
    """A universally unique identifier."""
    if not re.fullmatch(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", text):
        return False
    return bool(UUID(text.strip("{}")))


def iban(text: str) -> bool:
    """An international bank account number: the check of ISO 13616, modulo 97.

    Examples
    --------
    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82WEST12345698765433")
    (True, False)
    """
    bare = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare, re.ASCII):
        return False
    return int("".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])) % 97 == 1


def luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812 over digits.

    Examples
    --------
    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def credit_card(text: str) -> bool:
    """A number of a payment card."""
    bare = re.sub(r"[ -]", "", text)
    return bool(re.fullmatch(r"[3-6]\d{12,18}", bare, re.ASCII)) and luhn(bare)


def ean(text: str) -> bool:
    """A number of a trade item: EAN-8, UPC-A, EAN-13, GTIN-14, with its check digit.

    Examples
    --------
    >>> ean("4006381333931"), ean("4006381333932")
    (True, False)
    """
    if not re.fullmatch(r"\d{8}|\d{12,14}", text, re.ASCII):
        return False
    digits = [int(digit) for digit in text]
    weighted = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return (weighted + digits[-1]) % 10 == 0


def isbn(text: str) -> bool:
    """A number of a book, of 10 or 13 digits.

    Examples
    --------
    >>> isbn("0-306-40615-2"), isbn("978-3-16-148410-0"), isbn("0-306-40615-3")
    (True, True, False)
    """
    bare = re.sub(r"[ -]", "", text).upper()
    if re.fullmatch(r"97[89]\d{10}", bare, re.ASCII):
        return ean(bare)
    if not re.fullmatch(r"\d{9}[\dX]", bare, re.ASCII):
        return False
    return sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(bare)) % 11 == 0


def phone(text: str) -> bool:
    """A telephone number, by its shape alone."""
    return bool(_PHONE.fullmatch(text)) and 7 <= len(re.sub(r"\D", "", text)) <= 15


def wkt(text: str) -> bool:
    """A geometry as well-known text."""
    return bool(_WKT.fullmatch(text.strip()))
