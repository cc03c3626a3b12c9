"""Grouping sets, ROLLUP and CUBE: a branch for each set, in which the keys that it leaves out are NULL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import item_expressions, without_aliases
from vertebra.sql.implied import implied_name
from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import has_aggregate, identifier
from vertebra.sql.unfolding.absent import absent
from vertebra.sql.unfolding.grouping import grouping_sets
from vertebra.sql.unfolding.layers import plain_group
from vertebra.sql.unfolding.parts import Correlated, is_call, plainly, rewritten

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIKE = "alike"
"""Mark of a union whose branches have columns of the same types."""


def of_sets(select: exp.Select, items: Sequence[Item], correlated: Correlated) -> exp.Query:
    """Write a block over grouping sets as a union of blocks that group plainly.

    Examples
    --------
    >>> import sqlglot
    >>> from vertebra.sql.scope import Item
    >>> total = sqlglot.parse_one("select a, sum(b) as s from t group by rollup (a)", dialect="duckdb")
    >>> items = [Item(total.args["from_"].this, None, "t", ("a", "b"))]
    >>> print(of_sets(total, items, lambda _: False).sql(dialect="duckdb"))  # doctest: +NORMALIZE_WHITESPACE
    SELECT a AS a, SUM(b) AS s FROM t GROUP BY a
    UNION ALL SELECT MAX(a) FILTER(WHERE FALSE) AS a, SUM(b) AS s FROM t
    """
    shown = item_expressions(select, items)
    sets = grouping_sets(select, shown, items)
    if sets is None:
        raise Opaque("a block without grouping sets")
    every = [plainly(one, items) for keys in sets for one in keys]
    branches = [_branch(select, shown, keys, every, items, correlated) for keys in sets]
    result: exp.Query = branches[0]
    for branch in branches[1:]:
        result = exp.Union(this=result, expression=branch, distinct=False)
        result.meta[ALIKE] = True
    return result


def _branch(
    select: exp.Select,
    shown: Sequence[exp.Expr],
    keys: Sequence[exp.Expr],
    every: Sequence[exp.Expr],
    items: Sequence[Item],
    correlated: Correlated,
) -> exp.Select:
    here = [plainly(one, items) for one in keys]

    def meaning(node: exp.Expr) -> exp.Expr | None:
        if isinstance(node, exp.Grouping | exp.GroupingId):
            return _left_out([plainly(one, items) for one in node.expressions], here, every)
        plain = plainly(node, items)
        if plain in here or is_call(node):
            return node.copy()
        return absent(node) if plain in every else None

    def of_group(node: exp.Expr) -> exp.Expr:
        return rewritten(node, meaning, items, correlated)

    branch = select.copy()
    for clause in ("order", "group", "having", "kind"):
        branch.set(clause, None)
    titles = [
        exp.Alias(this=of_group(one), alias=identifier(implied_name(item)))
        for one, item in zip(shown, select.expressions, strict=True)
    ]
    branch.set("expressions", titles)
    if select.args.get("where"):
        branch.set("where", exp.Where(this=without_aliases(select.args["where"].this, select, items)))
    if select.args.get("having"):
        having = without_aliases(select.args["having"].this, select, items)
        branch.set("having", exp.Having(this=of_group(having)))
    if keys:
        branch.set("group", plain_group(keys))
    elif not any(has_aggregate(one) for one in titles):
        raise Opaque("a grouping set without keys, of which nothing is aggregated")
    return branch


def _left_out(asked: Sequence[exp.Expr], here: Sequence[exp.Expr], every: Sequence[exp.Expr]) -> exp.Expr:
    """GROUPING: a bit for each key asked for, which is set where it is left out."""
    if not all(one in every for one in asked):
        raise Opaque("GROUPING of what is no key")
    bits = sum(2**at for at, one in enumerate(reversed(asked)) if one not in here)
    return exp.cast(exp.Literal.number(bits), "bigint")
