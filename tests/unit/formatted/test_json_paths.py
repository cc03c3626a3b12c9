"""A dot parts names, or is part of one: what a path means, and that no value is lost where it could mean several."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.formats.json import Json
from vertebra.formatted.formats.json_paths import Untaken, leaves, value_at, way
from vertebra.formatted.formats.port import RawRecord
from vertebra.formatted.formats.sniffing import untold
from vertebra.project import ColumnTemplate, JsonFormat

TWICE = {"id": 1, "a.b": 1, "a": {"b": 2}}
LOST = 'a record has several values at "a.b": that of "b" in "a" is not taken'


def load(records: list[dict[str, Any]], shape: str, columns: str, more: str, *, swift: bool) -> tuple[Any, Any]:
    named = "\n".join(f"  - {{name: c{n}, from: {path!r}, type: text}}" for n, path in enumerate(columns.split()))
    lines = [json.dumps(record) for record in records]
    body = "\n".join(lines) if shape == "lines" else f"[{','.join(lines)}]"
    with (
        pytest.MonkeyPatch.context() as patch,
        delivered(f"format: {{json: {{shape: {shape}}}}}\n{more}\ncolumns:\n{named}\n") as place,
    ):
        if not swift:
            patch.setattr(Json, "direct", lambda *_: "")
        place.load({"a.json": body.encode()})
        check_accounts(place)
        children = place.values("n") if "children" in more else []
        return [*place.values(), *children], [(f["type"], f["reason"], f["raw"]) for f in place.findings()]


@pytest.mark.parametrize("swift", [True, False])
@pytest.mark.parametrize("shape", ["lines", "array"])
@pytest.mark.parametrize(
    ("records", "columns", "more", "values", "findings"),
    [
        ([TWICE], "id a.b", "", [("1", "1")], [("repeated-field", LOST)]),
        ([{"id": 1, "a.b": None, "a": {"b": 2}}], "id a.b", "", [("1", None)], [("repeated-field", LOST)]),
        ([{"id": 1, "a.b": 1, "a": {"b": None}}], "id a.b", "", [("1", "1")], []),
        ([{"id": 1, "a.b": 1}, {"id": 2, "a": {"b": 2}}], "id a.b", "", [("1", "1"), ("2", "2")], []),
        ([TWICE], "id a.b a", "", [("1", "1", '{"b":2}')], []),
        ([TWICE], "id a", "", [("1", '{"b":2}')], [("unknown-field", 'the template does not name "a.b"')]),
        ([TWICE], "id", "ignore: [a.b]", [("1",)], []),
        ([{"id": 1, "a": {"b": 2, "c": 3}}], "id", "ignore: [a.b]", [("1",)], [
            ("unknown-field", 'the template does not name "a.c"')
        ]),
        ([{"id": 1, "a.b": {"c": 2}}], "id a.b.c", "", [("1", "2")], []),
        ([{"id": 1, "a.b": {"c": 2}, "a": {"b": {"c": 3}}}], "id a.b.c", "", [("1", "3")], [
            ("repeated-field", 'a record has several values at "a.b.c": that of "c" in "a.b" is not taken')
        ]),
        ([{"id": 1, "a.b": [1], "a": {"b": [2, 3]}}], "id",
            "key: [c0]\nchildren:\n  - {name: n, from: a.b, columns: [{name: v, from: '.', type: integer}]}",
            [("1",), ("1", 1, 1)], [("repeated-field", LOST)]),
        ([{"id": 1, "a": {"b": [2, 3], "c": 4}}], "id",
            "key: [c0]\nchildren:\n  - {name: n, from: a.b, columns: [{name: v, from: '.', type: integer}]}",
            [("1",), ("1", 1, 2), ("1", 2, 3)], [("unknown-field", 'the template does not name "a.c"')]),
    ],
)  # fmt: skip
def test_a_value_is_taken_or_told(
    records: list[dict[str, Any]], columns: str, more: str, values: Any, findings: Any, shape: str, *, swift: bool
) -> None:
    found, told = load(records, shape, columns, more, swift=swift)
    assert found == values
    assert [(kind, reason) for kind, reason, _ in told] == findings
    assert all(raw == json.dumps(records[0]) for *_, raw in told)


RECORDS = st.recursive(
    st.just(0),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "a.b", "b.c", ".", "", "a.b.c"]), inner, max_size=4),
    max_leaves=9,
).filter(lambda found: isinstance(found, dict))


def numbered(value: Any, numbers: Any) -> Any:
    """The same with a number of its own at each place."""
    if isinstance(value, dict):
        return {name: numbered(inner, numbers) for name, inner in value.items()}
    return next(numbers)


@given(record=RECORDS.map(lambda found: numbered(found, count(1))))
def test_where_every_path_has_a_column_every_value_is_taken_or_told(record: dict[str, Any]) -> None:
    found = [names for names in leaves(record) if names]
    paths = dict.fromkeys(map(".".join, found))
    columns = tuple(ColumnTemplate(f"c{n}", path, "text") for n, path in enumerate(paths))
    untaken = Untaken[int](replace(untold(JsonFormat()), columns=columns))
    untaken.look(record, 1)
    told = {one.reason: one.type for one in untaken.problems(lambda number: RawRecord(number, 0, 0, 0, ""))}
    assert set(told.values()) <= {"repeated-field"}
    taken = {way(record, path) for path in paths}
    assert () not in taken
    for names in found:
        above = [names[:size] for size in range(1, len(names) + 1)]
        assert _ends(record, names) == {} or any(one in taken or _said(one) in told for one in above)
    for path in paths:
        assert value_at(record, path) == _ends(record, way(record, path))


def _said(names: tuple[str, ...]) -> str:
    inside = " in ".join(f'"{name}"' for name in reversed(names))
    return f'a record has several values at "{".".join(names)}": that of {inside} is not taken'


def _ends(record: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        record = record[name]
    return record
