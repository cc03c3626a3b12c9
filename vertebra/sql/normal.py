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
from vertebra.sql.free import free_columns
from vertebra.sql.implied import implied_name, outputs
from vertebra.sql.scope import Item, Opaque
from vertebra.sql.tree import identifier, key, subqueries
from vertebra.sql.unfolding import by_name, in_order, unfolded, unpivoted
from vertebra.sql.withs import lift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MADE_UP = "__"
"""Start of the names of columns that are made up here: `__of0`, in subqueries of their own."""


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
    """Spell out a query in place, inner blocks first; give it back, or what stands for it, with its output columns."""
    match query:
        case exp.Subquery() if isinstance(query.this, exp.Query | exp.Values | exp.Pivot):
            inner, names = _expand(query.this, schemas, known)
            query.set("this", inner)
            return query, names
        case exp.SetOperation():
            return query, _expand_set(query, schemas, known)
        case exp.Values():
            return query, scope.function_columns(query) or ()
        case exp.Select():
            return _expand_select(query, schemas, known)
        case exp.Pivot():
            flat = unpivoted(query, query.this, _source(query.this, schemas, known))
            return flat, outputs(flat)
        case _:
            inner = query.this if isinstance(query, exp.Subquery) else query
            raise Opaque(f"{type(inner).__name__.upper()} as a query")


def _expand_set(
    query: exp.SetOperation, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[str, ...]:
    this, left = _expand(query.this, schemas, known)
    other, right = _expand(query.expression, schemas, known)
    if query.args.get("by_name"):
        names = by_name(left, right)
        this, other = in_order(this, left, names, MADE_UP), in_order(other, right, names, MADE_UP)
        query.set("by_name", None)
        left = names
    query.set("this", this)
    query.set("expression", other)
    return left


def _expand_select(
    select: exp.Select, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]
) -> tuple[exp.Expr, tuple[str, ...]]:
    for node, _ in list(scope.places(select)):
        inner = node.this if isinstance(node, exp.Lateral) else node
        if node.args.get("pivots"):
            _flatten(node, schemas, known)
        elif isinstance(inner, exp.Subquery):
            _expand(inner, schemas, known)
    for inner_query in list(subqueries(select)):
        spelled, _ = _expand(inner_query, schemas, known)
        if spelled is not inner_query:
            inner_query.replace(spelled)
    items = _items(select, schemas, known)
    stars.spell_natural(items)
    select.set("expressions", stars.spell(select, items))
    names = tuple(implied_name(item) for item in select.expressions)
    normal = Normal(select, names, known, schemas)
    return unfolded(select, normal.items, lambda one: any(True for _ in free_columns(one, normal)), MADE_UP), names


def _flatten(node: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]) -> None:
    """Write a FROM item with PIVOT or UNPIVOT behind it as a plain subquery, in place; leave it where it cannot be."""
    source = node.copy()
    source.set("pivots", None)
    try:
        columns = _source(source, schemas, known)
        for pivot in node.args["pivots"]:
            flat = unpivoted(pivot, source, columns)
            alias = pivot.args.get("alias") or exp.TableAlias(this=identifier("__unnamed_pivot"))
            source = exp.Subquery(this=flat, alias=alias.copy())
            columns = scope.overlay(source, scope.unique_names(outputs(flat))) or ()
    except Opaque:  # its columns stay unknown, and whoever needs them says so
        return
    node.replace(source)


def _source(node: exp.Expr, schemas: Mapping[str, Sequence[str]], known: dict[str, Definition]) -> tuple[str, ...]:
    """Spell out a FROM item, and name its columns."""
    if isinstance(node, exp.Subquery) and not scope.is_bracket(node):
        _expand(node, schemas, known)
    columns = None if scope.is_bracket(node) else _columns(node, schemas, known)
    if columns is None:
        raise Opaque("PIVOT of what only the engine knows the columns of")
    return columns


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
