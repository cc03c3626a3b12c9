"""Text in columns of fixed width, as a source declares it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from vertebra.document import Section
from vertebra.project.formats.reading import character, count, encoding


@dataclass(frozen=True, slots=True)
class FixedFormat:
    """Text in columns of fixed width: a record is a line, spaces around a value are no part of it.

    Parameters
    ----------
    edges : tuple of int
        Characters at which columns begin, rising; the last column goes to the end of the line.
    header : int
        Number of header records; the last of them names the columns.
    skip, footer : int
        Number of leading and of trailing records that are no part of the table.
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

    edges: tuple[int, ...]
    header: int = 0
    skip: int = 0
    footer: int = 0
    encoding: str = "utf-8"
    nulls: tuple[str, ...] = ("",)
    comment: str = ""
    decimal: str = "."


def read_fixed(section: Section) -> FixedFormat:
    """The `fixed:` of a source's `format:`."""
    section.only(("edges", "header", "skip", "footer", "encoding", "nulls", "comment", "decimal"))
    return FixedFormat(
        edges=_edges(section),
        header=count(section, "header", 0, "header records"),
        skip=count(section, "skip", 0, "leading records"),
        footer=count(section, "footer", 0, "trailing records"),
        encoding=encoding(section),
        nulls=section.texts("nulls", ("",)),
        comment=character(section, "comment", "", empty=True),
        decimal=section.choice("decimal", (".", ","), "."),
    )


def _edges(section: Section) -> tuple[int, ...]:
    edges = section.get("edges")
    numbers = isinstance(edges, tuple) and all(type(edge) is int and edge >= 0 for edge in edges)
    if not numbers or not edges or any(b <= a for a, b in pairwise(edges)):
        raise section.error(
            "edges", f"{edges!r} are no rising numbers of characters", "for example `edges: [0, 8, 20]`"
        )
    return tuple(edges)
