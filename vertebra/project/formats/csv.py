"""Delimited text, as a source declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section
from vertebra.project.formats.reading import character, count, delimiting, encoding

_KEYS = (
    "delimiter",
    "quote",
    "escape",
    "padded",
    "skip",
    "header",
    "join",
    "repeated",
    "until",
    "footer",
    "table",
    "empty",
    "encoding",
    "nulls",
    "comment",
    "decimal",
)


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """Delimited text.

    Parameters
    ----------
    delimiter : str
        Between two fields; one character or several.
    quote, escape : str
        One character each; empty for none.
    padded : bool
        Are spaces at the beginning of a field no part of it?
    skip : int
        Number of leading records that are no part of the table.
    header : int
        Number of header records behind them; the last of them names the columns.
    join : str or None
        All header records name the columns: what stands between the names of one column.
    repeated : bool
        Is a later record that equals a header record, byte by byte, skipped?
    until : str
        The table ends before the first record that begins with it; empty for none.
    footer : int
        Number of trailing records that are no part of the table.
    table : int
        Which of several tables with blank records between them, counted from 1; 0 where the file is one table.
    empty : bool
        Is a record of nothing but delimiters and spaces blank?
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
    padded: bool = False
    skip: int = 0
    join: str | None = None
    repeated: bool = False
    until: str = ""
    footer: int = 0
    table: int = 0
    empty: bool = False

    @property
    def sectioned(self) -> bool:
        """Does the file hold more than header, data, blank records and comments?"""
        return bool(self.skip or self.repeated or self.until or self.footer or self.table or self.empty)


def read_csv(section: Section) -> CsvFormat:
    """The `csv:` of a source's `format:`."""
    section.only(_KEYS)
    quote = character(section, "quote", '"', empty=True)
    delimiter = delimiting(section)
    comment = character(section, "comment", "", empty=True)
    for key, value in (("quote", quote), ("comment", comment)):
        if value and (value in delimiter or (key == "comment" and value == quote)):
            raise section.error(key, f"{value!r} has another meaning already", "one character for each meaning")
    return CsvFormat(
        delimiter=delimiter,
        quote=quote,
        escape=character(section, "escape", quote, empty=True),
        header=count(section, "header", 1, "header records"),
        encoding=encoding(section),
        nulls=section.texts("nulls", ("",)),
        comment=comment,
        decimal=section.choice("decimal", (".", ","), "."),
        padded=section.boolean("padded", False),
        skip=count(section, "skip", 0, "leading records"),
        join=section.text("join", None),
        repeated=section.boolean("repeated", False),
        until=section.text("until", ""),
        footer=count(section, "footer", 0, "trailing records"),
        table=count(section, "table", 0, "tables"),
        empty=section.boolean("empty", False),
    )
