"""The content hash: the same rows the same, any other row another; and its definition computed a second time."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_project import SmallProject, small_project
from vertebra.operations import content_hash

NUMBER = iter(range(1_000_000))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallProject]:
    with small_project(tmp_path_factory.mktemp("content") / "p") as opened:
        yield opened


def hash_of(project: SmallProject, sql: str, parts: int = 1) -> str:
    name = f"t{next(NUMBER)}"
    return content_hash(project.ws, project.table(name, sql, parts=parts))


def rows(*values: str, names: str = "a, b") -> str:
    body = ", ".join(f"({value}, {n}, {n})" for n, value in enumerate(values, 1))
    return f"select * from (values {body}) t({names}, _file, _record)"


def reference(columns: list[tuple[str, str]], table: list[tuple[Any, ...]]) -> str:
    """The definition in the module's docstring, in Python."""
    sums = [0, 0]
    for row in table:
        text = "".join("n" if value is None else f"{len(t := canonical(value))}:{t}" for value in row)
        digits = hashlib.md5(text.encode()).hexdigest()
        sums[0] += int(digits[:15], 16)
        sums[1] += int(digits[15:30], 16)
    facts = [[list(column) for column in columns], len(table), sums[0] % 2**64, sums[1] % 2**64]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def canonical(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value + 0.0) if value != 0 else "0.0"
        case datetime():
            return str(round((value - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000))
        case date():
            return str((value - date(1970, 1, 1)).days)
        case bytes():
            return value.hex().upper()
        case list():
            return "".join("n" if v is None else f"{len(t := canonical(v))}:{t}" for v in value)
    return str(value)


def test_the_definition_is_what_is_computed(project: SmallProject) -> None:
    table = [
        (
            "ä:7",
            1,
            0.1,
            True,
            date(2021, 1, 15),
            datetime(2021, 1, 15, 3, tzinfo=UTC),
            Decimal("1.20"),
            [1, None],
            b"\x0f",
            1,
        ),
        (None, -5, math.inf, False, date(1969, 12, 31), datetime(1960, 1, 1, tzinfo=UTC), Decimal("-0.05"), [], b"", 2),
        ("", None, -0.0, None, None, None, None, None, None, 3),
    ]
    sql = """select * from (values
        ('ä:7', 1, 0.1::double, true, date '2021-01-15', timestamptz '2021-01-15 03:00+00', 1.20::decimal(10,2), [1, null], '\\x0F'::blob, 1, 1),
        (null, -5, 'inf'::double, false, date '1969-12-31', timestamptz '1960-01-01 00:00+00', -0.05::decimal(10,2), []::int[], ''::blob, 1, 2),
        ('', null, '-0.0'::double, null, null, null, null, null, null, 1, 3)
        ) t(s, i, d, b, da, ts, de, l, bl, _file, _record)"""  # noqa: E501  a row a line
    columns = [
        ("s", "VARCHAR"),
        ("i", "INTEGER"),
        ("d", "DOUBLE"),
        ("b", "BOOLEAN"),
        ("da", "DATE"),
        ("ts", "TIMESTAMP WITH TIME ZONE"),
        ("de", "DECIMAL(10,2)"),
        ("l", "INTEGER[]"),
        ("bl", "BLOB"),
        ("_record", "INTEGER"),
    ]
    assert hash_of(project, sql) == reference(columns, table)


@given(st.lists(st.floats(), max_size=8))
def test_doubles_are_written_as_python_writes_them(project: SmallProject, values: list[float]) -> None:
    texts = ", ".join(f"'{value!r}'" for value in values)
    found = project.ws.engine.arrow(
        f"select (x + 0.0)::varchar as t from (select unnest([{texts}]::double[]) as x)"
    ).to_pylist()
    assert [row["t"] for row in found] == [canonical(value) for value in values]


def test_order_and_files_do_not_matter(project: SmallProject) -> None:
    sql = "select i as a, i % 7 as b, i % 5 as _file, i as _record from range(1000) t(i)"
    shuffled = f"select * from ({sql}) order by hash(a)"
    assert hash_of(project, sql) == hash_of(project, shuffled) == hash_of(project, sql, parts=4)


def test_the_number_of_a_file_does_not_matter_but_the_record_does(project: SmallProject) -> None:
    base = "select 1 as a, {file} as _file, {record} as _record"
    one = hash_of(project, base.format(file=1, record=1))
    assert one == hash_of(project, base.format(file=7, record=1))
    assert one != hash_of(project, base.format(file=1, record=2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("'a', 'b'",), ("'ab', ''",)),
        (("null::varchar, 'x'",), ("'', 'x'",)),
        (("'n', 'x'",), ("null::varchar, 'x'",)),
        (("'1:a', 'x'",), ("'a', 'x'",)),
        (("1, 2", "1, 2"), ("1, 2",)),
        (("1, 2", "3, 4"), ("1, 4", "3, 2")),
        (("1, 2",), ("1, 2::bigint",)),
        (("0.1::double, 1",), ("nextafter(0.1::double, 1.0::double), 1",)),
        (("[1, 2], [3]",), ("[1], [2, 3]",)),
        (("[[1], [2]], 1",), ("[[1, 2]], 1",)),
        (("{'x': 1, 'y': null}, 1",), ("{'x': null, 'y': 1}, 1",)),
        (("date '2021-01-15', 1",), ("date 'infinity', 1",)),
        (("null::date, 1",), ("date 'infinity', 1",)),
        (("map {'a': 1, 'b': 2}, 1",), ("map {'a': 2, 'b': 1}, 1",)),
    ],
)
def test_other_content_has_another_hash(project: SmallProject, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert hash_of(project, rows(*one)) != hash_of(project, rows(*other))


def test_a_map_is_the_same_in_any_order(project: SmallProject) -> None:
    one, other = "map {'a': 1, 'b': 2}, 1", "map {'b': 2, 'a': 1}, 1"
    assert hash_of(project, rows(one)) == hash_of(project, rows(other))


def test_zero_has_no_sign(project: SmallProject) -> None:
    assert hash_of(project, rows("'0.0'::double, 1")) == hash_of(project, rows("'-0.0'::double, 1"))


def test_an_empty_table_has_a_hash_that_knows_its_columns(project: SmallProject) -> None:
    empty = "select 1 as {name}, 1 as _file, 1 as _record where false"
    assert hash_of(project, empty.format(name="a")) == hash_of(project, empty.format(name="a"))
    assert hash_of(project, empty.format(name="a")) != hash_of(project, empty.format(name="b"))


def test_two_projects_agree(tmp_path: Path, project: SmallProject) -> None:
    sql = "select i as a, 'x' as b, 1 as _file, i as _record from range(10) t(i)"
    with small_project(tmp_path / "other") as other:
        assert hash_of(other, sql) == hash_of(project, sql)
