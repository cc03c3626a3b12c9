"""Column lineage: which input columns decide the value of an output column, and which decide its presence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.errors import QueryError
from vertebra.sql.aliases import group_keys, item_expressions, named_windows
from vertebra.sql.normal import Normal, normalise
from vertebra.sql.scope import Item, Opaque, is_base, is_bracket, lookup, owners
from vertebra.sql.tree import distinct_on, key, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vertebra.sql.query import Query

Source = tuple[str, str]
"""A relation and one of its columns."""


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """Where an output column comes from.

    Attributes
    ----------
    name : str
        The output column.
    values : tuple of (str, str)
        (relation, column) pairs that its value is worked out from, sorted.
    presence : tuple of (str, str)
        (relation, column) pairs that decide whether its row is there: filters, join keys, group keys, sorted.
    """

    name: str
    values: tuple[Source, ...]
    presence: tuple[Source, ...]


def lineage(query: Query, schemas: Mapping[str, Sequence[str]]) -> tuple[ColumnLineage, ...]:
    """Say which input columns each output column comes from.

    Parameters
    ----------
    query : Query
        The query.
    schemas : mapping of str to sequence of str
        Every relation that the query reads: its columns, in order.

    Returns
    -------
    tuple of ColumnLineage
        One for each output column, in order.

    Raises
    ------
    QueryError
        When the columns of a part of the query are known to the engine only.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> heat, = lineage(parse("select max(e) as heat from meters where ok", "v.sql"), {"meters": ("e", "ok")})
    >>> heat.values, heat.presence
    ((('meters', 'e'),), (('meters', 'ok'),))
    """
    try:
        normal = normalise(query.tree, schemas)
        found = _Deriver(normal).query(normal.body, ())
    except Opaque as opaque:
        raise QueryError(
            "the lineage of the columns cannot be read from the query",
            where=query.where,
            why=str(opaque),
            next_="name the columns, or write the part as a view of its own",
        ) from opaque
    presence = tuple(sorted(found.presence))
    return tuple(
        ColumnLineage(name, tuple(sorted(values)), presence)
        for name, values in zip(normal.columns, found.values, strict=True)
    )


@dataclass(slots=True)
class _Derived:
    values: list[set[Source]]
    presence: set[Source] = field(default_factory=set)

    def all(self) -> set[Source]:
        return self.presence.union(*self.values)


@dataclass(frozen=True, slots=True)
class _Scope:
    items: list[Item]
    derived: list[_Derived]

    def find(self, column: exp.Column) -> set[Source] | None:
        """Find what a reference means in this block; None when it means nothing here."""
        found: set[Source] = set()
        owned = owners(self.items, column, hidden=True)
        for item, name in owned:
            derived = self.derived[next(at for at, one in enumerate(self.items) if one is item)]
            names = [key(c) for c in item.columns or ()]
            at = names.index(key(name)) if key(name) in names else None
            found |= derived.all() if at is None else derived.values[at]
        if owned:
            return found
        whole = [d for i, d in zip(self.items, self.derived, strict=True) if i.name == key(column.parts[0].name)]
        return whole[0].all() if whole else None


class _Deriver:
    """One walk over a query, blocks around it kept as a stack for correlated references."""

    def __init__(self, normal: Normal) -> None:
        self._normal = normal
        self._withs: dict[str, _Derived] = {}

    def query(self, query: exp.Expr, around: tuple[_Scope, ...]) -> _Derived:
        match query:
            case exp.Subquery():
                return self.query(query.this, around)
            case exp.SetOperation():
                return self._set(query, around)
            case exp.Values():
                width = len(query.expressions[0].expressions)
                return _Derived([self._expressions([query], around)] * width)
            case exp.Select():
                return self._block(query, around)
        raise Opaque(f"{type(query).__name__.upper()} as a query")

    def _set(self, query: exp.SetOperation, around: tuple[_Scope, ...]) -> _Derived:
        left, right = self.query(query.this, around), self.query(query.expression, around)
        presence = left.presence | right.presence
        if not isinstance(query, exp.Union) or query.args.get("distinct"):
            presence |= left.all() | right.all()
        return _Derived([a | b for a, b in zip(left.values, right.values, strict=True)], presence)

    def _block(self, query: exp.Select, around: tuple[_Scope, ...]) -> _Derived:
        select = query.copy()
        named_windows(select)
        items = self._normal.items(select)
        scope = _Scope(items, [])
        for item in items:  # a lateral item sees those before it
            scope.derived.append(self._item(item, (*around, scope)))
        inner = (*around, scope)
        shown = item_expressions(select, items)
        values = [self._expressions([expression], inner) for expression in shown]
        aliases = {
            key(item.alias): value
            for item, value in zip(select.expressions, values, strict=True)
            if isinstance(item, exp.Alias)
        }
        presence = set().union(*(derived.presence for derived in scope.derived))
        presence |= self._expressions(_deciding(select, items), inner, aliases)
        presence |= _merged(items, scope)
        distinct = select.args.get("distinct")
        if distinct and not distinct_on(select):
            presence |= set().union(*values)
        return _Derived(values, presence)

    def _item(self, item: Item, around: tuple[_Scope, ...]) -> _Derived:
        node = item.node
        if is_base(node):
            return self._relation(node)
        inner = node.this if isinstance(node, exp.Lateral) else node
        if isinstance(inner, exp.Subquery) and not is_bracket(inner):
            return self.query(inner.this, around)
        arguments = self._expressions([node], around)
        return _Derived([set(arguments) for _ in item.columns or ()], set(arguments))

    def _relation(self, node: exp.Expr) -> _Derived:
        name = key(node.name)
        definition = None if node.args.get("db") else self._normal.definitions.get(name)
        if definition is None:
            found = lookup(self._normal.schemas, node.name)
            if found is None:
                raise Opaque(f"no columns are known for {node.name}")
            return _Derived([{(found[0], column)} for column in found[1]])
        if name not in self._withs:
            self._withs[name] = _Derived([set() for _ in definition.columns])
            before = None
            while before != self._withs[name]:  # a recursive WITH: until nothing new is found
                before = self._withs[name]
                self._withs[name] = self.query(definition.query, ())
                if not definition.recursive:
                    break
        return self._withs[name]

    def _expressions(
        self,
        expressions: Iterable[exp.Expr],
        around: tuple[_Scope, ...],
        aliases: Mapping[str, set[Source]] | None = None,
    ) -> set[Source]:
        found: set[Source] = set()
        for expression in expressions:
            for node in within(expression):
                if isinstance(node, exp.Query):
                    found |= self.query(node, around).all()
                elif isinstance(node, exp.Column):
                    found |= _resolved(node, around, aliases or {})
        return found


def _resolved(column: exp.Column, around: tuple[_Scope, ...], aliases: Mapping[str, set[Source]]) -> set[Source]:
    for scope in reversed(around):
        found = scope.find(column)
        if found is not None:
            return found
        if scope is around[-1] and not column.table and key(column.name) in aliases:
            return aliases[key(column.name)]
    return set()


def _deciding(select: exp.Select, items: Sequence[Item]) -> list[exp.Expr]:
    """List the expressions of a block that decide which rows there are."""
    clauses = ["where", "having", "qualify"]
    if any(select.args.get(cut) for cut in ("limit", "offset")) or distinct_on(select):
        clauses.append("order")
    found = [select.args[name] for name in clauses if select.args.get(name)]
    found += [item.join.args["on"] for item in items if item.join is not None and item.join.args.get("on")]
    on = distinct_on(select)
    if on is not None:
        found.append(on)
    try:
        return [*found, *(one.expression for one in group_keys(select, items))]
    except Opaque:  # grouping sets: all that they name decides
        return [*found, select.args["group"]]


def _merged(items: Sequence[Item], scope: _Scope) -> set[Source]:
    """Collect the columns that USING compares."""
    found: set[Source] = set()
    for item in items:
        for name in (item.join.args.get("using") or ()) if item.join is not None else ():
            found |= scope.find(exp.Column(this=name.copy())) or set()
    return found
