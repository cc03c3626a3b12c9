"""Files that are no table, as a source declares them: each is one record of a table of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section


@dataclass(frozen=True, slots=True)
class DocumentsFormat:
    """Text, PDF, images and any other file, each a record; the bytes stay where they are.

    Parameters
    ----------
    text : int
        Characters of text that are kept of each; what is cut off is said.
    nulls : tuple of str
        Texts that mean "no value".
    """

    nested: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"
    decimal: ClassVar[str] = "."

    text: int = 100_000
    nulls: tuple[str, ...] = ()


def read_documents(section: Section) -> DocumentsFormat:
    """The `documents:` of a source's `format:`."""
    section.only(("text", "nulls"))
    text = section.integer("text", 100_000)
    if not 0 <= text <= 10_000_000:
        raise section.error("text", f"{text} is no number of characters to keep", "0 to 10000000")
    return DocumentsFormat(text, section.texts("nulls", ()))
