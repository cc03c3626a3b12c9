"""What stands, as the catalog has it."""

from __future__ import annotations

import pytest

from tests.shop import Shop
from vertebra import operations
from vertebra.errors import UnknownNameError

MAY = "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n"


def test_status_before_anything_ran(shop: Shop) -> None:
    with shop.opened() as ws:
        found = operations.status(ws)
    assert (found.project, found.environment, found.release, found.datasets) == ("shop", "prod", None, ())
    assert (found.last_run, found.writer) == (None, {})


def test_status_names_what_the_release_holds(shop: Shop) -> None:
    shop.run()
    with shop.opened() as ws:
        found = operations.status(ws)
    assert found.release is not None
    assert found.release.number == 1
    assert {v.name: (v.zone, v.rows) for v in found.datasets} == {
        "daily_sales": ("exploitation", 2),
        "sales": ("formatted", 5),
        "sales_quarantine": ("quarantine", 1),
    }
    assert found.last_run is not None
    assert (found.last_run.number, found.last_run.outcome, found.last_run.release) == (1, "done", 1)


def test_files_lists_every_version_and_where_its_records_went(shop: Shop) -> None:
    shop.run()
    shop.deliver("north_2024-05-01.csv", MAY)
    shop.run()
    with shop.opened() as ws:
        found = operations.landed(ws, "sales")
        assert operations.landed(ws) == found
        with pytest.raises(UnknownNameError):
            operations.landed(ws, "sails")
    assert [(one.file.name, one.file.version, len(one.accounts)) for one in found] == [
        ("north_2024-05-01.csv", 1, 0),  # replaced: it stands in no table any more
        ("north_2024-05-02.csv", 1, 1),
        ("north_2024-05-01.csv", 2, 1),
    ]
    assert [(a.table, a.records, a.formatted) for a in found[2].accounts] == [("sales", 2, 1)]


def test_history_names_releases_and_inputs(shop: Shop) -> None:
    shop.run()
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.run()
    shop.view("more", "select receipt from sales", "receipt")
    shop.run()
    with shop.opened() as ws:
        found = operations.history(ws, "daily_sales")
        with pytest.raises(UnknownNameError, match='there is no dataset "daily_sails"') as caught:
            operations.history(ws, "daily_sails")
    assert [one.releases for one in found] == [(2, 3), (1,)]
    assert [[v.name for v in one.inputs] for one in found] == [["sales"], ["sales"]]
    assert caught.value.next.startswith('did you mean "daily_sales"?')


def test_runs_and_their_steps(shop: Shop) -> None:
    shop.run()
    shop.run()
    with shop.opened() as ws:
        assert [(one.number, one.command, one.outcome, one.release) for one in operations.runs(ws)] == [
            (2, "run", "done", None),
            (1, "run", "done", 1),
        ]
        assert [one.number for one in operations.runs(ws, 1)] == [2]
        assert [(one.kind, one.outcome) for one in operations.steps(ws, 2)] == [
            ("land", "none"),
            ("format", "none"),
            ("view", "none"),
        ]
        with pytest.raises(UnknownNameError, match="there is no run 3") as caught:
            operations.steps(ws, 3)
    assert caught.value.why == "runs go from 1 to 2"


def test_releases_and_who_points_to_them(shop: Shop) -> None:
    with shop.opened() as ws:
        assert operations.published(ws) == ()
    shop.run()
    shop.deliver("north_2024-05-03.csv", MAY)
    shop.run()
    with shop.opened() as ws:
        found = operations.published(ws)
    assert [(one.release.number, one.release.parent, one.datasets, one.environments) for one in found] == [
        (2, 1, 3, ("prod",)),
        (1, None, 3, ()),
    ]
