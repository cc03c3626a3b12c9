"""Two releases side by side: datasets by version, rows by key or as multisets."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.shop import Shop
from tests.small_project import SmallProject, small_project
from vertebra.engine import DuckDBEngine
from vertebra.errors import UnknownNameError
from vertebra.operations.diff import ReleaseDiff, diff
from vertebra.operations.diff_rows import ColumnChange, Example, RowsDiff, rows_diff
from vertebra.storage import DeltaTables

HEADER = "receipt,sold_at,article,amount\n"
MAY = f"{HEADER}9,2024-05-03 10:00:00,bread,3.20\n"
Row = tuple[int | None, str | None]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallProject]:
    with small_project(tmp_path / "small") as project:
        yield project


def between(shop: Shop, before: str | int, after: str | int, dataset: str | None = None, rows: int = 0) -> ReleaseDiff:
    with shop.opened() as ws:
        return diff(ws, before, after, dataset, rows)


def rows_of(found: ReleaseDiff, name: str) -> RowsDiff:
    (rows,) = (one.rows for one in found.datasets if one.name == name)
    assert rows is not None
    return rows


def table(small: SmallProject, rows: Sequence[str], columns: str, grain: tuple[str, ...] = ()) -> Any:
    numbered = [f"({n}::bigint, {n}::bigint, {row})" for n, row in enumerate(rows, start=1)]
    return small.table("t", f"select * from (values {', '.join(numbered)}) as v(_file, _record, {columns})", grain)


def test_rows_are_told_apart_by_key_and_grain(shop: Shop) -> None:
    shop.run()
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.deliver("north_2024-05-02.csv", f"{HEADER}4,2024-05-02 08:58:00,roll,3.60\n")
    shop.view("more", "select receipt from sales", "receipt")
    shop.run()
    found = between(shop, 1, 2, rows=5)
    assert found.counts() == {"added": 1, "removed": 0, "changed": 3, "equal": 0}
    assert [(one.name, one.change) for one in found.datasets] == [
        ("daily_sales", "changed"),
        ("more", "added"),
        ("sales", "changed"),
        ("sales_quarantine", "changed"),
    ]
    sales = rows_of(found, "sales")
    assert (sales.key, sales.added, sales.removed, sales.changed) == (("shop", "receipt"), 1, 1, 1)
    assert sales.columns == {"article": 1, "amount_eur": 1}
    assert [(one.change, one.row["receipt"]) for one in sales.examples] == [
        ("added", 9),
        ("removed", 6),
        ("changed", 4),
    ]
    changed = sales.examples[-1]
    assert changed.row == {"shop": "north", "receipt": 4}
    assert changed.values is not None
    assert {name: tuple(map(str, pair)) for name, pair in changed.values.items()} == {
        "article": ("bread", "roll"),
        "amount_eur": ("3.20", "3.60"),
    }
    assert rows_of(found, "daily_sales").key == ("shop", "day")
    quarantine = rows_of(found, "sales_quarantine")
    assert (quarantine.key, quarantine.why, quarantine.removed) == ((), "it declares no key", 1)
    back = rows_of(between(shop, 2, 1), "sales")
    assert (back.added, back.removed, back.changed, back.examples) == (1, 1, 1, ())


def test_nothing_is_read_of_what_is_equal(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run()
    shop.view("more", "select receipt from sales", "receipt")
    shop.run()

    def never(*_args: Any, **_options: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(DeltaTables, "snapshot", never)
    monkeypatch.setattr(DuckDBEngine, "arrow", never)
    found = between(shop, 1, "prod")
    assert found.counts() == {"added": 1, "removed": 0, "changed": 0, "equal": 3}
    assert (found.before.environment, found.after.environment, found.after.release) == (None, "prod", 2)


@pytest.mark.parametrize("come", ["", "till"])
def test_files_that_both_versions_name_are_not_read(shop: Shop, monkeypatch: pytest.MonkeyPatch, come: str) -> None:
    """Not even where a column came with the new file, which the others lack."""
    shop.run()
    shop.deliver(
        "north_2024-05-03.csv", MAY.replace("amount", f"amount,{come}").replace("3.20", "3.20,7") if come else MAY
    )
    shop.run()
    read: list[tuple[int, ...]] = []
    arrow = DuckDBEngine.arrow

    def spied(self: DuckDBEngine, sql: str, relations: Any = (), **options: Any) -> Any:
        read.append(tuple(len(relation.files) for relation in relations))
        return arrow(self, sql, relations, **options)

    monkeypatch.setattr(DuckDBEngine, "arrow", spied)
    rows = rows_of(between(shop, 1, 2, "sales"), "sales")
    assert (rows.added, rows.removed, rows.changed) == (1, 0, 0)
    assert rows.schema == ((ColumnChange("till", None, "BIGINT"),) if come else ())
    assert set(read) == {(0, 1)}


def test_one_dataset_alone_and_an_unknown_one(shop: Shop) -> None:
    shop.run()
    shop.run(environment="prod")
    assert [one.name for one in between(shop, "prod", 1, "sales").datasets] == ["sales"]
    with pytest.raises(UnknownNameError) as caught:
        between(shop, 1, 1, "sails")
    assert caught.value.next.startswith('did you mean "sales"?')
    with pytest.raises(UnknownNameError, match="there is no release 7"):
        between(shop, 1, "7")
    with pytest.raises(UnknownNameError, match='there is no environment "prd"'):
        between(shop, "prd", 1)


def test_a_column_that_comes_goes_or_is_of_another_type_is_named_and_not_compared(small: SmallProject) -> None:
    old = table(small, ["1, 'a', 1::integer, 'x'", "2, 'b', 2::integer, 'x'"], "k, v, n, gone", ("k",))
    new = table(small, ["1, 'a', 1.5::double, 7", "2, 'c', 2.0::double, 7"], "k, v, n, fresh", ("k",))
    found = rows_diff(small.ws, old, new, 5)
    assert found.schema == (
        ColumnChange("n", "INTEGER", "DOUBLE"),
        ColumnChange("gone", "VARCHAR", None),
        ColumnChange("fresh", None, "INTEGER"),
    )
    assert (found.added, found.removed, found.changed, found.columns) == (0, 0, 1, {"v": 1})
    assert found.examples == (Example("changed", {"k": 2}, values={"v": ("b", "c")}),)


def test_without_a_column_in_common_all_rows_are_others(small: SmallProject) -> None:
    old, new = table(small, ["1"], "a"), table(small, ["1", "2"], "b")
    found = rows_diff(small.ws, old, new)
    assert (found.added, found.removed, found.changed) == (2, 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (("k",), ("v",), "its key was k and is v"),
        ((), ("k",), "its key was none and is k"),
        (("k",), (), "it declares no key"),
        (("v",), ("v",), "its key (v) repeats"),
    ],
)
def test_where_a_key_does_not_tell_rows_apart_whole_rows_are_compared(
    small: SmallProject, before: tuple[str, ...], after: tuple[str, ...], why: str
) -> None:
    old = table(small, ["1, 'a'", "2, 'a'"], "k, v", before)
    new = table(small, ["1, 'a'", "2, 'b'", "2, 'b'"], "k, v", after)
    found = rows_diff(small.ws, old, new, 5)
    assert (found.key, found.why) == ((), why)
    assert (found.added, found.removed, found.changed) == (2, 1, 0)
    assert found.examples == (Example("added", {"k": 2, "v": "b"}, 2), Example("removed", {"k": 2, "v": "a"}))


def test_columns_may_be_called_as_what_the_comparison_needs(small: SmallProject) -> None:
    names = "here, copies, a, b, before, after, k0, d0"
    for grain in (("here",), ()):
        old = table(small, ["0, 1, 1, 1, 1, 1, 1, 1"], names, grain)
        new = table(small, ["0, 2, 1, 1, 1, 1, 1, 1"], names, grain)
        found = rows_diff(small.ws, old, new, 1)
        assert (found.added, found.removed, found.changed) == ((0, 0, 1) if grain else (1, 1, 0))


def test_nulls_are_values_and_what_is_no_number_is_equal_to_itself(small: SmallProject) -> None:
    old = table(small, ["null, 'nan'::double, null::text, [1, null]", "2, 1.0, null, [2]"], "k, x, y, z", ("k",))
    new = table(small, ["null, 'nan'::double, 'a', [1, null]", "2, null, null, [2]"], "k, x, y, z", ("k",))
    found = rows_diff(small.ws, old, new, 5)
    assert (found.added, found.removed, found.changed, found.columns) == (0, 0, 2, {"x": 1, "y": 1})


VALUES = st.sampled_from([None, "a", "b"])
KEYED = st.dictionaries(st.one_of(st.none(), st.integers(0, 4)), VALUES, max_size=5).map(lambda d: [*d.items()])
BAGS = st.lists(st.tuples(st.integers(0, 1), VALUES), max_size=6)


def written(small: SmallProject, rows: Sequence[Row], grain: tuple[str, ...]) -> Any:
    texts = [f"{'null' if k is None else k}::integer, {'null' if v is None else repr(v)}::varchar" for k, v in rows]
    if texts:
        return table(small, texts, "k, v", grain)
    nothing = "select 1::bigint as _file, 1::bigint as _record, 1::integer as k, 'a'::varchar as v where false"
    return small.table("t", nothing, grain)


@settings(max_examples=cases(15, 40), deadline=None, suppress_health_check=list(HealthCheck))
@given(KEYED, KEYED)
def test_by_key_as_dictionaries_differ(old: list[Row], new: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder, small_project(Path(folder) / "small") as small:
        found = rows_diff(small.ws, written(small, old, ("k",)), written(small, new, ("k",)), 9)
    before, after = dict(old), dict(new)
    changed = [key for key in before.keys() & after.keys() if before[key] != after[key]]
    assert found.key == ("k",)
    assert (found.added, found.removed) == (len(after.keys() - before.keys()), len(before.keys() - after.keys()))
    assert (found.changed, found.columns) == (len(changed), {"v": len(changed)} if changed else {})
    assert {one.row["k"]: one.values["v"] for one in found.examples if one.values} == {
        key: (before[key], after[key]) for key in changed
    }
    assert {one.row["k"]: one.row["v"] for one in found.examples if one.change == "added"} == {
        key: after[key] for key in after.keys() - before.keys()
    }


@settings(max_examples=cases(15, 40), deadline=None, suppress_health_check=list(HealthCheck))
@given(BAGS, BAGS)
def test_without_a_key_as_multisets_differ(old: list[Row], new: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder, small_project(Path(folder) / "small") as small:
        found = rows_diff(small.ws, written(small, old, ()), written(small, new, ()), 9)
    before, after = Counter(old), Counter(new)
    assert (found.added, found.removed, found.changed) == ((after - before).total(), (before - after).total(), 0)
    for change, wanted in (("added", after - before), ("removed", before - after)):
        assert {(one.row["k"], one.row["v"]): one.copies for one in found.examples if one.change == change} == wanted
