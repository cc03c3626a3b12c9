"""Window functions: a row comes from itself and from the rows that its windows look at.

`lag`, `lead`, `first_value` and their like take the value of one row: the same function over the identity names
that row. A frame of a fixed number of rows is listed. Everything else counts as its whole partition, joined back
on the partition keys.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import GroupKey, without_aliases
from vertebra.sql.implied import implied_name
from vertebra.sql.provenance.flow import Context, Pairs, Push, derived, titled
from vertebra.sql.provenance.grouped import joined_back
from vertebra.sql.tree import column, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vertebra.sql.provenance.rows import Rows
    from vertebra.sql.scope import Item

_ONE_ROW = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile)
_WIDEST_FRAME = 1000  # rows: a longer frame is cheaper to count as its partition than to list row by row


def windowed(
    select: exp.Select, items: Sequence[Item], rows: Rows, ctx: Context, push: Sequence[Push]
) -> Iterator[Pairs]:
    """Yield the pairs of a block with window functions: by itself, and one for each distinct window."""
    found = _distinct(without_aliases(window, select, items) for window in windows(select))
    listed = [window for window in found if rows.single and _one_row(window)]
    framed = [window for window in found if rows.single and window not in listed and _short_frame(window)]
    whole = [window for window in found if window not in listed and window not in framed]
    if not whole:
        yield _beside(select, rows, rows.ids, ctx, single=rows.single, absent=False)
    for window in listed:
        ids = tuple(_over(window, one) for one in rows.ids)
        yield _beside(select, rows, ids, ctx, single=False, absent=True)
    for window in framed:
        yield _listed(select, rows, window, ctx)
    done: list[list[exp.Expr]] = []
    for window in sorted(whole, key=_running):
        keys = list(window.args.get("partition_by") or ())
        if keys in done:
            continue
        done.append(keys)
        pairs = joined_back(select, [GroupKey(one, _shown(one, select)) for one in keys], rows, ctx, push)
        if any(_running(other) for other in whole if list(other.args.get("partition_by") or ()) == keys):
            pairs = replace(pairs, exact=False, why=pairs.why or "a running window counts as its whole partition")
        yield pairs


def pushable(select: exp.Select, items: Sequence[Item], expression: exp.Expr) -> bool:
    """Say whether a condition on an expression may go below all windows: when all partition by it."""
    found = [without_aliases(window, select, items) for window in windows(select)]
    return all(expression in (window.args.get("partition_by") or ()) for window in found)


def _distinct(found: Iterator[exp.Expr]) -> list[exp.Window]:
    result: list[exp.Window] = []
    for window in found:
        if isinstance(window, exp.Window) and window not in result:
            result.append(window)
    return result


def _shown(expression: exp.Expr, select: exp.Select) -> int | None:
    return next((at for at, item in enumerate(select.expressions) if item == expression), None)


def _one_row(window: exp.Window) -> bool:
    return isinstance(window.this, _ONE_ROW)


def _short_frame(window: exp.Window) -> bool:
    spec = window.args.get("spec")
    if spec is None or str(spec.args.get("kind")).upper() != "ROWS" or spec.args.get("exclude"):
        return False
    if isinstance(window.this, exp.IgnoreNulls) and isinstance(window.this.this, _ONE_ROW):
        return False
    return all(_near(spec.args.get(end)) for end in ("start", "end")) and not isinstance(window.this, _RANKS)


def _near(end: object) -> bool:
    if isinstance(end, exp.Literal) and end.is_int:
        return int(end.name) <= _WIDEST_FRAME
    return end is None or str(end).upper() == "CURRENT ROW"


def _running(window: exp.Window) -> bool:
    """Say whether a window can look at less than its partition."""
    return bool(window.args.get("order") or window.args.get("spec")) and not isinstance(window.this, _RANKS)


def _over(window: exp.Window, identity: exp.Expr) -> exp.Window:
    """Ask the same window for the identity of the row whose value it takes."""
    other = window.copy()
    called = other.this
    called.set("this", identity.copy())
    called.set("default", None)
    return other


def _beside(
    select: exp.Select,
    rows: Rows,
    ids: Sequence[exp.Expr],
    ctx: Context,
    *,
    single: bool,
    absent: bool,
) -> Pairs:
    """Put identities beside the rows of the block, in the block itself."""
    names = ctx.ids(len(ids))
    query = rows.block.copy()
    query.set("distinct", None)
    query.set("order", None)
    for one, name in zip(ids, names, strict=True):
        query.append("expressions", titled(one, name))
    probe = None if rows.probe is None else names[rows.probe]
    if absent and probe is None:
        if ctx.hidden(rows.relation):
            probe = names[0]
        else:
            marker = ctx.name("here")
            lagged = ids[0].copy()
            lagged.this.set("this", exp.true())
            query.append("expressions", titled(lagged, marker))
            names, probe = (*names, marker), marker
    return Pairs(
        rows.relation,
        query,
        len(select.expressions),
        names,
        probe,
        single=single,
        pushed=False,
        exact=rows.exact,
        why=rows.why,
    )


def _listed(select: exp.Select, rows: Rows, window: exp.Window, ctx: Context) -> Pairs:
    """List the identities of a short frame and put each beside the row."""
    names = ctx.ids(len(rows.ids))
    other = exp.Window(
        this=exp.Anonymous(this="list", expressions=[_packed(rows.ids, names)]),
        **{
            part: value.copy() if isinstance(value, exp.Expr) else [v.copy() for v in value or ()]
            for part in ("partition_by", "order", "spec")
            if (value := window.args.get(part))
        },
    )
    inner = _beside(select, rows, (exp.Explode(this=other),), ctx, single=False, absent=False).query
    packed = ctx.name("frame")
    outer = [implied_name(item) for item in select.expressions]
    columns = (*(ctx.name("c", at) for at in range(len(outer))), packed)
    query = exp.Select(
        expressions=[
            *(titled(column(one), name) for one, name in zip(columns, outer, strict=False)),
            *(titled(exp.Dot(this=column(packed), expression=column(n).this), n) for n in names),
        ],
        from_=exp.From(this=derived(inner, ctx.name("frames"), columns)),
    )
    probe = None if rows.probe is None else names[rows.probe]
    return Pairs(
        rows.relation, query, len(outer), names, probe, single=False, pushed=False, exact=rows.exact, why=rows.why
    )


def _packed(ids: Sequence[exp.Expr], names: Sequence[str]) -> exp.Expr:
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=column(name).this, expression=one.copy()) for one, name in zip(ids, names, strict=True)
        ]
    )
