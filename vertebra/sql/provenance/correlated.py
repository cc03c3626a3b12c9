"""Queries that look at the row around them: what they read for a row is joined to it, laterally.

Inside an expression such a query counts as all that it reads to give its answer, for this row; in FROM it is an
item as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import without_aliases
from vertebra.sql.free import free_columns
from vertebra.sql.provenance.rows import Recurse, Rows, read_beside
from vertebra.sql.scope import Item, owners
from vertebra.sql.tree import key, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vertebra.sql.provenance.flow import Context, Whole


def correlated(query: exp.Expr, ctx: Context) -> bool:
    """Does a query name a column of the rows around it?"""
    return any(True for _ in free_columns(query, ctx.normal))


def followed(select: exp.Select, query: exp.Query, items: Sequence[Item], ctx: Context) -> bool:
    """Can a correlated query of a block be joined to the block's input rows?

    It can where it stands in WHERE or in the select list, and names columns of FROM and no aliases.
    """
    where = select.args.get("where")
    clauses = [*select.expressions, *([where] if where else [])]
    if not any(node is query for clause in clauses for node in within(clause)):
        return False
    aliases = {key(item.alias) for item in select.expressions if isinstance(item, exp.Alias)}
    return not any(
        not free.table and key(free.name) in aliases and not owners(items, free, hidden=True)
        for free in free_columns(query, ctx.normal)
    )


def beside(
    select: exp.Select, query: exp.Query, items: Sequence[Item], ctx: Context, recurse: Recurse
) -> Iterator[Rows | Whole]:
    """Yield the input rows of a block beside the identities that a correlated query reads for each of them."""
    where = select.args.get("where")
    condition = without_aliases(where.this, select, items) if where else None
    yield from read_beside(select, condition, recurse(query, ctx, (), frozenset()), ctx)
