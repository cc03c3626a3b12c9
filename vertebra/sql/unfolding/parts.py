"""Expressions of a grouped block, taken apart into its keys, its aggregates and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from vertebra.sql.scope import Item, Opaque, owners
from vertebra.sql.tree import column, is_aggregate, key

Correlated = Callable[[exp.Expr], bool]
"""Says whether a query names a column of the rows around it."""

_WRAPPERS = (exp.IgnoreNulls, exp.RespectNulls, exp.Filter, exp.WithinGroup)


def plainly(expression: exp.Expr, items: Sequence[Item]) -> exp.Expr:
    """Write an expression so that two that mean the same columns are equal: qualified, in lower case."""

    def spelled(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column) or len(node.parts) > 2:
            return node
        found = owners(items, node)
        if len(found) == 1 and found[0][0].name and key(found[0][1]) == key(node.name):
            return column(key(node.name), found[0][0].name)
        return column(key(node.name), key(node.table) if node.table else None)

    return expression.copy().transform(spelled)


def is_call(node: exp.Expr) -> bool:
    """Say whether a node aggregates the rows of a group, with what stands around the call; GROUPING counts."""
    called = node
    while isinstance(called, _WRAPPERS) and isinstance(called.this, exp.Expr):
        called = called.this
    return is_aggregate(called) or isinstance(called, exp.Grouping | exp.GroupingId)


def rewritten(
    node: exp.Expr, meaning: Callable[[exp.Expr], exp.Expr | None], items: Sequence[Item], correlated: Correlated
) -> exp.Expr:
    """Replace, from the outside in, what has a meaning of its own: keys and aggregates.

    Raises
    ------
    Opaque
        Where a column is left that is none of them.
    """
    found = meaning(node)
    if found is not None:
        return found
    if isinstance(node, exp.Query):
        if correlated(node):
            raise Opaque("a query in a grouped block that looks at the row around it")
        return node.copy()
    if isinstance(node, exp.Column):
        raise Opaque(f"{node.sql(dialect='duckdb')} stands in a grouped block, and is no key of it")
    result = node.copy()
    windowed = isinstance(node, exp.Window)
    for mine, child in zip(list(result.iter_expressions()), list(node.iter_expressions()), strict=True):
        if windowed and child.arg_key == "this":
            mine.replace(_called(child, meaning, items, correlated))
        else:
            mine.replace(rewritten(child, meaning, items, correlated))
    return result


def _called(
    node: exp.Expr, meaning: Callable[[exp.Expr], exp.Expr | None], items: Sequence[Item], correlated: Correlated
) -> exp.Expr:
    """The function of a window: not it, but its arguments are of the group."""
    result = node.copy()
    for mine, child in zip(list(result.iter_expressions()), list(node.iter_expressions()), strict=True):
        if isinstance(node, _WRAPPERS) and child.arg_key == "this":
            mine.replace(_called(child, meaning, items, correlated))
        else:
            mine.replace(rewritten(child, meaning, items, correlated))
    return result
