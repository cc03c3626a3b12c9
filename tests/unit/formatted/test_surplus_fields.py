"""Fields behind the last that hold no value are left out, and that is said once a file, whichever way it was read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.formats.csv import Csv

TEMPLATE = """
format: {{csv: {{nulls: ["", NA]{more}}}}}
columns: [{{name: a, type: integer}}, {{name: b, type: text}}]
"""
Read = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], tuple[str, ...]]


def read(body: bytes, more: str = "", *, careful: bool = False) -> Read:
    """Rows, findings, and what was done otherwise than intended."""
    way: Any = mock.patch.object(Csv, "direct", return_value="") if careful else nullcontext()
    with delivered(TEMPLATE.format(more=more)) as place, way:
        receipt = place.load({"a.csv": body})
        check_accounts(place)
        told = ("type", "severity", "_record", "line", "start_byte", "end_byte", "reason", "raw")
        return place.values(), [tuple(row[name] for name in told) for row in place.findings()], receipt.fallbacks


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize(
    ("body", "line", "raw", "who"),
    [
        (b"a,b\n1,x,\n2,y\n", 2, "1,x,", "1 record has more than 2 fields;"),
        (b"a,b\n1,x\n2,y,,NA,\n", 3, "2,y,,NA,", "1 record has more than 2 fields;"),
        (b'a,b\n\n1,"x,x",\n2,"y,",""\n', 3, '1,"x,x",', "2 records have more than 2 fields, the first of them here;"),
        (b"a,b\r\n1,x,\r\n2,y,\r\n", 2, "1,x,", "2 records have more than 2 fields, the first of them here;"),
    ],
)
def test_a_file_with_fields_behind_the_last_is_told_once(
    body: bytes, line: int, raw: str, who: str, *, careful: bool
) -> None:
    rows, ((type_, severity, record, *place, reason, text),), fallbacks = read(body, careful=careful)
    assert [row[0] for row in rows] == [1, 2]
    start = body.index(raw.encode())
    assert (type_, severity, record, *place) == ("surplus-fields", "warning", 0, line, start, start + len(raw))
    assert (text, reason) == (raw, f"{who} there is no value in those, and they were left out")
    assert not fallbacks


@pytest.mark.parametrize("careful", [False, True])
def test_records_of_a_file_without_a_header_may_end_with_a_delimiter(*, careful: bool) -> None:
    rows, ((*_, reason, _),), _ = read(b"1,x,\n2,y,\n", ", header: 0", careful=careful)
    assert rows == [(1, "x"), (2, "y")]
    assert reason.startswith("2 records have more than 2 fields")


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("body", [b"a,b,\n1,x,\n2,y,\n", b'a,b\n1,"x,,"\n2,\n', b"a,b\n1,x\n2,y"])
def test_files_without_such_fields_are_not_told(body: bytes, *, careful: bool) -> None:
    assert [kind for kind, *_ in read(body, careful=careful)[1]] in ([], ["unknown-column"])


def test_a_value_behind_the_last_field_is_quarantined_beside_them() -> None:
    rows, findings, _ = read(b"a,b\n1,x,\n2,y,z\nq,z,\n")
    assert rows == [(1, "x")]
    assert [(kind, record) for kind, _, record, *_ in findings] == [
        ("surplus-fields", 0),
        ("too-many-fields", 2),
        ("type-mismatch", 3),
    ]


FIELD = st.sampled_from(["1", "x", "", '"x,y"', '"a ""b"""', '"li\nne"', "NA"])
SURPLUS = st.lists(st.sampled_from(["", '""', "NA"]), max_size=3)
RECORD = st.tuples(st.sampled_from(["1", "22", "7,"]), FIELD, SURPLUS)


@settings(max_examples=cases(10, 40), suppress_health_check=list(HealthCheck))
@given(
    records=st.lists(RECORD, min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    header=st.sampled_from([", header: 0", "", ""]),
)
def test_both_ways_say_the_same(records: Sequence[tuple[str, str, Sequence[str]]], end: str, header: str) -> None:
    lines = ["" if header else "a,b", *(",".join([a, b, *more]) for a, b, more in records)]
    body = "".join(f"{line}{end}" for line in lines if line).encode()
    rows, findings, _ = read(body, header)
    assert read(body, header, careful=True)[:2] == (rows, findings)
