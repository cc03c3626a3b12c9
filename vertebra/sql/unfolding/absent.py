"""A key that a grouping set leaves out: NULL, of its type; and what can be said of a group from its keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.tree import is_aggregate

if TYPE_CHECKING:
    from collections.abc import Sequence


def absent(expression: exp.Expr) -> exp.Filter:
    """NULL of the type of an expression, where rows are grouped.

    >>> import sqlglot
    >>> absent(sqlglot.parse_one("a + 1")).sql(dialect="duckdb")
    'MAX(a + 1) FILTER(WHERE FALSE)'
    """
    return exp.Filter(this=exp.Max(this=expression.copy()), expression=exp.Where(this=exp.false()))


def is_absent(node: exp.Expr) -> bool:
    """Say whether a node is such a NULL."""
    return isinstance(node, exp.Filter) and isinstance(node.this, exp.Max) and node.expression.this == exp.false()


def null_of(expression: exp.Expr) -> exp.Expr:
    """NULL of the type of an expression, where rows are not grouped."""
    return exp.Case(ifs=[exp.If(this=exp.false(), true=expression.copy())])


def from_keys(expression: exp.Expr, keys: Sequence[exp.Expr]) -> exp.Expr | None:
    """Write an expression of a group as each of its rows can work it out; None where it takes more than the keys.

    >>> import sqlglot
    >>> key = sqlglot.parse_one("a")
    >>> from_keys(sqlglot.parse_one("coalesce(a, 'all')"), [key]).sql(dialect="duckdb")
    "COALESCE(a, 'all')"
    >>> from_keys(sqlglot.parse_one("sum(b)"), [key])
    """
    if expression in keys or isinstance(expression, exp.Literal | exp.Null | exp.Boolean | exp.DataType):
        return expression.copy()
    if is_absent(expression):
        return null_of(expression.this.this)
    if isinstance(expression, exp.Column | exp.Query | exp.Window | exp.Explode | exp.Unnest | exp.Lambda):
        return None
    if is_aggregate(expression) or not list(expression.iter_expressions()):
        return None
    result = expression.copy()
    for mine, child in zip(list(result.iter_expressions()), list(expression.iter_expressions()), strict=True):
        if isinstance(child, exp.Identifier | exp.Var):
            continue
        meaning = from_keys(child, keys)
        if meaning is None:
            return None
        mine.replace(meaning)
    return result
