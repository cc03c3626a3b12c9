"""Small questions to a sqlglot tree, asked by every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.functions import AGGREGATES
from vertebra.sql.words import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_INSIDE = (exp.Query,)


def key(name: str) -> str:
    """Fold a name as DuckDB compares it: case counts nowhere, not even between quotes."""
    return name.lower()


def clauses(select: exp.Select) -> Iterator[exp.Expr]:
    """Every expression of a block outside FROM items: select list, conditions, keys, order."""
    for name, value in select.args.items():
        if name in {"from_", "joins", "with_"}:
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, exp.Expr):
                yield node
    for join in select.args.get("joins") or ():
        if isinstance(join.args.get("on"), exp.Expr):
            yield join.args["on"]


def within(node: exp.Expr) -> Iterator[exp.Expr]:
    """Walk an expression without entering the queries inside it; those are yielded, not entered."""
    yield node
    if not isinstance(node, _NOT_INSIDE):
        for child in node.iter_expressions():
            yield from within(child)


def subqueries(select: exp.Select) -> Iterator[exp.Query]:
    """Yield the queries that stand in the expressions of a block."""
    for clause in clauses(select):
        yield from (node for node in within(clause) if isinstance(node, exp.Query))


def function_name(node: exp.Expr) -> str:
    """Name a function in lower case, as SQL writes it; empty for anything else."""
    match node:
        case exp.Anonymous():
            return str(node.name).lower()
        case exp.Func():
            return node.sql_name().lower()
        case _:
            return ""


def is_aggregate(node: exp.Expr) -> bool:
    """Say whether a node calls an aggregate function, as far as its name tells."""
    if isinstance(node, exp.AggFunc) and not isinstance(node, _WINDOW_ONLY):
        return True
    return function_name(node) in AGGREGATES


_WINDOW_ONLY = (
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.PercentRank,
    exp.CumeDist,
    exp.Ntile,
)


def has_aggregate(node: exp.Expr) -> bool:
    """Say whether an expression aggregates the rows of its own block (a window does not)."""
    if isinstance(node, exp.Query):
        return False
    if isinstance(node, exp.Window):  # sum(x) over () is none, sum(sum(x)) over () is one
        called = _windowed(node)
        parts = [*called.iter_expressions(), *_without(node, "this")]
        return any(has_aggregate(part) for part in parts)
    return is_aggregate(node) or any(has_aggregate(child) for child in node.iter_expressions())


def _windowed(window: exp.Window) -> exp.Expr:
    called: exp.Expr = window.this
    while isinstance(called, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter)) and isinstance(called.this, exp.Expr):
        called = called.this
    return called


def _without(node: exp.Expr, skipped: str) -> Iterator[exp.Expr]:
    for name, value in node.args.items():
        if name != skipped:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, exp.Expr):
                    yield child


def windows(select: exp.Select) -> list[exp.Window]:
    """Window functions of a block, in the order in which they stand."""
    return [
        node
        for clause in clauses(select)
        for node in within(clause)
        if isinstance(node, exp.Window) and node.parent and node.arg_key != "windows"
    ]


def is_grouped(select: exp.Select) -> bool:
    """Say whether a block turns rows into groups."""
    parts = [*select.expressions, select.args.get("having"), select.args.get("qualify"), select.args.get("order")]
    return bool(select.args.get("group")) or any(has_aggregate(part) for part in parts if part is not None)


def distinct_on(select: exp.Select) -> exp.Expr | None:
    """Give the expressions of DISTINCT ON, if the block has it."""
    distinct = select.args.get("distinct")
    return distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None


def unalias(item: exp.Expr) -> exp.Expr:
    """Drop the alias of an item of a select list."""
    return item.this if isinstance(item, exp.Alias) else item


def conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    """Split a condition at its outermost ANDs."""
    match condition:
        case None:
            return []
        case exp.And():
            return [*conjuncts(condition.left), *conjuncts(condition.right)]
        case exp.Paren() if isinstance(condition.this, exp.And):
            return conjuncts(condition.this)
        case _:
            return [condition]


def identifier(name: str) -> exp.Identifier:
    """Make an identifier that is quoted only where it must be."""
    plain = name.isidentifier() and name.isascii() and name == name.lower() and name not in RESERVED
    return exp.Identifier(this=name, quoted=not plain)


def column(name: str, table: str | None = None) -> exp.Column:
    """Make a column reference."""
    return exp.Column(this=identifier(name), table=identifier(table) if table else None)
