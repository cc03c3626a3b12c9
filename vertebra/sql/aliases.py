"""Expressions of a block free of aliases and positions, fit to be moved to another clause.

DuckDB lets an item of the select list be named in later items, in WHERE and in GROUP BY; a column of the FROM
clause of the same name comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import Item, Opaque, offered
from vertebra.sql.tree import has_aggregate, key, unalias, windows

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One grouping expression, and the output column that shows it (None when none does)."""

    expression: exp.Expr
    output: int | None


def item_expressions(select: exp.Select, items: Sequence[Item]) -> list[exp.Expr]:
    """Give each item of the select list without aliases."""
    return list(_resolved(select, items)[0])


def without_aliases(node: exp.Expr, select: exp.Select, items: Sequence[Item]) -> exp.Expr:
    """Write an expression of WHERE or QUALIFY without aliases of the select list."""
    return _replaced(node, _resolved(select, items)[1], offered(items))


def _resolved(select: exp.Select, items: Sequence[Item]) -> tuple[list[exp.Expr], dict[str, exp.Expr]]:
    columns = offered(items)
    known: dict[str, exp.Expr] = {}
    expressions = []
    for item in select.expressions:
        plain = _replaced(unalias(item), known, columns)
        expressions.append(plain)
        if isinstance(item, exp.Alias):
            known.setdefault(key(item.alias), plain)
    return expressions, known


def _replaced(node: exp.Expr, known: dict[str, exp.Expr], columns: set[str] | None) -> exp.Expr:
    def swap(one: exp.Expr) -> exp.Expr:
        if not (isinstance(one, exp.Column) and not one.table and key(one.name) in known):
            return one
        if columns is None:
            raise Opaque(f"{one.name} can be an alias or a column that only the engine knows")
        if key(one.name) in columns:
            return one
        meaning = known[key(one.name)].copy()
        return meaning if isinstance(meaning, exp.Column | exp.Literal | exp.Func) else exp.Paren(this=meaning)

    return node.copy().transform(swap)


def group_keys(select: exp.Select, items: Sequence[Item]) -> list[GroupKey]:
    """List what a block groups by.

    Raises
    ------
    Opaque
        On grouping sets, ROLLUP and CUBE.
    """
    group = select.args.get("group")
    shown = item_expressions(select, items)
    if group is None:
        return []
    if any(group.args.get(name) for name in ("grouping_sets", "cube", "rollup", "totals")):
        raise Opaque("grouping sets")
    if group.args.get("all"):
        return [
            GroupKey(expression, at)
            for at, expression in enumerate(shown)
            if not has_aggregate(expression) and not isinstance(expression, exp.Literal)
        ]
    return [_one_key(part, select, shown, items) for part in _parts(group.expressions)]


def _parts(expressions: Sequence[exp.Expr]) -> list[exp.Expr]:
    parts: list[exp.Expr] = []
    for one in expressions:
        match one:
            case exp.GroupingSets() | exp.Rollup() | exp.Cube():
                raise Opaque("grouping sets")
            case exp.Tuple():
                parts += _parts(one.expressions)
            case exp.Paren():
                parts += _parts([one.this])
            case _:
                parts.append(one)
    return parts


def _one_key(part: exp.Expr, select: exp.Select, shown: list[exp.Expr], items: Sequence[Item]) -> GroupKey:
    if isinstance(part, exp.Literal) and not part.is_string:
        at = int(part.name) - 1
        if not 0 <= at < len(shown):
            raise Opaque(f"GROUP BY {part.name} points past the select list")
        return GroupKey(shown[at], at)
    if isinstance(part, exp.Column) and not part.table:
        columns = offered(items)
        named = [
            at
            for at, item in enumerate(select.expressions)
            if isinstance(item, exp.Alias) and key(item.alias) == key(part.name)
        ]
        if named and columns is None:
            raise Opaque(f"{part.name} can be an alias or a column that only the engine knows")
        if named and columns is not None and key(part.name) not in columns:
            return GroupKey(shown[named[0]], named[0])
    same = [at for at, expression in enumerate(shown) if expression == part]
    return GroupKey(part.copy(), same[0] if same else None)


def named_windows(select: exp.Select) -> None:
    """Write the definition of each named window where it is used, in place."""
    defined = {key(w.name if isinstance(w.this, str) else w.this.name): w for w in select.args.get("windows") or ()}
    for window in windows(select):
        _spell(window, defined)
    select.set("windows", None)


def _spell(window: exp.Window, defined: dict[str, exp.Window]) -> None:
    name = window.args.get("alias")
    if not isinstance(name, exp.Identifier):
        return
    meaning = defined.get(key(name.name))
    if meaning is None:
        raise Opaque(f"window {name.name} is not defined")
    _spell(meaning, defined)
    for part in ("partition_by", "order", "spec"):
        value = meaning.args.get(part)
        if value and not window.args.get(part):
            window.set(part, [v.copy() for v in value] if isinstance(value, list) else value.copy())
    window.set("alias", None)
