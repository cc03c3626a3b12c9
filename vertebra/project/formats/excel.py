"""Spreadsheets, as a source declares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section

SHEET = "_sheet"
"""Column that holds the name of the sheet a record stands in; a template may name it as any other."""


@dataclass(frozen=True, slots=True)
class ExcelFormat:
    """Spreadsheets: xlsx, xlsm, xlsb, xls, ods.

    Parameters
    ----------
    sheets : tuple of str
        Names or glob patterns of the sheets that are read, one after the other; empty for the first.
    header : int
        Number of header rows in each, blank ones not counted; the last of them names the columns.
    skip : int
        Rows at the top of each sheet that are passed over before that, blank ones counted.
    nulls : tuple of str
        Texts that mean "no value", beside empty cells.
    """

    nested: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"
    decimal: ClassVar[str] = "."

    sheets: tuple[str, ...] = ()
    header: int = 1
    skip: int = 0
    nulls: tuple[str, ...] = ()


def read_excel(section: Section) -> ExcelFormat:
    """The `excel:` of a source's `format:`."""
    section.only(("sheets", "header", "skip", "nulls"))
    for key in ("header", "skip"):
        if section.integer(key, 0) < 0:
            raise section.error(key, "a number of rows cannot be negative", f"`{key}: 0` for none")
    return ExcelFormat(
        sheets=section.texts("sheets", ()),
        header=section.integer("header", 1),
        skip=section.integer("skip", 0),
        nulls=section.texts("nulls", ()),
    )
