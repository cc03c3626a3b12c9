"""Windows, DISTINCT ON and limits over groups: the groups as a query of their own, and the rest over its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import group_keys, item_expressions, without_aliases
from vertebra.sql.implied import implied_name
from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import column, distinct_on, identifier, key
from vertebra.sql.unfolding.grouping import grouping_sets
from vertebra.sql.unfolding.parts import Correlated, is_call, plainly, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_OUTER = ("limit", "offset", "distinct", "sample")


@dataclass(slots=True)
class _Columns:
    """What the query of the groups has to give, in the order in which it was asked for."""

    items: Sequence[Item]
    keys: list[exp.Expr]
    prefix: str
    given: list[exp.Expr] = field(default_factory=list)

    def meaning(self, node: exp.Expr) -> exp.Expr | None:
        """A key or an aggregate as a column of that query; None for anything else."""
        plain = plainly(node, self.items)
        if plain not in self.keys and not is_call(node):
            return None
        if plain not in [plainly(one, self.items) for one in self.given]:
            self.given.append(node.copy())
        at = [plainly(one, self.items) for one in self.given].index(plain)
        return column(f"{self.prefix}of{at}", f"{self.prefix}grouped")


def over_groups(
    select: exp.Select, items: Sequence[Item], correlated: Correlated, prefix: str
) -> tuple[exp.Select, exp.Select]:
    """Put the groups of a block into a subquery of it; the block and the subquery.

    Examples
    --------
    >>> import sqlglot
    >>> from vertebra.sql.scope import Item
    >>> ranked = sqlglot.parse_one("select a, rank() over (order by sum(b)) as r from t group by a", dialect="duckdb")
    >>> items = [Item(ranked.args["from_"].this, None, "t", ("a", "b"))]
    >>> outer, _ = over_groups(ranked, items, lambda _: False, "__")
    >>> print(outer.sql(dialect="duckdb"))  # doctest: +NORMALIZE_WHITESPACE
    SELECT __grouped.__of0 AS a, RANK() OVER (ORDER BY __grouped.__of1) AS r
    FROM (SELECT a AS __of0, SUM(b) AS __of1 FROM t GROUP BY a) AS __grouped
    """
    shown = item_expressions(select, items)
    sets = grouping_sets(select, shown, items)
    keys = [one.expression for one in group_keys(select, items)] if sets is None else [k for one in sets for k in one]
    found = _Columns(items, [plainly(one, items) for one in keys], prefix)

    def over(node: exp.Expr) -> exp.Expr:
        return rewritten(node, found.meaning, items, correlated)

    outer = exp.Select(
        expressions=[
            exp.Alias(this=over(one), alias=identifier(implied_name(item)))
            for one, item in zip(shown, select.expressions, strict=True)
        ]
    )
    for clause in _OUTER:
        if select.args.get(clause):
            outer.set(clause, select.args[clause].copy())
    on = distinct_on(select)
    if on is not None:
        outer.set("distinct", exp.Distinct(on=over(without_aliases(on, select, items))))
    if select.args.get("qualify"):
        outer.set("qualify", exp.Qualify(this=over(without_aliases(select.args["qualify"].this, select, items))))
    order = select.args.get("order")
    if order and (on is not None or select.args.get("limit") or select.args.get("offset")):
        outer.set("order", exp.Order(expressions=[_term(one, select, items, over) for one in order.expressions]))
    inner = _groups(select, items, keys, sets)
    given = found.given or [exp.Count(this=exp.Star())]
    titles = [exp.Alias(this=one, alias=identifier(f"{prefix}of{at}")) for at, one in enumerate(given)]
    inner.set("expressions", titles)
    alias = exp.TableAlias(this=identifier(f"{prefix}grouped"))
    outer.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))
    return outer, inner


def _groups(
    select: exp.Select, items: Sequence[Item], keys: Sequence[exp.Expr], sets: Sequence[Sequence[exp.Expr]] | None
) -> exp.Select:
    """FROM, WHERE, GROUP BY and HAVING of a block, without aliases."""
    inner = exp.Select()
    for clause in ("from_", "joins"):
        value = select.args.get(clause)
        inner.set(clause, [one.copy() for one in value] if isinstance(value, list) else value and value.copy())
    for clause, kind in (("where", exp.Where), ("having", exp.Having)):
        if select.args.get(clause):
            inner.set(clause, kind(this=without_aliases(select.args[clause].this, select, items)))
    if sets is not None:
        listed = [exp.Tuple(expressions=[one.copy() for one in keys]) for keys in sets]
        inner.set("group", exp.Group(expressions=[exp.GroupingSets(expressions=listed)]))
    elif keys:
        inner.set("group", plain_group(keys))
    return inner


def plain_group(keys: Sequence[exp.Expr]) -> exp.Group:
    """GROUP BY some expressions, of which a bare number would mean a position.

    Raises
    ------
    Opaque
        When nothing but constants is left to group by.
    """
    expressions = [one.copy() for one in keys if not isinstance(one, exp.Literal)]
    if not expressions:
        raise Opaque("groups by constants alone")
    return exp.Group(expressions=expressions)


def _term(one: exp.Expr, select: exp.Select, items: Sequence[Item], over: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """A term of ORDER BY: what names an output stays."""
    term = one.this if isinstance(one, exp.Ordered) else one
    names = {key(implied_name(item)) for item in select.expressions}
    if isinstance(term, exp.Literal) or (isinstance(term, exp.Column) and not term.table and key(term.name) in names):
        return one.copy()
    moved = over(without_aliases(term, select, items))
    if not isinstance(one, exp.Ordered):
        return moved
    result = one.copy()
    result.set("this", moved)
    return result
