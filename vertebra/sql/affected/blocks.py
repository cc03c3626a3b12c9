"""One block: which of its rows are touched, given the touched rows of its FROM and WHERE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.affected.model import Context, State
from vertebra.sql.affected.restricted import Block, Frame, Recurse, block_of, restricted, whole
from vertebra.sql.affected.shapes import by_keys, together
from vertebra.sql.aliases import group_keys, item_expressions, named_windows, without_aliases
from vertebra.sql.scope import Opaque
from vertebra.sql.tree import distinct_on, is_grouped, windows, within
from vertebra.sql.unfolding.absent import from_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

_KNOWN = frozenset(
    {"distinct", "expressions", "from_", "group", "having", "joins", "order", "qualify", "where", "windows"}
)


def of_block(query: exp.Select, keep: Sequence[int], ctx: Context, recurse: Recurse) -> list[exp.Query]:
    """Give branches whose rows are, for every touched row of a block, its columns `keep`."""
    select = query.copy()
    select.set("kind", None)
    odd = [name for name, value in select.args.items() if value and name not in _KNOWN]
    if odd:
        raise Opaque(f"{odd[0].strip('_').upper()} in a SELECT")
    named_windows(select)
    items = ctx.normal.items(select)
    shown = item_expressions(select, items)
    block = block_of(select, items, recurse)
    frames = list(restricted(block, ctx))
    if not frames:
        return []
    grouped, on = is_grouped(select), distinct_on(select)
    if (windows(select) or on is not None) and grouped:
        raise Opaque("window functions or DISTINCT ON over groups")
    if windows(select) and on is not None:
        raise Opaque("window functions under DISTINCT ON")
    if grouped:
        keys = [one.expression for one in group_keys(select, items)]
        return _by_parts(block, frames, keys, shown, keep, ctx)
    if on is not None:
        parts = [without_aliases(one, select, items) for one in (on.expressions if isinstance(on, exp.Tuple) else [on])]
        return _by_parts(block, frames, parts, shown, keep, ctx)
    if windows(select):
        return _windowed(block, frames, shown, keep, ctx)
    return [frame.select([shown[at] for at in keep], ctx) for frame in frames]


def _by_parts(
    block: Block,
    frames: Sequence[Frame],
    parts: Sequence[exp.Expr],
    shown: Sequence[exp.Expr],
    keep: Sequence[int],
    ctx: Context,
) -> list[exp.Query]:
    """Follow a block whose rows each come from the input rows that agree in some expressions."""
    asked = [from_keys(shown[at], parts) for at in keep]
    told = [one for one in asked if one is not None]
    if len(told) == len(asked):
        return [frame.select(told, ctx) for frame in frames]
    keys = _keys(frames, parts, ctx)
    return _rows_by(block, keys, parts, shown, keep, ctx)


def _rows_by(
    block: Block,
    keys: str,
    parts: Sequence[exp.Expr],
    shown: Sequence[exp.Expr],
    keep: Sequence[int],
    ctx: Context,
) -> list[exp.Query]:
    """The block's own rows, in both states, whose parts are among keys."""
    result: list[exp.Query] = []
    first = distinct_on(block.select) is not None
    for state in (State.AFTER, State.BEFORE):
        own = ctx.at(block.select, state)
        if not first:
            own.set("order", None)
            own.set("distinct", None)
        places = []
        for at, part in enumerate(parts):
            if part in shown:
                places.append(list(shown).index(part))
                continue
            own.append("expressions", exp.alias_(part.copy(), ctx.name("k", at)))
            places.append(len(own.expressions) - 1)
        result.append(by_keys(own, keep, places, keys, ctx))
    return result


def _windowed(
    block: Block, frames: Sequence[Frame], shown: Sequence[exp.Expr], keep: Sequence[int], ctx: Context
) -> list[exp.Query]:
    """Take every row whose partition holds a touched row, for each of the windows."""
    partitions: list[list[exp.Expr]] = []
    for window in windows(block.select):
        plain = without_aliases(window, block.select, block.items)
        keys = list(plain.args.get("partition_by") or ())
        if keys not in partitions:
            partitions.append(keys)
    asked = [shown[at] for at in keep]
    if any(isinstance(node, exp.Window) for one in asked for node in within(one)):
        return [
            branch
            for keys in partitions
            for branch in _rows_by(block, _keys(frames, keys, ctx), keys, shown, keep, ctx)
        ]
    if all(from_keys(one, keys) is not None for one in asked for keys in partitions):
        return [frame.select(asked, ctx) for frame in frames]
    result: list[exp.Query] = []
    for keys in partitions:
        part, places = _keys(frames, keys, ctx), range(len(asked), len(asked) + len(keys))
        for state in (State.AFTER, State.BEFORE):
            rows = whole(block, state, ctx).select([*asked, *keys], ctx)
            result.append(by_keys(rows, range(len(asked)), places, part, ctx))
    return result


def _keys(frames: Sequence[Frame], keys: Sequence[exp.Expr], ctx: Context) -> str:
    return ctx.once(together([frame.select(keys, ctx) for frame in frames]), max(len(keys), 1))
