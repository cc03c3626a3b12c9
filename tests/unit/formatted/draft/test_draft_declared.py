"""Types that files declare are taken over by a draft."""

from __future__ import annotations

import io
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from tests.unit.formatted.draft.test_draft_formats import drafted, loaded, said
from vertebra.formatted.draft.decision import CERTAIN
from vertebra.project import read_source

INSTANT = datetime(2024, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)
TYPED = [
    {
        "is_on": n % 2,
        "code": 10**18 + n,
        "ratio": n / 3,
        "price": Decimal(n) / 8,
        "sure": n > 1,
        "born": date(2024, 1, n),
        "seen": INSTANT,
        "clock": INSTANT.replace(tzinfo=None),
        "note": f"0{n}",
    }
    for n in range(1, 4)
]
SCHEMA = pa.schema(
    [
        ("is_on", pa.int8()),
        ("code", pa.int64()),
        ("ratio", pa.float64()),
        ("price", pa.decimal128(11, 3)),
        ("sure", pa.bool_()),
        ("born", pa.date32()),
        ("seen", pa.timestamp("us", "Europe/Berlin")),
        ("clock", pa.timestamp("us")),
        ("note", pa.string()),
    ]
)
AVRO_TYPES: list[Any] = [
    "int",
    ["null", "long"],
    "double",
    {"type": "bytes", "logicalType": "decimal", "precision": 11, "scale": 3},
    "boolean",
    {"type": "int", "logicalType": "date"},
    ["null", {"type": "long", "logicalType": "timestamp-micros"}],
    {"type": "long", "logicalType": "local-timestamp-micros"},
    "string",
]


def typed_file(word: str, rows: list[dict[str, Any]], schema: pa.Schema = SCHEMA) -> bytes:
    sink = io.BytesIO()
    if word == "avro":
        fields = [{"name": one.name, "type": type_} for one, type_ in zip(schema, AVRO_TYPES, strict=True)]
        fastavro.writer(sink, fastavro.parse_schema({"type": "record", "name": "r", "fields": fields}), rows)
    else:
        table = pa.Table.from_pylist(rows, schema=schema)
        pq.write_table(table, sink) if word == "parquet" else orc.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize("word", ["parquet", "orc", "avro"])
def test_declared_types_are_taken_over(tmp_path: Path, word: str) -> None:
    report = drafted(tmp_path, {f"a.{word}": typed_file(word, TYPED)})
    source = read_source(tmp_path / "sources" / "things.yaml")
    types = {c.name: (c.type, c.precision, c.scale) if c.type == "decimal" else c.type for c in source.columns}
    assert types == {
        "is_on": "integer",
        "code": "integer",
        "ratio": "double",
        "price": ("decimal", 11, 3),
        "sure": "boolean",
        "born": "date",
        "seen": "timestamp",
        "clock": "timestamp",
        "note": "text",
    }
    for name in [*types][:-1]:
        decision = said(report, f"columns.{name}.type")
        assert decision.why.startswith("declared by the file: ")
        assert decision.confidence >= CERTAIN
    assert said(report, "columns.clock.timezone").why == "the file declares no zone"
    assert not any(one.about == "columns.seen.timezone" for one in report.decisions)
    (rows,) = loaded(tmp_path, "select * replace (seen::varchar as seen, clock::varchar as clock) from things")
    moment = "2024-01-31 12:00:00.25+00"
    assert rows == [(*[*row.values()][:6], moment, moment, row["note"]) for row in TYPED]


def test_what_a_type_of_a_file_holds_and_ours_does_not_is_said(tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64()), ("a", pa.float64()), ("b", pa.float64()), ("c", pa.timestamp("ns"))])
    rows = [{"n": n, "a": math.nan if n == 2 else 1.5, "b": math.inf if n == 2 else 1.5, "c": 1} for n in range(5)]
    report = drafted(tmp_path, {"a.parquet": typed_file("parquet", rows, schema)})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert [(c.type, c.nulls) for c in source.columns] == [
        ("integer", ()),
        ("double", ("nan",)),
        ("text", ()),
        ("text", ()),
    ]
    assert "for no value stands 'nan' (1 times)" in said(report, "columns.a.type").why
    assert said(report, "columns.b.type").why.endswith("the file declares double")
    assert said(report, "columns.c.type").why.endswith("the file declares timestamp[ns]")
    loaded(tmp_path)


def test_files_that_declare_different_types_are_read_as_both_allow(tmp_path: Path) -> None:
    one = pa.schema([("n", pa.int64()), ("v", pa.int64())])
    two = pa.schema([("n", pa.int64()), ("v", pa.decimal128(9, 2))])
    three = pa.schema([("n", pa.int64()), ("v", pa.float64())])
    files = {"a.parquet": typed_file("parquet", [{"n": 1, "v": 1}], one)}
    report = drafted(tmp_path, files | {"b.parquet": typed_file("parquet", [{"n": 2, "v": Decimal("1.25")}], two)})
    assert said(report, "columns.v.type").value["type"] == "decimal(21,2)"
    report = drafted(tmp_path, {"b.parquet": typed_file("parquet", [{"n": 2, "v": 1.25}], three)}, force=True)
    assert said(report, "columns.v.type").value["type"] == "double"
    assert "declared" not in said(report, "columns.v.type").why
    loaded(tmp_path)
