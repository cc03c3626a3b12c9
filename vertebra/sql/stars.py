"""Spell out `*`, `t.*` (with EXCLUDE, REPLACE, RENAME) and natural joins from known columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import column, identifier, key, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Visible = tuple[str | None, str]
"""A column as a star shows it: what qualifies it (None when USING merged it) and its name."""


def spell(select: exp.Select, items: Sequence[Item]) -> list[exp.Expr]:
    """Write the select list of a block without stars.

    Raises
    ------
    Opaque
        When a star ranges over columns that only the engine knows.
    """
    spelled: list[exp.Expr] = []
    for item in select.expressions:
        match item:
            case exp.Star():
                spelled += _expanded(item, [_shown(v) for v in visible(items)])
            case exp.Column() if isinstance(item.this, exp.Star):
                spelled += _expanded(item.this, [_shown(v) for v in _of_table(item, items)])
            case _:
                if any(_is_star(node) for node in within(item)):
                    raise Opaque(f"columns chosen by a pattern: {item.sql(dialect='duckdb')}")
                spelled.append(item)
    return spelled


def _is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Columns) or (isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count))


def visible(items: Sequence[Item]) -> list[Visible]:
    """List what `*` shows: FROM items in order, columns merged by USING once, at their first place."""
    shown: list[Visible] = []
    for item in items:
        if item.hidden:
            continue
        if item.columns is None:
            raise Opaque(f"a star over {item.name or 'a table function'}, whose columns only the engine knows")
        merged = merged_names(item)
        shown = [(None if key(name) in merged else table, name) for table, name in shown]
        shown += [(item.name, name) for name in item.columns if key(name) not in merged]
    return shown


def merged_names(item: Item) -> set[str]:
    """Fold the names that an item's join merges by USING."""
    return {key(name.name) for name in (item.join.args.get("using") or ())} if item.join else set()


def _of_table(item: exp.Column, items: Sequence[Item]) -> Iterator[Visible]:
    owner = next((i for i in items if i.name == key(item.table) and not i.hidden), None)
    if owner is None or owner.columns is None:
        raise Opaque(f"{item.sql(dialect='duckdb')}, whose columns only the engine knows")
    for name in owner.columns:
        yield owner.name, name


def _shown(one: Visible) -> exp.Column:
    table, name = one
    return column(name, table)


def _expanded(star: exp.Star, columns: Sequence[exp.Column]) -> list[exp.Expr]:
    excluded = {key(c.name) for c in _listed(star, "except_")}
    replaced = {key(a.alias): a.this for a in _listed(star, "replace")}
    renamed = {key(a.this.name): a.alias for a in _listed(star, "rename")}
    result: list[exp.Expr] = []
    for one in columns:
        name = key(one.name)
        if name in excluded:
            continue
        if name in replaced:
            result.append(exp.Alias(this=replaced[name].copy(), alias=identifier(one.name)))
        elif name in renamed:
            result.append(exp.Alias(this=one, alias=identifier(renamed[name])))
        else:
            result.append(one)
    return result


def _listed(star: exp.Star, name: str) -> list[exp.Expr]:
    value = star.args.get(name)
    return value if isinstance(value, list) else []


def spell_natural(items: Sequence[Item]) -> None:
    """Turn natural joins into USING, in place, so that hidden columns take no part in them."""
    for position, item in enumerate(items):
        join = item.join
        if join is None or join.args.get("method") != "NATURAL":
            continue
        left = {key(name) for _, name in visible(items[:position])}
        if item.columns is None:
            raise Opaque("a natural join with columns that only the engine knows")
        common = [name for name in item.columns if key(name) in left]
        join.set("method", None)
        if common:
            join.set("using", [identifier(name) for name in common])
        else:
            join.set("kind", "CROSS")
