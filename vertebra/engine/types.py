"""Which types of a result can be stored in a table, and as what, without changing a value."""

from __future__ import annotations

import re

from vertebra.errors import QueryError

_WIDENED = {
    "HUGEINT": "DECIMAL(38,0)",  # Parquet has no such integer and DuckDB would write a double
    "UHUGEINT": "DECIMAL(38,0)",
    "UBIGINT": "DECIMAL(20,0)",
    "UINTEGER": "BIGINT",
    "USMALLINT": "INTEGER",
    "UTINYINT": "SMALLINT",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "UUID": "VARCHAR",
    "JSON": "VARCHAR",
    '"NULL"': "INTEGER",
    "NULL": "INTEGER",
}
_REFUSED = {
    "INTERVAL": "extract its hours or days: extract(epoch from x) / 3600",
    "TIME": "keep it as text: x::varchar",
    "TIME WITH TIME ZONE": "keep it as text: x::varchar",
    "TIMESTAMP_NS": "round it in the open: x::timestamp",
    "BIT": "keep it as text: x::varchar",
    "BIGNUM": "keep it as text: x::varchar",
}


def stored(name: str, kind: str) -> str:
    """The type under which a column of a result is stored.

    Parameters
    ----------
    name : str
        The column, for the error.
    kind : str
        Its type as DuckDB spells it.

    Returns
    -------
    str
        The same type, or a wider one that holds every value of it.

    Raises
    ------
    QueryError
        If no table can hold the type.

    Examples
    --------
    >>> stored("n", "HUGEINT"), stored("l", "UINTEGER[]"), stored("x", "DOUBLE")
    ('DECIMAL(38,0)', 'BIGINT[]', 'DOUBLE')
    """
    base, brackets = re.fullmatch(r"(.*?)((?:\[\d*\])*)", kind, re.DOTALL).groups()  # type: ignore[union-attr]
    if base in _REFUSED:
        raise QueryError(
            f'the column "{name}" cannot be stored',
            where=f"column {name}",
            why=f"a table has no type for {base}",
            next_=_REFUSED[base],
        )
    if base.startswith("ENUM("):
        base = "VARCHAR"
    return _WIDENED.get(base, base) + re.sub(r"\[\d+\]", "[]", brackets)
