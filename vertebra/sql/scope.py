"""The items of a FROM clause and the columns that they offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.functions import OWN_ROWS
from vertebra.sql.tree import clauses, function_name, key, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Opaque(Exception):  # noqa: N818  a word of the protocol between rules, never shown as an error
    """What a rule cannot see through; the trace then widens and says so."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a FROM clause.

    Attributes
    ----------
    node : sqlglot.exp.Expr
        Table, Subquery, Lateral, Unnest or Values.
    join : sqlglot.exp.Join or None
        The join that brings it in; None for the first.
    name : str
        What qualifies its columns, folded; empty when nothing does.
    columns : tuple of str, or None
        Its columns in order; None where only the engine knows.
    """

    node: exp.Expr
    join: exp.Join | None
    name: str
    columns: tuple[str, ...] | None

    @property
    def hidden(self) -> bool:
        """Right sides of semi and anti joins are seen by their ON condition only."""
        return self.join is not None and self.join.kind in {"SEMI", "ANTI"}

    def has(self, name: str) -> bool:
        """Say whether the item offers a column."""
        return self.columns is not None and key(name) in {key(c) for c in self.columns}


def places(select: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Join | None]]:
    """Yield the nodes of a FROM clause, entering brackets that have no name of their own."""
    start = select.args.get("from_")
    if isinstance(start, exp.From):
        yield from _opened(start.this, None)
    for join in select.args.get("joins") or ():
        yield from _opened(join.this, join)


def _opened(node: exp.Expr, join: exp.Join | None) -> Iterator[tuple[exp.Expr, exp.Join | None]]:
    if is_bracket(node):
        yield from _opened(node.this, join)
        for within_join in node.this.args.get("joins") or ():
            yield from _opened(within_join.this, within_join)
    else:
        yield node, join


def is_bracket(node: exp.Expr) -> bool:
    """Say whether a node is a bracket around joins without a name of its own: `(a JOIN b ON …)`."""
    return isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table) and not node.alias


def is_base(node: exp.Expr) -> bool:
    """Say whether a node names a relation (or a WITH query), as against a table function."""
    return isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier)


def name_brackets(tree: exp.Expr) -> None:
    """Write each bracket with a name, `(a JOIN b ON …) AS j`, as the subquery that it is, in place."""
    for node in list(tree.find_all(exp.Subquery)):
        if isinstance(node.this, exp.Table) and node.alias:
            table = node.this
            joins = table.args.get("joins") or []
            table.set("joins", None)
            node.set("this", exp.Select(expressions=[exp.Star()], from_=exp.From(this=table), joins=joins))


def named(node: exp.Expr) -> str:
    """Give the name that qualifies the columns of a FROM item, folded."""
    return "" if is_bracket(node) else key(node.alias_or_name)


def overlay(node: exp.Expr, columns: Sequence[str] | None) -> tuple[str, ...] | None:
    """Put the column names of an alias, `AS t(a, b)`, over the columns of the item."""
    alias = node.args.get("alias")
    given = [c.name for c in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    if columns is None:
        return None
    return (*given, *columns[len(given) :])


def function_columns(node: exp.Expr) -> tuple[str, ...] | None:
    """Name the columns of a table function, UNNEST or VALUES, where its text tells."""
    alias = node.args.get("alias")
    given = [c.name for c in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    if isinstance(node, exp.Values):
        width = len(node.expressions[0].expressions) if node.expressions else 0
        return overlay(node, [f"col{i}" for i in range(width)])
    called = node.this if isinstance(node, exp.Table) else node
    name = function_name(called) if isinstance(called, exp.Expr) else ""
    scalar = isinstance(node, exp.Unnest) or name in OWN_ROWS
    if not scalar:
        return None
    if given:
        return tuple(given)
    return (node.alias,) if node.alias else None


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Name repeated columns of a subquery as DuckDB does: k, k_1, k_2.

    >>> unique_names(["k", "v", "K", "k_1"])
    ('k', 'v', 'K_1', 'k_1_1')
    """
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, count = name, 0
        while key(candidate) in taken:
            count += 1
            candidate = f"{name}_{count}"
        taken.add(key(candidate))
        result.append(candidate)
    return tuple(result)


def offered(items: Sequence[Item]) -> set[str] | None:
    """Fold the names of all visible columns of a FROM clause; None when one item is unknown."""
    names: set[str] = set()
    for item in items:
        if item.columns is None:
            return None
        if not item.hidden:
            names |= {key(c) for c in item.columns}
    return names


def owners(items: Sequence[Item], column: exp.Column, *, hidden: bool = False) -> list[tuple[Item, str]]:
    """Find the FROM items that a column reference can mean, with the column's name there.

    A name merged by USING has several owners. A reference such as `s.field`, with a struct column `s`,
    leads to `s`.
    """
    seen = [item for item in items if hidden or not item.hidden]
    parts = [part.name for part in column.parts if isinstance(part, exp.Identifier)]
    if len(parts) > 1:
        qualified = [i for i in seen if i.name == key(parts[0])]
        if qualified:
            return [(i, parts[1]) for i in qualified if i.columns is None or i.has(parts[1])]
    return [(item, parts[0]) for item in seen if item.has(parts[0])]


def references(select: exp.Select) -> Iterator[exp.Column]:
    """Columns named by a block's own expressions, not by the queries inside them."""
    for clause in clauses(select):
        for node in within(clause):
            if isinstance(node, exp.Column):
                yield node


def lookup(schemas: Mapping[str, Sequence[str]], name: str) -> tuple[str, tuple[str, ...]] | None:
    """Find a relation by its folded name: the name as the caller wrote it, and its columns."""
    if name in schemas:
        return name, tuple(schemas[name])
    for known, columns in schemas.items():
        if key(known) == key(name):
            return known, tuple(columns)
    return None
