"""Trace: from chosen rows of a query to the rows of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.errors import QueryError, nearest
from vertebra.sql.normal import normalise
from vertebra.sql.provenance.answering import answer_of, input_of, read_literal
from vertebra.sql.provenance.carry import carry
from vertebra.sql.provenance.flow import (
    Context,
    Push,
    identity_of,
)
from vertebra.sql.provenance.model import KeyRows, KeyValues, Predicate, Trace, TraceInput
from vertebra.sql.provenance.replay import against_replay
from vertebra.sql.relations import dependencies
from vertebra.sql.scope import Opaque, lookup
from vertebra.sql.tree import column, identifier, key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vertebra.sql.query import Query


def trace(
    query: Query,
    schemas: Mapping[str, Sequence[str]],
    predicate: Predicate,
    identities: Mapping[str, Sequence[str]],
) -> Trace:
    """Rewrite a query into queries for the input rows that chosen output rows come from.

    Parameters
    ----------
    query : Query
        The query whose rows are chosen.
    schemas : mapping of str to sequence of str
        Every relation that the query reads: its visible columns, in order.
    predicate : tuple of (str, str), KeyValues, or KeyRows
        Which rows: (output column, SQL literal) equalities, the values of their keys, or a relation that holds
        their keys (for very many: less can be skipped while reading).
    identities : mapping of str to sequence of str
        What identifies a row of each relation: its visible columns (a view's grain), or columns that the
        relation has beside the visible ones (the loader's file and record number).

    Returns
    -------
    Trace
        One input for each relation, with DuckDB SQL for the distinct identities.

    Raises
    ------
    QueryError
        When the predicate names no output column, or the query reads an unknown relation.
    UsageError
        When nothing identifies the rows of a relation.

    Notes
    -----
    The lineage of a row (Cui & Widom 2001; Glavic & Alonso 2009, influence contribution): for selection,
    projection and joins the input rows that stand in it; for a group all input rows with its keys; for DISTINCT
    and the set operations all equal rows of a branch (and, for EXCEPT, the whole right side); for a window
    function its frame; for a query inside an expression all that it reads. A side of an outer join that has no
    match, and the right side of an anti join, contribute nothing.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> daily = parse("select device, cast(ts as date) as day, max(e) - min(e) as heat from meters group by all", "v")
    >>> found = trace(daily, {"meters": ("device", "ts", "e")}, (("device", "'L4'"),),
    ...               {"meters": ("_file", "_record")})
    >>> print(found.inputs[0].sql)
    SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device = 'L4'
    """
    chosen = _chosen(predicate)
    folded = {key(name): tuple(columns) for name, columns in identities.items()}
    try:
        normal = normalise(query.tree, schemas)
        ctx = Context(normal, folded, _prefix(query.text))
        places = _places(query, predicate, normal.columns)
        push = tuple(Push(at, literals) for at, literals in zip(places, chosen, strict=False))
        found = list(carry(normal.body, ctx, push, frozenset(places)))
        answers = [(one, answer_of(one, predicate, push, places, ctx)) for one in found]
        against = against_replay(ctx.normal, places)
    except Opaque as opaque:
        return _all_wide(query, schemas, folded, str(opaque))
    inputs = [
        input_of([(one, sql) for one, sql in answers if key(one.relation) == name], ctx)
        for name in sorted({key(one.relation) for one in found})
    ]
    return Trace(tuple(inputs), replays=not against, replay_why=against)


def _chosen(predicate: Predicate) -> list[tuple[exp.Expr, ...]]:
    """Give the values that each of the predicate's columns may have; nothing where a relation holds them."""
    match predicate:
        case KeyRows():
            return []
        case KeyValues():
            return [
                tuple(dict.fromkeys(read_literal(row[at]) for row in predicate.rows))
                for at in range(len(predicate.columns))
            ]
        case _:
            return [(read_literal(text),) for _, text in predicate]


def _places(query: Query, predicate: Predicate, columns: Sequence[str]) -> list[int]:
    names = predicate.columns if isinstance(predicate, KeyRows | KeyValues) else [name for name, _ in predicate]
    folded = [key(c) for c in columns]
    for name in names:
        if key(name) not in folded:
            raise QueryError(
                f"{name} is no output column of the query",
                where=query.where,
                why="rows are chosen by output columns",
                next_=nearest(name, columns),
            )
    return [folded.index(key(name)) for name in names]


def _prefix(text: str) -> str:
    prefix = "__"
    while any(f"{prefix}{word}" in text.lower() for word in ("id", "c", "k", "here", "group", "rows", "set")):
        prefix += "_"
    return prefix


def _all_wide(
    query: Query, schemas: Mapping[str, Sequence[str]], identities: Mapping[str, tuple[str, ...]], why: str
) -> Trace:
    """Let every row of every relation count: what is left when a query cannot be seen through."""
    inputs = []
    for name in dependencies(query):
        found = lookup(schemas, name)
        if found is None:
            raise QueryError(
                f"the query reads {name}, which is not known",
                where=query.where,
                why="a trace needs the columns of every relation that the query reads",
                next_=nearest(name, schemas),
            )
        columns = identity_of(name, identities)
        listed = ", ".join(column(c).sql(dialect="duckdb") for c in columns)
        table = identifier(found[0]).sql(dialect="duckdb")
        inputs.append(TraceInput(found[0], f"SELECT DISTINCT {listed} FROM {table}", exact=False, why=why))
    return Trace(tuple(inputs), replays=True, replay_why="")
