"""Constructs beyond the random queries: the trace runs, is sound, and says where it is wider than exact."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from vertebra.sql import KeyRows, Trace, literal, parse, quote, trace

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = {
    "meters": ("device", "ts", "e"),
    "weather": ("station", "ts", "t"),
    "places": ("device", "station", "tags"),
    "daily": ("device", "day", "heat"),
}
IDENTITIES = {
    "meters": ("_file", "_record"),
    "weather": ("_file", "_record"),
    "places": ("_file", "_record"),
    "daily": ("device", "day"),
}

EXACT = (
    "select * from meters",
    "select * from meters where e > 2",
    "from meters where e is null",
    "select m.* exclude (ts), e * 2 as twice, twice + 1 as more from meters m where twice > 2",
    "select * replace (e + 1 as e) from meters",
    "select * rename (e as energy) from meters",
    "select device, ts::date as day, max(e) - min(e) as heat from meters group by all",
    "select device, count(*) as n from meters group by 1 having n > 2",
    "select upper(device) as d, sum(e) as s from meters group by d",
    "select count(*) as n, sum(e) as s from meters where e > 2",
    "select sum(e) as s from meters group by device",
    "select distinct device from meters",
    "select distinct on (device) device, ts, e from meters order by device, ts desc",
    "select m.device, m.e, w.t from meters m left join weather w on w.ts = m.ts",
    "select * from meters natural join weather",
    "select * from meters join weather using (ts)",
    "select ts, device, t from meters full join weather using (ts)",
    "select device, t from meters right join weather using (ts) where t > 3",
    "select m.device, m.ts, w.t from meters m asof left join weather w on m.ts >= w.ts",
    "select m.device, m.ts, w.t from meters m asof join weather w on m.ts >= w.ts",
    "select * from meters semi join places using (device)",
    "select device, e from meters m semi join weather w on w.ts = m.ts and t > 2",
    "select * from meters anti join weather using (ts)",
    "select a.device, b.device as other from meters a join meters b on a.ts = b.ts and a.device < b.device",
    "select device, ts from meters union select station, ts from weather",
    "select device, ts from meters union all by name select ts, station as device, t from weather",
    "select p.device, t from places p, (meters m join weather w on m.ts = w.ts) where m.device = p.device",
    "select j.device, j.t from (meters m join weather w on m.ts = w.ts) j",
    "with meters as (select * from meters where e > 1) select device, sum(e) as s from meters group by 1",
    """with a as (select device, e from meters), b as (select device, sum(e) as s from a group by 1)
    select b.device, s, count(*) as n from b join a using (device) group by all""",
    "with x(d, v) as (select device, e from meters) select d, max(v) as v from x group by d",
    "select device, sum(g) as s from (with c as (select device, e as g from meters) select * from c) group by 1",
    "select device, ts, e - lag(e) over (partition by device order by ts) as rise from meters",
    "select device, ts, e - lag(e) over w as rise from meters window w as (partition by device order by ts)",
    """with steps as (
      select device, ts, greatest(e - lag(e) over (partition by device order by ts), 0) as rise from meters)
    select s.device, ts::date as day, sum(rise) as heat, avg(t) as t from steps s left join weather w using (ts)
    group by all""",
    """select device, ts, avg(e) over (partition by device order by ts rows between 1 preceding and 1 following) as a
    from meters""",
    "select * from meters qualify row_number() over (partition by device order by ts desc) = 1",
    "select device, e / sum(e) over (partition by device) as share, max(e) over () as top from meters",
    "select device, e from meters where e > (select avg(e) from meters)",
    "select device from meters where device in (select device from places where station = 'N')",
    "select device, ts from meters except select station, ts from weather",
    "select ts from meters intersect select ts from weather",
    "select device, day, heat from daily where heat > 1",
    "select p.device, d.day, heat from places p left join daily d using (device)",
    "select p.device, sum(heat) as s from places p left join daily d using (device) group by all",
    "select d.device, e from (select device, ts::date as day, e from meters) m right join daily d using (device, day)",
    "select m.device, v.name from meters m, (values (1, 'one'), (2, 'two')) v(n, name) where v.n = m.e",
    "select device, i from meters, range(3) r(i) where i < e",
    "select device, unnest(tags) as tag from places",
    'select device as "Device Name", e as "a ""b""" from meters',
    "select device, case when e > 2 then 'high' else 'low' end as level, count(*) as n from meters group by all",
    "select 1 as one, device, count(*) as n from meters group by all",
    "select (select max(t) from weather) as top, device from meters",
    "select device, e from meters order by e desc limit 2",
    "select device, ts from meters order by e desc nulls last, ts limit 3",
    "select device, sum(e) as s from meters group by device order by sum(e) desc limit 1",
    "select device, sum(e) as s from meters group by all order by 2 limit 2",
    "select distinct device from meters order by device limit 2",
    "select device, ts from meters union all select station, ts from weather order by ts, device limit 4",
    "select sum(e) as s from (select e from meters order by e desc limit 3)",
    "select device, e from meters where e is not null qualify row_number() over (order by e) < 4 order by e limit 2",
    "select device, (select max(t) from weather w where w.ts = m.ts) as t from meters m",
    "select device from meters m where exists (select 1 from weather w where w.ts = m.ts)",
    "select device from meters m where not exists (select 1 from weather w where w.ts = m.ts)",
    "select device, e from meters m where e in (select max(e) from meters o where o.device = m.device)",
    "select device, sum(e) as s from meters m where exists (from weather w where w.ts = m.ts) group by device",
    "select device, sum((select max(t) from weather w where w.ts = m.ts)) as s from meters m group by device",
    """select p.device from places p where (select count(*) from meters m where m.device = p.device
    and exists (select 1 from weather w where w.ts = m.ts and w.station = p.station)) > 0""",
    "select device, l.t from meters m, lateral (select t from weather w where w.ts = m.ts) l",
    "select device, l.t from meters m left join lateral (select t from weather w where w.ts = m.ts) l on true",
    "select p.device, l.n from places p, (select count(*) as n from meters m where m.device = p.device) l",
    """select p.device, l.d, l.n from places p,
    (select ts::date d, count(*) n from meters m where m.device = p.device group by d) l""",
    "select p.device, l.d from places p, (select distinct ts::date d from meters m where m.device = p.device) l",
    """select p.device, l.t from places p
    left join lateral (select w.ts, w.t from weather w left join meters m on m.ts = w.ts
    where w.station = p.station and m.device = p.device) l on l.t > 2""",
    """select p.device, (select sum(e) from meters m where m.device = p.device and e > (select min(t) from weather)) s
    from places p""",
    "select p.device, l.e from places p, (select e from meters m where m.device = p.device order by e limit 1) l",
    "select device, sum(e) as s from meters group by rollup (device)",
    "select device, sum(e) as s from meters group by grouping sets ((device), ())",
    """select device, ts::date as day, coalesce(device, 'all') as who, grouping(device, day) as level, sum(e) as s
    from meters where e > 1 group by cube (device, day) having count(*) > 1 or device is null""",
    "select m.device, t, count(*) as n from meters m left join weather w using (ts) group by m.device, rollup (t)",
    """select s, sum(n) as n from (select device, coalesce(device, '-') as s, count(*) as n from meters
    group by rollup (device)) group by s""",
    "select distinct device, count(*) as n from meters group by cube (device, ts::date)",
    "select device, sum(e) as s from meters group by rollup (device) order by s desc limit 2",
    "select device, sum(e) as s, rank() over (order by sum(e)) as place from meters group by device",
    """select device, ts::date as day, sum(e) / sum(sum(e)) over (partition by m.device) as share from meters m
    group by 1, 2 having count(*) > 0 qualify row_number() over (partition by device order by day) = 1""",
    """select device, grouping(device) as level, max(sum(e)) over (partition by level) as top from meters
    group by rollup (device)""",
    "select distinct on (device) device, ts::date as day, sum(e) as s from meters group by all order by 1, s desc",
    """select distinct on (device) device, e / max(e) over (partition by device) as share from meters
    order by device, share desc nulls last""",
    "from (pivot meters on device in ('L4', 'L8') using sum(e) as s, count(*) as n group by ts)",
    "pivot meters on device in ('L4', 'L8') using max(e)",
    "select ts, four from meters pivot (sum(e) for device in ('L4' as four, 'L8') group by ts) as p where four > 1",
    "with p as (pivot daily on device in ('L4', 'L8') using sum(heat)) select day, L4 - L8 as more from p",
    "unpivot weather on ts::varchar, t::varchar into name what value said",
    "select station, what, v from weather unpivot include nulls (v for what in (t, t as again))",
    """select what, sum(v) as v from (unpivot (select e, e * 2 as twice from meters) on * into name what value v)
    group by what""",
    "select device, sum(e) over (partition by device order by ts) as running from meters",
    "select device, ts, count(*) over (order by ts desc, device nulls first rows unbounded preceding) as n from meters",
    "select device, first_value(e ignore nulls) over (partition by device order by ts) as f from meters",
    """select device, ts, lag(e, 2) over (order by ts, device) as two,
    lead(e ignore nulls) over (order by ts, device) as l from meters""",
    """select device, ts, sum(e) over (order by ts range between interval 1 hour preceding and current row) as near,
    max(e) over (order by ts, device rows between 3 preceding and 2 preceding) as before from meters""",
    """select device, ts, sum(e) over (order by ts groups between 1 preceding and 1 following exclude group) as g,
    nth_value(e, 2) over (partition by device order by ts) as second from meters""",
    """select m.device, m.ts, sum(w.t) over (partition by m.device order by m.ts) as s
    from meters m left join weather w using (ts)""",
    "select device, ts, rank() over (order by e desc) as r from meters",
    "select device, ts, e from meters qualify row_number() over (partition by device order by ts) = 2",
    """select device, ts, cume_dist() over (order by e) as c, ntile(2) over (partition by device order by ts) as n,
    rank() over (order by ts) as r from meters""",
    """select device, ts, sum(e) over (order by ts) as up, rank() over (order by e) as r from meters
    where device = 'L4'""",
    "select device, sum(e) as s, sum(sum(e)) over (order by device) as running from meters group by device",
    "select device, tag from places, unnest(tags) as u(tag)",
    "select device, t.tag from places cross join lateral (select unnest(tags) as tag) t",
)

WIDE = (
    ("select device, e from meters order by e desc limit 2 offset 1", "LIMIT"),
    ("select device, e from meters order by ts limit 40%", "LIMIT"),
    (
        """select device, count(*) as n from meters m group by device
        having n > (select 1 from places p where p.device = m.device)""",
        "correlated",
    ),
    (
        "with recursive r(n) as (select 1 union all select n + 1 from r, places where n < 3) select n from r",
        "recursive",
    ),
    ("select device, lag(e, n::int) over (order by ts, device) as l from (select *, 1 as n from meters)", "distance"),
    ("select columns('d.*') from meters", "pattern"),
    ("select * from (pivot meters on device using sum(e) group by ts)", "PIVOT"),
    ("select m.ts, w.t from meters m positional join weather w", "positional"),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET disabled_optimizers = 'common_subplan,join_elimination'")  # see test_sql_trace_property
        connection.execute(
            """
            CREATE TABLE meters AS SELECT * FROM (VALUES
              ('L4', TIMESTAMP '2021-01-15 10:00', 1.0, 1, 1), ('L4', TIMESTAMP '2021-01-15 11:00', 3.0, 1, 2),
              ('L4', TIMESTAMP '2021-01-16 10:00', 4.0, 1, 3), ('L4', TIMESTAMP '2021-01-16 12:00', NULL, 1, 4),
              ('L8', TIMESTAMP '2021-01-15 10:00', 2.0, 2, 1), ('L8', TIMESTAMP '2021-01-15 13:00', 2.5, 2, 2),
              (NULL, TIMESTAMP '2021-01-16 10:00', 7.0, 2, 3)) t(device, ts, e, _file, _record);
            CREATE TABLE weather AS SELECT * FROM (VALUES
              ('N', TIMESTAMP '2021-01-15 10:00', 5.0, 3, 1), ('N', TIMESTAMP '2021-01-15 11:00', 2.0, 3, 2),
              ('S', TIMESTAMP '2021-01-16 10:00', 3.0, 3, 3), ('L8', TIMESTAMP '2021-01-15 13:00', 9.0, 3, 4))
              t(station, ts, t, _file, _record);
            CREATE TABLE places AS SELECT * FROM (VALUES
              ('L4', 'N', ['old', 'big'], 4, 1), ('L8', 'S', ['new'], 4, 2), ('L9', 'N', [], 4, 3))
              t(device, station, tags, _file, _record);
            CREATE TABLE daily AS SELECT * FROM (VALUES
              ('L4', DATE '2021-01-15', 2.0), ('L4', DATE '2021-01-16', 1.0), ('L8', DATE '2021-01-15', 0.5),
              (NULL, NULL, 3.0)) t(device, day, heat);
            """
        )
        yield connection


def replay(
    engine: duckdb.DuckDBPyConnection, sql: str, kept: dict[str, list[tuple[Any, ...]]] | None
) -> tuple[list[Any], list[str]]:
    """Run a query as a view is run, over the visible columns of all rows, or of those that were traced."""
    clauses = []
    for name, columns in SCHEMAS.items():
        rows = ""
        if kept is not None:
            listed = ", ".join(IDENTITIES[name])
            values = ", ".join(f"row({', '.join(literal(v) for v in row)})" for row in kept.get(name, []))
            rows = f" WHERE row({listed}) IN ({values})" if values else " WHERE FALSE"
        clauses.append(f"CREATE OR REPLACE VIEW seen.{name} AS SELECT {', '.join(columns)} FROM main.{name}{rows}")
    engine.execute("CREATE SCHEMA IF NOT EXISTS seen")
    for clause in clauses:
        engine.execute(clause)
    engine.execute("SET search_path = 'seen'")
    try:
        answer = engine.execute(sql)
        return answer.fetchall(), [one[0] for one in answer.description]
    finally:
        engine.execute("SET search_path = 'main'")


def chosen_keys(names: tuple[str, ...], values: tuple[Any, ...]) -> str:
    """Make a table of one key row."""
    listed = ", ".join(f"{literal(v)} AS {quote(n)}" for n, v in zip(names, values, strict=True))
    return f"CREATE OR REPLACE TABLE keys AS SELECT {listed}"


def identities_of(engine: duckdb.DuckDBPyConnection, found: Trace) -> dict[str, list[tuple[Any, ...]]]:
    return {one.relation: sorted(engine.execute(one.sql).fetchall(), key=str) for one in found.inputs}


def check(engine: duckdb.DuckDBPyConnection, sql: str, *, exact: bool, reason: str = "") -> None:
    rows, columns = replay(engine, sql, None)
    assert rows, sql
    for places in (range(len(columns)), range(min(1, len(columns)))):
        for wanted in dict.fromkeys(tuple(row[p] for p in places) for row in rows):
            names = tuple(columns[p] for p in places)
            scalar = all(not isinstance(v, list | dict) for v in wanted)
            assert scalar
            chosen = [r for r in rows if tuple(r[p] for p in places) == wanted]
            by_value = trace(
                parse(sql, "v.sql"), SCHEMAS, tuple(zip(names, map(literal, wanted), strict=True)), IDENTITIES
            )
            engine.execute(chosen_keys(names, wanted))
            by_rows = trace(parse(sql, "v.sql"), SCHEMAS, KeyRows("keys", names), IDENTITIES)
            kept = identities_of(engine, by_value)
            assert kept == identities_of(engine, by_rows)
            assert by_value.exact == exact, by_value
            assert all((one.why == "") == one.exact for one in by_value.inputs)
            assert any(reason in one.why for one in by_value.inputs)
            again = [r for r in replay(engine, sql, kept)[0] if tuple(r[p] for p in places) == wanted]
            assert Counter(again) >= Counter(chosen), (wanted, by_value)
            if by_value.replays:
                assert Counter(again) == Counter(chosen), (wanted, by_value)


@pytest.mark.parametrize("sql", EXACT)
def test_exact(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    check(engine, sql, exact=True)


@pytest.mark.parametrize(("sql", "reason"), WIDE)
def test_wide_is_sound_and_says_so(engine: duckdb.DuckDBPyConnection, sql: str, reason: str) -> None:
    check(engine, sql, exact=False, reason=reason)
