"""UNPIVOT: for each row a list of names beside a list of values, unnested together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import Opaque
from vertebra.sql.tree import column, identifier, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_Part = tuple[str, list[exp.Expr]]
"""The name of a row to come, and its values."""


def of_unpivot(pivot: exp.Pivot, source: exp.Expr, columns: Sequence[str]) -> exp.Select:
    """Write UNPIVOT of a FROM item as a plain query.

    Examples
    --------
    >>> import sqlglot
    >>> long = sqlglot.parse_one("unpivot t on a, b into name n value v", dialect="duckdb")
    >>> print(of_unpivot(long, long.this, ("a", "b", "s")).sql(dialect="duckdb"))  # doctest: +NORMALIZE_WHITESPACE
    SELECT s AS s, n AS n, v AS v
    FROM (SELECT s AS s, UNNEST(['a', 'b']) AS n, UNNEST([a, b]) AS v FROM t) AS long WHERE NOT v IS NULL
    """
    parts, title, values = _asked(pivot, columns)
    if len({len(cells) for _, cells in parts} | {len(values)}) != 1:
        raise Opaque("UNPIVOT into another number of columns than it has values")
    used = {key(one.name) for _, cells in parts for cell in cells for one in cell.find_all(exp.Column)}
    rest = [name for name in columns if key(name) not in used]
    names = exp.Array(expressions=[exp.Literal.string(name) for name, _ in parts])
    lists = [exp.Array(expressions=[cells[at].copy() for _, cells in parts]) for at in range(len(values))]
    unnested = [(title, names), *zip(values, lists, strict=True)]
    inner = exp.Select(
        expressions=[
            *(exp.Alias(this=column(name), alias=identifier(name)) for name in rest),
            *(exp.Alias(this=exp.Explode(this=one), alias=identifier(name)) for name, one in unnested),
        ],
        from_=exp.From(this=source.copy()),
    )
    shown = [*rest, title, *values]
    if len({key(name) for name in shown}) != len(shown):
        raise Opaque("UNPIVOT into a column that is there already")
    result = exp.Select(
        expressions=[exp.Alias(this=column(name), alias=identifier(name)) for name in shown],
        from_=exp.From(this=exp.Subquery(this=inner, alias=exp.TableAlias(this=identifier("long")))),
    )
    if not pivot.args.get("include_nulls"):
        there = [exp.Not(this=exp.Is(this=column(name), expression=exp.Null())) for name in values]
        result.set("where", exp.Where(this=exp.and_(*there)))
    return result


def _asked(pivot: exp.Pivot, columns: Sequence[str]) -> tuple[list[_Part], str, list[str]]:
    """The rows that each row turns into, and what the columns for their names and values are called."""
    fields = pivot.args.get("fields")
    if not fields:
        into = pivot.args.get("into")
        parts = [part for one in pivot.expressions for part in _parts(one, columns)]
        if into is None:
            return parts, "name", ["value"]
        return parts, into.this.name, [one.name for one in into.expressions]
    if len(fields) != 1 or len(pivot.expressions) != 1:
        raise Opaque("UNPIVOT over several lists")
    titles = pivot.expressions[0].unnest()
    values = [one.name for one in (titles.expressions if isinstance(titles, exp.Tuple) else [titles])]
    return [part for one in fields[0].expressions for part in _parts(one, columns)], fields[0].this.name, values


def _parts(one: exp.Expr, columns: Sequence[str]) -> Iterator[_Part]:
    match one:
        case exp.Alias() | exp.PivotAlias():
            name = one.args["alias"].name
            (_, cells), *more = _parts(one.this, columns)
            if more:
                raise Opaque("UNPIVOT of a pattern under one name")
            yield name, cells
        case exp.Tuple():
            found = [part for each in one.expressions for part in _parts(each, columns)]
            yield "_".join(name for name, _ in found), [cell for _, cells in found for cell in cells]
        case exp.Paren():
            yield from _parts(one.this, columns)
        case exp.Columns() if isinstance(one.this, exp.Star):
            yield from _parts(one.this, columns)
        case exp.Star() if not any(one.args.get(other) for other in ("replace", "rename")):
            gone = {key(each.name) for each in one.args.get("except_") or ()}
            yield from _all_but(gone, columns)
        case exp.Column() if len(one.parts) == 1:
            yield next((name for name in columns if key(name) == key(one.name)), one.name), [one]
        case exp.Cast() if isinstance(one.this, exp.Column) and len(one.this.parts) == 1:
            yield one.this.name, [one]
        case _:
            raise Opaque("UNPIVOT of more than columns")


def _all_but(gone: set[str], columns: Sequence[str]) -> Iterator[_Part]:
    return ((name, [column(name)]) for name in columns if key(name) not in gone)
