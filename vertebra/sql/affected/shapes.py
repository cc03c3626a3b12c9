"""Queries that the rules put together: unions of branches, rows by their keys, two states compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.affected.model import Context, State
from vertebra.sql.implied import outputs
from vertebra.sql.tree import column, identifier

if TYPE_CHECKING:
    from collections.abc import Sequence


def titled(expressions: Sequence[exp.Expr], ctx: Context) -> list[exp.Expr]:
    """Name the columns of a branch; a branch without columns says only that there is a row."""
    shown = list(expressions) or [exp.Literal.number(1)]
    names = ctx.names("c", len(shown))
    return [exp.Alias(this=one.copy(), alias=identifier(name)) for one, name in zip(shown, names, strict=True)]


def derived(query: exp.Expr, alias: str, columns: Sequence[str] = ()) -> exp.Subquery:
    """Put a query into a FROM clause."""
    named = [identifier(one) for one in columns]
    return exp.Subquery(
        this=query.copy(), alias=exp.TableAlias(this=identifier(alias), **({"columns": named} if named else {}))
    )


def together(branches: Sequence[exp.Query]) -> exp.Query:
    """Put branches together with UNION ALL; equal ones once."""
    once = list({branch.sql(dialect="duckdb"): branch for branch in branches}.values())
    result: exp.Query = once[0].copy()
    for other in once[1:]:
        result = exp.Union(this=result, expression=other.copy(), distinct=False)
    return result


def exists(query: exp.Expr) -> exp.Exists:
    """Say that a query gives a row."""
    return exp.Exists(this=query)


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Compare two values so that NULL equals NULL."""
    return exp.NullSafeEQ(this=left, expression=right)


def by_keys(query: exp.Expr, keep: Sequence[int], places: Sequence[int], keys: str, ctx: Context) -> exp.Select:
    """Choose the rows of a query whose columns at some places are among keys, which a WITH query gives."""
    row, chosen = ctx.name("row"), ctx.name("chosen")
    columns = ctx.names("o", len(outputs(query)))
    select = exp.Select(
        expressions=titled([column(columns[at], row) for at in keep], ctx),
        from_=exp.From(this=derived(query, row, columns)),
    )
    if not places:
        select.set("where", exp.Where(this=exists(_any(ctx.read(keys, chosen)))))
        return select
    names = ctx.names("p", len(places))
    matches = [same(column(columns[at], row), column(name, chosen)) for at, name in zip(places, names, strict=True)]
    select.set("joins", [exp.Join(this=ctx.read(keys, chosen, names), kind="SEMI", on=exp.and_(*matches))])
    return select


def _any(table: exp.Table) -> exp.Select:
    return exp.Select(expressions=[exp.Literal.number(1)], from_=exp.From(this=table))


def compared(query: exp.Expr, keep: Sequence[int], ctx: Context) -> exp.Select:
    """Work a query out over both states and keep the rows that one has and the other has not: right for any query."""
    width = len(outputs(query))
    before, after = (ctx.once(ctx.at(query, state), width) for state in (State.BEFORE, State.AFTER))
    parts = [
        exp.Except(this=_all(one, ctx), expression=_all(other, ctx), distinct=False)
        for one, other in ((before, after), (after, before))
    ]
    row, columns = ctx.name("row"), ctx.names("o", width)
    both = exp.Union(this=bracketed(parts[0], ctx), expression=bracketed(parts[1], ctx), distinct=False)
    return exp.Select(
        expressions=titled([column(columns[at], row) for at in keep], ctx),
        from_=exp.From(this=derived(both, row, columns)),
    )


def _all(name: str, ctx: Context) -> exp.Select:
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=ctx.read(name, ctx.name("side"))))


def bracketed(query: exp.Expr, ctx: Context) -> exp.Select:
    """Write a query so that nothing around it can be taken for a part of it."""
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=derived(query, ctx.name("side"))))
