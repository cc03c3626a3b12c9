"""The SQL of an answer: the identities of one occurrence, and those of all occurrences of a relation together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from vertebra.sql.provenance.flow import Context, Found, Pairs, Push, Whole, all_rows, derived, same, titled
from vertebra.sql.provenance.model import KeyRows, KeyValues, Predicate, TraceInput
from vertebra.sql.scope import Opaque
from vertebra.sql.tree import column, identifier, key
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def read_literal(text: str) -> exp.Expr:
    """Read the SQL text of a literal."""
    return sqlglot.parse_one(text, dialect="duckdb")


def answer_of(
    found: Found, predicate: Predicate, push: Sequence[Push], places: Sequence[int], ctx: Context
) -> exp.Select:
    """Write the query for the identities of one occurrence."""
    names = ctx.identity(found.relation)
    if isinstance(found, Whole):
        return _of_whole(found, names, ctx)
    joined = isinstance(predicate, KeyRows) or (
        isinstance(predicate, KeyValues) and len(predicate.rows) > 1 and len(predicate.columns) > 1
    )
    if found.pushed and not joined and isinstance(found.query, exp.Select):
        return _flat(found, names)
    row = ctx.name("row")
    columns = (*(ctx.name("c", at) for at in range(found.width)), *found.ids)
    select = exp.Select(
        expressions=[titled(column(one, row), name) for one, name in zip(found.ids, names, strict=False)],
        distinct=exp.Distinct(),
        from_=exp.From(this=derived(found.query, row, columns)),
    )
    if joined and isinstance(predicate, KeyRows | KeyValues):
        select.set("joins", [_key_join(predicate, [columns[at] for at in places], row, ctx)])
    conditions = [one.on(column(columns[one.output], row)) for one in push]
    if found.probe:
        conditions.append(_present(column(found.probe, row)))
    if conditions:
        select.set("where", exp.Where(this=exp.and_(*conditions)))
    return select


def _flat(found: Pairs, names: Sequence[str]) -> exp.Select:
    """Ask the rewritten query itself for the identities alone: a plain filtered scan stays one."""
    select = found.query.copy()
    if not isinstance(select, exp.Select):
        raise Opaque("a rewriting that is no SELECT")
    ids = dict(zip(found.ids, (item for item in select.expressions[found.width :]), strict=True))
    expressions = [
        titled(item.this if isinstance(item, exp.Alias) else item, name)
        for item, name in zip(ids.values(), names, strict=False)
    ]
    if found.probe:
        item = ids[found.probe]
        probe = item.this if isinstance(item, exp.Alias) else item
        where = select.args.get("where")
        both = [*([where.this] if where else []), _present(probe)]
        select.set("where", exp.Where(this=exp.and_(*both)))
    select.set("expressions", expressions)
    select.set("distinct", exp.Distinct())
    return select


def _of_whole(found: Whole, names: Sequence[str], ctx: Context) -> exp.Select:
    select = found.query
    if isinstance(select, exp.Select) and not select.args.get("distinct"):
        flat = select.copy()
        flat.set("expressions", [_renamed(i, n) for i, n in zip(flat.expressions, names, strict=False)])
        flat.set("distinct", exp.Distinct())
        return flat
    row = ctx.name("row")
    columns = ctx.ids(len(select.selects))
    return exp.Select(
        expressions=[titled(column(one, row), name) for one, name in zip(columns, names, strict=False)],
        distinct=exp.Distinct(),
        from_=exp.From(this=derived(select, row, columns)),
    )


def _renamed(item: exp.Expr, name: str) -> exp.Expr:
    bare = item.this if isinstance(item, exp.Alias) else item
    return bare.copy() if isinstance(bare, exp.Column) and bare.name == name and not bare.table else titled(bare, name)


def _present(probe: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=probe.copy(), expression=exp.Null()))


def _key_join(keys: KeyRows | KeyValues, columns: Sequence[str], row: str, ctx: Context) -> exp.Join:
    alias = ctx.name("chosen")
    names = tuple(ctx.name("p", at) for at in range(len(columns)))
    matches = [same(column(one, row), column(name, alias)) for one, name in zip(columns, names, strict=True)]
    return exp.Join(this=_keys(keys, alias, names), kind="SEMI", on=exp.and_(*matches))


def _keys(keys: KeyRows | KeyValues, alias: str, names: tuple[str, ...]) -> exp.Expr:
    if isinstance(keys, KeyValues):
        rows = [exp.Tuple(expressions=[read_literal(text) for text in row]) for row in keys.rows]
        return exp.Values(
            expressions=rows,
            alias=exp.TableAlias(this=identifier(alias), columns=[identifier(name) for name in names]),
        )
    relation = exp.Select(
        expressions=[exp.Column(this=exp.Identifier(this=name, quoted=True)) for name in keys.columns],
        from_=exp.From(this=exp.Table(this=exp.Identifier(this=keys.relation, quoted=True))),
    )
    return derived(relation, alias, names)


def input_of(answers: Sequence[tuple[Found, exp.Select]], ctx: Context) -> TraceInput:
    """Put the answers of all occurrences of one relation together."""
    relation = answers[0][0].relation
    sqls: dict[str, exp.Select] = {answer.sql(dialect="duckdb"): answer for _, answer in answers}
    everything = _of_whole(all_rows(relation, ctx, ""), ctx.identity(relation), ctx).sql(dialect="duckdb")
    inexact = [found for found, _ in answers if not found.exact]
    if everything in sqls:
        sqls = {everything: sqls[everything]}
    why = "; ".join(dict.fromkeys(found.why for found in inexact))
    return TraceInput(relation, _union(list(sqls.values()), ctx), not inexact, why)


def _union(answers: Sequence[exp.Select], ctx: Context) -> str:
    result: exp.Query = answers[0].copy()
    for other in answers[1:]:
        result = exp.Union(this=result, expression=other.copy(), distinct=True)
    clause = _with(result, ctx)
    if clause is not None:
        result.set("with_", clause)
    return result.sql(dialect="duckdb")


def _with(query: exp.Expr, ctx: Context) -> exp.With | None:
    """Collect the WITH queries that a query reads, each after those that it reads itself."""
    definitions = ctx.normal.definitions
    wanted: set[str] = set()
    queue: Iterable[exp.Expr] = [query]
    while queue:
        names = {key(use.table.name) for node in queue for use in uses(node) if not use.table.args.get("db")}
        new = {name for name in names if name in definitions} - wanted
        wanted |= new
        queue = [definitions[name].query for name in new]
    used = [one for name, one in definitions.items() if name in wanted]
    if not used:
        return None
    return exp.With(
        expressions=[
            exp.CTE(
                this=one.query.copy(),
                alias=exp.TableAlias(this=identifier(one.name), columns=[identifier(c) for c in one.columns]),
            )
            for one in used
        ],
        recursive=any(one.recursive for one in used),
    )
