"""Records read one by one: what they hold, where they lie and what nothing names, however many at a time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.formats import batches
from vertebra.formatted.formats import json as json_format
from vertebra.formatted.formats.batches import Batches

TEMPLATE = """
format: {json: {nulls: ["-"]}}
columns:
  - {name: a, from: o.a, type: text}
  - {name: b, from: o.p.b, type: "decimal(9,2)"}
  - {name: c, from: c.d, type: text}
"""


@pytest.mark.parametrize("chunk", [1, 7, 50, 1 << 20])
def test_every_value_is_found_where_it_lies(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_format, "_CHUNK", chunk)
    monkeypatch.setattr(batches, "_SOME", 2)
    lines = [
        '{"o": {"a": "x", "p": {"b": 1.50}}, "c.d": "whole"}',
        "  ",
        '{"o": {"a": true, "p.b": 2.25}, "c": {"d": [1, {"e": 1.10}]}}\r',
        '{"o": {"a": "-", "p": null}, "c": 5}',
        '{"o": 7}',
        '{"o": {"a": 1e2, "p": {"b": "3.1"}}, "c": {"d": {"f": null}}}',
    ]
    with delivered(TEMPLATE) as place:
        body = "\n".join([*lines, "[", *lines, ""])
        place.load({"a": body.encode()})
        check_accounts(place)
        rows = [(row["_record"], row["a"], row["b"] and str(row["b"]), row["c"]) for row in place.rows()]
        found = sorted((f["line"], f["type"], body[f["start_byte"] : f["end_byte"]]) for f in place.findings())
    once = [("x", "1.50", "whole"), ("true", "2.25", '[1,{"e":1.10}]'), (None, None, None), (None, None, None)]
    once.append(("1e2", "3.10", '{"f":null}'))
    assert sorted(rows) == [(n, *values) for n, values in zip([1, 2, 3, 4, 5, 7, 8, 9, 10, 11], once * 2, strict=True)]
    assert found == [
        (4, "unknown-field", lines[3]),
        (5, "unknown-field", lines[4]),
        (7, "damaged-json", "["),
    ]


@pytest.mark.parametrize("first", ['{"o": {"p": null}}', '{"o": {"p": {}}}', '{"o": {"p": {"b": 1}}}', '{"o": null}'])
@pytest.mark.parametrize(
    ("then", "name"),
    [
        ('{"o": {"p": 5}}', "o.p"),
        ('{"o": {"p": {"z": 1}}}', "o.p.z"),
        ('{"o": {"z": {}}}', "o.z"),
        ('{"z": null}', "z"),
    ],
)
def test_what_is_named_in_one_record_may_not_be_in_another(first: str, then: str, name: str) -> None:
    with delivered(TEMPLATE) as place:
        place.load({"a": f"{first}\n{first}\n{then}\n{first}".encode()})
        found = [(f["line"], f["reason"]) for f in place.findings()]
    assert found == [(3, f'the template does not name "{name}"')]


@given(
    rows=st.lists(st.tuples(st.integers(0, 99), st.sampled_from([None, "", "-", "é", "x"])), max_size=9),
    some=st.integers(1, 4),
)
def test_batches_hold_what_was_added(rows: list[tuple[int, str | None]], some: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_SOME", some)
        patch.setattr(batches, "_ROWS", 5)
        made, found, sizes = Batches(1, ["-"], ("n",)), list[dict[str, object]](), []
        for record, (number, text) in enumerate(rows, 1):
            made.add(record, [text], (number,))
            if made.full:
                found += (taken := made.take()).to_pylist()
                sizes.append(len(taken))
        found += made.take().to_pylist()
    assert found == [
        {"_record": record, "n": number, "c1": None if text == "-" else text}
        for record, (number, text) in enumerate(rows, 1)
    ]
    assert set(sizes) <= {5}
    assert json.dumps(made.take().to_pylist()) == "[]"
