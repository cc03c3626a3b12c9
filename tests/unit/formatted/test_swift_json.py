"""JSON lines are read by the engine as they are read record by record, or not at all."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formatted_place import Delivered, delivered
from vertebra.formatted import bins
from vertebra.formatted.formats import json_lines
from vertebra.formatted.formats.json import Json
from vertebra.formatted.formats.json_lines import count_lines

TEMPLATE = """
format: {json: {shape: SHAPE, nulls: [NULLS]}}
columns:
  - {name: t, type: text}
  - {name: x, type: double}
  - {name: n, type: integer}
  - {name: d, type: "decimal(9,2)"}
  - {name: b, type: boolean}
  - {name: at, type: timestamp, format: "%Y-%m-%d %H:%M:%S"}
"""
SHAPES = (("lines", "NA"), ("array", ""))
EXAMPLES = 100 if os.environ.get("VERTEBRA_LONG") else 8
VALUES = (
    *("null", "true", "false", "0", "-0", "-0.0", "1", "1.10", "1e2", "-5", "1.5", "NaN", "1e400"),
    *("12345678901234567890123", "0.1000000000000000055", "[1, 2.50]", '{"y": 1.0}'),
    *('"x"', '"NA"', '""', '"1.10"', '"-0"', '" 7 "', '"1_000"', '"[1]"', '"{"', '"NaN"', '"inf"', '"epoch"'),
    *('"\\u00e9\\n"', '"2021-01-02 03:04:05"', '"\\\\"', '"a\\u0000b"'),
)
RECORD = st.dictionaries(
    st.sampled_from(["t", "x", "n", "d", "b", "at", "zz"]), st.sampled_from(VALUES), max_size=6
).map(lambda found: "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in found.items()) + "}")


def filled(shape: str, nulls: str) -> str:
    return TEMPLATE.replace("SHAPE", shape).replace("NULLS", nulls)


def text(lines: list[str], shape: str) -> bytes:
    return ("\n".join(lines) if shape == "lines" else "[" + ",\n".join(lines) + "]").encode()


def outcome(lines: list[str], shape: str, nulls: str, *, swift: bool) -> tuple[Any, ...]:
    with pytest.MonkeyPatch.context() as patch, delivered(filled(shape, nulls)) as place:
        if not swift:
            patch.setattr(Json, "direct", lambda *_: "")
        place.load({"a.jsonl": text(lines, shape)})
        found = [
            (f["_record"], f["type"], f["column_name"], f["value"], f["raw"], f["reason"]) for f in place.findings()
        ]
        return place.values(), found, [(a.records, a.formatted, a.quarantined) for a in place.accounts()]


@pytest.mark.parametrize(("shape", "nulls"), SHAPES)
@pytest.mark.parametrize(
    "lines",
    [
        ['{"t": "x", "x": 1.5, "n": 3}', '{"t": "y", "x": 2}'],
        ['{"t": "x", "x": true}'],
        ['{"n": 1.5}'],
        ['{"t": 1.10}'],
        ['{"t": -0}'],
        ['{"t" :"x","zz":1}'],
        ['{"t":"x","zz":1,"zz":2}'],
        ['{"t":"x","zz":NaN}'],
        ["null", '{"t": "x"}'],
        ['{"t": "x",}'],
        ['{"d": 0.1000000000000000055, "t": "x"}'],
        ['{"at": "2021-01-02 03:04:05", "t": "x", "b": true, "n": 1, "x": 0.5}'],
    ],
)
def test_the_fast_way_is_the_careful_way_where_they_could_differ(lines: list[str], shape: str, nulls: str) -> None:
    assert outcome(lines, shape, nulls, swift=True) == outcome(lines, shape, nulls, swift=False)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(RECORD, min_size=1, max_size=4), form=st.sampled_from(SHAPES))
def test_the_fast_way_is_the_careful_way(lines: list[str], form: tuple[str, str]) -> None:
    assert outcome(lines, *form, swift=True) == outcome(lines, *form, swift=False)


FILES = {
    "a": ['{"t": "a1", "x": 1.5}', '{"t": "a2", "x": 2}'],
    "b": ['{"t": "b1", "x": 3, "b": true}'],  # of such a file a double is asked for as text
    "c": ['{"t": "c1", "x": 4}', '{"t": "c2"}', '{"t": "c3", "x": 6}'],
    **{f"d{number:02}": [f'{{"t": "d{number}-{n}", "x": {n}}}' for n in range(number % 7)] for number in range(40)},
}


@pytest.mark.parametrize(("shape", "nulls"), SHAPES)
@pytest.mark.parametrize("name", ["t", "file_index", "File_Index"])
def test_a_record_stands_under_its_own_file(shape: str, nulls: str, name: str) -> None:
    template = filled(shape, nulls).replace("name: t,", f'name: t, from: "{name}",')
    files = {file: [line.replace('"t"', f'"{name}"') for line in lines] for file, lines in FILES.items()}
    files = {file: lines for file, lines in files.items() if lines or shape == "lines"}  # `[]` is read carefully
    with pytest.MonkeyPatch.context() as patch, delivered(template) as place:
        patch.delattr(bins, "_copy")  # which reads once more what was not read swiftly
        place.load({f"{file}.json": text(lines, shape) for file, lines in files.items()})
        ids = {number: version.name.removesuffix(".json") for number, version in place.files().items()}
        found = {(ids[row["_file"]], row["_record"]): (row["t"], row["x"]) for row in place.rows()}
    wanted = {(file, n): json.loads(line) for file, lines in FILES.items() for n, line in enumerate(lines, 1)}
    assert found == {key: (record["t"], record.get("x")) for key, record in wanted.items()}


def straight(place: Delivered) -> bool:
    return not place.receipts[-1].fallbacks


@pytest.mark.parametrize(
    ("line", "fast"),
    [
        ('{"t": "x", "x": 1.5, "n": 3, "b": true, "at": "2021-01-02 03:04:05"}', True),
        ('{"t": "x", "zz": [1]}', True),
        ('{"t": 12, "x": 1}', True),
        ('{"t": "[1]"}', False),
        ('{"t": 1.5}', False),
        ('{"n": 1.5}', False),
    ],
)
def test_the_engine_reads_what_it_can(line: str, *, fast: bool) -> None:
    for shape in ("lines", "array"):
        with delivered(filled(shape, "NA")) as place:
            place.load({"a.jsonl": text([line], shape)})
            assert straight(place) is fast


@pytest.mark.parametrize(
    ("body", "data", "blank", "values", "booleans", "orderly"),
    [
        (b"", 0, 0, 0, False, True),
        (b'{"a":1}', 1, 0, 1, False, True),
        (b'{"a":1}\n\n \r\n{"b": null}\n', 2, 2, 1, False, True),
        (b'{"a" :1}\n', 1, 0, -1, True, False),
        (b'{"a":  true}\n', 1, 0, 1, True, True),
        (b'{"a":\ttrue}\n', 1, 0, 1, True, True),
        (b'{"a":-0}\n', 1, 0, 1, False, False),
        (b'{"a":-0.5}\n', 1, 0, 1, False, True),
        (b'\xef\xbb\xbf{"a":1}\n', 1, 0, 1, False, False),
        (b'{"a":"' + b"x" * 300_000 + b'"}\n{"a":2}', 2, 0, 2, False, True),
    ],
)
def test_a_glance_at_lines(body: bytes, data: int, blank: int, values: int, *, booleans: bool, orderly: bool) -> None:
    found = count_lines(body)
    assert (found.data, found.blank, found.values, found.booleans, found.orderly) == (
        data, blank, values, booleans, orderly,
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
def test_a_glance_through_windows(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(json_lines, "_WINDOW", size)
    assert json_lines.glance(b'[{"a": 1, "b":null, "c":"x"}, {"a":-0.5}]', 0) == (3, False, False)
    assert json_lines.glance(b'[{"a": true}]', 0)[1]
    assert json_lines.glance(b'[{"a":-0}]', 0)[2]
    assert json_lines.glance(b'[{"a" :1}]', 0)[0] == -1


LINES = st.lists(
    st.sampled_from(["", " ", "\r", "\t", "{", "}", '"a"', ":", " :", '":', "-", "0", ".", "n", "t", "x", ",", "\n"])
).map(lambda parts: "".join(parts).encode())


@given(body=LINES, size=st.integers(1, 9), mark=st.sampled_from([b"", b"\xef\xbb\xbf"]))
@settings(max_examples=300, deadline=None)
def test_lines_are_counted_as_they_are_split(body: bytes, size: int, mark: bytes) -> None:
    lines = body.removesuffix(b"\n").split(b"\n") if body else []
    blank = sum(not line.strip(b" \t\r") for line in lines)
    values = body.count(b'":') - sum(1 for _ in re.finditer(rb'": ?n', body))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lines, "_WINDOW", size)
        found = count_lines(mark + body)
    assert (found.data, found.blank) == (len(lines) - blank, blank)
    assert found.values == (-1 if re.search(rb"[\0- ]:", body) else values)
    assert found.booleans or not re.search(rb'":\s*[tf]', body)
    assert not found.orderly or not (mark or re.search(rb'": ?-0(?!\.)', body))


@pytest.mark.parametrize(
    "body",
    ['[{"t": "x"},]', '[{"t": "x"}] 2', '[{"t": "x"}] [{"t": "y"}]', '[{"t": "x"}', '[{"t": "x"},,{"t": "y"}]'],
)
def test_a_damaged_array_is_told(body: str) -> None:
    with delivered(filled("array", "NA")) as place:
        place.load({"a": body.encode()})
        assert "damaged-document" in [finding["type"] for finding in place.findings()]
