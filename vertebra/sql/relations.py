"""Relations that a query reads, and what it reads from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.functions import OWN_ROWS
from vertebra.sql.scope import is_base
from vertebra.sql.tree import function_name
from vertebra.sql.withs import Use, uses

if TYPE_CHECKING:
    from vertebra.sql.query import Query


def dependencies(query: Query) -> tuple[str, ...]:
    """Name the relations in the FROM clauses of a query.

    Parameters
    ----------
    query : Query
        The query.

    Returns
    -------
    tuple of str
        Sorted, once each, in lower case unless quoted; WITH queries left out, each where it is seen.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> dependencies(parse("with t as (select * from Meters) select * from t, (select * from weather)", "v.sql"))
    ('meters', 'weather')
    """
    return tuple(sorted({_name(use.table.this) for use in uses(query.tree) if use.cte is None and not _outside(use)}))


def in_text_order(query: Query) -> tuple[str, ...]:
    """Name the same relations as `dependencies` does, in the order in which the text first names each.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> in_text_order(parse("with t as (select * from weather) select * from t, meters, weather", "v.sql"))
    ('weather', 'meters')
    """
    places: dict[str, int] = {}
    for use in uses(query.tree):
        if use.cte is None and not _outside(use):
            name, place = _name(use.table.this), int(use.table.this.meta.get("start", 0))
            places[name] = min(place, places.get(name, place))
    return tuple(sorted(places, key=lambda name: (places[name], name)))


def outside(query: Query) -> tuple[str, ...]:
    """Name what a query reads from outside the project.

    Parameters
    ----------
    query : Query
        The query.

    Returns
    -------
    tuple of str
        Sorted: table functions that do not make their rows from their arguments alone (`read_csv`, `glob`,
        `query`, …), names with a schema or a catalog, and files named as tables.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> outside(parse("select * from read_csv('x.csv'), other.meters, 'y.parquet', range(3)", "v.sql"))
    ('other.meters', 'read_csv', 'y.parquet')
    """
    found = {_shown(use.table) for use in uses(query.tree) if use.cte is None and _outside(use)}
    for table in query.tree.find_all(exp.Table):
        if not is_base(table):
            name = _called(table)
            if name not in OWN_ROWS:
                found.add(name)
    return tuple(sorted(found))


def _name(identifier: exp.Identifier) -> str:
    return str(identifier.name) if identifier.quoted else str(identifier.name).lower()


def _outside(use: Use) -> bool:
    table = use.table
    looks_like_file = table.this.quoted and any(mark in table.name for mark in "./\\*")
    return bool(table.args.get("db") or table.args.get("catalog") or looks_like_file)


def _shown(table: exp.Table) -> str:
    return ".".join(_name(part) for part in table.parts if isinstance(part, exp.Identifier))


def _called(table: exp.Table) -> str:
    called = table.this
    name = function_name(called) if isinstance(called, exp.Expr) else ""
    return name or str(table.sql(dialect="duckdb"))
