"""One block as several: what is worked out over groups apart from the groups, and a branch for each grouping set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vertebra.sql.aliases import named_windows
from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import distinct_on, is_grouped, windows
from vertebra.sql.unfolding.firsts import first_of_each
from vertebra.sql.unfolding.grouping import has_sets
from vertebra.sql.unfolding.layers import over_groups
from vertebra.sql.unfolding.sets import of_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlglot import exp

    from vertebra.sql.unfolding.parts import Correlated


def unfolded(
    select: exp.Select, items: Callable[[exp.Expr], Sequence[Item]], correlated: Correlated, prefix: str
) -> exp.Query:
    """Write a block as several where it does several things at once.

    Parameters
    ----------
    select : sqlglot.exp.Select
        A block without stars.
    items : callable
        Gives the FROM items of a block.
    correlated : callable
        Says whether a query inside an expression looks at the rows around it.
    prefix : str
        Start of the names that are made up.

    Returns
    -------
    sqlglot.exp.Query
        The same rows, whose columns have the same names; the block itself where it is plain, or where a part of it
        cannot be told apart. What looks at it then says why it cannot be followed.
    """
    if not (is_grouped(select) or (windows(select) and distinct_on(select) is not None)):
        return select
    try:
        return _unfolded(select, items, correlated, prefix)
    except Opaque:
        return select


def _unfolded(
    select: exp.Select, items: Callable[[exp.Expr], Sequence[Item]], correlated: Correlated, prefix: str
) -> exp.Query:
    block = select.copy()
    named_windows(block)
    if not is_grouped(block):
        return first_of_each(block, items(block), prefix)
    cut = any(block.args.get(clause) for clause in ("limit", "offset", "distinct"))
    if windows(block) or distinct_on(block) is not None or (has_sets(block) and cut):
        outer, inner = over_groups(block, items(block), correlated, prefix)
        below = _unfolded(inner, items, correlated, prefix) if has_sets(inner) else inner
        if below is not inner:
            inner.replace(below)
        both = windows(outer) and distinct_on(outer) is not None
        return first_of_each(outer, items(outer), prefix) if both else outer
    return of_sets(block, items(block), correlated) if has_sets(block) else select
