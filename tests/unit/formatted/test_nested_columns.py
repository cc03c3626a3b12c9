"""Values that nest in the columns of Parquet files lose nothing on their way to text."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.formatted_place import check_accounts, delivered

TEMPLATE = """
format: {parquet: {}}
columns: [{name: n, type: integer}, {name: v, type: text}]
"""
FAR = 10**18


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (pa.list_(pa.time64("ns")), [1_000_000_001], '["00:00:01.000000001"]'),
        (pa.struct([("t", pa.time64("ns"))]), {"t": 1_000_000_001}, '{"t":"00:00:01.000000001"}'),
        (pa.map_(pa.string(), pa.time64("ns")), [("k", 1)], '[["k","00:00:00.000000001"]]'),
        (pa.list_(pa.duration("ns")), [1_000_000_001], "[1000000001]"),
        (pa.list_(pa.timestamp("ns")), [1_000_000_001], '["1970-01-01 00:00:01.000000001"]'),
        (
            pa.list_(pa.struct([("d", pa.timestamp("us", "UTC"))])),
            [{"d": FAR}],
            '[{"d":1000000000000000000}]',
        ),
        (pa.timestamp("us"), FAR, "<value out of range: 1000000000000000000>"),
        (pa.timestamp("ms"), 971_890_963_199_000, "32767-12-31 23:59:59.000"),
        (pa.list_(pa.date32()), [2**31 - 1, 0], '["<value out of range: 2147483647>","1970-01-01"]'),
        (pa.list_(pa.list_(pa.float64())), [[0.1, None], []], "[[0.1,null],[]]"),
        (pa.map_(pa.string(), pa.int64()), [("k", 1), ("k", 2)], '[["k",1],["k",2]]'),
    ],
)
def test_a_nested_value_says_all_of_it(kind: pa.DataType, value: Any, text: str) -> None:
    data = io.BytesIO()
    pq.write_table(pa.table({"n": [1, 2], "v": pa.array([value, None], kind)}), data)
    with delivered(TEMPLATE) as place:
        place.load({"a.parquet": data.getvalue()})
        check_accounts(place)
        assert place.values() == [(1, text), (2, None)]
        assert not place.findings()
