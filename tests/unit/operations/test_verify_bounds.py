"""Statistics of Parquet files are held against their values: readers pass over rows by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from vertebra.engine import DuckDBEngine
from vertebra.errors import StepError
from vertebra.operations.verify.bounds import misstated
from vertebra.table import Column

ROWS = """
select i as n, 'name ' || (i % 50)::varchar as name, (i / 8)::double as d, (i / 100)::decimal(9,2) as e, i % 2 = 0 as b,
  timestamptz '2024-01-01 00:00+00' + to_seconds(i::double) as moment, date '2024-01-01' + i::integer as day,
  case when i % 3 = 0 then null else i end as part, [i] as list
from range(1000, 1200) t(i)
"""
COLUMNS = tuple(
    Column(name, kind)
    for name, kind in {
        "n": "BIGINT", "name": "VARCHAR", "d": "DOUBLE", "e": "DECIMAL(9,2)", "b": "BOOLEAN",
        "moment": "TIMESTAMP WITH TIME ZONE", "day": "DATE", "part": "BIGINT", "list": "BIGINT[]",
    }.items()
)  # fmt: skip
ASKED = (
    "n = 1000", "n = 1199", "n < 1001", "name = 'name 7'", "d > 149.8", "e = 10.00",
    "moment = '2024-01-01 00:16:40+00'",
    "day = '2026-09-27'", "part is null", "part > 1198", "b", "d is null", "n > 5000",
)  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bounds")
    engine = DuckDBEngine(folder / "scratch")
    engine.write(ROWS, str(folder), "part")
    engine.close()
    return folder


def told(stored: Path) -> list[str]:
    engine = DuckDBEngine(stored / "scratch")  # a fresh one: an engine keeps what it read of a file
    try:
        return list(misstated(engine, str(stored / "part.parquet"), COLUMNS))
    except StepError as error:
        return [error.why]
    finally:
        engine.close()


@contextmanager
def flipped(stored: Path, at: int, bit: int) -> Iterator[None]:
    path = stored / "part.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
    try:
        yield
    finally:
        path.write_bytes(whole)


def answers(path: Path) -> tuple[Any, Any]:
    """What a reader says that passes over rows by the statistics; and all rows."""
    counts = ", ".join(f"(select count(*) from '{path}' where {one})" for one in ASKED)
    with duckdb.connect() as connection:
        rows = connection.execute(f"select md5(string_agg(t::varchar, '')) from '{path}' t").fetchall()
        return connection.execute(f"select {counts}").fetchall(), rows


def test_what_is_as_it_says_is_not_told(stored: Path) -> None:
    assert told(stored) == []


def test_a_flipped_bound_is_told_with_what_is_true(stored: Path) -> None:
    whole = (stored / "part.parquet").read_bytes()
    found = []
    for place in re.finditer(re.escape((1199).to_bytes(8, "little")), whole):
        with flipped(stored, place.start(), 5):
            found += told(stored)
    assert "part 0 says n is from 1000 to 1167, and it is from 1000 to 1199" in found
    assert "part 0 says part is from 1000 to 1167, and it is from 1000 to 1199" in found


@pytest.mark.parametrize("step", [29, pytest.param(3, marks=pytest.mark.long)])
def test_a_bit_of_the_footer_that_changes_an_answer_is_told(stored: Path, step: int) -> None:
    path = stored / "part.parquet"
    whole = path.read_bytes()
    truth = answers(path)
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    seen = 0
    for at in range(footer, len(whole) - 8, step):
        with flipped(stored, at, at % 8):
            try:
                counts, rows = answers(path)
            except duckdb.Error:  # it cannot be read, which `look` says
                continue
            if rows != truth[1]:  # which the content hash tells
                continue
            found = told(stored)
            seen += bool(found)
            assert counts == truth[0] or found, (at, at % 8)
    assert seen
