"""The keys that changed rows can touch, of random queries run by the real engine: none is missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, assume, event, given, note, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.drawn_views import TABLES, Data, changes, queries, tables
from vertebra.sql import parse
from vertebra.sql.affected import Affected, affected

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = cases(40, 3_000)
MOST = 2_000  # rows of a result: more tell nothing new


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET disabled_optimizers = 'common_subplan,join_elimination'")
        yield connection


def load(
    engine: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: list[tuple[int | None, ...]]
) -> None:
    engine.execute(f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{c} BIGINT' for c in columns)})")
    if rows:
        engine.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


def result(engine: duckdb.DuckDBPyConnection, sql: str, data: Data) -> Counter[tuple[int | None, ...]]:
    for table, columns in TABLES.items():
        load(engine, table, columns, data[table])
    rows = engine.execute(sql).fetchmany(MOST)
    assume(len(rows) < MOST)
    return Counter(rows)


def keys(engine: duckdb.DuckDBPyConnection, found: Affected, before: Data, after: Data) -> set[tuple[int | None, ...]]:
    if not found.sql:
        return set()
    for table, name in found.before.items():
        load(engine, name, TABLES[table], before[table])
    for table, name in found.changed.items():
        old, new = Counter(before[table]), Counter(after[table])
        load(engine, name, TABLES[table], [*(old - new).elements(), *(new - old).elements()])
    return set(engine.execute(found.sql).fetchall())


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(drawn=queries(), before=tables(), draw=st.data())
def test_no_touched_key_is_missing(
    engine: duckdb.DuckDBPyConnection, drawn: tuple[str, tuple[str, ...]], before: Data, draw: st.DataObject
) -> None:
    sql, columns = drawn
    note(sql)
    after = draw.draw(changes(before), label="after")
    was, now = result(engine, sql, before), result(engine, sql, after)
    places = sorted(draw.draw(st.sets(st.sampled_from(range(len(columns))), min_size=1), label="grain"))
    changed = {table for table in TABLES if Counter(before[table]) != Counter(after[table])}
    assume(changed)
    found = affected(parse(sql, "v.sql"), TABLES, [columns[at] for at in places], changed)
    event(f"narrowed: {not found.why}", found.why)
    note(found.sql)
    if found.why:
        return
    moved = {tuple(row[at] for at in places) for row in ((was - now) | (now - was))}
    assert moved <= keys(engine, found, before, after)
