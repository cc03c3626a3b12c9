"""A run publishes one release, or none; what fails takes only what depends on it along."""

from __future__ import annotations

import concurrent.futures
import itertools
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from vertebra import exploitation, operations
from vertebra.errors import BugError, StorageError, UnknownNameError, UsageError
from vertebra.operations import runner
from vertebra.operations.report import StepReport
from vertebra.step import Action, Outcome, Step

MAY = "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n"


def outcomes(reports: Sequence[StepReport]) -> dict[str, str]:
    return {f"{report.step.kind} {report.step.name}": str(report.outcome) for report in reports}


def test_a_run_lands_formats_builds_and_publishes(shop: Shop) -> None:
    report = shop.run()
    assert (report.run, report.release, report.outcome) == (1, 1, "done")
    assert outcomes(report.steps) == {"land sales": "done", "format sales": "done", "view daily_sales": "done"}
    assert shop.rows("select day, receipts from daily_sales order by day") == [
        {"day": date(2024, 5, 1), "receipts": 3},
        {"day": date(2024, 5, 2), "receipts": 2},
    ]
    assert [(a.file, a.records, a.formatted, a.quarantined, a.skipped) for a in report.accounts] == [
        ("north_2024-05-01.csv", 4, 3, 0, {"header": 1}),
        ("north_2024-05-02.csv", 4, 2, 1, {"header": 1}),
    ]


def test_the_second_run_publishes_nothing(shop: Shop) -> None:
    shop.run()
    report = shop.run()
    assert (report.run, report.release, report.outcome) == (2, None, "done")
    assert {step.outcome for step in report.steps} == {Outcome.NONE}
    assert len(shop.catalog("release")) == 1


def test_every_step_is_recorded_with_what_it_took(shop: Shop) -> None:
    report = shop.run()
    rows = {(row["kind"], row["name"]): row for row in shop.catalog("step_run")}
    assert set(rows) == {("land", "sales"), ("format", "sales"), ("view", "daily_sales")}
    for step in report.steps:
        row = rows[str(step.step.kind), step.step.name]
        assert row["outcome"] == "done"
        assert row["wall_seconds"] == step.wall_seconds > 0
        assert 0 < row["cpu_seconds"] == step.cpu_seconds
        assert row["peak_memory_bytes"] == step.peak_memory > 10_000_000
        assert (row["rows"], row["bytes"], row["why"]) == (step.rows, step.size, step.step.why)
        assert row["error"] is None
    (run,) = shop.catalog("run")
    assert (run["command"], run["outcome"], run["release_id"]) == ("run", "done", 1)
    assert run["ended_at"] > run["started_at"]


def test_a_step_that_fails_lets_the_others_finish_and_publishes_nothing(shop: Shop) -> None:
    shop.run()
    shop.view("below", "select day, receipts // 0 as x, error('no') as y from daily_sales", "day")
    shop.view("under", "select day from below", "day")
    shop.view("beside", "select article, count(*) as n from sales group by article", "article")
    report = shop.run()
    assert (report.release, report.outcome) == (None, "failed")
    assert outcomes(report.steps) == {
        "land sales": "none",
        "format sales": "none",
        "view beside": "done",
        "view daily_sales": "none",
        "view below": "failed",
        "view under": "skipped",
    }
    (error,) = report.errors
    assert error.where.startswith("views/below.sql")
    row = next(row for row in shop.catalog("step_run") if row["name"] == "below")
    assert (row["outcome"], row["error"]["type"]) == ("failed", "StepError")
    with pytest.raises(UnknownNameError):
        shop.rows("select * from beside")
    (shop.folder / "views" / "below.sql").unlink()
    (shop.folder / "views" / "under.sql").unlink()
    after = shop.run()
    assert (after.release, outcomes(after.steps)["view beside"]) == (2, "none")  # its work was kept


def test_an_expectation_that_fails_keeps_the_release_before(shop: Shop) -> None:
    shop.run()
    path = shop.folder / "views" / "daily_sales.sql"
    path.write_text(path.read_text().replace("amount_eur > 0, otherwise: warn", "amount_eur > 100, otherwise: fail"))
    report = shop.run()
    assert report.release is None
    assert type(report.errors[0]).__name__ == "CheckError"
    with shop.opened() as ws:
        found = operations.checks(ws)
    assert [(c.check.name, c.check.outcome, c.published) for c in found if c.check.name != "grain"] == [
        ("something was sold", "passed", True),
        ("something was sold", "failed", False),
    ]
    assert shop.rows("select sum(receipts) as n from daily_sales") == [{"n": 5}]


def test_a_fault_of_ours_is_told_as_one_and_its_traceback_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        message = "list index out of range"
        raise IndexError(message)

    monkeypatch.setattr(exploitation, "build", broken)
    report = shop.run()
    (error,) = report.errors
    assert isinstance(error, BugError)
    assert (error.what, error.why) == ("this is a bug in Vertebra", "IndexError: list index out of range")
    kept = Path(error.where)
    assert kept.parent == shop.folder / "data" / "bugs"
    assert "in broken" in kept.read_text()
    assert outcomes(report.steps)["format sales"] == "done"


def test_ctrl_c_stops_a_run_and_the_next_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    real = concurrent.futures.wait
    calls = itertools.count()

    def interrupted(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 1:  # the landing has ended, the table is being formatted
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(runner, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shop.run()
    (run,) = shop.catalog("run")
    assert (run["outcome"], run["release_id"]) == ("stopped", None)
    steps = {row["name"] + " " + row["kind"]: row["outcome"] for row in shop.catalog("step_run")}
    assert steps["sales land"] == "done"
    assert steps["sales format"] in ("done", "stopped")
    assert len(steps) == 2
    monkeypatch.undo()
    assert shop.run().release == 1
    assert {row["outcome"] for row in shop.catalog("run")} == {"stopped", "done"}


def test_what_an_interrupt_reaches_in_the_engine_ends_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.view("slow", "select sum(a.range * b.range) as s from range(1000000) a, range(10000000) b, sales", "s")
    real = concurrent.futures.wait

    def interrupted(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(runner, "wait", real)
        if arguments and any(step.name == "slow" for step in began):
            raise KeyboardInterrupt
        monkeypatch.setattr(runner, "wait", interrupted)
        return real(*arguments, **options)

    began: list[Step] = []

    class Watch(operations.Silent):
        def began(self, step: Step) -> None:
            began.append(step)

    monkeypatch.setattr(runner, "wait", interrupted)
    with shop.opened() as ws, pytest.raises(KeyboardInterrupt):
        operations.run(ws, watch=Watch())
    assert {row["name"]: row["outcome"] for row in shop.catalog("step_run") if row["kind"] == "view"}[
        "slow"
    ] == "stopped"
    assert not list((shop.folder / "data" / "exploitation").glob("slow/*/*.parquet"))


def test_a_disk_that_refuses_ends_the_run_as_failed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageError("cannot write", where="disk", why="No space left on device", next_="df")

    monkeypatch.setattr(sys.modules["vertebra.operations.run"], "planned", refuse)
    with pytest.raises(StorageError):
        shop.run()
    assert [row["outcome"] for row in shop.catalog("run")] == ["failed"]
    monkeypatch.undo()
    assert shop.run().release == 1


def test_landing_alone_publishes_nothing_and_the_next_run_goes_on_from_it(shop: Shop) -> None:
    with shop.opened() as ws:
        report = operations.land(ws, ("sales",))
    assert (report.release, outcomes(report.steps), report.steps[0].rows) == (None, {"land sales": "done"}, 2)
    assert shop.actions() == {"land sales": "none", "format sales": "add", "view daily_sales": "add"}
    assert shop.run().release == 1
    with shop.opened() as ws, pytest.raises(UnknownNameError, match='there is no source "sails"') as caught:
        operations.land(ws, ("sails",))
    assert caught.value.next == 'did you mean "sales"? known: sales'


def test_pushed_files_are_landed_under_their_names(shop: Shop, tmp_path: Path) -> None:
    shop.run()
    path = tmp_path / "north_2024-05-03.csv"
    path.write_text(MAY)
    with shop.opened() as ws:
        report = operations.push(ws, "sales", [path])
        assert report.steps[0].step.why == "1 file handed over"
        with pytest.raises(UnknownNameError):
            operations.push(ws, "sails", [path])
        failed = operations.push(ws, "sales", [tmp_path / "missing.csv"])
    assert isinstance(failed.errors[0], UsageError)
    assert shop.run().release == 2
    assert shop.rows("select count(*) as n from sales") == [{"n": 6}]


def test_a_later_environment_has_a_release_of_its_own(shop: Shop) -> None:
    path = shop.folder / "vertebra.yaml"
    path.write_text(path.read_text().replace("[prod]", "[dev, prod]"))
    assert shop.run().release == 1
    assert shop.run(environment="prod").release == 2  # nothing is built again, and prod points to it now
    with shop.opened() as ws:
        assert [(r.release.number, r.environments) for r in operations.published(ws)] == [(2, ("prod",)), (1, ("dev",))]


def test_the_report_is_what_scripts_lean_on(shop: Shop) -> None:
    found = json.loads(json.dumps(shop.run().to_json()))
    assert found["release"] == 1
    assert found["run"] == 1
    assert {"name", "kind", "outcome", "seconds", "rows"} <= set(found["steps"][0])
    assert found["account"][1] == {
        "table": "sales",
        "file": "north_2024-05-02.csv",
        "version": 1,
        "records": 4,
        "formatted": 2,
        "quarantined": 1,
        "skipped": {"header": 1},
    }
    assert {"dataset", "name", "outcome", "failed"} <= set(found["checks"][0])
    assert found["fallbacks"] == []


def test_steps_run_side_by_side_and_in_their_order(shop: Shop) -> None:
    for number in range(4):
        shop.view(f"v{number}", f"select receipt + {number} as r from sales", "r")
    shop.view("last", "select v0.r from v0, v1, v2, v3 where v0.r = v1.r and v1.r = v2.r and v2.r = v3.r", "r")
    events: list[tuple[str, str]] = []

    class Watch(operations.Silent):
        def began(self, step: Step) -> None:
            events.append(("began", step.name if step.kind == "view" else str(step.kind)))

        def ended(self, report: StepReport) -> None:
            events.append(("ended", report.step.name if report.step.kind == "view" else str(report.step.kind)))

    report = shop.run(watch=Watch())
    assert report.outcome == "done"
    assert all(step.step.action is Action.ADD for step in report.steps if step.step.kind == "view")
    assert events.index(("ended", "land")) < events.index(("began", "format"))
    began_last = events.index(("began", "last"))
    assert all(events.index(("ended", f"v{number}")) < began_last for number in range(4))
    begun = [event for event, name in events if name.startswith("v")]
    assert begun[:2] == ["began", "began"]  # a second one begins before the first has ended
