"""GROUP BY, aggregates, HAVING and DISTINCT ON: a group comes from all rows that share its keys.

Perm (Glavic & Alonso, ICDE 2009, rule R5): the groups are joined back, null-safe, to the rows that they were
made of. Where nobody above asks for more than the keys, the rows alone say it, and the engine can push filters
into their scan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.implied import implied_name
from vertebra.sql.provenance.flow import Context, Pairs, Push, derived, same, titled
from vertebra.sql.tree import column, distinct_on
from vertebra.sql.unfolding.absent import from_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vertebra.sql.aliases import GroupKey
    from vertebra.sql.provenance.between import Between
    from vertebra.sql.provenance.rows import Rows


def only_keys(
    select: exp.Select, keys: Sequence[GroupKey], shown: Sequence[exp.Expr], needed: frozenset[int] | None
) -> bool:
    """Say whether the keys are all that is asked of a block, and no group is dropped."""
    if needed is None or select.args.get("having") or select.args.get("qualify"):
        return False
    return all(from_keys(shown[at], [one.expression for one in keys]) is not None for at in needed)


def rows_of_groups(
    select: exp.Select,
    keys: Sequence[GroupKey],
    shown: Sequence[exp.Expr],
    rows: Rows,
    ctx: Context,
    push: Sequence[Push],
) -> Pairs:
    """Pair what is made of the keys with the rows that carry them; other outputs are NULL and not asked for."""
    found = [from_keys(one, [k.expression for k in keys]) for one in shown]
    outputs = [
        titled(one if one is not None else exp.Null(), implied_name(item))
        for one, item in zip(found, select.expressions, strict=True)
    ]
    conditions = [one.on(by_key) for one in push if (by_key := found[one.output]) is not None]
    pairs = rows.select(ctx, outputs, conditions)
    return replace(pairs, single=False, pushed=len(conditions) == len(push))


def joined_back(
    select: exp.Select,
    keys: Sequence[GroupKey],
    rows: Rows,
    ctx: Context,
    push: Sequence[Push],
    between: Between | None = None,
) -> Pairs:
    """Join the block's own result, null-safe on the keys, to the rows that it was made of, or to those between ends."""
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
    ends = between.ends() if between else []
    for at, end in enumerate(ends):
        result.append("expressions", titled(end, ctx.name("end", at)))
    columns = tuple(ctx.name("c", at) for at in range(len(result.expressions)))
    pushed = {one.output: one for one in push}
    conditions = [
        pushed[one.output].on(one.expression) for one in keys if one.output is not None and one.output in pushed
    ]
    keyed = [titled(one.expression, ctx.name("k", at)) for at, one in enumerate(keys)]
    values = between.values() if between else []
    ordered = [titled(value, ctx.name("v", at)) for at, value in enumerate(values)]
    inner = rows.select(ctx, [*keyed, *ordered], conditions)
    left, right = ctx.name("group"), ctx.name("rows")
    matches = [same(column(columns[place], left), column(ctx.name("k", at), right)) for at, place in enumerate(places)]
    if between:
        matches += between.conditions(
            [column(name, left) for name in columns[len(columns) - len(ends) :]],
            [column(ctx.name("v", at), right) for at in range(len(values))],
        )
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
