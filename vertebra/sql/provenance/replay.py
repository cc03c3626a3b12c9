"""Whether a query, run over only its traced rows, must give the chosen rows again and no others that fit.

Lineage is the union of what each chosen row comes from. Joined anew, such rows can meet in combinations of which
some were not chosen. In a query that only selects and joins they are rows of the query all the same, and the
predicate drops them. Above a group, a window or an outer join they can be rows that the query never gave. This
module works out, from the bottom up, what can be said of those further rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import group_keys, item_expressions, named_windows, without_aliases
from vertebra.sql.free import free_columns
from vertebra.sql.provenance.cut import rows_kept, uncut
from vertebra.sql.provenance.flow import Context
from vertebra.sql.provenance.reach import PREFIX, is_whole, reach
from vertebra.sql.provenance.recombined import REAL, TIGHT, Rank, Replay, Trust, joined, loose, rests_on_absence
from vertebra.sql.scope import Item, Opaque, is_base
from vertebra.sql.tree import clauses, distinct_on, is_grouped, key, subqueries, windows
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vertebra.sql.normal import Normal


def against_replay(normal: Normal, chosen: Sequence[int]) -> str:
    """Say what stands against a replay of the rows chosen by some output columns; empty when nothing does."""
    found = _of(normal.body, normal, frozenset(chosen))
    if found.rank == Rank.LOOSE:
        return found.why
    if found.rank == Rank.KEYED and not frozenset(chosen) <= found.trusted:
        return "rows are chosen by a column that is worked out from several rows, which a replay recombines"
    repeated = _repeated(normal)
    if repeated and not _monotone(normal):
        return f"{repeated} is read more than once, and not only selected and joined"
    return ""


def _of(query: exp.Expr, normal: Normal, chosen: frozenset[int] | None) -> Replay:
    """Work out the replay of a query; `chosen` is given for the topmost one, whose predicate is known."""
    cut = any(query.args.get(name) for name in ("limit", "offset", "sample"))
    if cut and isinstance(query, exp.Select | exp.SetOperation) and rows_kept(query, _context(normal)) is not None:
        found = _of(uncut(query), normal, chosen)
        return found if found.rank == Rank.TIGHT else loose("LIMIT over rows that a replay recombines")
    match query:
        case exp.Subquery():
            return _cut(_of(query.this, normal, None if cut else chosen), cut=cut)
        case exp.Union():
            return _cut(_union(_of(query.this, normal, None), _of(query.expression, normal, None)), cut=cut)
        case exp.SetOperation():
            sides = [_of(side, normal, None) for side in (query.this, query.expression)]
            if all(side.rank <= Rank.REAL for side in sides):
                return REAL
            return loose("INTERSECT or EXCEPT of rows that a replay recombines")
        case exp.Select():
            return _cut(_block(query, normal, chosen), cut=cut)
        case _:
            return TIGHT


def _context(normal: Normal) -> Context:
    """What it takes to ask whether a limit can be followed; nothing is made of the answer."""
    return Context(normal, {}, "__")


def _cut(found: Replay, *, cut: bool) -> Replay:
    if not cut:
        return found
    return REAL if found.rank <= Rank.REAL else loose("LIMIT over rows that a replay recombines")


def _union(left: Replay, right: Replay) -> Replay:
    worst = max(left, right, key=lambda one: one.rank)
    if worst.rank != Rank.KEYED:
        return worst
    sides = [one.trusted for one in (left, right) if one.rank == Rank.KEYED]
    return Replay(Rank.KEYED, frozenset.intersection(*sides))


def _block(query: exp.Select, normal: Normal, chosen: frozenset[int] | None) -> Replay:
    select = query.copy()
    named_windows(select)
    if any(_of(inner, normal, None).rank > Rank.REAL for inner in subqueries(select)):
        return loose("a query inside an expression, whose rows a replay recombines")
    items = normal.items(select)
    shown = item_expressions(select, items)
    where = select.args.get("where")
    deciding = [without_aliases(where.this, select, items)] if where else []
    grouped = is_grouped(select) or distinct_on(select) is not None
    keys: list[exp.Expr] = []
    if grouped:
        try:
            keys = _keys(select, items)
        except Opaque as opaque:
            return _whole(items, deciding, normal, str(opaque))
    by = keys if grouped else None if chosen is None else [shown[at] for at in chosen]
    rows, trusted = joined(items, deciding, by, [_item(item, normal) for item in items], normal)
    if rows.rank == Rank.LOOSE:
        return rows
    if rows.rank > Rank.TIGHT and any(True for inner in subqueries(select) if any(free_columns(inner, normal))):
        return loose("a correlated query beside rows that a replay recombines")
    if windows(select):
        return _windowed(select, items, rows, trusted, shown) if not grouped else _whole_groups(rows)
    if not grouped:
        if rows.rank < Rank.KEYED:
            return rows
        return Replay(Rank.KEYED, frozenset(at for at, one in enumerate(shown) if trusted.holds([one])))
    asked = [] if chosen is None else [shown[at] for at in chosen]
    return _grouped(select, rows, trusted, keys, shown, asked)


def _grouped(
    select: exp.Select,
    rows: Replay,
    trusted: Trust,
    keys: Sequence[exp.Expr],
    shown: Sequence[exp.Expr],
    asked: Sequence[exp.Expr],
) -> Replay:
    if rows.rank == Rank.TIGHT:
        return rows
    if not trusted.holds(keys):
        return loose("groups by a value that is worked out from several rows, which a replay recombines")
    dropped = select.args.get("having") or select.args.get("qualify")
    if dropped and not all(one in asked for one in keys):
        return loose("HAVING over rows that a replay recombines")
    return Replay(Rank.KEYED, frozenset(at for at, one in enumerate(shown) if one in keys))


def _keys(select: exp.Select, items: Sequence[Item]) -> list[exp.Expr]:
    on = distinct_on(select)
    if on is not None:
        return list(on.expressions) if isinstance(on, exp.Tuple) else [on]
    return [one.expression for one in group_keys(select, items)]


def _whole(items: Sequence[Item], deciding: list[exp.Expr], normal: Normal, why: str) -> Replay:
    rows, _ = joined(items, deciding, None, [_item(item, normal) for item in items], normal)
    return REAL if rows.rank <= Rank.REAL else loose(why)


def _whole_groups(rows: Replay) -> Replay:
    return REAL if rows.rank <= Rank.REAL else loose("window functions over groups that a replay recombines")


def _windowed(
    select: exp.Select, items: Sequence[Item], rows: Replay, trusted: Trust, shown: Sequence[exp.Expr]
) -> Replay:
    found = [without_aliases(window, select, items) for window in windows(select)]
    if rows.rank == Rank.TIGHT and _closed([window for window in found if isinstance(window, exp.Window)]):
        return REAL
    if select.args.get("qualify"):
        return loose("QUALIFY over rows that a replay recombines")
    if rows.rank == Rank.KEYED:
        return loose("window functions over rows that a replay recombines")
    plain = (at for at, one in enumerate(shown) if not one.find(exp.Window) and trusted.holds([one]))
    return Replay(Rank.KEYED, frozenset(plain))


def _closed(found: Sequence[exp.Window]) -> bool:
    """Say whether the rows that windows look at from a row are all that they look at from these rows in turn.

    They are where one of them looks at the whole partition of all, or each at the rows before in one order.
    """
    if any(window.args.get("partition_by") != found[0].args.get("partition_by") for window in found):
        return False
    if any(is_whole(window) for window in found):
        return True
    return all(reach(one) == PREFIX and one.args["order"] == found[0].args["order"] for one in found)


def _item(item: Item, normal: Normal) -> Replay:
    node = item.node
    if node.args.get("pivots") or node.args.get("sample"):
        return REAL
    if is_base(node):
        definition = None if node.args.get("db") else normal.definitions.get(key(node.name))
        if definition is None:
            return TIGHT
        return REAL if definition.recursive else _of(definition.query, normal, None)
    inner = node.this if isinstance(node, exp.Lateral) else node
    if isinstance(inner, exp.Subquery):
        if any(True for _ in free_columns(inner.this, normal)):
            return loose("a lateral join, whose rows a replay recombines")
        return _of(inner.this, normal, None)
    return TIGHT


def _occurrences(query: exp.Expr, normal: Normal, names: list[str], depth: int = 0) -> None:
    for use in uses(query):
        definition = None if use.table.args.get("db") else normal.definitions.get(key(use.table.name))
        if definition is None:
            names.append(key(use.table.name))
        elif depth <= len(normal.definitions):
            _occurrences(definition.query, normal, names, depth + 1)


def _repeated(normal: Normal) -> str:
    names: list[str] = []
    _occurrences(normal.body, normal, names)
    return next((name for name in names if names.count(name) > 1), "")


def _monotone(normal: Normal) -> bool:
    """Say whether a query only selects, joins and unites: more input never takes a row away."""
    for query in (normal.body, *(one.query for one in normal.definitions.values())):
        for node in query.walk():
            match node:
                case exp.Select():
                    cut = any(node.args.get(name) for name in ("limit", "offset", "sample", "qualify"))
                    if cut or is_grouped(node) or distinct_on(node) is not None or windows(node):
                        return False
                    if any(isinstance(part.find(exp.Query), exp.Query) for part in clauses(node)):
                        return False
                case exp.Intersect() | exp.Except() | exp.Pivot():
                    return False
                case exp.Join() if rests_on_absence(node):
                    return False
    return True
