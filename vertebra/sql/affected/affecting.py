"""From changed rows of the inputs to the keys of a query's rows that they can touch.

Incremental view maintenance (Gupta & Mumick, "Maintenance of materialized views: problems, techniques, and
applications", IEEE Data Engineering Bulletin 18(2), 1995) works out the new rows themselves and needs a rule for
every operator and every aggregate. Here only the keys are worked out, and the rows of these keys are then computed
anew from the whole inputs. The answer may name too many keys; it never misses one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.errors import QueryError, nearest
from vertebra.sql.affected.model import Affected, Context, State, context
from vertebra.sql.affected.shapes import derived, together
from vertebra.sql.affected.touched import touched
from vertebra.sql.normal import normalise
from vertebra.sql.scope import Opaque
from vertebra.sql.tree import column, identifier, key
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from vertebra.sql.query import Query


def affected(
    query: Query, schemas: Mapping[str, Sequence[str]], grain: Sequence[str], changed: Collection[str]
) -> Affected:
    """Rewrite a query into one for the keys of its rows that changed rows of its inputs can touch.

    Parameters
    ----------
    query : Query
        The query.
    schemas : mapping of str to sequence of str
        Every relation that the query reads: its columns, in order.
    grain : sequence of str
        The output columns that make up a key.
    changed : collection of str
        The relations that changed.

    Returns
    -------
    Affected
        The keys of every row that stands in the result before or after and not as often in the other, and maybe
        others; or why that cannot be said.

    Raises
    ------
    QueryError
        When the grain names no output column.

    Notes
    -----
    Let a row be touched when it stands in the result before or after, and not as often in the other. The rules work
    from the inputs up: the touched rows of a join are those in which a touched row of an item stands, and those of
    whose left part a touched row of an outer, semi, anti or ASOF side is a match; a group, a partition of a window
    or a DISTINCT is touched when one of its rows is. A query inside an expression that gives another answer touches
    every row that asks it.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> daily = parse("select device, ts::date as day, max(e) as top from meters group by all", "v.sql")
    >>> found = affected(daily, {"meters": ("device", "ts", "e")}, ("device", "day"), {"meters"})
    >>> print(found.sql)  # doctest: +NORMALIZE_WHITESPACE
    SELECT DISTINCT __c0 AS device, __c1 AS "day"
    FROM (SELECT device AS __c0, CAST(ts AS DATE) AS __c1 FROM __changed_meters AS meters) AS __keys
    """
    relations = frozenset(key(name) for name in changed)
    try:
        normal = normalise(query.tree, schemas)
        ctx = context(normal, relations, _prefix(query.text))
        keep = _places(query, grain, normal.columns)
        branches = touched(normal.body, keep, ctx)
    except Opaque as opaque:
        return Affected("", {}, {}, str(opaque))
    if not branches:
        return Affected("", {}, {}, "") if not ctx.moved(normal.body) else Affected("", {}, {}, "nothing is known")
    names = ctx.names("c", len(keep))
    select = exp.Select(
        expressions=[
            exp.Alias(this=column(name), alias=identifier(normal.columns[at]))
            for name, at in zip(names, keep, strict=True)
        ],
        distinct=exp.Distinct(),
        from_=exp.From(this=derived(together(branches), ctx.name("keys"))),
    )
    return _answer(select, ctx)


def _answer(select: exp.Select, ctx: Context) -> Affected:
    with_, tables = _definitions(select, ctx)
    if with_:
        select.set(
            "with_", exp.With(expressions=with_, recursive=any(d.recursive for d in ctx.normal.definitions.values()))
        )
    folded = {key(name): name for name in ctx.normal.schemas}
    return Affected(
        select.sql(dialect="duckdb"),
        {folded[name]: ctx.changed(name) for name in ctx.relations if ctx.changed(name) in tables},
        {folded[name]: ctx.before(name) for name in ctx.relations if ctx.before(name) in tables},
    )


def _definitions(query: exp.Expr, ctx: Context) -> tuple[list[exp.CTE], set[str]]:
    """Collect the WITH queries that a query reads, in both states, and the names of the relations behind them."""
    known: dict[str, exp.CTE] = {}
    order = []
    for name, one in ctx.normal.definitions.items():
        for state in (State.AFTER, State.BEFORE) if name in ctx.definitions else (State.AFTER,):
            title = one.name if state is State.AFTER else ctx.before(name)
            alias = exp.TableAlias(this=identifier(title), columns=[identifier(c) for c in one.columns])
            known[key(title)] = exp.CTE(this=ctx.at(one.query, state), alias=alias)
            order.append(key(title))
    for cte in ctx.made:
        known[key(cte.alias)] = cte
        order.append(key(cte.alias))
    wanted: set[str] = set()
    tables: set[str] = set()
    queue: list[exp.Expr] = [query]
    while queue:
        named = {key(use.table.name) for node in queue for use in uses(node)}
        tables |= named - known.keys()
        new = (named & known.keys()) - wanted
        wanted |= new
        queue = [known[name].this for name in sorted(new)]
    return [known[name] for name in order if name in wanted], tables


def _places(query: Query, grain: Sequence[str], columns: Sequence[str]) -> list[int]:
    folded = [key(one) for one in columns]
    for name in grain:
        if key(name) not in folded:
            raise QueryError(
                f"{name} is no output column of the query",
                where=query.where,
                why="its grain is made of output columns",
                next_=nearest(name, columns),
            )
    return [folded.index(key(name)) for name in grain]


def _prefix(text: str) -> str:
    prefix = "__"
    while prefix in text:
        prefix += "_"
    return prefix
