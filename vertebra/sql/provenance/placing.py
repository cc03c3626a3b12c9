"""Put the rewriting of one FROM item in the place of the item, its identity columns in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.provenance.flow import Context, Pairs, derived, titled
from vertebra.sql.scope import Item, Opaque, is_base, is_bracket
from vertebra.sql.tree import column, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def with_ids(
    item: Item, found: Pairs, name: str, ctx: Context, *, marked: bool
) -> tuple[exp.Expr, tuple[str, ...], int | None]:
    """Give the replacement of a FROM item, the names of its identity columns, and which of them to probe.

    Below an outer join a row can be missing. The loader's own identity is then NULL; a view's grain may be
    NULL all the same, so a marker column is carried beside it.
    """
    if isinstance(found.query, exp.Table) and found.width == 0:
        base: exp.Expr = item.node.copy()
        if not marked or ctx.hidden(found.relation):
            return base, found.ids, 0 if marked else None
        marker = ctx.name("here")
        inner = exp.Select(
            expressions=[exp.Star(), titled(exp.true(), marker)],
            from_=exp.From(this=exp.Table(this=base.this.copy())),
        )
        columns = tuple(c.name for c in (base.args["alias"].args.get("columns") or ())) if base.alias else ()
        return derived(inner, name, columns), (*found.ids, marker), len(found.ids)
    query, ids = found.query.copy(), found.ids
    probe = None if found.probe is None else ids.index(found.probe)
    if marked and probe is None:
        if ctx.hidden(found.relation):
            probe = 0
        else:
            marker = ctx.name("here")
            query = exp.Select(
                expressions=[exp.Star(), titled(exp.true(), marker)],
                from_=exp.From(this=derived(query, ctx.name("marked"))),
            )
            ids, probe = (*ids, marker), len(ids)
    columns = (*(item.columns or ()), *ids) if _renames(item) else ()
    return derived(query, name, columns), ids, probe


def _renames(item: Item) -> bool:
    """Say whether the names of an item differ from those of the query behind it."""
    alias = item.node.args.get("alias")
    return is_base(item.node) or bool(isinstance(alias, exp.TableAlias) and alias.args.get("columns"))


def replace_semi(
    node: exp.Expr,
    replacement: exp.Expr,
    ids: Sequence[str],
    items: Sequence[Item],
    at: int,
    ctx: Context,
) -> None:
    """Turn `x SEMI JOIN y ON c` into a join with the rows of y that match, y's other columns kept out of sight."""
    join = node.find_ancestor(exp.Join)
    if join is None or join.this is not node:
        raise Opaque("a semi join inside brackets")
    conditions = [join.args["on"].copy()] if join.args.get("on") else []
    inner_name = replacement.alias_or_name
    for using in join.args.get("using") or ():
        owner = next((i for i in items[:at] if not i.hidden and i.has(using.name)), None)
        if owner is None or not owner.name:
            raise Opaque("a semi join USING a column of nameless origin")
        conditions.append(
            exp.EQ(this=column(using.name, owner.node.alias_or_name), expression=column(using.name, inner_name))
        )
    inner = exp.Select(
        expressions=[titled(column(one, inner_name), ctx.name("id", i)) for i, one in enumerate(ids)],
        from_=exp.From(this=replacement),
    )
    if conditions:
        inner.set("where", exp.Where(this=exp.and_(*conditions)))
    lateral = exp.Lateral(this=exp.Subquery(this=inner), alias=exp.TableAlias(this=identifier(ctx.name("semi"))))
    join.replace(exp.Join(this=lateral, kind="CROSS"))


def can_be_absent(items: Sequence[Item], at: int) -> bool:
    """Say whether a row of the item can be missing from a joined row. Saying yes too often does no harm."""
    own = items[at].join
    if own is not None and own.side in {"LEFT", "FULL"}:
        return True
    later = [item.join for item in items[at + 1 :] if item.join is not None]
    if any(join.side in {"RIGHT", "FULL"} for join in later):
        return True
    bracketed = any(is_bracket(parent) for parent in _parents(items[at].node))
    return bracketed and any(item.join is not None and item.join.side for item in items)


def _parents(node: exp.Expr) -> Iterator[exp.Expr]:
    parent = node.parent
    while parent is not None and not isinstance(parent, exp.Select):
        yield parent
        parent = parent.parent
