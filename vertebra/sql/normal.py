"""Normal form of a query: every WITH at the top under a name of its own, every star spelled out.

Nothing is re-resolved that need not be: expressions stay as they were written, so the engine gives them the
meaning it always gave them. Hidden columns of a relation (a record's identity) can then never slip into a star,
a natural join or a distinct.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql import scope, stars
from vertebra.sql.implied import implied_name, outputs
from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import key, subqueries
from vertebra.sql.withs import lift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Definition:
    """A WITH query under its unique name."""

    name: str
    query: exp.Expr
    columns: tuple[str, ...]
    recursive: bool


@dataclass(frozen=True, slots=True)
class Normal:
    """A query in normal form.

    Attributes
    ----------
    body : sqlglot.exp.Expr
        The query without WITH and without stars.
    columns : tuple of str
        Its output columns.
    definitions : dict of str to Definition
        WITH queries by folded name, each after those that it reads.
    schemas : mapping of str to sequence of str
        The columns of the relations.
    """

    body: exp.Expr
    columns: tuple[str, ...]
    definitions: dict[str, Definition]
    schemas: Mapping[str, Sequence[str]]

    def items(self, select: exp.Expr) -> list[Item]:
        """List the FROM items of a block of this query with their columns."""
        return _items(select, self.schemas, self.definitions)


def normalise(tree: exp.Expr, schemas: Mapping[str, Sequence[str]]) -> Normal:
    """Bring a query into normal form.

    Parameters
    ----------
    tree : sqlglot.exp.Expr
        A query; it is copied.
    schemas : mapping of str to sequence of str
        Relation name to its visible columns in order.

    Raises
    ------
    Opaque
        When a star cannot be spelled out, or the query is no SELECT (PIVOT, for one).
    """
    body, withs = lift(tree)
    definitions: dict[str, Definition] = {}
    for found in withs:
        name = found.alias
        if found.recursive:
            columns = tuple(found.columns)
            if columns:  # a recursive query reads itself: its columns must be known before it is read
                definitions[key(name)] = Definition(name, found.query, columns, recursive=True)
            else:
                columns = _recursive_columns(found.query, schemas, definitions)
                definitions[key(name)] = Definition(name, found.query, columns, recursive=True)
            query, _ = _expand(found.query, schemas, definitions)
        else:
            query, names = _expand(found.query, schemas, definitions)
            columns = (*found.columns, *scope.unique_names(names)[len(found.columns) :])
        definitions[key(name)] = Definition(name, query, columns, found.recursive)
    body, names = _expand(body, schemas, definitions)
    return Normal(body, names, definitions, schemas)


def _recursive_columns(
    query: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[str, ...]:
    if not isinstance(query, exp.SetOperation):
        raise Opaque("a recursive WITH that is no UNION")
    _, names = _expand(query.this.copy(), schemas, known)
    return scope.unique_names(names)


def _expand(
    query: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[exp.Expr, tuple[str, ...]]:
    """Spell out a query in place, inner blocks first; give it back with its output columns."""
    match query:
        case exp.Subquery() if isinstance(query.this, exp.Query | exp.Values):
            _, names = _expand(query.this, schemas, known)
            return query, names
        case exp.SetOperation():
            return query, _expand_set(query, schemas, known)
        case exp.Values():
            return query, scope.function_columns(query) or ()
        case exp.Select():
            return query, _expand_select(query, schemas, known)
        case _:
            inner = query.this if isinstance(query, exp.Subquery) else query
            raise Opaque(f"{type(inner).__name__.upper()} as a query")


def _expand_set(
    query: exp.SetOperation, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[str, ...]:
    _, left = _expand(query.this, schemas, known)
    _, right = _expand(query.expression, schemas, known)
    if query.args.get("by_name"):
        folded = {key(name) for name in left}
        return (*left, *(name for name in right if key(name) not in folded))
    return left


def _expand_select(
    select: exp.Select, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[str, ...]:
    for node, _ in scope.places(select):
        inner = node.this if isinstance(node, exp.Lateral) else node
        if isinstance(inner, exp.Subquery):
            _expand(inner, schemas, known)
    for inner_query in subqueries(select):
        _expand(inner_query, schemas, known)
    items = _items(select, schemas, known)
    stars.spell_natural(items)
    select.set("expressions", stars.spell(select, items))
    return tuple(implied_name(item) for item in select.expressions)


def _items(select: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]) -> list[Item]:
    return [Item(node, join, scope.named(node), _columns(node, schemas, known)) for node, join in scope.places(select)]


def _columns(
    node: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[str, ...] | None:
    if node.args.get("pivots"):
        return None
    if scope.is_base(node):
        return scope.overlay(node, _relation(node, schemas, known))
    inner = node.this if isinstance(node, exp.Lateral) else node
    if isinstance(inner, exp.Subquery):
        names = scope.unique_names(outputs(inner.this))
        return scope.overlay(node, names)
    return scope.function_columns(node)


def _relation(node: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]) -> tuple[str, ...]:
    if not node.args.get("db") and key(node.name) in known:
        return known[key(node.name)].columns
    found = None if node.args.get("db") else scope.lookup(schemas, node.name)
    if found is None:
        raise Opaque(f"no columns are known for {node.sql(dialect='duckdb')}")
    return found[1]
