"""Files that hold typed columns and say so themselves, as a source declares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vertebra.document import Section


@dataclass(frozen=True, slots=True)
class _Columns:
    """What these have in common.

    Parameters
    ----------
    nulls : tuple of str
        Texts that mean "no value", beside the file's own nulls.
    """

    nested: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"
    decimal: ClassVar[str] = "."

    nulls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParquetFormat(_Columns):
    """Parquet."""


@dataclass(frozen=True, slots=True)
class OrcFormat(_Columns):
    """ORC."""


@dataclass(frozen=True, slots=True)
class AvroFormat(_Columns):
    """Avro object container files."""


@dataclass(frozen=True, slots=True)
class SqliteFormat:
    """A table of a SQLite database, or a query of it.

    Parameters
    ----------
    table : str
        Its name; empty for the only table there is.
    query : str
        SQL instead of a table.
    nulls : tuple of str
        Texts that mean "no value", beside the file's own nulls.
    """

    nested: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"
    decimal: ClassVar[str] = "."

    table: str = ""
    query: str = ""
    nulls: tuple[str, ...] = ()


def read_parquet(section: Section) -> ParquetFormat:
    """The `parquet:` of a source's `format:`."""
    return ParquetFormat(section.only(("nulls",)).texts("nulls", ()))


def read_orc(section: Section) -> OrcFormat:
    """The `orc:` of a source's `format:`."""
    return OrcFormat(section.only(("nulls",)).texts("nulls", ()))


def read_avro(section: Section) -> AvroFormat:
    """The `avro:` of a source's `format:`."""
    return AvroFormat(section.only(("nulls",)).texts("nulls", ()))


def read_sqlite(section: Section) -> SqliteFormat:
    """The `sqlite:` of a source's `format:`."""
    section.only(("table", "query", "nulls"))
    table, query = section.text("table", ""), section.text("query", "")
    if table and query:
        raise section.error("query", "a table or a query is read, not both", "keep one of the two")
    return SqliteFormat(table, query, section.texts("nulls", ()))
