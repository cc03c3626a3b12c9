"""Small views of which each holds one or two constructs, so that what a change does to a row is seen in its key."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.drawn_views import TABLES, Drawing, condition, views


@st.composite
def telling(draw: st.DrawFn) -> tuple[str, str]:
    """A query whose rows a grain identifies, and the grain."""
    d = Drawing(draw)
    return _KINDS[d.one(*_KINDS)](d)


@st.composite
def telling_views(draw: st.DrawFn, depth: int) -> tuple[str, str]:
    """Such a view, mostly, or one of any constructs nested to a depth."""
    return draw(telling() if draw(st.sampled_from(["small"] * 4 + ["any"])) == "small" else views(depth))


def _relation(d: Drawing) -> tuple[str, str, str]:
    """A FROM item whose column n tells its rows apart, its alias, and another column."""
    table, alias = d.one(*sorted(TABLES)), d.name("t")
    column = d.one(*(name for name in TABLES[table] if name not in {"n", "x"}))
    match d.one("table", "table", "table", "where", "best", "sums"):
        case "where":
            return f"(select * from {table} where {condition(d, [column])}) as {alias}", alias, column
        case "best":
            ranked = f"rank() over (partition by {column} order by n) = 1"
            return f"(select * from {table} qualify {ranked}) as {alias}", alias, column
        case "sums":
            return f"(select {column}, max(n) as n from {table} group by {column}) as {alias}", alias, column
        case _:
            return f"{table} as {alias}", alias, column


def _match(d: Drawing, left: str, right: str, columns: tuple[str, str]) -> str:
    one, other = f"{left}.{columns[0]}", f"{right}.{columns[1]}"
    bound = d.one("", f" and {right}.n % 3 > 0", f" and {left}.n >= {right}.n", f" and {other} > 0", f" and {one} < 3")
    return d.one(f"{one} = {other}", f"{one} is not distinct from {other}", f"{one} > {other}") + bound


def _where(d: Drawing, columns: list[str]) -> str:
    return d.one("", f" where {condition(d, columns)}")


def _joined(d: Drawing) -> tuple[str, str]:
    (left, one, a), (right, other, b) = _relation(d), _relation(d)
    how = d.one("left join", "left join", "right join", "full join", "join", "asof left join", "asof join")
    on = f"{one}.{a} >= {other}.n" if how.startswith("asof") else _match(d, one, other, (a, b))
    keys = f"coalesce({one}.n, -1) as k0, coalesce({other}.n, -1) as k1"
    where = d.one("", "", f" where {other}.{b} is null", f" where {one}.{a} > 0 or {other}.{b} > 0")
    return f"select {keys}, {one}.{a} as v, {other}.{b} as w from {left} {how} {right} on {on}{where}", "k0, k1"


def _passed(d: Drawing) -> tuple[str, str]:
    (left, one, a), (right, other, b) = _relation(d), _relation(d)
    join = d.one("", f" {d.one('semi', 'anti')} join {right} on {_match(d, one, other, (a, b))}")
    return f"select {one}.n as k0, {one}.{a} as v from {left}{join}{_where(d, [f'{one}.{a}', f'{one}.n'])}", "k0"


def _asked(d: Drawing) -> tuple[str, str]:
    """Rows that a query about another relation lets through, or that show its answer."""
    (left, one, a), (right, other, b) = _relation(d), _relation(d)
    mine, its = f"{one}.{a}", f"{other}.{b}"
    there = f"exists (select 1 from {right} where {its} = {mine})"
    asked = d.one(
        there,
        f"not {there}",
        f"{mine} in (select {its} from {right})",
        f"{mine} not in (select {its} from {right} where {its} is not null)",
        f"{mine} >= (select min({its}) from {right})",
        f"({one}.n % 2 = 0 or {there})",
        f"(select count(*) from {right} where {its} = {mine}) > {d.below(1)}",
    )
    if d.below(2) == 0:
        counted = f"(select count(*) from {right} where {its} = {mine})"
        return f"select {one}.n as k0, {counted} as v from {left}", "k0"
    return f"select {one}.n as k0, {mine} as v from {left} where {asked}", "k0"


def _grouped(d: Drawing) -> tuple[str, str]:
    (left, one, a), (right, other, b) = _relation(d), _relation(d)
    joined = d.one("", "", f" left join {right} on {_match(d, one, other, (a, b))}")
    key = f"coalesce({one}.{a}, -1)"
    having = d.one("", f" having count(*) {d.one('>', '=')} {1 + d.below(1)}", f" having max({one}.n) < 150")
    call = d.one("count(*)", f"max({one}.n)", f"sum({one}.n)", f"count(distinct {one}.{a})")
    if d.below(3) == 0:
        return f"select distinct {key} as k0 from {left}{joined}{_where(d, [f'{one}.n'])}", "k0"
    return f"select {key} as k0, {call} as v from {left}{joined} group by {key}{having}", "k0"


def _united(d: Drawing) -> tuple[str, str]:
    (left, one, a), (right, other, b) = _relation(d), _relation(d)
    word = d.one("union", "union all", "intersect", "intersect all", "except", "except all")
    both = f"select {one}.{a} as k from {left} {word} select {other}.{b} from {right}"
    return f"select coalesce(k, -1) as k0, count(*) as v from ({both}) group by 1", "k0"


def _windowed(d: Drawing) -> tuple[str, str]:
    item, one, a = _relation(d)
    over = f"({d.one('', f'partition by {one}.{a} ')}order by {one}.{d.one(a, 'n')}{d.one('', ' desc')})"
    call = d.one("rank()", f"sum({one}.n)", f"max({one}.n)", "dense_rank()", "count(*)")
    where = _where(d, [f"{one}.{a}"])
    if d.below(2) == 0:
        return (
            f"select {one}.n as k0, {one}.{a} as v from {item}{where} qualify {call} over {over} > {d.below(2)}",
            "k0",
        )
    return f"select {one}.n as k0, {call} over {over} as v from {item}{where}", "k0"


def _ranked(d: Drawing) -> tuple[str, str]:
    item, one, a = _relation(d)
    key, call = f"coalesce({one}.{a}, -1)", d.one("count(*)", f"max({one}.n)")
    over = d.one(f"rank() over (order by {call})", f"sum({call}) over ()", f"max({call}) over (order by {key})")
    having = d.one("", " having count(*) > 1")
    return f"select {key} as k0, {call} as c, {over} as v from {item} group by {key}{having}", "k0"


def _sets(d: Drawing) -> tuple[str, str]:
    (left, one, a), (right, other, b) = _relation(d), _relation(d)
    keys = f"coalesce({one}.{a}, -1) as k0, coalesce({other}.{b}, -1) as k1, grouping({one}.{a}, {other}.{b}) as k2"
    counted = f"{left} {d.one('left ', '')}join {right} on {_match(d, one, other, (a, b))}"
    by = f"{d.one('rollup', 'cube')} ({one}.{a}, {other}.{b})"
    inner = f"select {keys}, count(*) as n from {counted} group by {by}{d.one('', ' having count(*) > 1')}"
    return f"select k0, k1, k2, sum(n) as v from ({inner}) group by k0, k1, k2", "k0, k1, k2"


def _turned(d: Drawing) -> tuple[str, str]:
    item, one, a = _relation(d)
    inner = f"select coalesce({one}.{a}, -1) as k, {one}.n, {one}.n % 3 as m from {item}"
    if d.below(1):
        return f"select k as k0, name as k1, sum(value) as v from (unpivot ({inner}) on n, m) group by 1, 2", "k0, k1"
    call = d.one("count(*)", "max(n)", "sum(n)")
    return f"select k as k0, * exclude (k) from (pivot ({inner}) on m in (0, 1, 2) using {call} group by k)", "k0"


def _nested(d: Drawing) -> tuple[str, str]:
    item, one, a = _relation(d)
    inner, grain = _KINDS[d.one("joined", "passed", "asked", "grouped", "united", "windowed", "ranked")](d)
    mine = grain.split(", ")[0]
    how = d.one("left join", "join", "semi join", "anti join")
    shown = "" if how in {"semi join", "anti join"} else f", count(q.{mine}) as w"
    by = d.one(f"{one}.{a} = q.{mine}", f"{one}.n = q.{mine}")
    counted = f"select {one}.n as k0, count(*) as v{shown} from {item} {how} ({inner}) as q on {by}"
    return f"{counted} group by {one}.n", "k0"


_KINDS = {
    "joined": _joined,
    "passed": _passed,
    "asked": _asked,
    "grouped": _grouped,
    "united": _united,
    "windowed": _windowed,
    "ranked": _ranked,
    "sets": _sets,
    "turned": _turned,
    "nested": _nested,
}
