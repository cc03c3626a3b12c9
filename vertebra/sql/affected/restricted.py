"""The touched rows of a FROM clause and its WHERE: the clause itself, restricted by one changed item at a time.

For each state of the inputs the clause stays as written, so that every row it gives is a row of that state. An item
whose rows each stand in the joined rows by themselves is replaced by its touched rows. An item that is only looked
at from the left (an outer, semi, anti or ASOF join) stays: touched are the rows of whose left part a touched row of
the item is a match, whether it stands beside it or has gone. Over both states together nothing is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from vertebra.sql.affected.model import Context, State, renamed
from vertebra.sql.affected.shapes import compared, derived, exists, titled, together
from vertebra.sql.aliases import without_aliases
from vertebra.sql.free import free_columns
from vertebra.sql.scope import Item, Opaque, is_bracket, places
from vertebra.sql.tree import column, conjuncts, key, subqueries, within

Recurse = Callable[[exp.Expr, Sequence[int], Context], list[exp.Query]]
"""The whole rewriting, as a rule calls it for a query inside its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block whose aliases are resolved.

    Attributes
    ----------
    select : sqlglot.exp.Select
        The block, its WHERE without aliases.
    items : list of Item
        Of its FROM clause.
    recurse : callable
        For the queries inside it.
    """

    select: exp.Select
    items: Sequence[Item]
    recurse: Recurse


@dataclass(frozen=True, slots=True)
class Frame:
    """FROM and WHERE of a block over a state, restricted, without a select list."""

    clause: exp.Select
    state: State

    def select(self, expressions: Sequence[exp.Expr], ctx: Context) -> exp.Select:
        """Put a select list on it."""
        result = self.clause.copy()
        result.set("expressions", titled([ctx.at(one, self.state) for one in expressions], ctx))
        return result


def block_of(select: exp.Select, items: Sequence[Item], recurse: Recurse) -> Block:
    """Resolve the aliases in WHERE."""
    where = select.args.get("where")
    if where:
        select.set("where", exp.Where(this=without_aliases(where.this, select, items)))
    return Block(select, items, recurse)


def whole(block: Block, state: State, ctx: Context) -> Frame:
    """FROM and WHERE of a block over a state."""
    source = ctx.at(block.select, state)
    parts: dict[str, Any] = {name: source.args[name] for name in ("from_", "joins", "where") if source.args.get(name)}
    return Frame(exp.Select(**parts), state)


def restricted(block: Block, ctx: Context) -> Iterator[Frame]:
    """Yield FROM and WHERE of a block, restricted to touched rows; together they miss none.

    Raises
    ------
    Opaque
        When an item that changed cannot be followed.
    """
    if any(is_bracket(node) for node in block.select.find_all(exp.Subquery)):
        raise Opaque("joins in brackets")
    for at, item in enumerate(block.items):
        if ctx.moved(item.node):
            yield from _by_item(block, at, ctx)
    for query in subqueries(block.select):
        if ctx.moved(query):
            yield from _by_query(block, query, ctx)


def _by_item(block: Block, at: int, ctx: Context) -> Iterator[Frame]:
    joins = [item.join for item in block.items]
    own = joins[at]
    if any(join is not None and join.args.get("method") == "POSITIONAL" for join in joins):
        raise Opaque("a positional join")
    turned = [n for n, join in enumerate(joins) if join is not None and join.side in {"RIGHT", "FULL"}]
    if turned and turned != [1]:
        raise Opaque("a RIGHT or FULL join behind other joins")
    if turned and at <= 1:
        yield from _turned(block, at, ctx)
    elif own is not None and (own.side == "LEFT" or own.kind in {"SEMI", "ANTI"} or own.args.get("method") == "ASOF"):
        yield from _looked_at(block, at, ctx)
    else:
        yield from _replaced(block, at, ctx)


def _turned(block: Block, at: int, ctx: Context) -> Iterator[Frame]:
    """Follow one of the two items of a RIGHT or FULL join."""
    full = block.items[1].join is not None and block.items[1].join.side == "FULL"
    if at == 1:
        yield from _replaced(block, 1, ctx, side="RIGHT")
        if full:
            yield from _looked_at(block, 1, ctx)
    else:
        if full:
            yield from _replaced(block, 0, ctx, side="LEFT")
        yield from _looked_at(block, 0, ctx)


def _replaced(block: Block, at: int, ctx: Context, side: str = "") -> Iterator[Frame]:
    """Let an item give its touched rows only."""
    source = _item(block, at, ctx)
    if source is None:
        return
    for state in _states(block, at, ctx):
        frame = whole(block, state, ctx)
        node, _ = list(places(frame.clause))[at]
        node.replace(source.copy())
        if side:
            list(places(frame.clause))[1][1].set("side", side)  # type: ignore[union-attr]
        yield frame


def _looked_at(block: Block, at: int, ctx: Context) -> Iterator[Frame]:
    """Ask for the rows of whose other part a touched row of the item is a match."""
    source = _item(block, at, ctx)
    if source is None:
        return
    condition = _match(block, at)
    match = exp.Select(
        expressions=[exp.Literal.number(1)], from_=exp.From(this=source), where=exp.Where(this=condition)
    )
    hidden = block.items[at].hidden
    for state in _states(block, at if hidden else None, ctx):
        frame = whole(block, state, ctx)
        if hidden:  # whether it passes now or then is not asked: more rows, but one state less
            frame.clause.set("joins", [j for n, j in enumerate(frame.clause.args["joins"], 1) if n != at])
        frame.clause.where(exists(match.copy()), copy=False)
        yield frame


def _match(block: Block, at: int) -> exp.Expr:
    """The condition under which a row of an item is a match."""
    own = block.items[at or 1].join
    if own is None:
        raise Opaque("a join without a condition")
    conditions = [own.args["on"].copy()] if own.args.get("on") else []
    if conditions and any(isinstance(node, exp.Query) for node in within(conditions[0])):
        raise Opaque("a query in the condition of an outer, semi, anti or ASOF join")
    using = own.args.get("using") or ()
    asof = own.args.get("method") == "ASOF"
    for number, name in enumerate(using, 1):
        others = [item for item in (block.items[:at] or block.items[1:2]) if not item.hidden and item.has(name.name)]
        if len(others) != 1 or not others[0].name or not block.items[at].name:
            raise Opaque("a join USING a column of several or nameless items")
        mine = column(name.name, block.items[at].node.alias_or_name)
        other = column(name.name, others[0].node.alias_or_name)
        compare = exp.GTE if asof and number == len(using) else exp.EQ
        conditions.append(compare(this=other, expression=mine))
    if not conditions:
        raise Opaque("a join without a condition")
    return exp.and_(*conditions)


def _item(block: Block, at: int, ctx: Context) -> exp.Expr | None:
    """The touched rows of an item, under its name; None when there cannot be any."""
    node = block.items[at].node
    if node.args.get("pivots") or node.args.get("sample"):
        raise Opaque("PIVOT")
    if isinstance(node, exp.Lateral):
        raise Opaque("a lateral join")
    name = ctx.means(node)
    if name is not None and name not in ctx.definitions:
        result = node.copy()
        renamed(result, ctx.changed(name))
        return result
    columns = block.items[at].columns
    if columns is None:
        raise Opaque("a table function that reads a relation")
    inner = ctx.normal.definitions[name].query if name is not None else node.this
    if name is not None and ctx.normal.definitions[name].recursive:
        rows = exp.Select(
            expressions=[column(c) for c in ctx.normal.definitions[name].columns],
            from_=exp.From(this=exp.Table(this=node.this.copy())),
        )
        everything = range(len(columns))
        return derived(compared(rows, everything, ctx), node.alias_or_name, columns)
    if not isinstance(node, exp.Table) and any(True for _ in free_columns(inner, ctx.normal)):
        raise Opaque("a lateral join")
    used = _used(block, at)
    branches = block.recurse(inner, used, ctx)
    if not branches:
        return None
    shown = [columns[n] for n in used] or [ctx.name("one")]
    part = ctx.once(together(branches), len(shown))
    return ctx.read(part, node.alias_or_name or ctx.name("item"), shown)


def _used(block: Block, at: int) -> list[int]:
    """Which columns of an item the block names."""
    item = block.items[at]
    named = {key(part.name) for one in block.select.find_all(exp.Column) for part in one.parts}
    named |= {key(u.name) for join in block.select.find_all(exp.Join) for u in join.args.get("using") or ()}
    return [n for n, name in enumerate(item.columns or ()) if key(name) in named or item.name in named_alone(block)]


def named_alone(block: Block) -> set[str]:
    """Items that are named as a whole, as in `select t from t`."""
    return {key(one.name) for one in block.select.find_all(exp.Column) if not one.table}


def _states(block: Block, without: int | None, ctx: Context) -> tuple[State, ...]:
    """Which states the rest of a clause, without one item, has to be read in."""
    rest = [item.node for n, item in enumerate(block.items) if n != without]
    rest += list(subqueries(block.select))
    return (State.AFTER, State.BEFORE) if any(ctx.moved(node) for node in rest) else (State.AFTER,)


def _by_query(block: Block, query: exp.Query, ctx: Context) -> Iterator[Frame]:
    """Ask for the rows for which a query inside an expression can give another answer."""
    where = block.select.args.get("where")
    member = next((one for one in conjuncts(where.this if where else None) if _is_member(one, query)), None)
    correlated = any(True for _ in free_columns(query, ctx.normal))
    if correlated and query.find_ancestor(exp.Join) is not None:
        raise Opaque("a correlated query in the condition of a join")
    if member is not None and not correlated:
        yield from _of_members(block, member, query, ctx)
        return
    condition = _other_answer(query, ctx, block.recurse) if correlated else exists(compared(query, (), ctx))
    if condition is None:
        return
    for state in (State.AFTER, State.BEFORE):
        frame = whole(block, state, ctx)
        frame.clause.where(condition.copy(), copy=False)
        yield frame


def _is_member(condition: exp.Expr, query: exp.Query) -> bool:
    inner = condition.args.get("query")
    return isinstance(condition, exp.In) and (
        inner is query or (isinstance(inner, exp.Subquery) and inner.this is query)
    )


def _of_members(block: Block, member: exp.Expr, query: exp.Query, ctx: Context) -> Iterator[Frame]:
    """Follow `x IN (query)` in WHERE as the semi join that it is."""
    branches = block.recurse(query, (0,), ctx)
    if not branches:
        return
    one, name = ctx.name("member"), ctx.name("m")
    match = exp.Select(
        expressions=[exp.Literal.number(1)],
        from_=exp.From(this=ctx.read(ctx.once(together(branches), 1), one, (name,))),
        where=exp.Where(this=exp.EQ(this=column(name, one), expression=exp.Paren(this=member.this.copy()))),
    )
    where = block.select.args["where"]
    rest = [other for other in conjuncts(where.this) if other is not member]
    plain = block.select.copy()
    plain.set("where", exp.Where(this=exp.and_(*rest, copy=True)) if rest else None)
    without = Block(plain, block.items, block.recurse)
    for state in _states(without, None, ctx):
        frame = whole(without, state, ctx)
        frame.clause.where(exists(match.copy()), copy=False)
        yield frame


def _other_answer(query: exp.Query, ctx: Context, recurse: Recurse) -> exp.Expr | None:
    """Say that a correlated query sees a touched row: its answer follows from the rows of its FROM and WHERE."""
    inner = query.this if isinstance(query, exp.Subquery) and not query.alias else query
    if not isinstance(inner, exp.Select):
        raise Opaque("a correlated set operation")
    select = inner.copy()
    items = ctx.normal.items(select)
    block = block_of(select, items, recurse)
    clauses = [select.args.get(name) for name in ("expressions", "having", "qualify", "group", "order")]
    parts = [one for value in clauses for one in (value if isinstance(value, list) else [value]) if one is not None]
    if any(isinstance(node, exp.Query) for part in parts for node in within(part)):
        raise Opaque("queries inside a correlated query")
    found = [exists(frame.select((), ctx)) for frame in restricted(block, ctx)]
    return exp.or_(*found) if found else None
