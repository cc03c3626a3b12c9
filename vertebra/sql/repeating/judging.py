"""Go through the blocks of a query and judge each aggregate and window by what its answer depends on.

Counts, extremes and sums of whole numbers and decimals depend on nothing but the rows. A sum of floats depends on the
order of addition: it comes out the same where the rows of a group arrive in the order of one relation that is read
from its beginning, and every other relation gives at most one row to each. Everything else is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import item_expressions, named_windows, without_aliases
from vertebra.sql.normal import Normal, normalise
from vertebra.sql.repeating.arriving import singles
from vertebra.sql.repeating.model import Repeating
from vertebra.sql.scope import Item, Opaque, is_base
from vertebra.sql.tree import (
    clauses,
    distinct_on,
    function_name,
    identifier,
    is_aggregate,
    key,
    within,
)

if TYPE_CHECKING:
    from vertebra.sql.query import Query

Types = Callable[[str], Sequence[str] | None]
"""Gives the types of a query's columns; None where it cannot be asked by itself."""

_FREE = frozenset(
    {
        *(
            "count",
            "count_star",
            "count_if",
            "countif",
            "min",
            "max",
            "bool_and",
            "bool_or",
            "logical_and",
            "logical_or",
        ),
        *("rank", "dense_rank", "percent_rank", "cume_dist", "grouping", "grouping_id"),
    }
)
_EXACT = frozenset({"sum", "avg"})
_WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT)|HUGEINT|BOOLEAN|DECIMAL\(.*\)")
_RANKS = frozenset({"rank", "dense_rank", "percent_rank", "cume_dist"})


def repeating(
    query: Query,
    schemas: Mapping[str, Sequence[str]],
    unique: Mapping[str, Sequence[Sequence[str]]],
    types: Types,
) -> Repeating:
    """Judge the part that order plays in a query.

    Parameters
    ----------
    query : Query
        The query.
    schemas : mapping of str to sequence of str
        Every relation that it reads: its columns, in order.
    unique : mapping of str to sequence of sequence of str
        Relation to sets of columns of which it is known that together they do not repeat.
    types : callable
        Gives the types of a query's columns.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> heat = parse("select device, sum(e) as e from meters join devices using (device) group by device", "v.sql")
    >>> schemas = {"meters": ("device", "e"), "devices": ("device",)}
    >>> repeating(heat, schemas, {}, lambda _: ["DOUBLE"])
    Repeating(ordered=True, single=(Single(relation='devices', columns=('device',)),), why='')
    >>> repeating(heat, schemas, {}, lambda _: ["BIGINT"])
    Repeating(ordered=False, single=(), why='')
    """
    try:
        normal = normalise(query.tree, schemas)
        found = [one for select in _blocks(normal) for one in _judged(select, normal, unique, types)]
    except Opaque as opaque:
        return Repeating(ordered=True, why=str(opaque))
    single = dict.fromkeys(one for result in found for one in result.single)
    why = next((result.why for result in found if result.why), "")
    return Repeating(any(result.ordered for result in found), tuple(single), why)


def _blocks(normal: Normal) -> Iterator[exp.Select]:
    for body in (normal.body, *(one.query for one in normal.definitions.values())):
        yield from body.find_all(exp.Select)


def _judged(
    select: exp.Select, normal: Normal, unique: Mapping[str, Sequence[Sequence[str]]], types: Types
) -> Iterator[Repeating]:
    for cut in ("limit", "offset"):
        if select.args.get(cut):
            yield Repeating(ordered=True, why=f"{cut.upper()} among rows that tie")
    own = select.copy()
    named_windows(own)
    items = normal.items(select)
    yield from _first_of_each(own, items)
    called = [(node, _inside(node)) for clause in clauses(own) for node in within(clause) if _calls(node)]
    asked = [node for node, name in called if name in _EXACT]
    kinds = _kinds(own, asked, items, normal, types)
    ordered = False
    for node, name in called:
        free = name in _FREE or (name in _EXACT and kinds.get(id(node), False))
        if isinstance(node, exp.Window):
            why = _of_window(node, items, unique, free=free)
            if why:
                yield Repeating(ordered=True, why=why)
        elif not free:
            if node.find(exp.Distinct, exp.Order) is not None or name == "mode":
                yield Repeating(ordered=True, why=f"{name}() looks at its values in an order of its own")
            ordered = True
    if ordered and _in_expression(select):
        yield Repeating(ordered=True, why="floats are added up by a query inside an expression")
    elif ordered:
        yield singles(own, items, normal, unique)


def _in_expression(select: exp.Select) -> bool:
    node: exp.Expr = select
    while node.parent is not None:
        parent = node.parent
        if isinstance(parent, exp.Select) and node.arg_key not in {"from_", "joins", "with_"}:
            return True
        if isinstance(parent, exp.Join) and node.arg_key == "on":
            return True
        node = parent
    return False


def _calls(node: exp.Expr) -> bool:
    """Say whether a node is a window, or an aggregate outside of one."""
    if isinstance(node, exp.Window):
        return True
    if not is_aggregate(node):
        return False
    parent = node.parent
    while isinstance(parent, exp.IgnoreNulls | exp.RespectNulls | exp.Filter | exp.WithinGroup):
        parent = parent.parent
    return not (isinstance(parent, exp.Window) and parent.args.get("this") is not None and node in parent.this.walk())


def _inside(node: exp.Expr) -> str:
    called = node
    while isinstance(called, exp.Window | exp.IgnoreNulls | exp.RespectNulls | exp.Filter | exp.WithinGroup):
        called = called.this
    return function_name(called)


def _kinds(
    select: exp.Select, calls: Sequence[exp.Expr], items: Sequence[Item], normal: Normal, types: Types
) -> dict[int, bool]:
    """Of sums and means: are their values exact?"""
    if not calls:
        return {}
    arguments = []
    for node in calls:
        called = node
        while isinstance(called, exp.Window | exp.IgnoreNulls | exp.RespectNulls | exp.Filter | exp.WithinGroup):
            called = called.this
        one = called.this.expressions[0] if isinstance(called.this, exp.Distinct) else called.this
        arguments.append(without_aliases(one, select, items))
    parts = {name: select.args[name] for name in ("from_", "joins") if select.args.get(name)}
    asked = exp.Select(
        expressions=[exp.alias_(one.copy(), f"a{at}", quoted=True) for at, one in enumerate(arguments)], **parts
    ).copy()
    if normal.definitions:
        asked.set("with_", with_all(normal))
    found = types(asked.sql(dialect="duckdb"))
    if found is None:
        return {}
    return {id(node): _WHOLE.fullmatch(kind) is not None for node, kind in zip(calls, found, strict=True)}


def with_all(normal: Normal) -> exp.With:
    """Write all WITH queries."""
    return exp.With(
        expressions=[
            exp.CTE(
                this=one.query.copy(),
                alias=exp.TableAlias(this=identifier(one.name), columns=[identifier(c) for c in one.columns]),
            )
            for one in normal.definitions.values()
        ],
        recursive=any(one.recursive for one in normal.definitions.values()),
    )


def _of_window(
    window: exp.Window, items: Sequence[Item], unique: Mapping[str, Sequence[Sequence[str]]], *, free: bool
) -> str:
    """Say why the answer of a window can depend on more than the rows of its partition."""
    name = _inside(window)
    order = window.args.get("order")
    spec = window.args.get("spec")
    placed = not free or (spec is not None and str(spec.args.get("kind") or "").upper() == "ROWS")
    if name in _RANKS or not placed:
        return ""
    if name in _EXACT and not free:
        return f"{name}() of floats over a window adds them up in an order of its own"
    if not order:
        return f"{name}() over a window without an order"
    if not _told_apart(window, items, unique):
        return f"{name}() over rows that can tie"
    if name in _FREE | _EXACT | {"row_number", "lag", "lead", "first_value", "last_value", "nth_value", "ntile"}:
        return ""
    return f"{name}() over a window"


def _told_apart(window: exp.Window, items: Sequence[Item], unique: Mapping[str, Sequence[Sequence[str]]]) -> bool:
    """Say whether no two rows of a partition stand at the same place of its order."""
    if len(items) != 1 or not is_base(items[0].node):
        return False
    ordered = [one.this if isinstance(one, exp.Ordered) else one for one in window.args["order"].expressions]
    named = {
        key(one.name) for one in [*ordered, *(window.args.get("partition_by") or ())] if isinstance(one, exp.Column)
    }
    sets = next((sets for name, sets in unique.items() if key(name) == key(items[0].node.name)), ())
    return any({key(one) for one in columns} <= named for columns in sets)


def _first_of_each(select: exp.Select, items: Sequence[Item]) -> Iterator[Repeating]:
    """Look at DISTINCT ON: which row is kept is said only where all that is shown is ordered."""
    on = distinct_on(select)
    if on is None:
        return
    shown = item_expressions(select, items)
    order = select.args.get("order")
    named: list[exp.Expr] = [*(on.expressions if isinstance(on, exp.Tuple) else [on])]
    for one in order.expressions if order else ():
        plain = one.this if isinstance(one, exp.Ordered) else one
        if isinstance(plain, exp.Literal) and not plain.is_string and 0 < int(plain.name) <= len(shown):
            plain = shown[int(plain.name) - 1]
        named.append(without_aliases(plain, select, items))
    if not all(one in named for one in shown):
        yield Repeating(ordered=True, why="DISTINCT ON among rows that tie")
