"""Window functions: a row comes from itself and from the rows that its windows look at.

`lag`, `lead`, `first_value` and their like take the value of one row: the same function over the identity names
that row. A frame of a fixed number of rows is listed. Other frames are joined back on the partition keys, between
the ends of the frame; a window without an order is its whole partition.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import GroupKey, without_aliases
from vertebra.sql.implied import implied_name
from vertebra.sql.provenance.between import Between
from vertebra.sql.provenance.flow import Context, Pairs, Push, derived, titled
from vertebra.sql.provenance.grouped import joined_back
from vertebra.sql.provenance.reach import Reach, called, is_whole, reach
from vertebra.sql.tree import column, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vertebra.sql.provenance.rows import Rows
    from vertebra.sql.scope import Item

_ONE_ROW = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank)
_WIDEST_FRAME = 1000  # rows: a longer frame is cheaper to find by its ends than to list row by row


def windowed(
    select: exp.Select, items: Sequence[Item], rows: Rows, ctx: Context, push: Sequence[Push]
) -> Iterator[Pairs]:
    """Yield the pairs of a block with window functions: by itself, and one for each distinct window."""
    found = _distinct(without_aliases(window, select, items) for window in windows(select))
    listed = [window for window in found if rows.single and _one_row(window)]
    framed = [window for window in found if rows.single and window not in listed and _short_frame(window)]
    others = [window for window in found if window not in (*listed, *framed)]
    ends = [(window, reach(window)) for window in others if not is_whole(window)]
    opaque = [(window, why) for window, why in ends if isinstance(why, str)]
    whole = [window for window in others if is_whole(window)]
    wholes = _partitions([*whole, *(window for window, _ in opaque)])
    between = [Between(window, far) for window, far in ends if isinstance(far, Reach) and _keys(window) not in wholes]
    if not wholes and not any(one.reach.itself for one in between):
        yield _beside(select, rows, rows.ids, ctx, single=rows.single, absent=False)
    for window in listed:
        ids = tuple(_over(window, one) for one in rows.ids)
        yield _beside(select, rows, ids, ctx, single=False, absent=True)
    for window in framed:
        yield _listed(select, rows, window, ctx)
    for one in _once(between):
        yield joined_back(select, _shown_keys(_keys(one.window), select), rows, ctx, push, one)
    for keys in wholes:
        pairs = joined_back(select, _shown_keys(keys, select), rows, ctx, push)
        if keys not in _partitions(whole):
            why = next(why for window, why in opaque if _keys(window) == keys)
            pairs = replace(pairs, exact=False, why=pairs.why or why)
        yield pairs


def _keys(window: exp.Window) -> list[exp.Expr]:
    return list(window.args.get("partition_by") or ())


def _partitions(found: Sequence[exp.Window]) -> list[list[exp.Expr]]:
    result: list[list[exp.Expr]] = []
    for window in found:
        if _keys(window) not in result:
            result.append(_keys(window))
    return result


def _once(found: Sequence[Between]) -> list[Between]:
    """Those that look at other rows than the ones before them: two functions over one frame say the same."""

    def looks(one: Between) -> tuple[object, ...]:
        return (_keys(one.window), one.window.args["order"], one.reach)

    return [one for at, one in enumerate(found) if looks(one) not in [looks(other) for other in found[:at]]]


def _shown_keys(keys: Sequence[exp.Expr], select: exp.Select) -> list[GroupKey]:
    return [GroupKey(one, _shown(one, select)) for one in keys]


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
    """Say whether a window takes the value of one row, and no row between counts."""
    function = window.this
    if not isinstance(function, _ONE_ROW) or function.find(exp.Order) or not window.args.get("order"):
        return False
    if isinstance(function, exp.Lag | exp.Lead):
        offset = function.args.get("offset")
        return offset is None or (isinstance(offset, exp.Literal) and offset.name == "1")
    found = reach(window)
    return isinstance(found, Reach) and found.low is found.high


def _short_frame(window: exp.Window) -> bool:
    """Say whether a window looks at a few rows on both sides of its own, or up to it."""
    spec = window.args.get("spec")
    if spec is None or str(spec.args.get("kind")).upper() != "ROWS" or spec.args.get("exclude"):
        return False
    function = called(window)
    if isinstance(function, (*_ONE_ROW, *_RANKS, exp.NthValue)) or not window.args.get("order") or is_whole(window):
        return False
    found = reach(window)
    return isinstance(found, Reach) and found.itself and all(_near(spec.args.get(end)) for end in ("start", "end"))


def _near(end: object) -> bool:
    if isinstance(end, exp.Literal) and end.is_int:
        return int(end.name) <= _WIDEST_FRAME
    return end is None or str(end).upper() == "CURRENT ROW"


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
