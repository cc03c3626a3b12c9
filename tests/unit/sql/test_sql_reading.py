"""Parsing, dependencies, columns, column lineage, volatile parts, names and values."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertebra.errors import QueryError, UsageError
from vertebra.sql import (
    KeyRows,
    dependencies,
    lineage,
    literal,
    nondeterminism,
    output_columns,
    outside,
    parse,
    quote,
    trace,
)
from vertebra.sql.functions import AGGREGATES

SCHEMAS = {"meters": ("device", "ts", "e"), "weather": ("hour", "t", "device")}
IDENTITIES = {"meters": ("_file", "_record"), "weather": ("_file", "_record")}


@pytest.mark.parametrize(
    ("sql", "what", "where"),
    [
        ("select * fro m", "SQL that cannot be read, at 'm'", "v.sql:1:14"),
        ("select a\nfrom b where (x", "SQL that cannot be read, at 'x'", "v.sql:2:15"),
        ("select 'a", "SQL that cannot be split into words", "v.sql:1:10"),
        ("select 1; select 2", "2 statements stand where one SELECT is expected", "v.sql:1"),
        ("", "no statements stand where one SELECT is expected", "v.sql"),
        ("-- note\n  delete from a", "DELETE is not a SELECT", "v.sql:2:3"),
        ("/* note */ copy a to 'x'", "COPY is not a SELECT", "v.sql:1:12"),
        ("attach 'x'", "ATTACH is not a SELECT", "v.sql:1:1"),
        ("pragma foo", "PRAGMA is not a SELECT", "v.sql:1:1"),
        ("set x = 1", "SET is not a SELECT", "v.sql:1:1"),
        ("create table x as select 1", "CREATE is not a SELECT", "v.sql:1:1"),
        ("install x", "INSTALL is not a SELECT", "v.sql:1:1"),
        ("with x as (delete from a returning *)\nselect * from x", "DELETE is not a SELECT", "v.sql:1"),
    ],
)
def test_what_is_no_select_is_refused_with_its_place(sql: str, what: str, where: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(sql, "v.sql")
    assert (caught.value.what, caught.value.where) == (what, where)
    assert caught.value.why
    assert caught.value.next


@pytest.mark.parametrize(
    "sql", ["select 1;", "(select 1) union select 2", "from t", "values (1)", "pivot t on a using sum(b)"]
)
def test_what_selects_is_taken(sql: str) -> None:
    assert parse(sql, "v.sql").text == sql


@pytest.mark.parametrize(
    "sql",
    [
        "select a from t group -- by x\n by a",
        "select a /* ; /* nested */ drop */ from t",
        "select '-- no /* comment' as \"/*\", $$ -- $$ as d -- ; select 2",
    ],
)
def test_comments_may_stand_anywhere(sql: str) -> None:
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE t (a BIGINT)")
        columns = [one[0] for one in engine.execute(sql).description]
    assert list(output_columns(parse(sql, "v.sql"), {"t": ("a",)})) == columns


@pytest.mark.parametrize(
    ("sql", "names", "out"),
    [
        ("select * from A, b as c, (select * from D) e", ("a", "b", "d"), ()),
        ("with a as (select * from b) select * from a", ("b",), ()),
        ("with a as (select * from a) select * from a", ("a",), ()),
        ("with b as (select * from a), a as (select * from b) select * from a, c", ("a", "c"), ()),
        (
            "select * from a where x in (with z as (select 1 from q) select * from z) union select * from z",
            ("a", "q", "z"),
            (),
        ),
        ("with recursive r as (select 1 as n union all select n + 1 from r) select * from r, s", ("s",), ()),
        ("with a as (select 1) select * from main.a", (), ("main.a",)),
        (
            "select * from read_parquet('x'), glob('y'), query('select 1'), 'z.csv'",
            (),
            ("glob", "query", "read_parquet", "z.csv"),
        ),
        ("select * from range(3), unnest([1]), generate_series(1, 2)", (), ()),
        ('select * from "Weird Name"', ("Weird Name",), ()),
        ("select (select max(x) from a), exists (from b) from c semi join d on true", ("a", "b", "c", "d"), ()),
        ("pivot a on b using sum(c)", ("a",), ()),
    ],
)
def test_relations(sql: str, names: tuple[str, ...], out: tuple[str, ...]) -> None:
    query = parse(sql, "v.sql")
    assert (dependencies(query), outside(query)) == (names, out)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select * from meters", ("device", "ts", "e")),
        ("select * from meters join weather using (device)", ("device", "ts", "e", "hour", "t")),
        ("select * from meters natural join weather", ("device", "ts", "e", "hour", "t")),
        ("select * from meters semi join weather using (device)", ("device", "ts", "e")),
        ("select w.*, e as x from meters, weather w", ("hour", "t", "device", "x")),
        ("select * exclude (ts) replace (e + 1 as e) from meters", ("device", "e")),
        ("select * from (select * from meters, weather)", ("device", "ts", "e", "hour", "t", "device_1")),
        ("with c(a, b) as (select * from meters) select * from c", ("a", "b", "e")),
        ("select * from meters union all by name select * from weather", ("device", "ts", "e", "hour", "t")),
        ("select * from (values (1, 2)) v(a), range(3) r(i)", ("a", "col1", "i")),
        ("select e + 1, upper(device), (ts) from meters", ("(e + 1)", "upper(device)", "ts")),
        ("select count(*), max(e), e::int from meters group by e", ("count_star()", "max(e)", "CAST(e AS INTEGER)")),
    ],
)
def test_output_columns_are_the_engines(sql: str, columns: tuple[str, ...]) -> None:
    assert output_columns(parse(sql, "v.sql"), SCHEMAS) == columns
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE meters (device TEXT, ts TIMESTAMP, e DOUBLE)")
        engine.execute("CREATE TABLE weather (hour TIMESTAMP, t DOUBLE, device TEXT)")
        assert tuple(one[0] for one in engine.execute(sql).description) == columns


def test_a_star_over_the_unknown_is_an_error() -> None:
    with pytest.raises(QueryError, match="cannot be read from the query"):
        output_columns(parse("select * from read_csv('x.csv')", "v.sql"), SCHEMAS)


@pytest.mark.parametrize(
    ("sql", "values", "presence"),
    [
        ("select e * 2 as x from meters where device = 'a'", {("meters", "e")}, {("meters", "device")}),
        (
            "select max(t) as x from weather join meters using (device)",
            {("weather", "t")},
            {("weather", "device"), ("meters", "device")},
        ),
        (
            "select s as x from (select device, sum(e) as s from meters group by 1)",
            {("meters", "e")},
            {("meters", "device")},
        ),
        (
            "with c as (select * from meters) select e as x from c where ts is null",
            {("meters", "e")},
            {("meters", "ts")},
        ),
        (
            "select (select max(t) from weather w where w.device = m.device) as x from meters m",
            {("weather", "t"), ("weather", "device"), ("meters", "device")},
            set(),
        ),
        (
            "select e as x from meters union all select t from weather where hour is null",
            {("meters", "e"), ("weather", "t")},
            {("weather", "hour")},
        ),
        ("select e as y, y + 1 as x from meters", {("meters", "e")}, set()),
        ("select distinct device as x from meters", {("meters", "device")}, {("meters", "device")}),
    ],
)
def test_lineage(sql: str, values: set[Any], presence: set[Any]) -> None:
    found = lineage(parse(sql, "v.sql"), SCHEMAS)[-1]
    assert (found.name, set(found.values), set(found.presence)) == ("x", values, presence)


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("select now(), current_date, today(), current_timestamp from t", ["clock"] * 4),
        ("select random(), uuid(), gen_random_uuid() from t", ["random"] * 3),
        ("select nextval('s'), getenv('X') from t", ["sequence", "session"]),
        ("select * from t limit 3", ["unordered-limit"]),
        ("select * from t order by a limit 3", ["limit-ties"]),
        ("select first(a), list(a), string_agg(a, ',') from t", ["unordered-aggregate"] * 3),
        ("select first(a order by b), list(a order by b) from t", []),
        ("select arg_min(a, b), max_by(a, b) from t", ["ties"] * 2),
        ("select row_number() over (), lag(a) over (partition by b) from t", ["unordered-window"] * 2),
        ("select lag(a) over w, sum(a) over () from t window w as (order by b)", []),
        ("select distinct on (a) a, b from t", ["unordered-distinct-on"]),
        ("select * from t using sample 10", ["sample"]),
        ("select a, sum(b), age(a, b) from t group by a order by a", []),
    ],
)
def test_nondeterminism(sql: str, kinds: list[str]) -> None:
    assert [one.kind for one in nondeterminism(parse(sql, "v.sql"))] == kinds


def test_nondeterminism_gives_the_line() -> None:
    found = nondeterminism(parse("select a,\n  b,\n  random() as r\nfrom t\nlimit 3", "v.sql"))
    assert [(one.kind, one.line) for one in found] == [("random", 3), ("unordered-limit", 5)]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    st.dates(),
    st.datetimes(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    st.binary(),
    st.times(),
    st.timedeltas(timedelta(-9999), timedelta(9999)),
)


@given(value=VALUES)
def test_a_literal_is_read_back_as_the_value(value: Any) -> None:
    with duckdb.connect() as connection:
        got = connection.execute(f"SELECT {literal(value)}").fetchone()
    assert got is not None
    assert got[0] == value
    assert type(got[0]) is type(value)


@given(name=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1))
def test_a_quoted_name_is_that_name(name: str) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT 1 AS {quote(name)}").description[0][0] == name


INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001  the zone is drawn beside it
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=9, minutes=30))]),
)


@given(value=INSTANTS)
def test_a_literal_with_a_zone_is_that_instant(value: datetime) -> None:
    with duckdb.connect() as connection:
        got = connection.execute(f"SELECT epoch_us({literal(value)}), typeof({literal(value)})").fetchone()
    assert got == ((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1), "TIMESTAMP WITH TIME ZONE")


@pytest.mark.parametrize("value", [object(), Decimal("NaN"), "a\x00b"])
def test_what_no_literal_can_carry(value: Any) -> None:
    with pytest.raises(UsageError, match="cannot be written as SQL"):
        literal(value)


def test_what_no_name_can_be() -> None:
    with pytest.raises(UsageError, match="cannot be a name"):
        quote("")


def test_every_aggregate_of_the_engine_is_known() -> None:
    with duckdb.connect() as engine:
        rows = engine.execute(
            "SELECT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
        ).fetchall()
    assert {name for (name,) in rows} - AGGREGATES - {"variant_group_object"} == set()


def test_a_trace_by_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(QueryError) as caught:
        trace(parse("select device from meters", "v.sql"), SCHEMAS, (("devise", "1"),), IDENTITIES)
    assert 'did you mean "device"' in caught.value.next


def test_a_trace_of_an_unknown_relation_is_an_error() -> None:
    with pytest.raises(QueryError, match="metres"):
        trace(parse("select device from metres", "v.sql"), SCHEMAS, KeyRows("k", ("device",)), IDENTITIES)


def test_a_trace_without_an_identity_is_an_error() -> None:
    with pytest.raises(UsageError, match="nothing identifies the rows of meters"):
        trace(parse("select device from meters", "v.sql"), SCHEMAS, (("device", "1"),), {})


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, vertebra.sql as s; assert 'sqlglot' not in sys.modules; s.parse; assert 'sqlglot' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_literals_of_each_kind() -> None:
    assert literal(datetime(2021, 1, 15, 10, tzinfo=UTC)) == "TIMESTAMPTZ '2021-01-15 10:00:00+00:00'"
    assert literal(date(2021, 1, 15)) == "DATE '2021-01-15'"
    assert literal(time(10)) == "TIME '10:00:00'"
