"""Values that more than one format declares."""

from __future__ import annotations

import codecs

from vertebra.document import Section
from vertebra.errors import nearest

_LONGEST = 8


def character(section: Section, key: str, default: str, *, empty: bool) -> str:
    """One character, or none where `empty`."""
    value: str = section.text(key, default)
    value = "\t" if value in ("\\t", "tab") else value
    if len(value) > 1 or (not value and not empty) or value in ("\n", "\r"):
        raise section.error(key, f"{value!r} is not one character", f'for example `{key}: ";"`')
    return value


def delimiting(section: Section) -> str:
    """What stands between two fields: one character or a few."""
    value: str = section.text("delimiter", ",")
    value = {"tab": "\t"}.get(value, value.replace("\\t", "\t"))
    if not value or len(value) > _LONGEST or "\n" in value or "\r" in value:
        why = f"{value!r} cannot stand between fields"
        raise section.error("delimiter", why, f'one to {_LONGEST} characters, for example `delimiter: ";"`')
    return value


def count(section: Section, key: str, default: int, what: str) -> int:
    """A number of things, none or more."""
    value: int = section.integer(key, default)
    if value < 0:
        raise section.error(key, f"a number of {what} cannot be negative", f"`{key}: 0` for none")
    return value


def encoding(section: Section) -> str:
    """A codec that Python knows."""
    value: str = section.text("encoding", "utf-8")
    try:
        b" ".decode(value, "ignore")  # refuses codecs that are no text, for example `hex`
        return codecs.lookup(value).name
    except (LookupError, ValueError):
        known = ("utf-8", "utf-16", "latin-1", "cp1250", "cp1252", "iso8859-2")
        raise section.error("encoding", f"{value!r} is no known encoding", nearest(value, known)) from None
