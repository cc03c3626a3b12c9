"""Child tables: several levels, objects whose names are data, and only what changed is written again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.formatted_place import Delivered, check_accounts, delivered

TEMPLATE = """
format: {json: {}}
key: [id]
columns: [{name: id, type: integer}, {name: v, type: text}]
children:
  - {name: orders, from: orders, columns: [{name: day, type: date}]}
  - name: lines
    from: orders[].lines
    columns: [{name: item, type: text}, {name: n, type: integer}]
  - {name: tags, from: tags, columns: [{name: tag, from: ".", type: text}]}
  - name: prices
    from: prices{}
    columns: [{name: currency, from: "{}", type: text}, {name: price, from: ".", type: double}]
"""
NAMES = ("things", "orders", "lines", "tags", "prices")


def record(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, **more}


def body(*records: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in records).encode()


FIRST = record(
    1,
    orders=[
        {"day": "2021-01-01", "lines": [{"item": "a", "n": 1}, {"item": "b", "n": "x"}]},
        {"day": "2021-01-02", "lines": [{"item": "c", "n": 3}]},
    ],
    tags=["red", "blue"],
    prices={"EUR": 1.5, "USD": 2},
)


def test_levels_of_arrays_and_members_of_objects() -> None:
    with delivered(TEMPLATE) as place:
        place.load({"a": body(FIRST, record(2, tags="lone"), {"id": None, "tags": ["lost"]})})
        check_accounts(place)
        assert [tuple(map(str, row)) for row in place.values("orders")] == [
            ("1", "1", "2021-01-01"),
            ("1", "2", "2021-01-02"),
        ]
        assert place.values("lines") == [(1, 1, 1, "a", 1), (1, 2, 1, "c", 3)]
        assert place.values("tags") == [(1, 1, "red"), (1, 2, "blue"), (2, 1, "lone")]
        assert place.values("prices") == [(1, 1, "EUR", 1.5), (1, 2, "USD", 2.0)]
        (lines,), (tags,) = place.accounts("lines"), place.accounts("tags")
        assert (lines.records, lines.formatted, lines.quarantined) == (3, 2, 1)
        assert (tags.records, tags.formatted, tags.skipped) == (4, 3, {"parent": 1})
        (finding,) = [f for f in place.findings() if f["column_name"] == "lines.n"]
        assert finding["reason"].endswith("in lines[1, 2]")


def standing(place: Delivered) -> tuple[Any, ...]:
    tables = [sorted(map(repr, place.values(name))) for name in NAMES]
    accounts = [
        sorted(
            (a.file, a.version, a.records, a.formatted, a.quarantined, sorted(a.skipped.items()))
            for a in place.accounts(name)
        )
        for name in NAMES
    ]
    findings = sorted((f["type"], f["column_name"], f["value"], f["raw"]) for f in place.findings())
    return tables, accounts, findings


RECORDS = st.builds(
    lambda number, v, n, tags: record(number, v=v, orders=[{"lines": [{"n": one} for one in n]}], tags=tags),
    st.integers(1, 3),
    st.sampled_from(["p", "q"]),
    st.lists(st.sampled_from([1, "x"]), max_size=2),
    st.lists(st.sampled_from(["r", "s"]), max_size=2),
)
LOADS = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "b"]), st.lists(RECORDS, max_size=2).map(lambda found: body(*found)), min_size=1
    ),
    min_size=2,
    max_size=3,
)


@settings(max_examples=cases(3, 30), deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("rule", ["latest", "upsert", "append"])
@given(loads=LOADS)
def test_load_by_load_is_all_at_once(rule: str, loads: list[dict[str, bytes]]) -> None:
    template = f"{TEMPLATE}load: {rule}\n"
    with delivered(template) as step, delivered(template) as whole:
        for files in loads:
            step.load(files)
            whole.deliver(files)
        whole.format()
        assert standing(step) == standing(whole)
        assert not step.receipts[-1].fallbacks


def test_only_the_files_that_changed_are_written_again() -> None:
    with delivered(TEMPLATE) as place:
        place.load({f"{number}": body(record(number, tags=["x"])) for number in range(1, 5)})
        before = {
            file.path for file in place.ws.tables.snapshot("formatted/tags", place.head("tags").table_version).files
        }
        receipt = place.load({"9": body(record(9, tags=["y"]))})
        after = {
            file.path for file in place.ws.tables.snapshot("formatted/tags", place.head("tags").table_version).files
        }
        assert before < after
        assert {(account.table, account.file) for account in receipt.accounts} == {(name, "9") for name in NAMES}
        assert len(place.values("tags")) == 5
