"""A plan is what a run does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from vertebra.errors import UnknownNameError
from vertebra.landing.walk import walk
from vertebra.step import Action, Outcome

MAY = "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n"


def everything(shop: Shop) -> set[str]:
    return {str(path.relative_to(shop.folder)) for path in shop.folder.rglob("*")}


def test_a_plan_touches_nothing(shop: Shop) -> None:
    shop.plan()  # opens the catalog, which makes it
    before = everything(shop)
    rows = [shop.catalog(table) for table in ("run", "step_run", "file_version", "dataset")]
    shop.plan()
    assert everything(shop) == before
    assert rows == [[], [], [], []]


def test_the_first_plan_adds_everything_and_says_why(shop: Shop) -> None:
    plan = shop.plan()
    assert {key: (step.action, step.why) for key, step in plan.items()} == {
        ("land", "sales"): (Action.REFRESH, "2 new files"),
        ("format", "sales"): (Action.ADD, "the table does not stand yet; 2 files to format"),
        ("view", "daily_sales"): (Action.ADD, "it does not stand yet"),
    }
    assert [step.after for step in plan.values()] == [(), (("land", "sales"),), (("format", "sales"),)]


def test_a_run_does_exactly_the_steps_that_were_planned(shop: Shop) -> None:
    planned = tuple(shop.plan().values())
    assert tuple(report.step for report in shop.run().steps) == planned
    planned = tuple(shop.plan().values())
    assert tuple(report.step for report in shop.run().steps) == planned


def test_a_run_looks_for_files_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Path] = []

    def noted(root: Path, *args: Any) -> Iterator[Any]:
        looks.append(root)
        return walk(root, *args)

    monkeypatch.setattr("vertebra.landing.folder.walk", noted)
    for count in (1, 2):
        shop.deliver(f"north_2024-05-0{count}.csv", MAY.replace("9,", f"9{count},").replace("3.20", f"{count}.20"))
        shop.run()
        assert len(looks) == count
    assert {"1.20", "2.20"} <= {str(row["amount_eur"]) for row in shop.rows("select amount_eur from sales")}


def test_nothing_to_do_is_said_of_every_step(shop: Shop) -> None:
    shop.run()
    assert set(shop.actions().values()) == {"none"}
    assert {step.why for step in shop.plan().values()} == {"nothing new", "nothing changed"}


def test_a_new_file_and_a_changed_one_reach_everything_after_them(shop: Shop) -> None:
    shop.run()
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.deliver("north_2024-05-01.csv", MAY.replace("9,", "1,"))
    plan = shop.plan()
    assert plan["land", "sales"].why == "1 new file, 1 changed file"
    assert plan["format", "sales"].action is Action.REFRESH
    assert (plan["view", "daily_sales"].action, plan["view", "daily_sales"].why) == (Action.REFRESH, "sales changes")


def test_a_changed_view_is_a_change_and_what_reads_it_a_refresh(shop: Shop) -> None:
    shop.view("report", "select day, sum(receipts) as receipts from daily_sales group by day", "day")
    shop.run()
    path = shop.folder / "views" / "daily_sales.sql"
    text = path.read_text()
    path.write_text(text.replace("from sales\n", "from sales -- all of them\n"))
    assert shop.actions()["view daily_sales"] == "none"  # a comment changes nothing
    path.write_text(text.replace("count(*)", "count(receipt)"))
    plan = shop.plan()
    assert (plan["view", "daily_sales"].action, plan["view", "daily_sales"].why) == (
        Action.CHANGE,
        "its definition changed",
    )
    assert (plan["view", "report"].action, plan["view", "report"].why) == (Action.REFRESH, "daily_sales changes")
    assert shop.actions()["format sales"] == "none"


def test_two_changing_inputs_are_both_named(shop: Shop) -> None:
    shop.view("both", "select d.day, count(*) as n from daily_sales d, sales s group by d.day", "day")
    shop.run()
    shop.deliver("north_2024-05-03.csv", MAY)
    assert shop.plan()["view", "both"].why == "daily_sales, sales change"


def test_a_view_whose_file_is_gone_leaves_the_release_and_its_files_stay(shop: Shop) -> None:
    shop.run()
    (shop.folder / "views" / "daily_sales.sql").unlink()
    assert shop.actions() == {"land sales": "none", "format sales": "none", "remove daily_sales": "remove"}
    files = {path for path in everything(shop) if path.endswith(".parquet")}
    report = shop.run()
    assert report.release == 2
    assert {path for path in everything(shop) if path.endswith(".parquet")} == files
    assert "remove daily_sales" not in shop.actions()
    with pytest.raises(UnknownNameError, match='there is no dataset "daily_sales"'):
        shop.rows("select * from daily_sales")
    assert shop.rows("select count(*) as n from daily_sales", release=1) == [{"n": 2}]


def test_a_view_that_comes_back_is_found_and_not_built_again(shop: Shop) -> None:
    shop.run()
    path = shop.folder / "views" / "daily_sales.sql"
    text = path.read_text()
    path.unlink()
    shop.run()
    path.write_text(text)
    assert shop.actions()["view daily_sales"] == "none"
    report = shop.run()
    assert report.release == 3
    assert {step.outcome for step in report.steps} == {Outcome.NONE}
    assert len([v for v in shop.catalog("dataset_version") if v["grain"] == ["shop", "day"]]) == 1


def test_a_source_without_a_collector_has_no_landing_step_until_a_batch_is_left(shop: Shop) -> None:
    path = shop.folder / "sources" / "sales.yaml"
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("collect"))
    path.write_text(text)
    assert [*shop.actions()] == ["format sales", "view daily_sales"]
    assert shop.run().outcome == "done"


def test_an_unknown_environment_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownNameError, match='there is no environment "test"') as caught:
        shop.run(environment="test")
    assert (caught.value.where, caught.value.next) == ("vertebra.yaml", "known: prod")
