"""How far a window looks from a row: from where to where in the order of the row's partition.

What lies between the row and its frame belongs to it where rows are counted (ROWS, GROUPS, lag and lead): without
these rows another row would stand at that distance. Rows that tie with the one at an end count with it, since the
engine's choice among them is said nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from vertebra.sql.tree import identifier

_WRAPPERS = (exp.IgnoreNulls, exp.RespectNulls)
_NUMBERS = (exp.RowNumber, exp.Rank, exp.DenseRank)
_SHARES = (exp.PercentRank, exp.CumeDist, exp.Ntile)
_BY_PLACE = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.RowNumber)


class End(Enum):
    """An end that needs no looking up."""

    EDGE = "edge"  # of the partition
    ROW = "row"  # the row itself


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows between two ends, in the order of the window.

    Attributes
    ----------
    low, high : End or sqlglot.exp.Window
        The ends; a window gives the order values of the row at the end, NULL where there is no row to look at.
    itself : bool
        Whether the row lies between them.
    peers : bool
        Whether the rows that tie with it count.
    some : sqlglot.exp.Window or None
        What is NULL where there is no row to look at, if the ends do not tell.
    """

    low: End | exp.Window
    high: End | exp.Window
    itself: bool = True
    peers: bool = True
    some: exp.Window | None = None


PREFIX = Reach(End.EDGE, End.ROW)
_PLAIN = {"edge": End.EDGE, "row": End.ROW}


def called(window: exp.Window) -> exp.Expr:
    """The function of a window, without what stands around it."""
    found: exp.Expr = window.this
    while isinstance(found, _WRAPPERS):
        found = found.this
    return found


def is_whole(window: exp.Window) -> bool:
    """Say whether a window looks at its partition as a whole."""
    if isinstance(called(window), _SHARES):
        return True
    order, spec = window.args.get("order"), window.args.get("spec")
    return not order and (spec is None or _kind(spec) == "RANGE") and not isinstance(called(window), _BY_PLACE)


def reach(window: exp.Window) -> Reach | str:
    """Say how far a window looks that does not look at its partition as a whole; or why that cannot be said."""
    function = called(window)
    if not window.args.get("order"):
        return "a window that counts rows in no order"
    if isinstance(function, _NUMBERS):
        return PREFIX
    if isinstance(function, _BY_PLACE) and function.find(exp.Order):
        return "a window function with an order of its own"
    if isinstance(function, exp.Lag | exp.Lead):
        offset = function.args.get("offset")
        if offset is not None and not (isinstance(offset, exp.Literal) and offset.is_int):
            return "a distance between rows that is worked out"
        there = _value(window, function)
        return Reach(there, End.ROW) if isinstance(function, exp.Lag) else Reach(End.ROW, there)
    found = _frame(window)
    spec = window.args.get("spec")
    if not found.itself or (spec is not None and spec.args.get("exclude")):
        return found
    if isinstance(function, exp.FirstValue | exp.LastValue):
        there = _value(window, function)
        return Reach(there, there, itself=False)
    if isinstance(function, exp.NthValue):
        return Reach(found.low, _value(window, function), itself=False)
    return found


def _frame(window: exp.Window) -> Reach:
    spec = window.args.get("spec")
    if spec is None:
        return PREFIX
    start, end = _end(spec, "start"), _end(spec, "end")
    low: End | exp.Window = _PLAIN.get(start) or _at(window, exp.FirstValue)
    high: End | exp.Window = _PLAIN.get(end) or _at(window, exp.LastValue)
    behind, ahead, some = end == "preceding", start == "following", None
    counted = _kind(spec) != "RANGE"
    if counted and behind:
        high, some = End.ROW, _at(window, exp.LastValue)
    if counted and ahead:
        low, some = End.ROW, _at(window, exp.FirstValue)
    excluded = str(spec.args.get("exclude") or "").upper() in {"GROUP", "TIES"}
    peers = not excluded or _kind(spec) == "ROWS"
    return Reach(low, high, itself=not behind and not ahead and not excluded, peers=peers, some=some)


def _kind(spec: exp.Expr) -> str:
    return str(spec.args.get("kind") or "RANGE").upper()


def _end(spec: exp.Expr, which: str) -> str:
    """Where an end of a frame lies: edge, row, preceding or following."""
    end = spec.args.get(which)
    if end is None or str(end).upper() == "CURRENT ROW" or str(end) == "0":
        return "row"
    return "edge" if str(end).upper() == "UNBOUNDED" else str(spec.args.get(f"{which}_side")).lower()


def order_values(window: exp.Window) -> list[exp.Expr]:
    """What a window orders by."""
    return [one.this if isinstance(one, exp.Ordered) else one for one in window.args["order"].expressions]


def packed(window: exp.Window) -> exp.Struct:
    """The order values of a row as one value."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=identifier(f"o{at}"), expression=one.copy())
            for at, one in enumerate(order_values(window))
        ]
    )


def _over(window: exp.Window, function: exp.Expr) -> exp.Window:
    other = window.copy()
    other.set("this", function)
    if other.args.get("spec"):
        other.args["spec"].set("exclude", None)
    return other


def _at(window: exp.Window, function: type[exp.Func]) -> exp.Window:
    return _over(window, function(this=packed(window)))


def _value(window: exp.Window, function: exp.Expr) -> exp.Window:
    """The order values of the row whose value a function takes."""
    taken = window.this.copy()
    inner: exp.Expr = taken
    while isinstance(inner, _WRAPPERS):
        inner = inner.this
    values: exp.Expr = packed(window)
    if isinstance(window.this, exp.IgnoreNulls):
        there = exp.Not(this=exp.Is(this=function.this.copy(), expression=exp.Null()))
        values = exp.Case(ifs=[exp.If(this=there, true=values)])
    inner.set("this", values)
    inner.set("default", None)
    return _over(window, taken)
