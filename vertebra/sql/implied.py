"""The names that DuckDB gives to the items of a select list, and to the columns of a query."""

from __future__ import annotations

from sqlglot import exp

from vertebra.sql.scope import Opaque, function_columns
from vertebra.sql.tree import function_name, key


def implied_name(item: exp.Expr) -> str:
    """Name one item of a select list: its alias, its column, or DuckDB's text of its expression.

    >>> import sqlglot
    >>> [implied_name(e) for e in sqlglot.parse_one("select a, t.b, c as d, count(*), a + 1", dialect="duckdb")
    ...     .expressions]
    ['a', 'b', 'd', 'count_star()', '(a + 1)']
    """
    match item:
        case exp.Alias():
            return str(item.alias)
        case exp.Column():
            return str(item.name)
        case exp.Paren() | exp.IgnoreNulls() if isinstance(item.this, exp.Expr):
            return implied_name(item.this)
        case exp.Count() if isinstance(item.this, exp.Star):
            return "count_star()"
        case exp.Grouping() | exp.GroupingId():
            return f"GROUPING({', '.join(implied_name(child) for child in item.iter_expressions())})"
        case exp.Cast():
            kind = item.to.sql(dialect="duckdb")
            return f"CAST({implied_name(item.this)} AS {'INTEGER' if kind == 'INT' else kind})"
        case exp.Func() if function_name(item) and not isinstance(item, exp.Case | exp.Connector):
            inside = ", ".join(implied_name(child) for child in item.iter_expressions())
            return f"{function_name(item)}({inside})"
        case exp.Binary():
            return f"({item.sql(dialect='duckdb')})"
        case _:
            return item.sql(dialect="duckdb")


def outputs(query: exp.Expr) -> tuple[str, ...]:
    """Name the output columns of a query whose stars are spelled out.

    Raises
    ------
    Opaque
        When only the engine knows them.
    """
    match query:
        case exp.Select():
            return tuple(implied_name(item) for item in query.expressions)
        case exp.Subquery():
            return outputs(query.this)
        case exp.SetOperation():
            left, right = outputs(query.this), outputs(query.expression)
            if not query.args.get("by_name"):
                return left
            return (*left, *(name for name in right if key(name) not in {key(other) for other in left}))
        case exp.Values():
            return function_columns(query) or ()
        case _:
            raise Opaque(f"{type(query).__name__.upper()} as a query")
