"""The table of constructs in docs/trace.md says what a trace and a refresh make of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from vertebra.sql import parse, trace
from vertebra.sql.affected import affected

PAGE = Path(__file__).parents[3] / "docs" / "trace.md"
ROW = re.compile(r"^\| .* \| `(?P<sql>.*)` \| (?P<trace>exact|wider) \| (?P<refresh>by keys|whole) \|$", re.MULTILINE)
RELATIONS = {
    "meters": "device VARCHAR, ts TIMESTAMP, e DOUBLE",
    "weather": "station VARCHAR, ts TIMESTAMP, t DOUBLE",
    "places": "device VARCHAR, station VARCHAR, tags VARCHAR[]",
    "shapes": "device VARCHAR, part STRUCT(name VARCHAR, size INTEGER), sizes MAP(VARCHAR, INTEGER)",
}
SCHEMAS = {
    name: tuple(part.split()[0] for part in re.split(r", (?![^(]*\))", columns)) for name, columns in RELATIONS.items()
}
ROWS = [row.group("sql", "trace", "refresh") for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, columns in RELATIONS.items():
            connection.execute(f"CREATE TABLE {name} ({columns}, _file BIGINT, _record BIGINT)")
        yield connection


def test_the_table_is_read_as_a_whole() -> None:
    lines = PAGE.read_text(encoding="utf-8").partition("| construct |")[2].partition("\n\n")[0].splitlines()
    assert len(ROWS) == len(lines) - 2 > 30


@pytest.mark.parametrize(("sql", "backwards", "forwards"), ROWS, ids=[sql for sql, _, _ in ROWS])
def test_a_construct_is_followed_as_the_table_says(
    engine: duckdb.DuckDBPyConnection, sql: str, backwards: str, forwards: str
) -> None:
    query = parse(sql, "v.sql")
    column = engine.execute(sql).description[0][0]
    found = trace(query, SCHEMAS, ((column, "NULL"),), dict.fromkeys(SCHEMAS, ("_file", "_record")))
    assert found.exact == (backwards == "exact"), found
    for one in found.inputs:
        engine.execute(one.sql)
    keys = affected(query, SCHEMAS, (column,), {one.relation for one in found.inputs})
    assert (not keys.why) == (forwards == "by keys"), keys.why
    for name, shown in [*keys.changed.items(), *keys.before.items()]:
        engine.execute(f"CREATE OR REPLACE TEMP VIEW {shown} AS FROM {name}")
    if keys.sql:
        engine.execute(keys.sql)
