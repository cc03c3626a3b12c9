"""DISTINCT ON over windows: the windows as a query of their own, of whose rows the first of each are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import item_expressions, without_aliases
from vertebra.sql.implied import implied_name
from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import column, distinct_on, identifier, key

if TYPE_CHECKING:
    from collections.abc import Sequence

_OUTER = ("limit", "offset")


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the query of the windows gives; it grows with what is asked for."""

    select: exp.Select
    items: Sequence[Item]
    given: list[exp.Expr]
    prefix: str

    def at(self, place: int) -> exp.Column:
        return column(f"{self.prefix}of{place}", f"{self.prefix}windowed")

    def of(self, node: exp.Expr) -> exp.Column:
        plain = without_aliases(node, self.select, self.items)
        if plain not in self.given:
            self.given.append(plain)
        return self.at(self.given.index(plain))

    def term(self, one: exp.Expr, names: Sequence[str]) -> exp.Expr:
        """A term of ORDER BY, in which the name of an output comes before that of a column."""
        term = one.this if isinstance(one, exp.Ordered) else one
        folded = [key(name) for name in names]
        if isinstance(term, exp.Literal):
            return one.copy()
        named = isinstance(term, exp.Column) and not term.table and key(term.name) in folded
        moved = self.at(folded.index(key(term.name))) if named else self.of(term)
        if not isinstance(one, exp.Ordered):
            return moved
        result = one.copy()
        result.set("this", moved)
        return result


def first_of_each(select: exp.Select, items: Sequence[Item], prefix: str) -> exp.Select:
    """Put the windows of a block with DISTINCT ON into a subquery of it.

    Examples
    --------
    >>> import sqlglot
    >>> from vertebra.sql.scope import Item
    >>> first = sqlglot.parse_one("select distinct on (a) a, max(b) over () as m from t order by b", dialect="duckdb")
    >>> print(first_of_each(first, [Item(first.args["from_"].this, None, "t", ("a", "b"))], "__").sql(dialect="duckdb"))
    ... # doctest: +NORMALIZE_WHITESPACE
    SELECT DISTINCT ON (__windowed.__of0) __windowed.__of0 AS a, __windowed.__of1 AS m
    FROM (SELECT a AS __of0, MAX(b) OVER () AS __of1, b AS __of2 FROM t) AS __windowed ORDER BY __windowed.__of2
    """
    on = distinct_on(select)
    if on is None:
        raise Opaque("a block without DISTINCT ON")
    names = [implied_name(item) for item in select.expressions]
    found = _Columns(select, items, item_expressions(select, items), prefix)
    parts = on.expressions if isinstance(on, exp.Tuple) else [on]
    outer = exp.Select(
        distinct=exp.Distinct(on=exp.Tuple(expressions=[found.of(one) for one in parts])),
        expressions=[exp.Alias(this=found.at(at), alias=identifier(name)) for at, name in enumerate(names)],
    )
    for clause in _OUTER:
        if select.args.get(clause):
            outer.set(clause, select.args[clause].copy())
    order = select.args.get("order")
    if order:
        outer.set("order", exp.Order(expressions=[found.term(one, names) for one in order.expressions]))
    inner = _windows(select, items)
    titles = [exp.Alias(this=one.copy(), alias=identifier(f"{prefix}of{at}")) for at, one in enumerate(found.given)]
    inner.set("expressions", titles)
    alias = exp.TableAlias(this=identifier(f"{prefix}windowed"))
    outer.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))
    return outer


def _windows(select: exp.Select, items: Sequence[Item]) -> exp.Select:
    """The block without what chooses from its rows, and without aliases."""
    inner = select.copy()
    for clause in ("distinct", "order", *_OUTER):
        inner.set(clause, None)
    for clause, kind in (("where", exp.Where), ("qualify", exp.Qualify)):
        if select.args.get(clause):
            inner.set(clause, kind(this=without_aliases(select.args[clause].this, select, items)))
    return inner
