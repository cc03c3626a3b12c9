"""Rows between two ends of an order, as a condition of a join: by the values that order them, so that ties count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.provenance.flow import same
from vertebra.sql.provenance.reach import End, Reach, order_values, packed
from vertebra.sql.tree import identifier

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Between:
    """Which rows of a partition a window looks at from a row.

    Attributes
    ----------
    window : sqlglot.exp.Window
        The window.
    reach : Reach
        How far it looks.
    """

    window: exp.Window
    reach: Reach

    def ends(self) -> list[exp.Expr]:
        """What has to stand beside the row that looks: its order values, and the ends that are looked up."""
        looked_up = (self.reach.low, self.reach.high, self.reach.some)
        return [packed(self.window), *(one for one in looked_up if isinstance(one, exp.Window))]

    def values(self) -> list[exp.Expr]:
        """What has to stand beside the rows that it may look at."""
        return order_values(self.window)

    def conditions(self, ends: Sequence[exp.Expr], values: Sequence[exp.Expr]) -> list[exp.Expr]:
        """Say when a row is looked at, given the columns for both."""
        itself, *looked_up = ends
        terms = self.window.args["order"].expressions
        found: list[exp.Expr] = [exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in looked_up]
        low, high = self.reach.low, self.reach.high
        if low is not End.EDGE:
            end = itself if low is End.ROW else looked_up[0]
            found.append(_not(precedes(values, _parts(end, len(terms)), terms)))
        if high is not End.EDGE:
            end = itself if high is End.ROW else looked_up[1 if isinstance(low, exp.Window) else 0]
            found.append(_not(precedes(_parts(end, len(terms)), values, terms)))
        if not self.reach.peers:
            pairs = zip(values, _parts(itself, len(terms)), strict=True)
            found.append(_not(exp.and_(*(same(one, other) for one, other in pairs))))
        return found


def _not(condition: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=condition))


def _parts(end: exp.Expr, count: int) -> list[exp.Expr]:
    return [exp.Dot(this=end.copy(), expression=identifier(f"o{at}")) for at in range(count)]


def precedes(ones: Sequence[exp.Expr], others: Sequence[exp.Expr], terms: Sequence[exp.Expr]) -> exp.Expr:
    """Say that values stand before others in an order.

    >>> import sqlglot
    >>> term, = sqlglot.parse_one("select 1 order by k desc", dialect="duckdb").args["order"].expressions
    >>> precedes([exp.column("a")], [exp.column("b")], [term]).sql(dialect="duckdb")
    'COALESCE(a > b, NOT a IS NULL AND b IS NULL)'
    """
    (one, *more), (other, *rest), (term, *after) = ones, others, terms
    falling = isinstance(term, exp.Ordered) and term.args.get("desc")
    first = isinstance(term, exp.Ordered) and term.args.get("nulls_first")
    absent = [exp.Is(this=side.copy(), expression=exp.Null()) for side in (one, other)]
    gone = [absent[0], exp.Not(this=absent[1])] if first else [exp.Not(this=absent[0]), absent[1]]
    compared = (exp.GT if falling else exp.LT)(this=one.copy(), expression=other.copy())
    nearer: exp.Expr = exp.Coalesce(this=compared, expressions=[exp.and_(*gone)])
    if not more:
        return nearer
    return exp.or_(nearer, exp.and_(same(one, other), precedes(more, rest, after)))
