"""In which order the rows of a FROM clause arrive, when its joins are worked out as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from vertebra.sql.normal import Normal
from vertebra.sql.repeating.model import Repeating, Single
from vertebra.sql.scope import Item, is_base, is_bracket, owners
from vertebra.sql.tree import conjuncts, key, subqueries


def singles(
    select: exp.Select, items: Sequence[Item], normal: Normal, unique: Mapping[str, Sequence[Sequence[str]]]
) -> Repeating:
    """Say what must hold for the rows of a block to arrive in the order of its first relation."""
    if not items or not _read(items[0], normal):
        return _no("floats are added up in the order in which a query gives them")
    if any(True for _ in subqueries(select)):
        return _no("floats are added up beside a query inside an expression")
    if any(is_bracket(node) for node in select.find_all(exp.Subquery)):
        return _no("floats are added up over joins in brackets")
    found = []
    for at, item in enumerate(items[1:], 1):
        one = _single(item, items[:at], normal)
        if isinstance(one, str):
            return _no(one)
        if one is not None and not _known(one, unique):
            found.append(one)
    return Repeating(ordered=True, single=tuple(found))


def _no(why: str) -> Repeating:
    return Repeating(ordered=True, why=why)


def _read(item: Item, normal: Normal) -> bool:
    """Say whether an item is a relation of the project, read from its beginning."""
    return is_base(item.node) and key(item.node.name) not in normal.definitions and not item.node.args.get("pivots")


def _single(item: Item, before: Sequence[Item], normal: Normal) -> Single | str | None:
    """What must not repeat in an item; None where nothing need be known; or why the order is not known."""
    join = item.join
    if join is None or join.args.get("method") or join.side not in {"", "LEFT"}:
        return "floats are added up over a join that decides the order itself"
    if join.kind in {"SEMI", "ANTI"}:
        return None
    if not _read(item, normal):
        return "floats are added up over a join with a query"
    names = {key(name.name) for name in join.args.get("using") or ()}
    for part in conjuncts(join.args.get("on")):
        if isinstance(part, exp.EQ | exp.NullSafeEQ):
            for mine, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(mine, exp.Column) and _is_of(mine, item, before) and not _names(other, item, before):
                    names.add(key(mine.name))
    if not names:
        return "floats are added up over a join with more than one row"
    return Single(item.node.name, tuple(sorted(names)))


def _is_of(column: exp.Column, item: Item, before: Sequence[Item]) -> bool:
    found = owners([*before, item], column)
    return len(found) == 1 and found[0][0] is item and len(column.parts) <= 2


def _names(node: exp.Expr, item: Item, before: Sequence[Item]) -> bool:
    columns = list(node.find_all(exp.Column))
    return not columns or any(one[0] is item for column in columns for one in owners([*before, item], column))


def _known(single: Single, unique: Mapping[str, Sequence[Sequence[str]]]) -> bool:
    sets = next((sets for name, sets in unique.items() if key(name) == key(single.relation)), ())
    return any({key(one) for one in columns} <= set(single.columns) for columns in sets)
