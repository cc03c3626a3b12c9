"""A construct and the plainer blocks that stand for it give the same rows, in columns of the same types and names."""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, assume, event, given, note, settings
from sqlglot import exp

from tests.drawn_views import TABLES, Data, queries, tables
from tests.unit.sql.test_affected_property import MOST, load
from vertebra.sql import parse
from vertebra.sql.normal import Normal, normalise
from vertebra.sql.tree import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = 5_000 if os.environ.get("VERTEBRA_LONG") else 60
COLUMNS = ("a", "b", "x", "s")
SAME = (
    """select a, b, grouping(a, b) as g, sum(x) filter (where b > 1) as q, coalesce(a, -1) as k from t where x > 1
    group by rollup (a, b) having count(*) > 1 or a is null""",
    "select a, b, grouping_id(b, a) as g from t group by cube (a, b)",
    """select a, grouping(t.a) as g, count(*) as n from t group by grouping sets ((a), (a, b), (), ())
    having g = 0 or n > 3""",
    """select case when grouping(a) = 1 then 'all' else a::varchar end as l, max(x) - min(x) as d, sum(a) as s from t
    group by rollup (a), s""",
    "select a, a + 1 as more, list(a order by a) as l from t group by rollup (a)",
    "select coalesce(a, -1) as k, count(*) as n from t group by rollup (k)",
    "select coalesce(a, -1) as a, count(*) as n from t group by rollup (a)",
    "select struct_pack(a := a) as st, count(*) as n from t group by rollup ((a, b))",
    "select a, (select max(b) from t) as m, count(*) as n from t group by cube (1)",
    "select t.a, u.s, count(*) as n from t join t u using (a) group by rollup (t.a, u.s)",
    "select distinct a, count(*) as n from t group by cube (a, s)",
    "select a, count(*) as n from t group by cube (a, s) order by n, a nulls first limit 3",
    "select a, rank() over (partition by grouping(t.a) order by sum(b)) as r from t group by cube (a, b)",
    """select a, sum(b) as s, rank() over (order by sum(b) desc, a) as r from t group by a having sum(b) > 1
    qualify r < 3 order by 2, 1 limit 4""",
    """select a, s, sum(x) / sum(sum(x)) over (partition by a) as share,
    lag(sum(x)) over (partition by a order by s) as l from t group by a, s""",
    "select a, sum(count(*)) over w as c from t group by a window w as (order by a rows unbounded preceding)",
    "select upper(s) as u, count(*) as n, dense_rank() over (order by count(*), u) as r from t group by u",
    "select 1 as one, a, count(*) as n, rank() over (order by n) as r from t group by 1, 2",
    "select sum(x) as s, rank() over (order by sum(x)) as r from t",
    """select a, first_value(sum(x)) over (order by a desc) as f, sum(x) filter (where b > 10) * 2 as z,
    sum(sum(x)) filter (where a > 0) over (order by a) as y from t group by a""",
    "select distinct on (a) a, b, count(*) as n from t group by all order by a, n desc, b",
    "select distinct on (a) a, rank() over (partition by b order by x) as n from t order by a, n",
    "select * from t pivot (sum(x) for s in ('a', 'b') group by a) as p",
    "from (pivot t on s in ('a', 'b') using sum(x))",
    "from (pivot t on s in ('u', 'b') using sum(x) as y, count(*))",
    "from (pivot t on s in ('u', 'b'), a in (1, 2) using coalesce(sum(x), 7) as y, max(a + 1) as m group by b)",
    "from (pivot t on a in (1, 2, null) using count(*) group by b)",
    "select * from (pivot (select a, s, x from t where x < 5) on s in ('a', 'b', 'c') using max(x)) as p where a > 0",
    "from (pivot (select s, x from t) on s in ('a') using sum(x))",
    f"from (pivot t on b in ({', '.join(map(str, range(30)))}) using count(*) as n, sum(x) as s group by a)",
    "from (unpivot t on a, b into name n value v)",
    "select n, sum(v) as v from t unpivot include nulls (v for n in (a as 'x', b)) as u group by all",
    "select a, b, x, n, v from t unpivot ((v) for n in (s)) as u",
    "from (unpivot t on (a, b) as first, (b, a) into name n value v, w)",
    "from (unpivot t on columns(* exclude (s)))",
    "select a, b from t union all by name select B, s, x from t",
    "select a, b from t union by name (select b, a from t order by a, b limit 1)",
)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET disabled_optimizers = 'common_subplan,join_elimination'")
        yield connection


def text(normal: Normal) -> str:
    body = normal.body.copy()
    withs = [
        exp.CTE(
            this=one.query.copy(),
            alias=exp.TableAlias(this=identifier(one.name), columns=[identifier(c) for c in one.columns]),
        )
        for one in normal.definitions.values()
    ]
    if withs:
        body.set("with_", exp.With(expressions=withs))
    return body.sql(dialect="duckdb")


def answer(engine: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[tuple[str, str]], Counter[str]]:
    found = engine.execute(sql)
    columns = [(one[0], str(one[1])) for one in found.description]
    return columns, Counter(map(str, found.fetchmany(MOST)))


@pytest.mark.parametrize("sql", SAME)
def test_the_plainer_blocks_say_the_same(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    normal = normalise(parse(sql, "v.sql").tree, {"t": COLUMNS})
    plain = text(normal)
    assert not any(normal.body.find_all(exp.Pivot, exp.Rollup, exp.Cube, exp.GroupingSets)), plain
    chance = random.Random(sql)
    for count in (0, 1, 3, 9):
        rows = [
            (
                chance.choice([None, 0, 1, 2]),
                chance.choice([None, 10, 20]),
                chance.choice([None, 0.5, 1.5, 2.5, 8.0]),
                chance.choice([None, "a", "b", "u"]),
            )
            for _ in range(count)
        ]
        engine.execute("CREATE OR REPLACE TABLE t (a INTEGER, b BIGINT, x DOUBLE, s VARCHAR)")
        if rows:
            engine.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        columns, found = answer(engine, sql)
        assert (columns, found) == answer(engine, plain), plain
        assert tuple(name for name, _ in columns) == normal.columns


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=queries(), data=tables())
def test_a_drawn_query_says_the_same_in_normal_form(
    engine: duckdb.DuckDBPyConnection, drawn: tuple[str, tuple[str, ...]], data: Data
) -> None:
    sql, columns = drawn
    normal = normalise(parse(sql, "v.sql").tree, TABLES)
    plain = text(normal)
    note(sql)
    note(plain)
    for table, names in TABLES.items():
        load(engine, table, names, data[table])
    shown, found = answer(engine, sql)
    assume(found.total() < MOST)
    event(f"rows: {bool(found)}")
    assert (shown, found) == answer(engine, plain)
    assert columns == normal.columns
