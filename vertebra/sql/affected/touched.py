"""The recursion: for a query and some of its columns, the branches that give them for every touched row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.affected.blocks import of_block
from vertebra.sql.affected.model import Context
from vertebra.sql.affected.shapes import compared, derived, titled
from vertebra.sql.scope import Opaque
from vertebra.sql.tree import column

if TYPE_CHECKING:
    from collections.abc import Sequence

CUTS = ("limit", "offset", "sample")


def touched(query: exp.Expr, keep: Sequence[int], ctx: Context) -> list[exp.Query]:
    """Give branches whose rows are, for every touched row of a query, its columns `keep`.

    Raises
    ------
    Opaque
        When nothing narrows the query.
    """
    if not ctx.moved(query):
        return []
    cut = next((name for name in CUTS if query.args.get(name)), None)
    if cut:
        raise Opaque(f"{cut.upper()}: another row can come in for each that goes")
    match query:
        case exp.Subquery() if isinstance(query.this, exp.Query | exp.Values):
            return touched(query.this, keep, ctx)
        case exp.SetOperation():
            return _of_set(query, keep, ctx)
        case exp.Select():
            return of_block(query, keep, ctx, within)
        case _:
            raise Opaque(f"{type(query).__name__.upper()} as a query")


def within(query: exp.Expr, keep: Sequence[int], ctx: Context) -> list[exp.Query]:
    """Do the same for a query inside another, where comparing its two states is the answer to all that is opaque."""
    try:
        return touched(query, keep, ctx)
    except Opaque:
        return [compared(query, keep, ctx)]


def _of_set(query: exp.SetOperation, keep: Sequence[int], ctx: Context) -> list[exp.Query]:
    """Look at both sides: how often a row stands in the result follows from how often it stands in each."""
    found = [branch for side in (query.this, query.expression) for branch in touched(side, keep, ctx)]
    # a side decides the type of a column together with the other: an empty copy of the whole keeps it
    row, columns = ctx.name("row"), ctx.names("o", len(query.selects))
    typed = exp.Select(
        expressions=titled([column(columns[at], row) for at in keep], ctx),
        from_=exp.From(this=derived(query, row, columns)),
        where=exp.Where(this=exp.false()),
    )
    return [*found, typed] if keep else found
