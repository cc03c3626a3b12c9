"""What makes a query give another answer from the same inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql import functions
from vertebra.sql.tree import function_name, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vertebra.sql.query import Query


@dataclass(frozen=True, slots=True)
class Volatile:
    """One place in a query whose answer its inputs do not decide.

    Attributes
    ----------
    kind : str
        `clock`, `random`, `sequence`, `session`, `effect`, `sample`, `unordered-limit`, `limit-ties`,
        `unordered-aggregate`, `ties`, `unordered-window` or `unordered-distinct-on`.
    text : str
        The part of the query.
    line : int
        Its 1-based line in the query's text.
    """

    kind: str
    text: str
    line: int


def nondeterminism(query: Query) -> tuple[Volatile, ...]:
    r"""Find what makes a query give another answer from the same inputs; callers decide what is allowed.

    Parameters
    ----------
    query : Query
        The query.

    Returns
    -------
    tuple of Volatile
        In the order of the lines.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> [(v.kind, v.line) for v in nondeterminism(parse("select now(),\n first(x) from t", "v.sql"))]
    [('clock', 1), ('unordered-aggregate', 2)]
    """
    lines = _Lines(query.tree)
    found = [Volatile(kind, node.sql(dialect="duckdb"), lines.of(node)) for kind, node in _places(query.tree)]
    return tuple(sorted(found, key=lambda one: (one.line, one.kind, one.text)))


_KINDS = (
    ("clock", functions.CLOCK),
    ("random", functions.RANDOM),
    ("sequence", functions.SEQUENCE),
    ("session", functions.SESSION),
    ("effect", functions.EFFECT),
)
_CLOCKS = (
    exp.CurrentDate,
    exp.CurrentDatetime,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.Localtime,
    exp.Localtimestamp,
)
_ORDER_SENSITIVE = (
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.RowNumber,
    exp.Ntile,
)


def _places(tree: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    for node in tree.walk():
        match node:
            case exp.TableSample():
                yield "sample", node
            case exp.Select() | exp.SetOperation() | exp.Subquery():
                yield from _of_query(node)
            case exp.Window():
                yield from _of_window(node)
            case exp.Column() if not node.table and key(node.name) in functions.CLOCK and not node.this.quoted:
                yield "clock", node
            case exp.Func():
                yield from _of_function(node)


def _of_query(node: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    cut = node.args.get("limit") or node.args.get("offset")
    if cut:
        yield ("limit-ties" if node.args.get("order") else "unordered-limit"), cut
    distinct = node.args.get("distinct")
    if isinstance(distinct, exp.Distinct) and distinct.args.get("on") and not node.args.get("order"):
        yield "unordered-distinct-on", distinct


def _of_window(node: exp.Window) -> Iterator[tuple[str, exp.Expr]]:
    called = node.this.this if isinstance(node.this, exp.IgnoreNulls) else node.this
    named = node.args.get("alias")  # OVER w: the definition of w is looked at by name
    ordered = node.args.get("order") or (named and _ordered_by_name(node, key(named.name)))
    if not ordered and isinstance(called, _ORDER_SENSITIVE) and node.arg_key != "windows":
        yield "unordered-window", node


def _ordered_by_name(node: exp.Window, name: str) -> bool:
    select = node.find_ancestor(exp.Select)
    for window in (select.args.get("windows") or ()) if select else ():
        if key(window.name) == name:
            base = window.args.get("alias")
            return bool(window.args.get("order") or (base and _ordered_by_name(window, key(base.name))))
    return False


def _of_function(node: exp.Func) -> Iterator[tuple[str, exp.Expr]]:
    name = function_name(node)
    if isinstance(node, _CLOCKS):
        yield "clock", node
        return
    if name == "age" and len(list(node.iter_expressions())) == 1:
        yield "clock", node
    for kind, names in _KINDS:
        if name in names:
            yield kind, node
    ordered = node.find(exp.Order) is not None or _inside_window_with_order(node)
    if name in functions.ORDERED and not ordered:
        by_value = isinstance(node, exp.ArgMax | exp.ArgMin) or name in {"mode", "max_by", "min_by"}
        yield ("ties" if by_value or name.startswith("arg") else "unordered-aggregate"), node


def _inside_window_with_order(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, exp.IgnoreNulls | exp.RespectNulls | exp.Filter | exp.WithinGroup):
        if isinstance(parent, exp.WithinGroup):
            return True
        parent = parent.parent
    return isinstance(parent, exp.Window) and bool(parent.args.get("order"))


class _Lines:
    """Lines of nodes; a node without a place of its own takes that of its first part or its next of kin."""

    def __init__(self, tree: exp.Expr) -> None:
        self._first = min((int(n.meta["line"]) for n in tree.walk() if "line" in n.meta), default=1)

    def of(self, node: exp.Expr) -> int:
        own = [int(n.meta["line"]) for n in node.walk() if "line" in n.meta]
        if own:
            return min(own)
        parent = node.parent
        while parent is not None:
            around = [int(n.meta["line"]) for n in parent.walk() if "line" in n.meta]
            if around:
                return min(around)
            parent = parent.parent
        return self._first
