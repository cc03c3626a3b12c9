"""Each rule of the rewriting by a case that it alone gets right: which keys are touched, and which are not."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from vertebra.errors import QueryError
from vertebra.sql import parse
from vertebra.sql.affected import affected

COLUMNS = {"r": ("a", "b"), "s": ("a", "d")}
Rows = list[tuple[int | None, ...]]
R: Rows = [(1, 10), (2, 20), (3, 30), (None, 40)]
S: Rows = [(1, 5), (2, 6), (None, 7)]


def without(rows: Rows, *gone: tuple[int | None, ...]) -> Rows:
    return [row for row in rows if row not in gone]


CASES: dict[str, tuple[str, tuple[str, ...], dict[str, Rows], set[tuple[int | str | None, ...]]]] = {
    "both sides of a join go at once": (
        "select r.b, s.d from r join s on s.a = r.a",
        ("d",),
        {"r": without(R, (2, 20)), "s": without(S, (2, 6))},
        {(6,)},
    ),
    "a match of a left join goes: its row is there, with nothing beside it": (
        "select r.b, coalesce(s.d, -1) as d from r left join s on s.a = r.a",
        ("b", "d"),
        {"s": without(S, (2, 6))},
        {(20, 6), (20, -1)},
    ),
    "a match of a left join comes": (
        "select r.b, coalesce(s.d, -1) as d from r left join s on s.a = r.a",
        ("b", "d"),
        {"s": [*S, (3, 8)]},
        {(30, 8), (30, -1)},
    ),
    "a left row of a right join goes": (
        "select s.d, coalesce(r.b, -1) as b from r right join s on s.a = r.a",
        ("d", "b"),
        {"r": without(R, (1, 10))},
        {(5, 10), (5, -1)},
    ),
    "a row of a full join comes on the left": (
        "select coalesce(r.b, -1) as b, coalesce(s.d, -1) as d from r full join s on s.a = r.a",
        ("b", "d"),
        {"r": without(R, (2, 20))},
        {(20, 6), (-1, 6)},
    ),
    "a row of a full join comes on the right": (
        "select coalesce(r.b, -1) as b, coalesce(s.d, -1) as d from r full join s using (a)",
        ("b", "d"),
        {"s": [*S, (3, 9)]},
        {(30, -1), (30, 9)},
    ),
    "a row of a full join comes on the left, without a match": (
        "select coalesce(r.b, -1) as b, coalesce(s.d, -1) as d from r full join s on s.a = r.a",
        ("b", "d"),
        {"r": [*R, (9, 90)]},
        {(90, -1)},
    ),
    "what an anti join lacks comes": (
        "select r.b from r anti join s on s.a = r.a",
        ("b",),
        {"s": [*S, (3, 9)]},
        {(30,)},
    ),
    "an ASOF match is overtaken": (
        "select r.b, s.d from r asof join s on r.a >= s.a",
        ("b", "d"),
        {"s": [*S, (3, 9)]},
        {(30, 6), (30, 9)},
    ),
    "a group moves to another key": (
        "select b // 20 as k, count(*) as n from r group by 1",
        ("k",),
        {"r": [*without(R, (2, 20)), (2, 90)]},
        {(1,), (4,)},
    ),
    "a NULL is a key": (
        "select a, count(*) as n from r group by a",
        ("a",),
        {"r": without(R, (None, 40))},
        {(None,)},
    ),
    "an aggregate is a key": (
        "select a, sum(b) as b from r group by a",
        ("b",),
        {"r": [*R, (2, 1)]},
        {(20,), (21,)},
    ),
    "a total of a rollup": (
        "select a, b, count(*) as n from r group by rollup (a, b)",
        ("a", "b"),
        {"r": [*R, (5, 50)]},
        {(5, 50), (5, None), (None, None)},
    ),
    "a group that a rollup drops comes back": (
        "select coalesce(a, -1) as a, grouping(a) as g, count(*) as n from r group by rollup (a) having count(*) > 1",
        ("a", "g"),
        {"r": [*R, (2, 21)]},
        {(2, 0), (-1, 1)},
    ),
    "a group takes another's place": (
        "select a, rank() over (order by sum(b)) as k from r group by a",
        ("a", "k"),
        {"r": [*R, (3, 40)]},
        {(1, 1), (2, 2), (3, 3), (3, 4), (None, 3), (None, 4)},
    ),
    "a column of a pivot": (
        "from (pivot (select a % 2 as p, b // 20 as k, b from r where a is not null) on k in (0, 1) using sum(b) as s)",
        ("p", "0_s"),
        {"r": [*R, (2, 5)]},
        {(0, 5), (0, None)},
    ),
    "a row of an unpivot": (
        "select a, name, value from (unpivot (select a, b, nullif(a, 1) as c from r) on b, c)",
        ("a", "name"),
        {"r": [*without(R, (1, 10)), (1, None)]},
        {(1, "b")},
    ),
    "a rank moves for the whole partition": (
        "select a % 2 as p, b, rank() over (partition by a % 2 order by b) as k from r where a is not null",
        ("b", "k"),
        {"r": [*R, (5, 5)]},
        {(5, 1), (10, 1), (10, 2), (30, 2), (30, 3)},
    ),
    "a partition of NULLs": (
        "select a, b, rank() over (partition by a order by b) as k from r",
        ("b", "k"),
        {"r": [*R, (None, 1)]},
        {(1, 1), (40, 1), (40, 2)},
    ),
    "a qualified row makes room": (
        "select a % 2 as p, b from r where a is not null qualify rank() over (partition by a % 2 order by b) = 1",
        ("b",),
        {"r": without(R, (1, 10))},
        {(10,), (30,)},
    ),
    "the first of each is another": (
        "select distinct on (a % 2) a % 2 as p, b from r where a is not null order by a % 2, b",
        ("b",),
        {"r": without(R, (1, 10))},
        {(10,), (30,)},
    ),
    "a distinct row stays while another copy of it does": (
        "select distinct a from (select a from r union all select a from s)",
        ("a",),
        {"s": without(S, (1, 5))},
        {(1,)},
    ),
    "a row of a union by name": (
        "select a, b from r union all by name select d, a from s",
        ("a", "d"),
        {"s": [*S, (3, 9)], "r": without(R, (1, 10))},
        {(3, 9), (1, None)},
    ),
    "EXCEPT gives back what its right side loses": (
        "select a from r except select a from s",
        ("a",),
        {"s": without(S, (2, 6))},
        {(2,)},
    ),
    "IN is a semi join": (
        "select b from r where a in (select a from s where d > 5)",
        ("b",),
        {"s": [*S, (3, 9)]},
        {(30,)},
    ),
    "a NULL in NOT IN takes all": (
        "select b from r where a not in (select a from s where d < 7)",
        ("b",),
        {"s": [*S, (None, 1)]},
        {(30,)},
    ),
    "a correlated query answers otherwise": (
        "select b, (select count(*) from s where s.a = r.a) as n from r",
        ("b", "n"),
        {"s": [*S, (2, 9)]},
        {(20, 1), (20, 2)},
    ),
    "EXISTS in an OR": (
        "select b from r where b = 40 or exists (select 1 from s where s.a = r.a and s.d > 5)",
        ("b",),
        {"s": [*S, (3, 9)]},
        {(30,)},
    ),
    "a WITH query is read twice, and joined with itself": (
        "with w as (select a, max(b) as b from r group by a) select x.a, y.b from w x join w y on x.b = y.b",
        ("a", "b"),
        {"r": [*R, (2, 25)]},
        {(2, 20), (2, 25)},
    ),
    "a limit inside lets another row in": (
        "select b from (select b from r order by b limit 2)",
        ("b",),
        {"r": without(R, (1, 10))},
        {(10,), (30,)},
    ),
    "an average decides for all": (
        "select b from r where b >= (select avg(d) * 4 from s)",
        ("b",),
        {"s": without(S, (2, 6), (None, 7))},
        {(20,)},
    ),
}
WIDER = {"a NULL in NOT IN takes all", "an average decides for all", "an ASOF match is overtaken"}
"""Where more keys are named than are touched."""


@pytest.mark.parametrize("case", CASES, ids=lambda name: name)
def test_the_keys_are_those_that_are_touched(case: str) -> None:
    sql, grain, change, wanted = CASES[case]
    before, after = {"r": R, "s": S}, {"r": R, "s": S, **change}
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("SET disabled_optimizers = 'common_subplan,join_elimination'")
        results = []
        for data in (before, after):
            for name, rows in data.items():
                table(engine, name, COLUMNS[name], rows)
            found = engine.sql(sql)
            places = [found.columns.index(name) for name in grain]
            results.append(Counter(found.fetchall()))
        moved = (results[0] - results[1]) | (results[1] - results[0])
        touched = {tuple(row[at] for at in places) for row in moved}
        asked = affected(parse(sql, "v.sql"), COLUMNS, grain, change)
        for name, shown in asked.before.items():
            table(engine, shown, COLUMNS[name], before[name])
        for name, shown in asked.changed.items():
            old, new = Counter(before[name]), Counter(after[name])
            table(engine, shown, COLUMNS[name], [*(old - new).elements(), *(new - old).elements()])
        keys = set(engine.execute(asked.sql).fetchall())
    assert touched <= keys
    assert wanted <= keys
    if case not in WIDER:
        assert keys == wanted


def table(engine: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: Rows) -> None:
    engine.execute(f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{c} BIGINT' for c in columns)})")
    engine.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select a, b from r order by b limit 3", "LIMIT: another row can come in for each that goes"),
        ("pivot r on a using sum(b)", "PIVOT without a list of values: its columns depend on the data"),
        (
            "select a, (select max(d) from s where s.a = r.a) as b, rank() over (order by max(b)) from r group by a",
            "window functions or DISTINCT ON over groups",
        ),
        ("select r.a, l.b from r, lateral (select s.d as b from s where s.a = r.a) l", "a lateral join"),
        ("select r.a, s.d as b from r positional join s", "a positional join"),
    ],
)
def test_what_is_not_followed_is_said(sql: str, why: str) -> None:
    found = affected(parse(sql, "v.sql"), COLUMNS, ("a", "b"), {"r", "s"})
    assert (found.sql, found.why) == ("", why)


def test_what_a_query_does_not_read_touches_nothing() -> None:
    found = affected(parse("select a from r", "v.sql"), COLUMNS, ("a",), {"s"})
    assert (found.sql, found.why) == ("", "")


def test_a_grain_that_is_no_column_is_refused() -> None:
    with pytest.raises(QueryError, match="c is no output column"):
        affected(parse("select a from r", "v.sql"), COLUMNS, ("c",), {"r"})
