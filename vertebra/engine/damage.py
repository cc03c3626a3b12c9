"""What DuckDB says where a table's own data file is not what was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from vertebra.errors import DamageError
from vertebra.table import Relation

_SIGNS = re.compile(
    r"Failed to read file|TProtocolException|[Cc]orrupt|Snappy|No files found|No magic bytes|magic number", re.ASCII
)


@contextmanager
def undamaged(relations: Sequence[Relation], *, binding: bool = False) -> Iterator[None]:
    """Name the file, or at least the tables, where reading tables fails because of what their files hold.

    Parameters
    ----------
    relations : sequence of Relation
        What is read.
    binding : bool
        Are their files only looked at? Then nothing but damage can be wrong, save what the system refuses.
    """
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        said = str(error).split("\n\nLINE")[0].replace("\n", " ")
        refused = isinstance(error, duckdb.IOException) and "No files found" not in said
        damaged = type(error) is duckdb.Error or _SIGNS.search(said) or (binding and not refused)
        if not relations or not damaged:  # what is thrown as no class of its own comes of a file that makes no sense
            raise
        file = re.search(r"""["']([^"']+\.parquet)["']""", said)
        names = ", ".join(relation.name for relation in relations)
        raise DamageError(
            "a data file of a table cannot be read",
            where=f"{names}: {file[1] if file else 'one of its files'}",
            why=said,
            next_="vertebra verify --repair, which names every damaged file and makes it anew from the landing zone",
        ) from error
