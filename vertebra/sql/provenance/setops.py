"""UNION, INTERSECT and EXCEPT: a row comes from the equal rows of the branch that is followed.

The other branch of a union is kept, emptied, so that the engine casts the columns as it does in the query.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.implied import outputs
from vertebra.sql.provenance.flow import Context, Found, Pairs, Push, Whole, derived, same, titled, wide
from vertebra.sql.tree import column
from vertebra.sql.unfolding.sets import ALIKE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vertebra.sql.provenance.rows import Recurse


def of_set_operation(
    query: exp.SetOperation, ctx: Context, recurse: Recurse, push: tuple[Push, ...], needed: frozenset[int] | None
) -> Iterator[Found]:
    """Yield what is found on both sides of a set operation.

    What is asked of a union is asked of its sides: for their columns by place, and for values where both sides have
    them of the same types. The other operations compare whole rows.
    """
    for side in ("this", "expression"):
        handed = push if query.meta.get(ALIKE) else ()
        for found in recurse(query.args[side], ctx, handed, needed if isinstance(query, exp.Union) else None):
            match found:
                case Whole():
                    yield found
                case Pairs() if isinstance(query, exp.Union):
                    yield _of_union(query, found, side, ctx)
                case Pairs() if isinstance(query, exp.Except) and side == "expression":
                    yield replace(wide(found, ctx, ""), exact=found.exact, why=found.why)
                case Pairs():
                    yield _joined(query, found, ctx)


def _of_union(query: exp.SetOperation, found: Pairs, side: str, ctx: Context) -> Pairs:
    other = query.args["expression" if side == "this" else "this"]
    empty = exp.Select(
        expressions=[
            exp.Star(),
            *(titled(exp.Null(), name) for name in found.ids),
        ],
        from_=exp.From(this=derived(_bare(other), ctx.name("empty"))),
        where=exp.Where(this=exp.false()),
    )
    branch = exp.Select(expressions=[exp.Star()], from_=exp.From(this=derived(found.query.copy(), ctx.name("branch"))))
    left, right = (branch, empty) if side == "this" else (empty, branch)
    union = exp.Union(this=left, expression=right, distinct=False)
    return replace(found, query=union, single=False, pushed=False)


def _bare(query: exp.Expr) -> exp.Expr:
    """Take a branch out of its brackets when they hold nothing else."""
    copy = query.copy()
    while isinstance(copy, exp.Subquery) and not copy.alias and isinstance(copy.this, exp.Query):
        if any(copy.args.get(part) for part in ("limit", "offset", "order")):
            break
        copy = copy.this
    return copy


def _joined(query: exp.SetOperation, found: Pairs, ctx: Context) -> Pairs:
    """Keep the rows of a branch that the operation lets through: join back on all columns."""
    width = found.width
    names = outputs(query)
    left, right = ctx.name("set"), ctx.name("rows")
    columns = tuple(ctx.name("c", at) for at in range(width))
    inner = tuple(ctx.name("k", at) for at in range(width))
    result = query.copy()
    for part in ("order",):
        result.set(part, None)
    matches = [same(column(a, left), column(b, right)) for a, b in zip(columns, inner, strict=True)]
    select = exp.Select(
        expressions=[
            *(titled(column(one, left), name) for one, name in zip(columns, names, strict=True)),
            *(column(name, right) for name in found.ids),
        ],
        from_=exp.From(this=derived(result, left, columns)),
        joins=[exp.Join(this=derived(found.query.copy(), right, (*inner, *found.ids)), on=exp.and_(*matches))],
    )
    return replace(found, query=select, single=False, pushed=False)
