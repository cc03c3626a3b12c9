"""Lift every WITH of a query to the top, each query under a name that nothing else carries.

A rewriting copies a WITH query to the place where it is used. With unique names no inner WITH can capture
a name of the copy, and no name of a WITH can be taken for a relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import is_base, name_brackets
from vertebra.sql.tree import identifier, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Lifted:
    """One WITH query: unique name, tree, the columns that its alias names, whether it reads itself."""

    alias: str
    query: exp.Expr
    columns: tuple[str, ...]
    recursive: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A table in a FROM clause, and the WITH query that it means, if it means one."""

    table: exp.Table
    cte: exp.CTE | None


def uses(node: exp.Expr, seen: Mapping[str, exp.CTE] | None = None) -> Iterator[Use]:
    """Yield the relations that a query reads, each with the WITH query that its name means there.

    A WITH query is seen by those after it and by the query it stands before; by itself only when recursive.
    """
    env = dict(seen or {})
    clause = node.args.get("with_")
    if isinstance(clause, exp.With):
        for cte in clause.expressions:
            inner = {**env, key(cte.alias): cte} if clause.recursive else env
            yield from uses(cte.this, inner)
            env[key(cte.alias)] = cte
    if isinstance(node, exp.Table) and is_base(node):
        plain = not node.args.get("db") and not node.args.get("catalog")
        yield Use(node, env.get(key(node.name)) if plain else None)
    for name, value in node.args.items():
        if name != "with_":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, exp.Expr):
                    yield from uses(child, env)


def lift(tree: exp.Expr) -> tuple[exp.Expr, list[Lifted]]:
    """Copy a query and take its WITH queries out of it.

    Returns
    -------
    tuple of Expression and list of Lifted
        The query without any WITH, and the WITH queries, each after those that it reads.
    """
    body = tree.copy()
    for node in body.walk():
        node.comments = None
    name_brackets(body)
    found = list(uses(body))
    taken = {key(use.table.name) for use in found if use.cte is None}
    ordered = list(_in_order(body))
    renamed: dict[int, str] = {}
    for cte, _ in ordered:
        renamed[id(cte)] = _fresh(cte.alias, taken)
        taken.add(key(renamed[id(cte)]))
    reads_itself = {id(use.cte) for use in found if use.cte is not None and _inside(use.table, use.cte)}
    for use in found:
        if use.cte is not None:
            _rename(use.table, renamed[id(use.cte)])
    lifted = [
        Lifted(
            renamed[id(cte)],
            cte.this,
            tuple(c.name for c in cte.args["alias"].args.get("columns") or ()),
            recursive and id(cte) in reads_itself,
        )
        for cte, recursive in ordered
    ]
    for query in (body, *(item.query for item in lifted)):
        _strip(query)
    return body, lifted


def _strip(query: exp.Expr) -> None:
    for node in list(query.walk()):
        if node.args.get("with_"):
            node.set("with_", None)


def _rename(table: exp.Table, name: str) -> None:
    if name != table.name:
        if not table.alias:
            table.set("alias", exp.TableAlias(this=table.this.copy()))
        table.set("this", identifier(name))


def _in_order(node: exp.Expr) -> Iterator[tuple[exp.CTE, bool]]:
    clause = node.args.get("with_")
    if isinstance(clause, exp.With):
        for cte in clause.expressions:
            yield from _in_order(cte.this)
            yield cte, bool(clause.recursive)
    for name, value in node.args.items():
        if name != "with_":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, exp.Expr):
                    yield from _in_order(child)


def _inside(node: exp.Expr, ancestor: exp.Expr) -> bool:
    parent = node.parent
    while parent is not None and parent is not ancestor:
        parent = parent.parent
    return parent is ancestor


def _fresh(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while key(candidate) in taken:
        count += 1
        candidate = f"{name}_{count}"
    return candidate
