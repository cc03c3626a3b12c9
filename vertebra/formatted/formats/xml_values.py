"""Elements and their texts by paths; a name means an element of any namespace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vertebra.formatted.formats.extras import library

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class RepeatedError(ValueError):
    """An element stands more than once where a column wants one value."""


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def elements_at(element: Any, steps: Iterable[str]) -> list[Any]:
    """The elements at a path below another."""
    found = [element]
    for step in steps:
        found = [child for one in found for child in one.iterchildren(f"{{*}}{step}")]
    return found


def apart(path: str) -> tuple[list[str], str]:
    """The names of a path, and that of the attribute at its end; empty where there is none.

    Examples
    --------
    >>> apart("customer/@id"), apart("."), apart("a/.")
    ((['customer'], 'id'), ([], ''), (['a'], ''))
    """
    *above, last = path.split("/")
    names = above if last.startswith("@") else [*above, last]
    return [name for name in names if name != "."], last[1:] if last.startswith("@") else ""


def value_at(element: Any, names: Sequence[str], attribute: str) -> str | None:
    """The text at a path; none where there is none.

    Raises
    ------
    RepeatedError
        If there are several.
    """
    found = elements_at(element, names)
    if attribute:
        values = [value for one in found for key, value in one.attrib.items() if local(key) == attribute]
    else:
        values = [text for one in found if (text := text_of(one)) is not None]
    if len(values) > 1:
        path = "/".join([*names, f"@{attribute}"] if attribute else names)
        raise RepeatedError(f'"{path}" stands {len(values)} times: it may be a child table')
    return values[0] if values else None


def text_of(element: Any) -> str | None:
    """The text of an element; one with elements in it is shown as XML, one that says it has none has none."""
    text = as_xml(element) if holds_elements(element) else "".join(element.itertext())
    return None if element.get(NIL) in ("true", "1") and not text.strip() else text


def holds_elements(element: Any) -> bool:
    """Are there elements in it?"""
    return any(isinstance(child.tag, str) for child in element)


def as_xml(element: Any) -> str:
    """An element as it may be written."""
    found: str = library("lxml.etree", "xml").tostring(element, encoding="unicode", with_tail=False)
    return found
