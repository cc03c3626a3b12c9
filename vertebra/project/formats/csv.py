"""Delimited text, as a source declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section
from vertebra.project.formats.reading import character, encoding


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """Delimited text.

    Parameters
    ----------
    delimiter, quote, escape : str
        One character each; `quote` and `escape` may be empty for none.
    header : int
        Number of header records; the last of them names the columns.
    encoding : str
        A codec that Python knows.
    nulls : tuple of str
        Texts that mean "no value".
    comment : str
        Records that begin with it are skipped; empty for none.
    decimal : str
        Decimal sign of numbers, `.` or `,`.
    """

    nested: ClassVar[bool] = False

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    header: int = 1
    encoding: str = "utf-8"
    nulls: tuple[str, ...] = ("",)
    comment: str = ""
    decimal: str = "."


def read_csv(section: Section) -> CsvFormat:
    """The `csv:` of a source's `format:`."""
    section.only(("delimiter", "quote", "escape", "header", "encoding", "nulls", "comment", "decimal"))
    quote = character(section, "quote", '"', empty=True)
    header = section.integer("header", 1)
    if header < 0:
        raise section.error("header", "a number of header records cannot be negative", "`header: 0` for none")
    delimiter = character(section, "delimiter", ",", empty=False)
    comment = character(section, "comment", "", empty=True)
    for key, value in (("quote", quote), ("comment", comment)):
        if value and value in {delimiter, quote if key == "comment" else ""}:
            raise section.error(key, f"{value!r} has another meaning already", "one character for each meaning")
    return CsvFormat(
        delimiter=delimiter,
        quote=quote,
        escape=character(section, "escape", quote, empty=True),
        header=header,
        encoding=encoding(section),
        nulls=section.texts("nulls", ("",)),
        comment=comment,
        decimal=section.choice("decimal", (".", ","), "."),
    )
