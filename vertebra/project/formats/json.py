"""JSON, as a source declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section
from vertebra.project.formats.reading import encoding


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """JSON.

    Parameters
    ----------
    shape : str
        `lines` (one record a line), `array` (one array of records; a single object is an array of one) or
        `documents` (one document behind the other, each a record).
    records : str
        Dotted path from the top to the array of records; empty for the top itself.
    encoding : str
        A codec that Python knows.
    nulls : tuple of str
        Texts that mean "no value", beside JSON's own null.
    """

    nested: ClassVar[bool] = True

    shape: str = "lines"
    records: str = ""
    encoding: str = "utf-8"
    nulls: tuple[str, ...] = ()
    decimal: str = "."


def read_json(section: Section) -> JsonFormat:
    """The `json:` of a source's `format:`."""
    section.only(("shape", "records", "encoding", "nulls", "decimal"))
    return JsonFormat(
        shape=section.choice("shape", ("lines", "array", "documents"), "lines"),
        records=section.text("records", ""),
        encoding=encoding(section),
        nulls=section.texts("nulls", ()),
        decimal=section.choice("decimal", (".", ","), "."),
    )
