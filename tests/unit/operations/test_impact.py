from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from tests.shop import Shop
from vertebra import operations
from vertebra.backbone import Backbone
from vertebra.errors import UnknownNameError, UsageError, VertebraError
from vertebra.operations.impact import ImpactResult
from vertebra.operations.impact.asking import files_meant

FIRST, SECOND, LATE = "north_2024-05-01.csv", "north_2024-05-02.csv", "north_2024-05-03.csv"
RETURNS = """
source: returns
load: append
collect: {folder: deliveries/returns, settle: 0}
format: {csv: {header: 1}}
columns:
  - {name: receipt, type: integer}
"""
ORDERS = """
source: orders
collect: {folder: deliveries/orders, settle: 0}
format: {json: {}}
key: [id]
columns:
  - {name: id, type: integer}
children:
  - {name: orders_lines, from: lines, columns: [{name: sku, type: text}]}
"""
QUERIES = {
    "shops": (
        "shop",
        "",
        "select shop, sum(amount_eur) as amount_eur, count(*) as days from daily_sales group by shop",
    ),
    "beside": (
        "shop, day",
        "",
        (
            "select d.shop, d.day, x.n from daily_sales d,\n"
            "lateral (select count(*) as n from sales s where s.sold_at::date = d.day) x"
        ),
    ),
    "busy": ("receipts", "", "select receipts, count(*) as days from daily_sales group by receipts"),
    "articles": ("article", "", "select article, max(amount_eur) as dearest from sales group by article"),
    "ranks": (
        "shop, day",
        "",
        (
            "select shop, sold_at::date as day, rank() over (order by sum(amount_eur) desc) as place\n"
            "from sales group by all"
        ),
    ),
    "any": ("shop, receipt", "", "select shop, receipt from sales order by amount_eur limit 1"),
    "of_any": ("shop", "", 'select shop, count(*) as n from "any" group by shop'),
    "dear": ("article", "expect: [{where: dearest < 5, otherwise: quarantine}]", "select * from articles"),
    "paired": (
        "receipt",
        "expect: [{foreign_key: {columns: [receipt], dataset: returns}, otherwise: quarantine}]",
        "select receipt from sales",
    ),
}


Reach = Callable[[str], ImpactResult]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Release 1 has two files of sales; release 2 another version of the second, and a third file."""
    shop = Shop(tmp_path_factory.mktemp("impact") / "shop")
    (shop.folder / "sources/returns.yaml").write_text(RETURNS)
    (shop.folder / "deliveries/returns").mkdir()
    (shop.folder / "deliveries/returns" / FIRST).write_text("receipt\n1\n")
    (shop.folder / "sources/orders.yaml").write_text(ORDERS)
    (shop.folder / "deliveries/orders").mkdir()
    (shop.folder / "deliveries/orders/o.json").write_text(
        '{"id": 1, "lines": [{"sku": "x"}, {"sku": "y"}]}\n{"id": 2, "lines": [{"sku": "x"}]}\n'
    )
    with zipfile.ZipFile(shop.folder / "deliveries/returns/pack.zip", "w") as pack:
        pack.writestr("more.csv", "receipt\n2\n4\n")
    for name, (grain, more, sql) in QUERIES.items():
        shop.view(name, sql, grain, more)
    assert shop.run().release == 1
    text = (shop.folder / "deliveries/sales" / SECOND).read_text()
    shop.deliver(SECOND, text.replace("2x40", "2.40"))
    shop.deliver(LATE, "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n")
    assert shop.run().release == 2
    return shop


@pytest.fixture(scope="module")
def bb(shop: Shop) -> Iterator[Backbone]:
    with vb.open(shop.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def reach(bb: Backbone) -> Reach:
    """What a file of sales reaches, worked out once."""
    return cache(lambda file: bb.impact(file, source="sales"))


@pytest.fixture(scope="module")
def without_a_receipt(bb: Backbone) -> ImpactResult:
    return bb.impact("sales", shop="north", receipt=1, release=1)


def keys(found: ImpactResult) -> dict[str, list[tuple[Any, ...]]]:
    return {one.dataset: [tuple(row.values()) for row in one.keys.to_pylist()] for one in found.datasets if one.exact}


def refused(bb: Backbone, kind: type[VertebraError], what: str, **asked: Any) -> tuple[str, str, str, str]:
    with pytest.raises(kind) as caught:
        bb.impact(what, **asked)
    error = caught.value
    lines = error.what, error.where, error.why, error.next
    assert all(line.strip() and "\n" not in line for line in lines)
    return lines


def test_a_file_reaches_rows_of_every_depth_and_its_records_in_quarantine(bb: Backbone) -> None:
    found = bb.impact(SECOND, release=1)
    (file,) = found.files
    assert (file.source, file.name, file.version, found.release) == ("sales", SECOND, 1, 1)
    day = bb.query("select distinct day from daily_sales where day = '2024-05-02'").arrow().column("day")[0].as_py()
    number = file.id
    assert keys(found) == {
        "sales": [(number, 1), (number, 3)],
        "sales_quarantine": [(number, 2)],
        "daily_sales": [("north", day)],
        "shops": [("north",)],
        "beside": [("north", day)],
        "busy": [(2,)],
        "ranks": [("north", day)],
        "articles": [("milk",)],  # the dearest bread is as dear without it
        "dear": [("milk",)],
    }
    assert [one.dataset for one in found.datasets][:1] == ["sales"]
    assert found.tables["shops"].to_pylist() == [{"shop": "north"}]
    assert (found.models, found.reports, found.notes) == ((), (), ())


def test_a_row_that_moves_up_is_named(reach: Reach) -> None:
    days = {name: [str(row["day"]) for row in reach(name).tables["ranks"].to_pylist()] for name in (SECOND, LATE)}
    assert days == {SECOND: ["2024-05-02", "2024-05-03"], LATE: ["2024-05-03"]}


def test_what_takes_any_of_several_rows_is_named_whole_and_so_is_what_reads_it(reach: Reach) -> None:
    found = reach(SECOND)
    assert not found.exact
    assert {one.dataset: (one.rows, one.of, one.why) for one in found.datasets if "any" in one.dataset} == {
        "any": (1, 1, "which rows would be others is not known: LIMIT among rows that tie"),
        "of_any": (1, 1, "of_any reads any, any row of which can be another"),
    }


def test_the_view_s_quarantine_is_reached_too(reach: Reach) -> None:
    found = reach(FIRST)
    (row,) = found.tables["dear_quarantine"].to_pylist()
    assert row["article"] == "cheese, old"
    assert "dear" not in found.tables  # bread is as dear in the other files


def test_rows_by_their_key_reach_what_is_made_of_them(bb: Backbone) -> None:
    found = bb.impact("daily_sales", shop="north", day="2024-05-02")
    assert (found.dataset, found.key, found.files) == ("daily_sales", {"shop": "north", "day": "2024-05-02"}, ())
    assert {name: rows.num_rows for name, rows in found.tables.items()} == {
        "beside": 1,
        "busy": 1,
        "daily_sales": 1,
        "shops": 1,
    }
    assert bb.impact("shops", shop="north").tables.keys() == {"shops"}


def test_a_row_of_a_source_that_nests_means_the_rows_in_its_record(bb: Backbone) -> None:
    found = bb.impact("orders", id=1)
    assert [(one.dataset, one.rows) for one in found.datasets] == [("orders", 1), ("orders_lines", 2)]
    assert [one.rows for one in bb.impact("orders_lines", sku="x").datasets] == [2]


def test_a_row_that_another_would_move_to_is_named(without_a_receipt: ImpactResult) -> None:
    """Without a receipt of the first day, it is a day of two receipts, as the second day is."""
    assert without_a_receipt.tables["busy"].to_pylist() == [{"receipts": 2}, {"receipts": 3}]


def test_a_query_that_cannot_be_narrowed_is_compared_as_a_whole(without_a_receipt: ImpactResult) -> None:
    (one,) = (one for one in without_a_receipt.datasets if one.dataset == "beside")
    assert (one.rows, one.of, one.exact) == (1, 2, True)
    assert str(one.keys.to_pylist()[0]["day"]) == "2024-05-01"


def test_the_unnamed_rows_are_the_same_in_a_project_that_never_had_the_file(
    bb: Backbone, reach: Reach, shop: Shop, tmp_path: Path
) -> None:
    other = Shop(tmp_path / "without")
    for part in ("deliveries", "sources", "views"):
        shutil.copytree(shop.folder / part, other.folder / part, dirs_exist_ok=True)
    (other.folder / "deliveries/sales" / LATE).unlink()
    assert other.run().release == 1
    found = reach(LATE)
    for name in ("daily_sales", "shops", "articles", "beside", "busy", "ranks", "dear", "dear_quarantine"):
        before, after = bb.query(f"from {name}").arrow().to_pylist(), other.rows(f"from {name}")
        named = found.tables[name].to_pylist() if name in found.tables else []
        changed = [row for row in before if row not in after]
        assert [{column: row[column] for column in key} for key in named for row in changed] == named


def test_the_newest_version_that_the_release_holds_is_meant(bb: Backbone, reach: Reach) -> None:
    meant = [files_meant(bb.workspace, SECOND, None, number, {}) for number in (1, 2)]
    assert [[file.version for file in files] for files in meant] == [[1], [2]]
    assert (reach(LATE).notes, reach(SECOND).notes) == (
        (),
        ("what other files would put in its place is not put there: an older version, or another record of a key",),
    )


def test_an_archive_means_what_is_in_it_and_a_view_with_a_foreign_key_is_named_whole(bb: Backbone) -> None:
    found = bb.impact("pack.zip")
    assert [file.name for file in found.files] == ["pack.zip", "pack.zip/more.csv"]
    assert [row["_record"] for row in found.tables["returns"].to_pylist()] == [1, 2]
    assert {one.dataset: (one.rows, one.why) for one in found.datasets if not one.exact} == {
        "paired": (3, "`(receipt) in returns (receipt)` looks at rows beside the changed ones"),
        "paired_quarantine": (4, "`(receipt) in returns (receipt)` looks at rows beside the changed ones"),
    }


def test_json(reach: Reach) -> None:
    found = reach(LATE).to_json()
    assert found["files"] == [{"source": "sales", "file": LATE, "version": 1}]
    assert found["datasets"][1] == {
        "dataset": "any",
        "zone": "exploitation",
        "rows": 1,
        "of": 1,
        "exact": False,
        "why": "which rows would be others is not known: LIMIT among rows that tie",
        "keys": [{"shop": "north", "receipt": 6}],
    }


def test_errors_say_what_there_is(bb: Backbone, shop: Shop) -> None:
    what, _, _, next_ = refused(bb, UnknownNameError, "north_2024-05-09.csv")
    assert what == "no file is called north_2024-05-09.csv"
    assert next_.startswith('did you mean "north_2024-05-0')
    assert refused(bb, UnknownNameError, f"{SECOND}@7") == (
        f"{SECOND} has no version 7",
        f"vertebra impact {SECOND}@7",
        "of the source sales it has versions 1 to 2",
        f"vertebra impact {SECOND}@2",
    )
    assert refused(bb, UsageError, FIRST) == (
        f"2 sources have a file {FIRST}",
        f"vertebra impact {FIRST}",
        "they are returns, sales, and each is a file of its own",
        f"vertebra impact {FIRST} --source returns",
    )
    assert refused(bb, UnknownNameError, f"{SECOND}@1") == (
        f"{SECOND}@1 stands in no table",
        "release 2",
        "it last stood in release 1; its newest version is 2",
        f"vertebra impact {SECOND}@1 --release 1",
    )
    assert refused(bb, UnknownNameError, LATE, release=1)[2:] == (
        "it came with release 2",
        f"vertebra impact {LATE}@1 --release 2",
    )
    assert refused(bb, UnknownNameError, "daily_sales")[2:] == (
        "it is a dataset, and which of its rows are meant is not said",
        "vertebra impact daily_sales shop=… day=…",
    )
    assert refused(bb, UnknownNameError, LATE, source="returns")[0] == f"no file is called {LATE} in the source returns"
    what, _, _, next_ = refused(bb, UnknownNameError, "shops", shop="nort")
    assert (what, next_) == ('no row of "shops" has shop=nort', "the nearest that there are: shop=north")
    assert refused(bb, UnknownNameError, "sails", shop="north")[0] == 'there is no dataset "sails"'


def test_a_file_that_is_landed_and_in_no_release(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "north_2024-05-08.csv"
    path.write_text("receipt,sold_at,article,amount\n30,2024-05-08 10:00:00,bread,3.20\n")
    with shop.opened() as ws:
        operations.push(ws, "sales", [path])
    with vb.open(shop.folder) as bb:
        lines = refused(bb, UnknownNameError, path.name)
    assert lines[2:] == ("it was landed, and is in no release yet", "vertebra run, and ask again")
