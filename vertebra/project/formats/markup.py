"""XML and HTML, as a source declares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section


@dataclass(frozen=True, slots=True)
class XmlFormat:
    """XML: elements that repeat are records.

    Parameters
    ----------
    records : str
        Path of the elements that are records, from the root: `/catalog/book`; `*` for any name. A name means an
        element of any namespace.
    nulls : tuple of str
        Texts that mean "no value", beside elements that are not there or say `xsi:nil`.
    """

    nested: ClassVar[bool] = True
    encoding: ClassVar[str] = "utf-8"
    decimal: ClassVar[str] = "."

    records: str = "/*/*"
    nulls: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class HtmlFormat:
    """A table of an HTML page.

    Parameters
    ----------
    table : str
        Which: `1` for the first, or its `id`.
    header : int
        Number of header rows; the last of them names the columns.
    nulls : tuple of str
        Texts that mean "no value".
    """

    nested: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"
    decimal: ClassVar[str] = "."

    table: str = "1"
    header: int = 1
    nulls: tuple[str, ...] = ("",)


def read_xml(section: Section) -> XmlFormat:
    """The `xml:` of a source's `format:`."""
    section.only(("records", "nulls"))
    records: str = section.text("records", "/*/*")
    if not records.startswith("/") or not all(records[1:].split("/")):
        raise section.error("records", f'"{records}" is no path from the root', "for example `records: /catalog/book`")
    return XmlFormat(records, section.texts("nulls", ("",)))


def read_html(section: Section) -> HtmlFormat:
    """The `html:` of a source's `format:`."""
    section.only(("table", "header", "nulls"))
    header = section.integer("header", 1)
    if header < 0:
        raise section.error("header", "a number of header rows cannot be negative", "`header: 0` for none")
    return HtmlFormat(section.text("table", "1"), header, section.texts("nulls", ("",)))
