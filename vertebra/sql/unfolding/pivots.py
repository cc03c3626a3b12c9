"""PIVOT whose values are listed, as aggregates that each see one of them; UNPIVOT as lists side by side, unnested.

Without a list the columns of a PIVOT come from the data: nothing can be said of it from its text.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.implied import implied_name
from vertebra.sql.scope import Opaque, unique_names
from vertebra.sql.tree import column, identifier, is_aggregate, key
from vertebra.sql.unfolding.unpivots import of_unpivot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBER = re.compile(r"(0|[1-9]\d*)(\.\d+)?")
_KNOWN = frozenset({"this", "expressions", "fields", "using", "group", "unpivot", "alias", "into", "columns"})
_NAMING = frozenset({"identify_pivot_strings", "prefixed_pivot_columns", "pivot_column_naming", "value_columns_first"})
_UNPIVOTS = frozenset({"include_nulls"})


def unpivoted(pivot: exp.Pivot, source: exp.Expr, columns: Sequence[str]) -> exp.Select:
    """Write PIVOT or UNPIVOT of a FROM item as a plain query.

    Parameters
    ----------
    pivot : sqlglot.exp.Pivot
        The statement, or what stands behind the FROM item.
    source : sqlglot.exp.Expr
        The FROM item.
    columns : sequence of str
        Its columns.

    Raises
    ------
    Opaque
        When its columns depend on data, or their names cannot be told.

    Examples
    --------
    >>> import sqlglot
    >>> wide = sqlglot.parse_one("pivot t on s in ('x', 'y') using sum(e) group by a", dialect="duckdb")
    >>> print(unpivoted(wide, wide.this, ("a", "s", "e")).sql(dialect="duckdb"))  # doctest: +NORMALIZE_WHITESPACE
    SELECT a AS a, SUM(e) FILTER(WHERE s IS NOT DISTINCT FROM 'x') AS x,
    SUM(e) FILTER(WHERE s IS NOT DISTINCT FROM 'y') AS y FROM t GROUP BY a
    """
    allowed = _KNOWN | _NAMING | (_UNPIVOTS if pivot.args.get("unpivot") else set())
    odd = [name for name, value in pivot.args.items() if value and name not in allowed]
    if odd:
        raise Opaque(f"{odd[0].replace('_', ' ').upper()} of a PIVOT")
    if pivot.args.get("unpivot"):
        return of_unpivot(pivot, source, columns)
    return _of_pivot(pivot, source, columns)


def _of_pivot(pivot: exp.Pivot, source: exp.Expr, columns: Sequence[str]) -> exp.Select:
    fields = pivot.args.get("fields")
    listed = list(fields or pivot.expressions)
    calls = list(pivot.expressions) if fields else list(pivot.args.get("using") or ())
    calls = calls or [exp.Count(this=exp.Star(), big_int=True)]
    choices = [list(_values(one)) for one in listed]
    if not choices:
        raise Opaque("PIVOT without values")
    group = pivot.args.get("group")
    if group is not None and group.expressions:
        keys = [_plain(one, columns) for one in group.expressions]
    else:
        named = {key(one.name) for part in (*listed, *calls) for one in part.find_all(exp.Column)}
        keys = [name for name in columns if key(name) not in named]
    shown: list[tuple[str, exp.Expr]] = [(name, column(name)) for name in keys]
    for chosen in product(*choices):
        condition = exp.and_(*(exp.NullSafeEQ(this=what.copy(), expression=value.copy()) for what, value, _ in chosen))
        for call in calls:
            name = "_".join([*(title for _, _, title in chosen), *_title(call, several=len(calls) > 1)])
            bare = call.this if isinstance(call, exp.Alias) else call
            shown.append((name, _filtered(bare, condition)))
    result = exp.Select(
        expressions=[
            exp.Alias(this=one, alias=identifier(name))
            for name, (_, one) in zip(unique_names([title for title, _ in shown]), shown, strict=True)
        ],
        from_=exp.From(this=source.copy()),
    )
    if keys:
        result.set("group", exp.Group(expressions=[column(name) for name in keys]))
    return result


def _plain(one: exp.Expr, columns: Sequence[str]) -> str:
    found = [name for name in columns if isinstance(one, exp.Column) and key(name) == key(one.name)]
    if not found:
        raise Opaque("PIVOT that groups by more than columns")
    return found[0]


def _values(one: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr, str]]:
    """What is compared, with which value, and what the value is called."""
    if not isinstance(one, exp.In) or not isinstance(one.this, exp.Column) or not one.expressions:
        raise Opaque("PIVOT without a list of values: its columns depend on the data")
    for value in one.expressions:
        bare, title = (value.this, value.alias) if isinstance(value, exp.PivotAlias | exp.Alias) else (value, None)
        if not isinstance(bare, exp.Literal | exp.Null | exp.Boolean):
            raise Opaque("PIVOT by values that are no plain literals")
        yield one.this, bare, _called(bare) if title is None else str(title)


def _called(value: exp.Expr) -> str:
    match value:
        case exp.Null():
            return "NULL"
        case exp.Boolean():
            return "true" if value.this else "false"
        case exp.Literal() if value.is_string or _NUMBER.fullmatch(value.name):
            return str(value.name)
        case _:
            raise Opaque("PIVOT by a number that is written in a way of its own")


def _title(call: exp.Expr, *, several: bool) -> list[str]:
    """What an aggregate adds to the name of a column."""
    if isinstance(call, exp.Alias):
        return [str(call.alias)]
    if not several:
        return []
    if not isinstance(call, exp.Func) or not isinstance(call.this, exp.Column | exp.Star):
        raise Opaque("PIVOT of several aggregates without names")
    return [implied_name(call)]


def _filtered(call: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """Let the one aggregate of an expression see only what meets a condition."""
    copy = exp.Paren(this=call.copy())
    found = [node for node in copy.walk() if is_aggregate(node)]
    if len(found) != 1:
        raise Opaque("PIVOT of an expression that does not aggregate once")
    called: exp.Expr = found[0]
    while isinstance(called.parent, exp.WithinGroup | exp.IgnoreNulls | exp.RespectNulls) and called.arg_key == "this":
        called = called.parent
    if isinstance(called.parent, exp.Filter) and called.arg_key == "this":
        raise Opaque("PIVOT of an aggregate with a FILTER, which the engine heeds or not by the number of values")
    called.replace(exp.Filter(this=called.copy(), expression=exp.Where(this=condition.copy())))
    result: exp.Expr = copy.this
    return result.copy()
