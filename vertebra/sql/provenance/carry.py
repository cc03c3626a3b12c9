"""The rewriting: a recursion over the operators of a query.

Sources: Cui & Widom, "Lineage tracing for general data warehouse transformations" (VLDB 2001); Glavic & Alonso,
"Perm: processing provenance and data on the same data model through query rewriting" (ICDE 2009).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import GroupKey, group_keys, item_expressions, named_windows
from vertebra.sql.implied import outputs
from vertebra.sql.provenance.correlated import beside, correlated, followed
from vertebra.sql.provenance.cut import among, rows_kept, uncut
from vertebra.sql.provenance.flow import Context, Found, Pairs, Push, Whole, all_rows, wide
from vertebra.sql.provenance.grouped import joined_back, only_keys, rows_of_groups
from vertebra.sql.provenance.rows import Rows, below, input_rows
from vertebra.sql.provenance.setops import of_set_operation
from vertebra.sql.provenance.windowed import pushable, windowed
from vertebra.sql.scope import Opaque
from vertebra.sql.tree import distinct_on, is_grouped, subqueries, windows, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vertebra.sql.scope import Item

_CUTS = ("limit", "offset", "sample")
_KNOWN = frozenset(
    {
        "distinct",
        "expressions",
        "from_",
        "group",
        "having",
        "joins",
        "limit",
        "offset",
        "order",
        "qualify",
        "sample",
        "where",
        "windows",
    }
)


def carry(
    query: exp.Expr, ctx: Context, push: tuple[Push, ...] = (), needed: frozenset[int] | None = None
) -> Iterator[Found]:
    """Yield what is found in a query, for every occurrence of a relation in it.

    Parameters
    ----------
    query : sqlglot.exp.Expr
        A query in normal form.
    ctx : Context
        Schemas, identities and WITH queries.
    push : tuple of Push
        Equalities on output columns that whoever asks will check again.
    needed : frozenset of int, or None
        The output columns that whoever asks will look at; None for all.

    Raises
    ------
    Opaque
        When a construct cannot be seen through at all.
    """
    cut = _cut(query)
    if cut and isinstance(query, exp.Select | exp.SetOperation) and (kept := rows_kept(query, ctx)) is not None:
        names = outputs(query)
        for found in carry(uncut(query), ctx, push, None):
            yield among(found, kept, names, ctx) if isinstance(found, Pairs) else found
        return
    match query:
        case exp.Select():
            yield from _of_select(query, ctx, push, needed)
        case exp.SetOperation():
            yield from _widened(of_set_operation(query, ctx, carry, () if cut else push, needed), ctx, cut)
        case exp.Subquery() if isinstance(query.this, exp.Query | exp.Values):
            yield from _widened(carry(query.this, ctx, () if cut else push, None if cut else needed), ctx, cut)
        case exp.Values():
            yield from _inside(list(query.find_all(exp.Query)), ctx)
        case _:
            raise Opaque(f"{type(query).__name__.upper()} as a query")


def _cut(query: exp.Expr) -> str:
    found = [name for name in _CUTS if query.args.get(name)]
    return f"{found[0].upper()}: any row could have been among those kept" if found else ""


def _widened(found: Iterator[Found], ctx: Context, why: str) -> Iterator[Found]:
    for one in found:
        yield wide(one, ctx, why) if why and isinstance(one, Pairs) else one


def _of_select(
    query: exp.Select, ctx: Context, push: tuple[Push, ...], needed: frozenset[int] | None
) -> Iterator[Found]:
    odd = [name for name, value in query.args.items() if value and name not in _KNOWN]
    if odd:
        raise Opaque(f"{odd[0].strip('_').upper()} in a SELECT")
    select = query.copy()
    select.set("kind", None)
    named_windows(select)
    items = ctx.normal.items(select)
    shown = item_expressions(select, items)
    cut = _cut(select)
    inner = [
        one for one in subqueries(select) if not cut and correlated(one, ctx) and followed(select, one, items, ctx)
    ]
    yield from _inside([one for one in subqueries(select) if not any(one is other for other in inner)], ctx)
    if cut:
        for rows in input_rows(select, ctx, (), carry):
            yield rows if isinstance(rows, Whole) else wide(rows.select(ctx, ()), ctx, cut)
        return
    keys = _keys(select, ctx, shown)
    beside_all = (rows for one in inner for rows in beside(select, one, items, ctx, carry))
    if isinstance(keys, str):
        for rows in (*input_rows(select, ctx, (), carry), *beside_all):
            yield rows if isinstance(rows, Whole) else wide(rows.select(ctx, ()), ctx, keys)
        return
    below_all = [(shown[one.output], one) for one in push if _goes_below(select, ctx, shown[one.output], keys)]
    for rows in (*input_rows(select, ctx, below_all, carry), *beside_all):
        if isinstance(rows, Whole):
            yield rows
        elif keys is not None and only_keys(select, keys, shown, needed):
            yield rows_of_groups(select, keys, shown, rows, ctx, push)
        elif keys is not None:
            yield joined_back(select, keys, rows, ctx, push)
        else:
            yield from _of_rows(select, items, rows, ctx, push, [one.on(expression) for expression, one in below_all])


def _of_rows(
    select: exp.Select,
    items: Sequence[Item],
    rows: Rows,
    ctx: Context,
    push: Sequence[Push],
    conditions: Sequence[exp.Expr],
) -> Iterator[Found]:
    """A block that does not group: its rows are its input rows, with what windows look at."""
    if windows(select):
        yield from windowed(select, items, _narrowed(rows, conditions), ctx, push)
    else:
        pairs = rows.select(ctx, select.expressions, conditions)
        yield replace(pairs, pushed=len(conditions) == len(push))


def _keys(select: exp.Select, ctx: Context, shown: Sequence[exp.Expr]) -> list[GroupKey] | str | None:
    """Give what a block groups by; None when it does not group; the reason, when it cannot be followed."""
    on = distinct_on(select)
    grouped = is_grouped(select)
    if windows(select) and (grouped or on is not None):
        return "window functions over groups"
    if on is not None and grouped:
        return "DISTINCT ON over groups"
    if on is not None:
        parts = on.expressions if isinstance(on, exp.Tuple) else [on]
        return [GroupKey(part.copy(), shown.index(part) if part in shown else None) for part in parts]
    if not grouped:
        return None
    try:
        return group_keys(select, ctx.normal.items(select))
    except Opaque as opaque:
        return str(opaque)


def _goes_below(select: exp.Select, ctx: Context, expression: exp.Expr, keys: Sequence[GroupKey] | None) -> bool:
    """Say whether a condition on an output may be asked of the input rows instead."""
    for node in within(expression):
        if isinstance(node, exp.Query | exp.Window | exp.Explode | exp.Unnest | exp.Rand | exp.Anonymous):
            return False
    if keys is not None:
        return any(one.expression == expression for one in keys)
    return pushable(select, ctx.normal.items(select), expression) if windows(select) else True


def _narrowed(rows: Rows, conditions: Sequence[exp.Expr]) -> Rows:
    if not conditions:
        return rows
    block = rows.block.copy()
    where = block.args.get("where")
    block.set("where", exp.Where(this=exp.and_(*([where.this] if where else []), *conditions)))
    return replace(rows, block=block)


def _inside(queries: list[exp.Query], ctx: Context) -> Iterator[Whole]:
    """Count the queries inside expressions as wholes: all that each of them reads to give its answer."""
    for query in queries:
        if correlated(query, ctx):
            for relation in sorted(below(query, ctx)):
                yield all_rows(relation, ctx, "a correlated subquery")
            continue
        for found in carry(query, ctx, (), frozenset()):
            if isinstance(found, Whole):
                yield found
            else:
                yield replace(wide(found, ctx, ""), exact=found.exact, why=found.why)
