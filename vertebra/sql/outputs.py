"""Names of the output columns of a query, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vertebra.errors import QueryError
from vertebra.sql.normal import normalise
from vertebra.sql.scope import Opaque

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vertebra.sql.query import Query


def output_columns(query: Query, schemas: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Name the output columns of a query, stars spelled out.

    Parameters
    ----------
    query : Query
        The query.
    schemas : mapping of str to sequence of str
        Relation name to its columns in order.

    Returns
    -------
    tuple of str
        The names, in order. An expression without AS is named as DuckDB names it where that is simple; a view
        that others read does well to name its columns.

    Raises
    ------
    QueryError
        When a star ranges over columns that only the engine knows.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> output_columns(parse("select *, a + 1 as b from t", "v.sql"), {"t": ["a", "c"]})
    ('a', 'c', 'b')
    """
    try:
        return normalise(query.tree, schemas).columns
    except Opaque as opaque:
        raise QueryError(
            "the output columns cannot be read from the query",
            where=query.where,
            why=str(opaque),
            next_="name the columns instead of a star",
        ) from opaque
