"""UNION BY NAME: both sides with the same columns in the same order, NULL where a side has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.tree import column, identifier, key

if TYPE_CHECKING:
    from collections.abc import Sequence


def by_name(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    """Name the columns of two sides that are put together by name.

    >>> by_name(["a", "b"], ["B", "c"])
    ('a', 'b', 'c')
    """
    folded = {key(name) for name in left}
    return (*left, *(name for name in right if key(name) not in folded))


def in_order(side: exp.Expr, own: Sequence[str], names: Sequence[str], prefix: str) -> exp.Select:
    """Write a side so that it has all columns in order.

    >>> import sqlglot
    >>> in_order(sqlglot.parse_one("select b, a from t"), ["b", "a"], ["a", "b", "c"], "__").sql(dialect="duckdb")
    'SELECT a AS a, b AS b, NULL AS c FROM (SELECT b, a FROM t) AS __side'
    """
    there = {key(name): name for name in own}
    shown = [column(there[key(name)]) if key(name) in there else exp.Null() for name in names]
    alias = exp.TableAlias(this=identifier(f"{prefix}side"))
    return exp.Select(
        expressions=[exp.Alias(this=one, alias=identifier(name)) for one, name in zip(shown, names, strict=True)],
        from_=exp.From(this=exp.Subquery(this=side.copy(), alias=alias)),
    )
