"""Profiles as runs make them, and as they are asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.shop import Shop
from vertebra import profile
from vertebra.errors import StepError, UnknownNameError, UsageError
from vertebra.operations.profiling import ProfileReport, profile_of


def shown(shop: Shop, name: str, release: int | None = None, against: int | None = None) -> ProfileReport:
    with shop.opened() as ws:
        return profile_of(ws, name, release, against)


def switch(shop: Shop, rows: str) -> None:
    path = shop.folder / "vertebra.yaml"
    path.write_text(path.read_text() + f"\nprofile: {{rows: {rows}}}\n")


def deliver_more(shop: Shop) -> None:
    shop.deliver(
        "north_2024-05-03.csv",
        "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,300.20\n10,2024-05-03 10:00:00,wine,400\n",
    )


def test_a_run_profiles_what_it_published_and_says_so(shop: Shop) -> None:
    report = shop.run()
    assert [(p.dataset, p.rows, p.looked, p.measured) for p in report.profiles] == [
        ("sales", 5, 5, 1),
        ("daily_sales", 2, 2, 1),
    ]
    assert [p["dataset"] for p in report.to_json()["profiles"]] == ["sales", "daily_sales"]
    rows = shop.catalog("profile")
    assert [(row["mode"], row["rows"], row["run_id"]) for row in rows] == [("sample", 5, 1), ("sample", 2, 1)]
    found = shown(shop, "sales")
    assert (found.notes, found.comparison, found.profile.rows) == ((), None, 5)
    assert [c.name for c in found.profile.columns][:2] == ["shop", "receipt"]
    assert json.loads(json.dumps(found.to_json())) | {"release": 1, "notes": []} == rows[0]["body"] | {
        "against": None,
        "release": 1,
        "notes": [],
    }


def test_quarantine_has_no_profile(shop: Shop) -> None:
    shop.run()
    names = {row["id"]: row["name"] for row in shop.catalog("dataset")}
    versions = {row["id"]: names[row["dataset_id"]] for row in shop.catalog("dataset_version")}
    assert sorted(versions.values()) == ["daily_sales", "sales", "sales_quarantine"]
    assert {versions[row["version_id"]] for row in shop.catalog("profile")} == {"sales", "daily_sales"}
    with pytest.raises(UsageError) as caught:
        shown(shop, "sales_quarantine")
    assert str(caught.value) == (
        '"sales_quarantine" is not profiled\n'
        "  where: zone quarantine\n"
        "  why:   profiles are made of formatted tables and views\n"
        "  next:  vertebra quarantine counts what is there"
    )


def test_nothing_is_profiled_twice(shop: Shop) -> None:
    shop.run()
    assert shop.run().profiles == ()
    assert len(shop.catalog("profile")) == 2


def test_a_profile_that_a_killed_run_did_not_make_is_made_by_the_next(shop: Shop) -> None:
    shop.run()
    whole = shop.catalog("profile")
    with shop.opened() as ws, ws.catalog.write() as connection:
        connection.exec_driver_sql("delete from profile")
    report = shop.run()
    assert report.release is None
    assert [(p.dataset, p.measured) for p in report.profiles] == [("sales", 0), ("daily_sales", 0)]
    assert [row["state"] for row in shop.catalog("profile")] == [row["state"] for row in whole]


def test_new_data_is_held_against_the_version_before(shop: Shop) -> None:
    shop.run()
    deliver_more(shop)
    report = shop.run()
    assert [(p.dataset, p.rows, p.files, p.measured) for p in report.profiles[:1]] == [("sales", 7, 2, 1)]
    found = shown(shop, "sales")
    assert found.comparison is not None
    assert (found.comparison.rows, found.profile.rows) == (5, 7)
    changes = {change.name: change for change in found.comparison.columns}
    amount = changes["amount_eur"].drift
    assert amount is not None
    assert amount.word == "much"
    assert amount.ks == pytest.approx(2 / 7)
    assert shown(shop, "sales", release=1).comparison is None
    back = shown(shop, "sales", release=1, against=2).comparison
    assert back is not None
    assert back.rows == 7


def test_none_makes_no_profile_and_the_command_measures_when_asked(shop: Shop) -> None:
    switch(shop, "none")
    assert shop.run().profiles == ()
    found = shown(shop, "sales")
    assert found.profile.rows == 5
    assert found.profile.made_at is None
    assert found.notes == ("no profile of version 1 of sales is recorded; it was measured now",)
    assert shop.catalog("profile") == []


def test_all_looks_at_every_row(shop: Shop) -> None:
    lines = "".join(f"{i},2024-05-03 10:00:00,bread,{i % 977}\n" for i in range(100, 20_100))
    shop.deliver("north_2024-05-03.csv", f"receipt,sold_at,article,amount\n{lines}")
    switch(shop, "all")
    shop.run()
    assert shop.catalog("profile")[0]["mode"] == "all"
    found = shown(shop, "sales").profile
    assert (found.looked, found.sampled) == (20_005, False)


def test_a_profile_that_cannot_be_made_leaves_the_data_and_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise StepError("the engine stopped", where="here", why="out of memory", next_="more memory")

    monkeypatch.setattr(profile, "make", fail)
    report = shop.run()
    assert (report.outcome, report.release) == ("done", 1)
    assert report.fallbacks == (
        "sales: no profile of version 1: the engine stopped: out of memory",
        "daily_sales: no profile of version 3: the engine stopped: out of memory",
    )
    assert [row["text"] for row in shop.catalog("fallback")] == [
        "sales: no profile of version 1: the engine stopped: out of memory",
        "daily_sales: no profile of version 3: the engine stopped: out of memory",
    ]
    monkeypatch.undo()
    assert [p.dataset for p in shop.run().profiles] == ["sales", "daily_sales"]


def test_a_fault_of_ours_in_a_profile_leaves_the_data_and_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(profile, "make", fail)
    report = shop.run()
    assert report.release == 1
    assert all("no profile of version" in text and "ZeroDivisionError" in text for text in report.fallbacks)


def test_names_and_releases_that_do_not_exist(shop: Shop) -> None:
    shop.run()
    with pytest.raises(UnknownNameError, match='there is no dataset "sails"'):
        shown(shop, "sails")
    with pytest.raises(UnknownNameError, match="there is no release 9"):
        shown(shop, "sales", against=9)
    shop.view("by_article", "select article, count(*) as n from sales group by all", "article")
    shop.run()
    with pytest.raises(UnknownNameError) as caught:
        shown(shop, "by_article", against=1)
    assert str(caught.value) == (
        'release 1 does not hold "by_article"\n'
        "  where: --against\n"
        "  why:   there is nothing there to compare with\n"
        "  next:  vertebra history by_article"
    )
