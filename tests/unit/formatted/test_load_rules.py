"""Whatever the order of loads, what stands is what one load of everything would have made.

Random sequences of deliveries (new, corrected, overlapping, reverted, under several names) are loaded one by one and,
in another project, all at once; tables, quarantines and accounts are the same then. This holds `keys` to account.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formatted_place import Delivered, check_accounts, delivered
from vertebra import formatted
from vertebra.step import Action, Outcome

FEW = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=200)
KEYS = st.sampled_from(["[k]", "[k]", "[k, t]", "[]"])

TEMPLATE = """
format: {{csv: {{}}}}
load: {load}
key: {key}
columns:
  - {{name: k, type: text}}
  - {{name: t, type: timestamp, timezone: Europe/Belgrade}}
  - {{name: v, type: double}}
"""
RECORD = st.tuples(
    st.sampled_from(["x", "x", "y", "it's"]),
    st.sampled_from(["2021-01-01 00:00", "2021-01-01 00:00", "2021-10-31 02:30", "2021-03-28 02:30"]),
    st.sampled_from(["1", "1", "1.0", "2", "-0", "0", "", "bad"]),
).map(",".join)
FILE = st.lists(RECORD, max_size=4).map(lambda lines: ("k,t,v\n" + "".join(f"{line}\n" for line in lines)).encode())
DELIVERY = st.dictionaries(st.sampled_from(["a.csv", "b.csv", "c.csv"]), FILE, min_size=1, max_size=2)
Deliveries = list[dict[str, bytes]]


@st.composite
def deliveries(draw: st.DrawFn) -> Deliveries:
    found = draw(st.lists(DELIVERY, min_size=2, max_size=6))
    for place in range(1, len(found)):
        if draw(st.integers(0, 4)) == 0:
            found[place] = found[draw(st.integers(0, place - 1))]  # somebody puts an older file back
    return found


def standing(place: Delivered) -> tuple[Any, ...]:
    rows = sorted(place.rows(), key=lambda row: (row["_file"], row["_record"]))
    return rows, place.findings(), place.accounts()


def same_as_at_once(load: str, key: str, steps: Deliveries) -> Delivered:
    template = TEMPLATE.format(load=load, key=key)
    with delivered(template) as one_by_one, delivered(template) as at_once:
        for step in steps:
            one_by_one.load(step)
            check_accounts(one_by_one)
            at_once.deliver(step)
        at_once.format()
        check_accounts(at_once)
        assert standing(one_by_one) == standing(at_once)
        return at_once


@pytest.mark.parametrize("load", ["latest", "append", "replace", "upsert"])
@FEW
@given(steps=deliveries(), key=KEYS)
def test_load_by_load_is_all_at_once(load: str, key: str, steps: Deliveries) -> None:
    same_as_at_once(load, "[k]" if load == "upsert" and key == "[]" else key, steps)


@pytest.mark.long
@MANY
@given(load=st.sampled_from(["latest", "append", "replace", "upsert"]), steps=deliveries(), key=KEYS)
def test_many_sequences_load_by_load_are_all_at_once(load: str, key: str, steps: Deliveries) -> None:
    same_as_at_once(load, "[k]" if load == "upsert" and key == "[]" else key, steps)


HEAD, AT = "k,t,v\n", "2021-01-01 00:00"


def file(*records: str) -> bytes:
    return (HEAD + "".join(f"{record[0]},{AT},{record[1:]}\n" for record in records)).encode()


@pytest.mark.parametrize(
    ("load", "steps", "rows", "findings"),
    [
        # without a correction nothing is lost; with one, the older version leaves
        ("latest", [{"a": file("x1")}, {"b": file("y2")}], ["x1", "y2"], []),
        ("latest", [{"a": file("x1", "y2")}, {"a": file("x1")}], ["x1"], []),
        ("append", [{"a": file("x1")}, {"a": file("y2")}], ["x1", "y2"], []),
        ("replace", [{"a": file("x1")}, {"b": file("y2")}], ["y2"], []),
        # a record that repeats another is a duplicate, and one that says something else loses to the newest
        ("append", [{"a": file("x1", "x1")}], ["x1"], ["duplicate"]),
        ("append", [{"a": file("x1")}, {"b": file("x2")}], ["x2"], ["key-conflict"]),
        ("upsert", [{"a": file("x1")}, {"b": file("x2")}], ["x2"], ["superseded"]),
        ("append", [{"a": file("x1")}, {"b": file("x2")}, {"c": file("x1")}], ["x1"], ["duplicate", "key-conflict"]),
        # the loser comes back when the winner leaves
        ("latest", [{"a": file("x1")}, {"b": file("x2")}, {"b": file("y2")}], ["x1", "y2"], []),
        ("latest", [{"a": file("x1")}, {"b": file("x1")}, {"a": file("y1")}], ["x1", "y1"], []),
        # a duplicate that leaves was the newest, and had chosen what stands
        (
            "latest",
            [{"a": file("x1")}, {"b": file("x2")}, {"c": file("x1")}, {"c": file("y1")}],
            ["x2", "y1"],
            ["key-conflict"],
        ),
        # a conflict goes on, but with another winner
        ("append", [{"a": file("x1")}, {"b": file("x2")}, {"c": file("x3")}], ["x3"], ["key-conflict", "key-conflict"]),
    ],
)
def test_golden_sequences(load: str, steps: Deliveries, rows: list[str], findings: list[str], tmp_path: Path) -> None:
    with delivered(TEMPLATE.format(load=load, key="[k]"), tmp_path) as place:
        for step in steps:
            place.load(step)
            check_accounts(place)
        assert sorted(f"{row['k']}{row['v']:g}" for row in place.rows()) == rows
        assert sorted(finding["type"] for finding in place.findings()) == findings
    same_as_at_once(load, "[k]", steps)


def test_a_conflict_says_who_won_and_where_the_loser_stands(tmp_path: Path) -> None:
    with delivered(TEMPLATE.format(load="append", key="[k, t]"), tmp_path) as place:
        place.load({"a.csv": file("x1", "y1")})
        place.load({"b.csv": file("x2")})
        (finding,) = place.findings()
        assert finding["type"] == "key-conflict"
        assert finding["severity"] == "rejected"
        assert (finding["_file"], finding["_record"], finding["line"]) == (1, 1, 2)
        assert finding["raw"] == f"x,{AT},1"
        assert place.landed(1)[finding["start_byte"] : finding["end_byte"]].decode() == finding["raw"]
        assert finding["column_name"] == "k, t"
        assert finding["value"] == '["x","2020-12-31 23:00:00+00"]'
        assert finding["reason"] == "file version 2 has the key, newer, with other values"
        place.load({"c.csv": file("x3")})
        assert [f["reason"][:14] for f in place.findings()] == ["file version 3", "file version 3"]


def test_records_without_a_value_of_the_key_are_quarantined(tmp_path: Path) -> None:
    with delivered(TEMPLATE.format(load="append", key="[k]"), tmp_path) as place:
        place.load({"a.csv": b"k,t,v\n,2021-01-01 00:00,1\nx,,1\n"})
        assert place.kinds() == [("missing-value", 1, "k")]
        assert place.values() == [("x", None, 1.0)]


def test_without_a_key_nothing_is_taken_for_a_duplicate(tmp_path: Path) -> None:
    with delivered(TEMPLATE.format(load="append", key="[]"), tmp_path) as place:
        place.load({"a.csv": file("x1", "x1"), "b.csv": file("x1")})
        assert len(place.rows()) == 3
        assert place.findings() == []


def test_what_a_plan_says(tmp_path: Path) -> None:
    with delivered(TEMPLATE.format(load="latest", key="[k]"), tmp_path) as place:

        def planned(arriving: int = 0) -> tuple[Action, str]:
            return formatted.plan(place.ws, place.source, arriving)

        assert planned(2) == (Action.ADD, "the table does not stand yet; 2 files to format")
        assert formatted.table_names(place.source) == ("things", "things_quarantine")
        place.load({"a.csv": file("x1"), "b.csv": file("y1")})
        assert planned() == (Action.NONE, "nothing new")
        assert place.format().outcome is Outcome.NONE
        assert planned(1) == (Action.REFRESH, "1 file new or changed")
        place.deliver({"a.csv": file("x2")})
        assert planned() == (Action.REFRESH, "1 file to add, 1 file to take out")
        receipt = place.format()
        assert (receipt.outcome, receipt.rows) == (Outcome.DONE, 2)


def test_a_mended_template_reads_all_again_and_readmits(tmp_path: Path) -> None:
    template = TEMPLATE.format(load="latest", key="[k]")
    with delivered(template, tmp_path) as place:
        place.load({"a.csv": file("x1", "ybad", "zworse"), "b.csv": file("u1")})
        assert place.format().outcome is Outcome.NONE
    with delivered(template.replace("type: double", "type: text"), tmp_path) as place:
        assert formatted.plan(place.ws, place.source, 0) == (
            Action.CHANGE,
            "the template is another; 2 files to format",
        )
        assert place.format().rows == 4
        assert place.findings() == []
        assert [account.quarantined for account in place.accounts()] == [0, 0]
        check_accounts(place)
    with delivered(template.replace("load: latest", "load: replace"), tmp_path) as place:
        place.format()
        check_accounts(place)
        assert [account.file for account in place.accounts()] == ["b.csv"]


def test_only_the_bins_of_changed_files_are_written_again(tmp_path: Path) -> None:
    """Cost follows the change: Parquet files that hold nothing of it stay as they are (G8)."""
    with delivered(TEMPLATE.format(load="latest", key="[k, t]"), tmp_path) as place:
        place.load({f"{number:03}.csv": file(f"x{number}") for number in range(3)})
        place.load({"new.csv": file("y1")})
        before = set(place.ws.relation(place.head("things")).files)
        place.load({"new.csv": file("y2"), "newer.csv": file("z1")})
        after = set(place.ws.relation(place.head("things")).files)
        assert len(before & after) == len(before) - 1
        check_accounts(place)
