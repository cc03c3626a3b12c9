"""Column references of a query that lead out of it: what makes a subquery correlated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import Item, offered, owners, places, references
from vertebra.sql.tree import key, subqueries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vertebra.sql.normal import Normal


def free_columns(query: exp.Expr, normal: Normal) -> Iterator[exp.Column]:
    """Yield the references that nothing inside the query answers.

    In doubt a reference counts as free: the trace then only widens.
    """
    match query:
        case exp.Subquery():
            yield from free_columns(query.this, normal)
        case exp.SetOperation():
            yield from free_columns(query.this, normal)
            yield from free_columns(query.expression, normal)
        case exp.Select():
            yield from _of_block(query, normal)
        case exp.Values():
            yield from query.find_all(exp.Column)


def _of_block(select: exp.Select, normal: Normal) -> Iterator[exp.Column]:
    items = normal.items(select)
    aliases = {key(item.alias) for item in select.expressions if isinstance(item, exp.Alias)}
    for reference in references(select):
        if not _answered(reference, items, aliases):
            yield reference
    inside = [*subqueries(select), *_derived(select)]
    for query in inside:
        for reference in free_columns(query, normal):
            if not _answered(reference, items, aliases):
                yield reference
    for node, _ in places(select):
        if not isinstance(node, exp.Subquery | exp.Lateral) and not isinstance(node.this, exp.Identifier):
            for reference in node.find_all(exp.Column):
                if not _answered(reference, items, aliases):
                    yield reference


def _derived(select: exp.Select) -> Iterator[exp.Expr]:
    for node, _ in places(select):
        inner = node.this if isinstance(node, exp.Lateral) else node
        if isinstance(inner, exp.Subquery):
            yield inner


def _answered(reference: exp.Column, items: list[Item], aliases: set[str]) -> bool:
    if owners(items, reference, hidden=True):
        return True
    first = key(reference.parts[0].name)
    if reference.table:
        return False
    return first in aliases or (any(item.name == first for item in items) and offered(items) is not None)
