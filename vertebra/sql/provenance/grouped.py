"""GROUP BY, aggregates, HAVING and DISTINCT ON: a group comes from all rows that share its keys.

Perm (Glavic & Alonso, ICDE 2009, rule R5): the groups are joined back, null-safe, to the rows that they were
made of. Where nobody above asks for more than the keys, the rows alone say it, and the engine can push filters
into their scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.implied import implied_name
from vertebra.sql.provenance.flow import Context, Pairs, Push, derived, same, titled
from vertebra.sql.tree import column, distinct_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vertebra.sql.aliases import GroupKey
    from vertebra.sql.provenance.rows import Rows


def only_keys(select: exp.Select, keys: Sequence[GroupKey], needed: frozenset[int] | None) -> bool:
    """Say whether the keys are all that is asked of a block, and no group is dropped."""
    if needed is None or select.args.get("having") or select.args.get("qualify"):
        return False
    return needed <= {one.output for one in keys}


def rows_of_groups(
    select: exp.Select, keys: Sequence[GroupKey], rows: Rows, ctx: Context, push: Sequence[Push]
) -> Pairs:
    """Pair each key with the rows that carry it; outputs that are no keys are NULL and not asked for."""
    by_output = {one.output: one.expression for one in keys if one.output is not None}
    outputs = [titled(by_output.get(at, exp.Null()), implied_name(item)) for at, item in enumerate(select.expressions)]
    conditions = [one.on(by_output[one.output]) for one in push if one.output in by_output]
    pairs = rows.select(ctx, outputs, conditions)
    return Pairs(
        pairs.relation,
        pairs.query,
        pairs.width,
        pairs.ids,
        pairs.probe,
        single=False,
        pushed=len(conditions) == len(push),
        exact=pairs.exact,
        why=pairs.why,
    )


def joined_back(select: exp.Select, keys: Sequence[GroupKey], rows: Rows, ctx: Context, push: Sequence[Push]) -> Pairs:
    """Join the block's own result, null-safe on the keys, to the rows that it was made of."""
    result = select.copy()
    for clause in ("order", "distinct") if not distinct_on(select) else ():
        result.set(clause, None)
    width = len(select.expressions)
    places = []
    for at, one in enumerate(keys):
        if one.output is None:
            result.append("expressions", titled(one.expression, ctx.name("key", at)))
            places.append(len(result.expressions) - 1)
        else:
            places.append(one.output)
    columns = tuple(ctx.name("c", at) for at in range(len(result.expressions)))
    pushed = {one.output: one for one in push}
    conditions = [
        pushed[one.output].on(one.expression) for one in keys if one.output is not None and one.output in pushed
    ]
    keyed = [titled(one.expression, ctx.name("k", at)) for at, one in enumerate(keys)]
    inner = rows.select(ctx, keyed, conditions)
    left, right = ctx.name("group"), ctx.name("rows")
    matches = [same(column(columns[place], left), column(ctx.name("k", at), right)) for at, place in enumerate(places)]
    query = exp.Select(
        expressions=[
            *(titled(column(columns[at], left), implied_name(item)) for at, item in enumerate(select.expressions)),
            *(column(name, right) for name in inner.ids),
        ],
        from_=exp.From(this=derived(result, left, columns)),
        joins=[
            exp.Join(this=derived(inner.query, right), on=exp.and_(*matches))
            if matches
            else exp.Join(this=derived(inner.query, right), kind="CROSS")
        ],
    )
    return Pairs(
        rows.relation, query, width, inner.ids, inner.probe, single=False, pushed=False, exact=rows.exact, why=rows.why
    )
