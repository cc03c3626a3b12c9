"""ORDER BY … LIMIT: a row that is kept comes from what it comes from without the limit.

Taking rows away that it does not come from can only move it forward, so nothing else decides that it stays. Rows
that tie with the last one kept count as kept: which of them the engine took is not said anywhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.implied import outputs
from vertebra.sql.provenance.flow import Context, Pairs, derived, same, titled
from vertebra.sql.tree import column, distinct_on, key, unalias

if TYPE_CHECKING:
    from collections.abc import Sequence

_CUTS = ("order", "limit")


def uncut(query: exp.Select | exp.SetOperation) -> exp.Select | exp.SetOperation:
    """The same query, with all of its rows."""
    copy = query.copy()
    for clause in _CUTS:
        copy.set(clause, None)
    return copy


def rows_kept(query: exp.Select | exp.SetOperation, ctx: Context) -> exp.Select | None:
    """A query for the rows that a limit keeps and those that tie with them; None where that cannot be said."""
    limit, order = query.args.get("limit"), query.args.get("order")
    if any(query.args.get(other) for other in ("offset", "sample")) or order is None:
        return None
    if isinstance(query, exp.Select) and distinct_on(query):
        return None
    number = limit.expression if isinstance(limit, exp.Limit) and not _otherwise(limit) else None
    if not isinstance(number, exp.Literal) or not number.is_int:
        return None
    everything = uncut(query)
    names = outputs(query)
    terms = [_term(one, everything, names, ctx) for one in order.expressions]
    if None in terms:
        return None
    columns = tuple(ctx.name("c", at) for at in range(len(everything.selects)))
    ranked = [
        exp.Ordered(
            this=column(columns[term]), **{name: one.args[name] for name in ("desc", "nulls_first") if name in one.args}
        )
        for term, one in zip(terms, order.expressions, strict=True)
        if term is not None
    ]
    rank = exp.Window(this=exp.Rank(), order=exp.Order(expressions=ranked))
    return exp.Select(
        expressions=[column(name) for name in columns[: len(names)]],
        from_=exp.From(this=derived(everything, ctx.name("all"), columns)),
        qualify=exp.Qualify(this=exp.LTE(this=rank, expression=number.copy())),
    )


def _otherwise(limit: exp.Expr) -> bool:
    """Is the number of a limit a share, or meant in another way than rows?"""
    options = limit.args.get("limit_options")
    return options is not None and any(options.args.values())


def _term(one: exp.Expr, everything: exp.Select | exp.SetOperation, names: Sequence[str], ctx: Context) -> int | None:
    """The place of an ORDER BY term among the outputs, where it is put if it is not there."""
    term = one.this if isinstance(one, exp.Ordered) else one
    folded = [key(name) for name in names]
    if isinstance(term, exp.Literal):
        return int(term.name) - 1 if term.is_int and 0 < int(term.name) <= len(names) else None
    if isinstance(term, exp.Column) and not term.table and key(term.name) in folded:
        return folded.index(key(term.name)) if folded.count(key(term.name)) == 1 else None
    if not isinstance(everything, exp.Select):
        return None
    shown = [unalias(item) for item in everything.expressions]
    if term in shown[: len(names)]:
        return shown.index(term)
    bare = {key(part.name) for part in term.find_all(exp.Column) if not part.table}
    if everything.args.get("distinct") or term.find(exp.Query) or bare & {*folded, "all"}:
        return None
    everything.append("expressions", titled(term, ctx.name("o", len(everything.expressions))))
    return len(everything.expressions) - 1


def among(found: Pairs, kept: exp.Select, names: Sequence[str], ctx: Context) -> Pairs:
    """Keep the pairs whose row is kept."""
    left, right = ctx.name("rows"), ctx.name("kept")
    inner = tuple(ctx.name("k", at) for at in range(found.width))
    columns = tuple(ctx.name("c", at) for at in range(found.width))
    matches = [same(column(a, left), column(b, right)) for a, b in zip(inner, columns, strict=True)]
    select = exp.Select(
        expressions=[
            *(titled(column(one, left), name) for one, name in zip(inner, names, strict=True)),
            *(column(name, left) for name in found.ids),
        ],
        from_=exp.From(this=derived(found.query.copy(), left, (*inner, *found.ids))),
        joins=[exp.Join(this=derived(kept.copy(), right, columns), kind="SEMI", on=exp.and_(*matches))],
    )
    return replace(found, query=select, single=False)
