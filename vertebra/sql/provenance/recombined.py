"""What a replay of a FROM clause can give beside the chosen rows, and which columns of them can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.free import free_columns
from vertebra.sql.scope import Item, is_base, owners
from vertebra.sql.tree import key
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vertebra.sql.normal import Normal


class Rank(IntEnum):
    """What further rows a replay can give, from none to any."""

    TIGHT = 0  # none
    REAL = 1  # only rows that the query gives over all its input
    KEYED = 2  # rows that are right in the trusted columns, and may be wrong in the others
    LOOSE = 3  # any


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay of a query gives beside the chosen rows."""

    rank: Rank
    trusted: frozenset[int] = frozenset()
    why: str = ""


TIGHT, REAL = Replay(Rank.TIGHT), Replay(Rank.REAL)


def loose(why: str) -> Replay:
    """Say what lets a replay give any row."""
    return Replay(Rank.LOOSE, why=why)


@dataclass(frozen=True, slots=True)
class Trust:
    """Which columns of the FROM items are right in every row that a replay gives."""

    items: Sequence[Item]
    columns: dict[int, frozenset[str] | None]  # position of an item: its trusted columns, folded; None for all
    normal: Normal

    def holds(self, expressions: Iterable[exp.Expr], only: int | None = None) -> bool:
        """Say whether expressions use trusted columns only; with `only`, of that item alone."""
        return all(self._one(column, only) for column in _columns(expressions, self.normal))

    def _one(self, column: exp.Column | None, only: int | None) -> bool:
        found = owners(self.items, column, hidden=True) if column is not None else []
        if not found:
            return False
        for item, name in found:
            at = next(i for i, one in enumerate(self.items) if one is item)
            allowed = self.columns.get(at)
            if (only is not None and at != only) or (allowed is not None and key(name) not in allowed):
                return False
        return True


def _columns(expressions: Iterable[exp.Expr], normal: Normal) -> Iterable[exp.Column | None]:
    for expression in expressions:
        for node in expression.walk(prune=lambda n: isinstance(n, exp.Query)):
            if isinstance(node, exp.Column):
                yield node
            elif isinstance(node, exp.Query):
                yield from free_columns(node, normal)


def joined(
    items: Sequence[Item],
    deciding: list[exp.Expr],
    by: list[exp.Expr] | None,
    found: Sequence[Replay],
    normal: Normal,
) -> tuple[Replay, Trust]:
    """Work out what a replay of a FROM clause and its WHERE gives, from what each item's replay gives.

    `by` are the expressions that choose rows, where they are known. When they and WHERE look at the first item
    only, every joined row of a chosen row of that item is chosen, and nothing recombines.
    """
    trust = Trust(
        items,
        {
            at: None if one.rank <= Rank.REAL else frozenset(_names(items[at], one.trusted))
            for at, one in enumerate(found)
        },
        normal,
    )
    worst = next((one for one in found if one.rank == Rank.LOOSE), None)
    if worst is not None:
        return worst, trust
    read = [at for at, item in enumerate(items) if _reads(item)]
    if not items or not read:
        return TIGHT, trust
    if len(items) == 1:
        if found[0].rank == Rank.KEYED and not trust.holds(deciding):
            return loose("a filter on a value that is worked out from several rows, which a replay recombines"), trust
        return found[0], trust
    outer = [item for item in items if item.join is not None and rests_on_absence(item.join)]
    if by is not None and read[0] == 0 and not _turned(items) and trust.holds([*deciding, *by], only=0):
        others = max(found[1:], key=lambda one: one.rank)
        if others.rank <= Rank.REAL:
            return (TIGHT if found[0].rank == Rank.TIGHT else _keyed(found[0])), trust
    if not outer:
        return _inner(items, found, deciding, trust), trust
    if len(items) == 2 and not _turned(items) and found[0].rank == Rank.TIGHT and found[1].rank <= Rank.REAL:
        return REAL, trust
    return loose("an outer, ASOF or anti join among several relations rests on rows that are not there"), trust


def _keyed(first: Replay) -> Replay:
    return Replay(Rank.KEYED, first.trusted)


def _inner(items: Sequence[Item], found: Sequence[Replay], deciding: list[exp.Expr], trust: Trust) -> Replay:
    if all(one.rank <= Rank.REAL for one in found):
        return REAL
    conditions = [item.join.args["on"] for item in items if item.join is not None and item.join.args.get("on")]
    using = [
        exp.Column(this=name.copy())
        for item in items
        for name in ((item.join.args.get("using") or ()) if item.join is not None else ())
    ]
    if trust.holds([*deciding, *conditions, *using]):
        return Replay(Rank.KEYED)
    return loose("a join on a value that is worked out from several rows, which a replay recombines")


def rests_on_absence(join: exp.Join) -> bool:
    """Say whether a join's result rests on rows that are not there."""
    return bool(join.side) or join.kind == "ANTI" or join.args.get("method") == "ASOF"


def _turned(items: Sequence[Item]) -> bool:
    return any(item.join is not None and item.join.side in {"RIGHT", "FULL"} for item in items)


def _names(item: Item, trusted: frozenset[int]) -> Iterable[str]:
    columns = item.columns or ()
    return (key(columns[at]) for at in trusted if at < len(columns))


def _reads(item: Item) -> bool:
    return any(True for _ in uses(item.node)) or is_base(item.node)
