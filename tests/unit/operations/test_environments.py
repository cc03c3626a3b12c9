"""Environments share what is equal; promotion and rollback move a pointer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete

import vertebra as vb
from tests.shop import Shop
from vertebra.errors import LockedError, UnknownNameError, UsageError
from vertebra.governance import runs
from vertebra.governance import tables as t
from vertebra.governance.releases import Difference
from vertebra.operations.environments import Moved, promote, rollback
from vertebra.operations.lock import lock
from vertebra.step import Outcome

MAY = "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop")
    project = shop.folder / "vertebra.yaml"
    project.write_text(project.read_text().replace("[prod]", "[prod, dev]"))
    return shop


def promoted(shop: Shop, source: str = "dev", target: str = "prod") -> Moved:
    with shop.opened() as ws:
        return promote(ws, source, target)


def back(shop: Shop, to: int | None = None, environment: str | None = None) -> Moved:
    with shop.opened() as ws:
        return rollback(ws, to, environment)


def items(shop: Shop, release: int) -> dict[int, int]:
    return {
        row["dataset_id"]: row["version_id"] for row in shop.catalog("release_item") if row["release_id"] == release
    }


def standing(shop: Shop) -> dict[str, int]:
    return {row["name"]: row["release_id"] for row in shop.catalog("environment")}


def parquet(shop: Shop) -> set[Path]:
    return set((shop.folder / "data").rglob("*.parquet"))


def test_a_run_in_another_environment_makes_nothing_anew_that_is_equal(shop: Shop) -> None:
    shop.run(environment="prod")
    before = parquet(shop)
    report = shop.run(environment="dev")
    assert {step.outcome for step in report.steps} == {Outcome.NONE}
    assert report.release == 2
    assert items(shop, 2) == items(shop, 1)
    assert parquet(shop) == before


def test_an_environment_that_changes_shares_what_did_not_change_and_leaves_the_other_alone(shop: Shop) -> None:
    shop.run(environment="prod")
    daily = shop.folder / "views" / "daily_sales.sql"
    text = daily.read_text()
    daily.write_text(text.replace("count(*)", "count(*) * 2"))
    report = shop.run(environment="dev")
    made = {step.step.name: step.outcome for step in report.steps if step.outcome is not Outcome.NONE}
    assert made == {"daily_sales": Outcome.DONE}
    first, second = items(shop, 1), items(shop, 2)
    assert len({version for one in (first, second) for version in one.values()}) == len(first) + 1
    assert standing(shop) == {"prod": 1, "dev": 2}
    daily.write_text(text)
    files = parquet(shop)
    assert shop.run(environment="prod").release is None  # what prod had is still there
    assert parquet(shop) == files


def test_a_promotion_publishes_the_same_versions_and_is_on_record(shop: Shop) -> None:
    shop.run(environment="prod")
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.run(environment="dev")
    files = parquet(shop)
    moved = promoted(shop)
    assert moved == Moved("prod", 3, 1, 3, 2, Difference(0, 0, changed=3, equal=0))
    assert parquet(shop) == files
    assert items(shop, 3) == items(shop, 2)
    assert standing(shop) == {"prod": 3, "dev": 2}
    assert shop.rows("select count(*) as n from sales") == [{"n": 6}]
    run = shop.catalog("run")[-1]
    assert (run["command"], run["environment"], run["outcome"], run["release_id"]) == ("promote", "prod", "done", 3)
    assert [(row["environment"], row["why"]) for row in shop.catalog("environment_move")][-1] == (
        "prod",
        "promoted from dev, release 2",
    )
    assert shop.run(environment="prod").release is None


def test_a_first_promotion_gives_an_environment_its_first_release(shop: Shop) -> None:
    shop.run(environment="dev")
    moved = promoted(shop)
    assert (moved.before, moved.release, moved.difference) == (None, 2, Difference(3, 0, 0, 0))


def test_a_promotion_that_changes_nothing_leaves_nothing_behind(shop: Shop) -> None:
    shop.run(environment="dev")
    promoted(shop)
    before = shop.catalog("release"), shop.catalog("run"), shop.catalog("environment_move")
    moved = promoted(shop)
    assert (moved.run, moved.before, moved.release, moved.origin) == (None, 2, 2, 1)
    assert (shop.catalog("release"), shop.catalog("run"), shop.catalog("environment_move")) == before


def test_what_is_refused_says_why_and_leaves_no_run(shop: Shop) -> None:
    shop.run(environment="prod")
    for source, target, kind, what, next_ in (
        ("dev", "prod", UnknownNameError, 'nothing is published in "dev" yet', "vertebra run --env dev"),
        ("dev", "pord", UnknownNameError, 'there is no environment "pord"', 'did you mean "prod"? known: dev, prod'),
        ("dve", "prod", UnknownNameError, 'there is no environment "dve"', 'did you mean "dev"? known: dev, prod'),
        ("prod", "prod", UsageError, '"prod" cannot be promoted to itself', "name two of: prod, dev"),
    ):
        with pytest.raises(kind) as caught:
            promoted(shop, source, target)
        assert (caught.value.what, caught.value.next) == (what, next_)
    assert len(shop.catalog("run")) == 1


@pytest.mark.parametrize("ending", ["failed", "stopped", "crashed"])
def test_an_environment_whose_last_run_did_not_end_well_is_not_promoted(shop: Shop, ending: str) -> None:
    shop.run(environment="dev")
    if ending == "failed":
        broken = shop.view("broken", "select error('no') as n from sales", "n")
        assert shop.run(environment="dev").errors
        broken.unlink()
    else:
        with shop.opened() as ws, ws.catalog.write() as connection:
            run = runs.begin(connection, "run", "dev")
            if ending == "stopped":
                runs.abandon(connection, run, "stopped")
    with pytest.raises(UsageError) as caught:
        promoted(shop)
    assert caught.value.what == f'the last run of "dev" {"was stopped" if ending == "stopped" else ending}'
    assert caught.value.where == "run 2"
    assert caught.value.why == "release 1 would be promoted, which is older than that run"
    assert caught.value.next == "vertebra run --env dev, and when it is done vertebra promote dev prod"
    assert standing(shop) == {"dev": 1}
    shop.run(environment="dev")
    assert promoted(shop).release == 2


def test_whoever_comes_second_is_told_who_writes(shop: Shop) -> None:
    shop.run(environment="dev")
    with lock(str(shop.folder / "data"), "run"):
        for command in (promoted, back):
            with pytest.raises(LockedError):
                command(shop)
    assert standing(shop) == {"dev": 1}


def releases_of_prod(shop: Shop) -> None:
    """Releases 1, 2 and 4 in prod, 3 in dev."""
    shop.run(environment="prod")
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.run(environment="prod")
    shop.view("more", "select receipt, shop from sales", "shop, receipt")
    shop.run(environment="dev")
    promoted(shop)


def test_a_rollback_goes_back_step_by_step_and_history_stays(shop: Shop) -> None:
    releases_of_prod(shop)
    first = back(shop)
    assert first == Moved("prod", 5, 4, 2, 2, Difference(0, removed=1, changed=0, equal=3))
    assert back(shop).release == 1
    assert shop.rows("select count(*) as n from sales") == [{"n": 5}]
    with pytest.raises(UnknownNameError) as caught:
        back(shop)
    assert caught.value.what == 'no release of "prod" stands before release 1'
    assert caught.value.why == "release 1 is the oldest of its releases that stands"
    assert caught.value.next == "vertebra rollback --env prod --to 4"
    assert standing(shop) == {"prod": 1, "dev": 3}
    with vb.open(shop.folder) as bb:
        found = {one.release.number: [move.why for move in one.moves] for one in bb.releases()}
    assert found == {
        4: ["promoted from dev, release 3"],
        3: ["run 3"],
        2: ["run 2", "rolled back from release 4"],
        1: ["run 1", "rolled back from release 2"],
    }
    assert [run["release_id"] for run in shop.catalog("run") if run["command"] == "rollback"] == [2, 1]


def test_a_rollback_goes_to_any_release_of_its_own_also_forward(shop: Shop) -> None:
    releases_of_prod(shop)
    assert back(shop, 1).release == 1
    assert back(shop, 4, "prod").release == 4
    assert back(shop, 4).run is None
    assert back(shop).release == 2  # before 4 came 2, wherever the pointer was meanwhile


@pytest.mark.parametrize(
    ("to", "why", "next_"),
    [
        (3, "it was published to dev", "vertebra promote dev prod"),
        (9, "release 1 is the oldest of its releases that stands, 4 the newest", "vertebra releases"),
    ],
)
def test_a_rollback_to_what_is_not_its_own_is_refused(shop: Shop, to: int, why: str, next_: str) -> None:
    releases_of_prod(shop)
    with pytest.raises(UnknownNameError) as caught:
        back(shop, to)
    assert (caught.value.what, caught.value.where) == (f'release {to} is none of "prod"', "--to")
    assert (caught.value.why, caught.value.next) == (why, next_)


def forget_the_first(shop: Shop) -> None:
    """Take release 1 away, as a retention would."""
    with shop.opened() as ws, ws.catalog.write() as connection:
        connection.execute(t.release.update().where(t.release.c.parent_id == 1).values(parent_id=None))
        for table in (t.release_item, t.environment_move):
            connection.execute(delete(table).where(table.c.release_id == 1))
        connection.execute(delete(t.release).where(t.release.c.id == 1))


@pytest.mark.parametrize("step", [back, lambda shop: back(shop, 1)], ids=["before", "to"])
def test_beyond_what_is_kept_the_oldest_that_stands_is_named(shop: Shop, step: Callable[[Shop], Moved]) -> None:
    releases_of_prod(shop)
    forget_the_first(shop)
    back(shop, 2)
    with pytest.raises(UnknownNameError) as caught:
        step(shop)
    assert caught.value.why.startswith("release 2 is the oldest of its releases that stands")


def test_the_run_after_a_rollback_publishes_what_the_files_say_now(shop: Shop) -> None:
    releases_of_prod(shop)
    back(shop, 1)
    report = shop.run(environment="prod")
    assert report.release == 5
    assert items(shop, 5) == items(shop, 4)
    assert back(shop).release == 1


def test_the_facade_does_the_same(shop: Shop) -> None:
    releases_of_prod(shop)
    with vb.open(shop.folder) as bb:
        assert bb.rollback().release == 2
        assert bb.diff("prod", "dev").counts() == {"added": 1, "removed": 0, "changed": 0, "equal": 3}
        assert bb.promote("dev", "prod").release == 5
        assert bb.diff("prod", 5).counts()["equal"] == 4
        assert bb.rollback(1).before == 5
