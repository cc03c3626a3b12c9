"""Which columns of the inputs bound an output column, so that what lies outside need not be read.

Rows of a relation whose column lies outside the bounds of a chosen output column stand in no chosen row, and leave
no mark on one: the column is carried up through projections, group keys, partition keys and joins that keep it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import group_keys, item_expressions, named_windows, without_aliases
from vertebra.sql.normal import Normal, normalise
from vertebra.sql.scope import Item, Opaque, is_base, is_bracket, owners
from vertebra.sql.tree import distinct_on, is_grouped, key, windows
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vertebra.sql.query import Query

SAME, DAY = "same", "day"
_UNITS = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of an input that an output column is worked out from.

    Attributes
    ----------
    output : str
        The output column.
    relation, column : str
        The relation, which the query reads once, and its column.
    kind : str
        `same`, `day` (a cast to a date), or the unit that a date_trunc cuts to.
    """

    output: str
    relation: str
    column: str
    kind: str


def origins(query: Query, schemas: Mapping[str, Sequence[str]], outputs: Sequence[str]) -> tuple[Origin, ...]:
    """Find the columns that bound output columns.

    Parameters
    ----------
    query : Query
        The query.
    schemas : mapping of str to sequence of str
        Every relation that it reads: its columns, in order.
    outputs : sequence of str
        The output columns.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> daily = parse("select device, ts::date as day, max(e) as top from meters group by all", "v.sql")
    >>> origins(daily, {"meters": ("device", "ts", "e")}, ("day", "top"))
    (Origin(output='day', relation='meters', column='ts', kind='day'),)
    """
    try:
        normal = normalise(query.tree, schemas)
        once = _read_once(normal)
        folded = [key(name) for name in normal.columns]
        found = [
            Origin(name, *one)
            for name in outputs
            for one in _down(normal.body, folded.index(key(name)), SAME, normal, once)
        ]
    except Opaque:
        return ()
    return tuple(found)


def _read_once(normal: Normal) -> frozenset[str]:
    """Folded names of the relations and WITH queries that are read at one place only."""
    counts: Counter[str] = Counter()

    def count(node: exp.Expr, depth: int) -> None:
        for use in uses(node):
            name = key(use.table.name)
            counts[name] += 1
            if name in normal.definitions and depth <= len(normal.definitions):
                count(normal.definitions[name].query, depth + 1)

    count(normal.body, 0)
    return frozenset(name for name, number in counts.items() if number == 1)


def _down(query: exp.Expr, at: int, kind: str, normal: Normal, once: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    if any(query.args.get(cut) for cut in ("limit", "offset", "sample")):
        return
    match query:
        case exp.Subquery() if isinstance(query.this, exp.Query):
            yield from _down(query.this, at, kind, normal, once)
        case exp.SetOperation():
            for side in (query.this, query.expression):
                yield from _down(side, at, kind, normal, once)
        case exp.Select():
            yield from _of_block(query, at, kind, normal, once)


def _of_block(
    query: exp.Select, at: int, kind: str, normal: Normal, once: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    select = query.copy()
    named_windows(select)
    items = normal.items(select)
    shown = item_expressions(select, items)[at]
    if not _carried(select, shown, items):
        return
    inner, cut = _simple(shown)
    if inner is None or SAME not in {cut, kind}:
        return
    kind = cut if cut != SAME else kind
    for item, name in owners(items, inner):
        if not _keeps(item, items):
            continue
        node = item.node
        if is_base(node) and key(node.name) not in normal.definitions:
            if key(node.name) in once and not node.args.get("pivots"):
                yield node.name, _column(item, name, normal), kind
        else:
            definition = normal.definitions.get(key(node.name)) if is_base(node) else None
            if definition is not None and (definition.recursive or key(node.name) not in once):
                continue
            below = definition.query if definition is not None else node.this
            if isinstance(below, exp.Query) and item.columns is not None and not isinstance(node, exp.Lateral):
                place = [key(one) for one in item.columns].index(key(name))
                yield from _down(below, place, kind, normal, once)


def _carried(select: exp.Select, shown: exp.Expr, items: Sequence[Item]) -> bool:
    """Say whether rows that differ in an expression never meet in this block."""
    if _is_bracketed(select):
        return False
    if is_grouped(select):
        return not windows(select) and any(one.expression == shown for one in group_keys(select, items))
    on = distinct_on(select)
    if on is not None:
        parts = on.expressions if isinstance(on, exp.Tuple) else [on]
        return not windows(select) and any(without_aliases(one, select, items) == shown for one in parts)
    found = [without_aliases(window, select, items) for window in windows(select)]
    return all(shown in (window.args.get("partition_by") or ()) for window in found)


def _is_bracketed(select: exp.Select) -> bool:
    """Say whether joins stand in brackets."""
    return any(is_bracket(node) for node in select.find_all(exp.Subquery))


def _simple(expression: exp.Expr) -> tuple[exp.Column | None, str]:
    """The column below an expression that keeps the order of its values."""
    match expression:
        case exp.Column() if len(expression.parts) <= 2:
            return expression, SAME
        case exp.Cast() if isinstance(expression.this, exp.Column) and expression.to.is_type("date"):
            return expression.this, DAY
        case exp.TimestampTrunc() | exp.DateTrunc() if isinstance(expression.this, exp.Column):
            unit = str(expression.args["unit"].name).lower()
            return (expression.this, unit) if unit in _UNITS else (None, SAME)
        case exp.Paren():
            return _simple(expression.this)
        case _:
            return None, SAME


def _keeps(item: Item, items: Sequence[Item]) -> bool:
    """Say whether leaving rows of an item out takes their joined rows away and makes no other."""
    at = next(n for n, one in enumerate(items) if one is item)
    joins = [one.join for one in items]
    own = joins[at]
    if any(join is not None and join.side in {"RIGHT", "FULL"} for join in joins):
        return False
    return own is None or not (own.side or own.kind in {"SEMI", "ANTI"} or own.args.get("method"))


def _column(item: Item, name: str, normal: Normal) -> str:
    """The relation's own name of a column that an alias may rename."""
    place = [key(one) for one in item.columns or ()].index(key(name))
    own = next(columns for relation, columns in normal.schemas.items() if key(relation) == key(item.node.name))
    return own[place]
