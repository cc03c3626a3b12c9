"""The input rows of one block, with the identities of one occurrence of a relation carried along.

The FROM clause stays as it is, joins and all; one item of it is replaced by its own rewriting, so that its
identity columns can be named. A block's rule then decides what to select from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from sqlglot import exp

from vertebra.sql.aliases import without_aliases
from vertebra.sql.free import free_columns
from vertebra.sql.provenance.flow import Context, Found, Pairs, Push, Whole, all_rows, titled, wide
from vertebra.sql.provenance.placing import can_be_absent, replace_semi, with_ids
from vertebra.sql.scope import Item, Opaque, is_base, is_bracket, owners, places
from vertebra.sql.tree import column, conjuncts, identifier, is_grouped, key
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Recurse(Protocol):
    """The whole rewriting, as a rule calls it for a query inside its own."""

    def __call__(
        self, query: exp.Expr, ctx: Context, push: tuple[Push, ...], needed: frozenset[int] | None
    ) -> Iterator[Found]:
        """Yield what is found in a query."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Input rows of a block beside identities of one occurrence.

    Attributes
    ----------
    relation : str
        The relation.
    block : sqlglot.exp.Select
        The block, its FROM item replaced, its other clauses as written.
    ids : tuple of sqlglot.exp.Expr
        The identity, as expressions in the block.
    probe : int or None
        Which of them is NULL where there is no row; None when there always is one.
    single : bool
        Whether each input row stands there once.
    exact, why : bool, str
        Whether exact, otherwise why not.
    """

    relation: str
    block: exp.Select
    ids: tuple[exp.Expr, ...]
    probe: int | None
    single: bool
    exact: bool
    why: str

    def select(self, ctx: Context, outputs: Sequence[exp.Expr], more: Iterable[exp.Expr] = ()) -> Pairs:
        """Select expressions and the identity from the rows: FROM and WHERE of the block, and no more."""
        names = ctx.ids(len(self.ids))
        ids = [titled(one, name) for one, name in zip(self.ids, names, strict=True)]
        query = exp.Select(expressions=[*(o.copy() for o in outputs), *ids])
        for clause in ("from_", "joins"):
            value = self.block.args.get(clause)
            query.set(clause, [v.copy() for v in value] if isinstance(value, list) else value and value.copy())
        where = self.block.args.get("where")
        conditions = _once([*conjuncts(where.this if where else None), *more])
        if conditions:
            query.set("where", exp.Where(this=exp.and_(*conditions, wrap=True, copy=True)))
        probe = None if self.probe is None else names[self.probe]
        return Pairs(
            self.relation, query, len(outputs), names, probe, self.single, pushed=False, exact=self.exact, why=self.why
        )


def _once(conditions: Sequence[exp.Expr]) -> list[exp.Expr]:
    return [one for at, one in enumerate(conditions) if one not in conditions[:at]]


def input_rows(
    select: exp.Select,
    ctx: Context,
    push: Sequence[tuple[exp.Expr, Push]],
    recurse: Recurse,
) -> Iterator[Rows | Whole]:
    """Yield the input rows of a block, once for each occurrence of a relation in its FROM clause."""
    items = ctx.normal.items(select)
    if any(item.join is not None and item.join.args.get("method") == "POSITIONAL" for item in items):
        raise Opaque("a positional join")
    where = select.args.get("where")
    condition = without_aliases(where.this, select, items) if where else None
    for at, item in enumerate(items):
        if (inner := _one_row_each(item, ctx)) is not None:
            yield from read_beside(select, condition, recurse(inner, ctx, (), frozenset()), ctx)
            continue
        wanted = [*_handed_down(item, items, push), *_filters(item, items, condition)]
        needed = _needed(select, item)
        for found in _carried(item, ctx, tuple(wanted), needed, recurse):
            if isinstance(found, Whole):
                yield found
            elif item.join is not None and item.join.kind == "ANTI":
                yield _nothing(found, ctx)
            else:
                yield _placed(select, condition, items, at, found, ctx)


def _one_row_each(item: Item, ctx: Context) -> exp.Select | None:
    """The query of a lateral item that makes one row of all that it reads for each row before it."""
    node = item.node.this if isinstance(item.node, exp.Lateral) else item.node
    inner = node.this if isinstance(node, exp.Subquery) and not is_bracket(node) else None
    if not isinstance(inner, exp.Select) or not is_grouped(inner) or inner.args.get("group"):
        return None
    return inner if any(True for _ in free_columns(inner, ctx.normal)) else None


def read_beside(
    select: exp.Select, condition: exp.Expr | None, found: Iterator[Found], ctx: Context
) -> Iterator[Rows | Whole]:
    """Yield a block's input rows beside the identities that a correlated query reads for each of them.

    Parameters
    ----------
    select : sqlglot.exp.Select
        The block.
    condition : sqlglot.exp.Expr or None
        Its WHERE without aliases.
    found : iterator of Found
        What the query was found to read; what does not depend on the block's rows counts as a whole.
    ctx : Context
        Schemas, identities and WITH queries.
    """
    for one in found:
        ids = one if isinstance(one, Whole) else replace(wide(one, ctx, ""), exact=one.exact, why=one.why)
        if not any(True for _ in free_columns(ids.query, ctx.normal)):
            yield ids
            continue
        name, names = ctx.name("inside"), ctx.ids(len(ids.query.selects))
        alias = exp.TableAlias(this=identifier(name), columns=[identifier(one) for one in names])
        lateral = exp.Lateral(this=exp.Subquery(this=ids.query.copy()), alias=alias)
        block = select.copy()
        block.set("where", exp.Where(this=condition.copy()) if condition is not None else None)
        block.append("joins", exp.Join(this=lateral, kind="CROSS"))
        expressions = tuple(column(id_, name) for id_ in names[: len(ctx.identity(ids.relation))])
        yield Rows(ids.relation, block, expressions, None, single=False, exact=ids.exact, why=ids.why)


def _carried(
    item: Item, ctx: Context, push: tuple[Push, ...], needed: frozenset[int] | None, recurse: Recurse
) -> Iterator[Found]:
    """Rewrite one FROM item by itself."""
    node = item.node
    lateral = isinstance(node, exp.Lateral)
    if is_base(node):
        definition = None if node.args.get("db") else ctx.normal.definitions.get(key(node.name))
        odd = "PIVOT" if node.args.get("pivots") else "a sample" if node.args.get("sample") else ""
        if definition is None:
            yield all_rows(_relation(node, ctx), ctx, odd) if odd else _base(node, ctx)
        elif definition.recursive or odd:
            yield from _every(definition.query, ctx, odd or "a recursive WITH")
        else:
            yield from recurse(definition.query, ctx, push, needed)
    elif isinstance(node.this if lateral else node, exp.Subquery):
        inner = node.this.this if lateral else node.this
        if node.args.get("pivots") or node.args.get("sample"):
            yield from _every(inner, ctx, "PIVOT" if node.args.get("pivots") else "a sample")
        elif any(True for _ in free_columns(inner, ctx.normal)):
            found = list(recurse(inner, ctx, (), None))
            apart = [one for one in found if isinstance(one, Whole) and any(free_columns(one.query, ctx.normal))]
            yield from (one for one in found if one not in apart)
            for relation in sorted({one.relation for one in apart}):
                yield all_rows(relation, ctx, "a query inside a lateral join")
        else:
            yield from recurse(inner, ctx, push, needed)
    else:
        yield from _every(node, ctx, "a table function that reads a relation")


def _every(node: exp.Expr, ctx: Context, why: str) -> Iterator[Whole]:
    """Let all rows of all relations below a node count."""
    for relation in sorted(below(node, ctx)):
        yield all_rows(relation, ctx, why)


def below(node: exp.Expr, ctx: Context, seen: frozenset[str] = frozenset()) -> set[str]:
    """Name the relations that a node reads, through WITH queries."""
    found: set[str] = set()
    for use in uses(node):
        definition = None if use.table.args.get("db") else ctx.normal.definitions.get(key(use.table.name))
        if definition is None:
            found.add(_relation(use.table, ctx))
        elif definition.name not in seen:
            found |= below(definition.query, ctx, seen | {definition.name})
    return found


def _relation(node: exp.Expr, ctx: Context) -> str:
    folded = {key(name): name for name in ctx.normal.schemas}
    return folded[key(node.name)] if key(node.name) in folded else str(node.name)


def _base(node: exp.Expr, ctx: Context) -> Pairs:
    relation = _relation(node, ctx)
    return Pairs(relation, node, 0, ctx.identity(relation), None, single=True, pushed=False)  # type: ignore[arg-type]


def _nothing(found: Pairs, ctx: Context) -> Whole:
    """No row of the right side of an anti join stands beside a row that passed it."""
    query = exp.Select(
        expressions=[column(name) for name in ctx.identity(found.relation)],
        from_=exp.From(this=exp.Table(this=identifier(found.relation))),
        where=exp.Where(this=exp.false()),
    )
    return Whole(found.relation, query, exact=True, why="")


def _placed(
    select: exp.Select,
    condition: exp.Expr | None,
    items: Sequence[Item],
    at: int,
    found: Pairs,
    ctx: Context,
) -> Rows:
    """Put the rewriting of one FROM item in its place."""
    item = items[at]
    block = select.copy()
    node = [place for place, _ in places(block)][at]
    name = item.node.alias_or_name or ctx.name("from")
    absent = can_be_absent(items, at)
    replacement, ids, probe = with_ids(item, found, name, ctx, marked=absent)
    semi = item.join is not None and item.join.kind == "SEMI"
    if semi:
        replace_semi(node, replacement, ids, items, at, ctx)
        ids = tuple(ctx.name("id", i) for i in range(len(ids)))
        name = ctx.name("semi")
    else:
        node.replace(replacement)
    block.set("where", exp.Where(this=condition.copy()) if condition is not None else None)
    expressions = tuple(column(one, name) for one in ids)
    single = found.single and not semi
    return Rows(found.relation, block, expressions, probe, single, found.exact, found.why)


def _handed_down(item: Item, items: Sequence[Item], push: Sequence[tuple[exp.Expr, Push]]) -> Iterator[Push]:
    for expression, one in push:
        at = _output(item, items, expression)
        if at is not None:
            yield Push(at, one.literals)


def _filters(item: Item, items: Sequence[Item], condition: exp.Expr | None) -> Iterator[Push]:
    """Find conditions `column = literal` of WHERE, which hold for the item's rows too."""
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ) and _is_constant(part.expression):
            at = _output(item, items, part.this)
            if at is not None:
                yield Push(at, (part.expression,))


def _is_constant(node: exp.Expr) -> bool:
    return isinstance(node.this if isinstance(node, exp.Cast | exp.Neg) else node, exp.Literal)


def _output(item: Item, items: Sequence[Item], expression: exp.Expr) -> int | None:
    if not isinstance(expression, exp.Column) or len(expression.parts) > 2 or item.columns is None:
        return None
    found = owners(items, expression)
    if len(found) != 1 or found[0][0] is not item or key(found[0][1]) != key(expression.name):
        return None
    return [key(c) for c in item.columns].index(key(found[0][1]))


def _needed(select: exp.Select, item: Item) -> frozenset[int] | None:
    """Tell which columns of a FROM item the block names at all; None when it may use every one."""
    if item.columns is None:
        return None
    named = {key(part.name) for one in select.find_all(exp.Column) for part in one.parts}
    named |= {key(u.name) for join in select.find_all(exp.Join) for u in join.args.get("using") or ()}
    if item.name in named and any(not one.table and key(one.name) == item.name for one in select.find_all(exp.Column)):
        return None
    return frozenset(at for at, name in enumerate(item.columns) if key(name) in named)
