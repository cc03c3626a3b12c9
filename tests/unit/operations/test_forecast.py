"""A plan says what becomes of each dataset, how, and what that will take, from what was measured before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.shop import Shop
from vertebra.formatted import Amount
from vertebra.governance import datasets
from vertebra.governance import tables as t
from vertebra.governance.measures import Measure
from vertebra.landing import Candidate
from vertebra.operations.forecast import UNMEASURED, Flow, Forecast, Status, Total, forecast, load, total
from vertebra.step import Action, Kind, Step, Way

BY_SHOP = "select d.shop, sum(d.receipts) as receipts from daily_sales d group by d.shop"


def may(day: int) -> str:
    """A delivery with one receipt on a day of its own."""
    return f"receipt,sold_at,article,amount\n9,2024-05-{day:02d} 10:00:00,bread,3.20\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop in which all was built whole once and refreshed by keys once, which took what a test can reckon with."""
    shop = Shop(tmp_path_factory.mktemp("forecast") / "shop")
    config = shop.folder / "vertebra.yaml"
    config.write_text(f"{config.read_text()}profile: {{rows: none}}\n")
    shop.view("by_shop", BY_SHOP, "shop")
    shop.run()
    shop.deliver("north_2024-05-03.csv", may(3))
    shop.run()
    measured(shop, "full", 0.6, 0.5)
    measured(shop, "keys", 0.3, 0.2)
    measured(shop, "files", 0.1, 0.1)
    return shop


def measured(shop: Shop, way: str, wall: float, cpu: float) -> None:
    with shop.opened() as ws, ws.catalog.write() as connection:
        values = {"wall_seconds": wall, "cpu_seconds": cpu}
        connection.execute(update(t.measure).where(t.measure.c.way == way).values(**values))


@pytest.fixture
def shop(ran: Shop, tmp_path: Path) -> Iterator[Shop]:
    """The same; what a test does to its definitions and deliveries is taken back."""
    delivered = set(ran.folder.glob("deliveries/**/*.csv"))
    for name in ("views", "sources"):
        shutil.copytree(ran.folder / name, tmp_path / name)
    yield ran
    for name in ("views", "sources"):
        shutil.rmtree(ran.folder / name)
        shutil.copytree(tmp_path / name, ran.folder / name)
    for path in set(ran.folder.glob("deliveries/**/*.csv")) - delivered:
        path.unlink()
    measured(ran, "keys", 0.3, 0.2)


def looked(shop: Shop) -> dict[str, Forecast]:
    with shop.opened() as ws:
        return {f"{one.kind} {one.name}": one for one in forecast(ws)}


def told(found: dict[str, Forecast]) -> dict[str, tuple[str, str, int | None, str]]:
    return {key: (one.status, one.way, one.rows, one.basis) for key, one in found.items()}


def test_nothing_measured_is_said_and_nothing_guessed(tmp_path: Path) -> None:
    found = looked(Shop(tmp_path / "shop"))
    assert told(found) == {
        "land sales": (Status.NEW_DATA, Way.FILES, 2, UNMEASURED),
        "format sales": (Status.ADDED, Way.FILES, None, UNMEASURED),
        "view daily_sales": (Status.ADDED, Way.FULL, None, UNMEASURED),
    }
    assert total(found.values()) == Total(0.0, 0.0, 3)
    assert {one.seconds for one in found.values()} == {None}


def test_comments_and_other_names_of_aliases_leave_everything_untouched(shop: Shop) -> None:
    path = shop.folder / "views" / "by_shop.sql"
    renamed = BY_SHOP.replace("d.", "other.").replace("daily_sales d", "daily_sales /* all of them */ as other")
    path.write_text(path.read_text().replace(BY_SHOP, renamed))
    assert "sum(other.receipts)" in path.read_text()
    found = looked(shop)
    assert {(one.status, one.way, one.seconds) for one in found.values()} == {(Status.UNTOUCHED, Way.NONE, 0.0)}


def test_new_data_goes_through_by_keys_with_what_that_took_before(shop: Shop) -> None:
    shop.deliver("north_2024-05-04.csv", may(4))
    found = looked(shop)
    assert told(found) == {
        "land sales": (Status.NEW_DATA, Way.FILES, 1, "2 landings"),
        "format sales": (Status.NEW_DATA, Way.FILES, 7, "2 loads"),
        "view daily_sales": (Status.NEW_DATA, Way.KEYS, 4, "1 refresh by keys"),
        "view by_shop": (Status.NEW_DATA, Way.KEYS, 1, "1 refresh by keys"),
    }
    assert found["view daily_sales"].seconds == pytest.approx(0.3)
    assert found["view daily_sales"].choice.startswith("all anew takes about 0.68 s of CPU, 1 key about 0.2 s (")
    assert found["view by_shop"].cpu_seconds == pytest.approx(0.2)
    all_ = total(found.values())
    assert all_.seconds == pytest.approx(sum(one.seconds or 0.0 for one in found.values()))
    assert all_.seconds - all_.cpu_seconds == pytest.approx(0.2)
    assert (all_.seconds > 0.6, all_.unmeasured) == (True, 0)


def test_what_is_built_whole_since_that_is_cheaper_says_so(shop: Shop) -> None:
    measured(shop, "keys", 2.0, 2.0)
    shop.deliver("north_2024-05-04.csv", may(4))
    one = looked(shop)["view daily_sales"]
    assert (one.way, one.status, one.basis) == (Way.FULL, Status.NEW_DATA, "1 full build")
    assert one.choice == (
        "all anew takes about 0.68 s of CPU, 1 key about 2 s (measured: 1 full build, 1 refresh by keys)"
    )
    assert (one.action, one.why) == ("refresh", "sales changes")


def test_a_changed_view_is_built_whole_as_long_as_before_and_what_reads_it_as_ever(shop: Shop) -> None:
    path = shop.folder / "views" / "daily_sales.sql"
    path.write_text(path.read_text().replace("count(*)", "count(receipt)"))
    shop.view("more", "select shop from daily_sales group by shop", "shop")
    found = looked(shop)
    assert told(found) == {
        "land sales": (Status.UNTOUCHED, Way.NONE, None, ""),
        "format sales": (Status.UNTOUCHED, Way.NONE, None, ""),
        "view daily_sales": (Status.CHANGED, Way.FULL, 3, "1 full build of its definition before"),
        "view by_shop": (Status.NEW_DATA, Way.KEYS, 1, "1 refresh by keys"),
        "view more": (Status.ADDED, Way.FULL, None, UNMEASURED),
    }
    assert total(found.values()).unmeasured == 1


def test_a_removed_view_takes_no_time(shop: Shop) -> None:
    (shop.folder / "views" / "by_shop.sql").unlink()
    one = looked(shop)["remove by_shop"]
    assert (one.status, one.way, one.seconds) == (Status.REMOVED, Way.NONE, 0.0)


def test_another_template_reads_all_files_again(shop: Shop) -> None:
    path = shop.folder / "sources" / "sales.yaml"
    path.write_text(path.read_text().replace('"decimal(10,2)"', '"decimal(12,2)"'))
    found = looked(shop)
    assert told({"format sales": found["format sales"]}) == {
        "format sales": (Status.CHANGED, Way.FILES, 6, "2 loads"),
    }
    assert found["view daily_sales"].basis == "1 refresh by keys"


def test_a_batch_that_was_left_unfinished_has_an_unknown_size(shop: Shop) -> None:
    left = shop.folder / "data" / "landing" / "temporal" / "sales" / "99-1"
    left.mkdir(parents=True)
    (left / "a.csv").write_text("x")
    try:
        found = looked(shop)
    finally:
        shutil.rmtree(left)
    assert [found[f"{kind} sales"].seconds for kind in ("land", "format")] == [None, None]


@pytest.mark.parametrize(("what", "rows"), [("new", 50 + 20), ("changed", 50)])
def test_a_changed_file_replaces_rows_and_a_new_one_adds_some(what: str, rows: int, ran: Shop) -> None:
    with ran.opened() as ws, ws.catalog.read() as connection:
        head = replace(datasets.heads(connection)["sales"], rows=50)
    measure = Measure(1, "format", "sales", Way.FILES, "", 1_000, 200, 0, 50, 1.0, 1.0)
    flow = Flow({("format", "sales"): [measure]}, {"sales": head})
    step = Step("sales", Kind.FORMAT, Action.REFRESH, "")
    found = load(flow, step, ("sales", "sales_quarantine"), Amount(0, stays=True), [Candidate("a", "a", 100, "", what)])
    assert (found.rows, flow.rows, flow.moved) == (
        rows,
        {"sales": rows, "sales_quarantine": None},
        {"sales": 20, "sales_quarantine": None},
    )
