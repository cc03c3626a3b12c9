"""What a table is made of: columns, Parquet files, and both together under a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FILE = "_file"
RECORD = "_record"
PROVENANCE = (FILE, RECORD)
"""Columns of every formatted table that lead back to the landing zone; views do not see them unless they ask."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    name : str
        snake_case.
    type : str
        Type as the embedded engine spells it, for example `DOUBLE`, `TIMESTAMP WITH TIME ZONE`.
    unit, term, description : str
        Unit of measure, glossary term and words; empty where not stated.
    semantic : str
        What its values are in the world, for example `email`; empty where not stated.
    personal : bool
        Does it say something about a person?
    """

    name: str
    type: str
    unit: str = ""
    term: str = ""
    description: str = ""
    semantic: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a table.

    Parameters
    ----------
    path : str
        Below the table's folder.
    rows : int
        Rows in it.
    size : int
        Bytes.
    lower, upper : mapping
        Column to its smallest and largest value, as JSON values; only where they are exact.
    nulls : mapping
        Column to its number of nulls.
    """

    path: str
    rows: int
    size: int
    lower: Mapping[str, Any] = field(default_factory=dict)
    upper: Mapping[str, Any] = field(default_factory=dict)
    nulls: Mapping[str, int] = field(default_factory=dict)


def uneven(files: Iterable[DataFile], columns: Iterable[Column]) -> bool:
    """May one of the files lack one of the columns? A file that has a column knows how many nulls stand in it."""
    names = [column.name for column in columns]
    return any(name not in file.nulls for file in files for name in names)


@dataclass(frozen=True, slots=True)
class Relation:
    """A table version as an engine reads it.

    Parameters
    ----------
    name : str
        Under which a query finds it.
    columns : tuple of Column
        Its columns in order, provenance included where it has any.
    files : tuple of str
        Places of its Parquet files, as the engine opens them; none for an empty table.
    uneven : bool
        May files lack columns, which came later? Their rows have no value there.
    where : str
        SQL condition on its rows; those that fail it are not read. None where all are.
    order : tuple of str
        Columns by which its rows are read in order; none where the order of the files is meant.
    """

    name: str
    columns: tuple[Column, ...]
    files: tuple[str, ...]
    uneven: bool = False
    where: str = ""
    order: tuple[str, ...] = ()
