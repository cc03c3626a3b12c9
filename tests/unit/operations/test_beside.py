"""What changed is built beside the release that stands, compared with it, and nothing of it stays."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from vertebra import exploitation
from vertebra.cli.main import main
from vertebra.errors import UnknownNameError
from vertebra.operations import lock
from vertebra.operations.beside import Beside, PlannedDiff, beside
from vertebra.operations.diff_rows import ColumnChange, Example
from vertebra.operations.forecast import Status
from vertebra.operations.learn import train

SOURCE = """
source: readings
collect: {folder: deliveries/readings, pattern: "*.csv", settle: 0}
format: {csv: {}}
key: [device, day]
columns:
  [{name: device, type: text}, {name: day, type: date}, {name: heat, type: double}, {name: outdoor, type: double}]
"""
DAILY = "select r.device, r.day, r.heat as heat_mwh, r.outdoor as outdoor_c from readings r"
CHECKED = "expect: [{name: not too cold, where: outdoor_c > -3, otherwise: quarantine}]"
COUNTS = "select d.device, count(*) as days, max(d.heat_mwh) as most from daily_heat d group by d.device"
SHORT = "select c.device, c.days from counts c"
BY_SHOP = "select shop, sum(receipts) as receipts from daily_sales group by shop"
ANALYSIS = """
analysis: demand
from: daily_heat d left join daily_heat w on w.device = d.device and w.day = d.day - 7
grain: [d.device, d.day]
label: {name: heat_mwh, sql: d.heat_mwh}
features: [{name: outdoor_c, sql: d.outdoor_c}, {name: last_week, sql: w.heat_mwh}]
prepare: {impute: median}
split: {time: day, validation: {last: 20 days}, folds: 2, gap: 7 days}
candidates:
  - {name: repeat, model: repeat_last_week, hyperparameters: {feature: last_week}}
  - {name: linear, model: ridge, hyperparameters: {alpha: 1}}
metric: mae
predict: {last: 5 days}
"""


def readings(days: int = 80) -> str:
    rows = [
        f"{device},2024-{1 + n // 28:02d}-{1 + n % 28:02d},{level * (20 - outdoor) + (n * 7 % 5) / 10:.2f},{outdoor}"
        for device, level in (("L4", 0.5), ("L8", 0.25))
        for n in range(days)
        for outdoor in [(n * 13) % 17 - 4]
    ]
    return "device,day,heat,outdoor\n" + "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop that heats: two chains of views, and an analysis of one of them, which is trained."""
    shop = Shop(tmp_path_factory.mktemp("beside") / "shop")
    config = shop.folder / "vertebra.yaml"
    text = config.read_text().replace("environments: [prod]\n", "environments: [prod, dev, test]\n")
    config.write_text(f"{text}profile: {{rows: none}}\n")
    (shop.folder / "sources" / "readings.yaml").write_text(SOURCE)
    (shop.folder / "deliveries" / "readings").mkdir()
    (shop.folder / "deliveries" / "readings" / "all.csv").write_text(readings())
    (shop.folder / "analyses").mkdir()
    (shop.folder / "analyses" / "demand.yaml").write_text(ANALYSIS)
    shop.view("daily_heat", DAILY, "device, day", CHECKED)
    shop.view("counts", COUNTS, "device")
    shop.view("short", SHORT, "device")
    shop.view("by_shop", BY_SHOP, "shop")
    assert shop.run().outcome == "done"
    with shop.opened() as ws:
        assert train(ws).outcome == "done"
    (shop.folder / "analyses" / "demand.yaml").write_text(f"{ANALYSIS}plots: [residuals]\n")
    return shop


@pytest.fixture
def shop(ran: Shop, tmp_path: Path) -> Iterator[Shop]:
    """The same; what a test does to its definitions is taken back, and nothing else may have changed."""
    for name in ("views", "sources"):
        shutil.copytree(ran.folder / name, tmp_path / name)
    before = everything(ran)
    yield ran
    assert everything(ran) == before
    for name in ("views", "sources"):
        shutil.rmtree(ran.folder / name)
        shutil.copytree(tmp_path / name, ran.folder / name)


def everything(shop: Shop) -> tuple[set[Path], list[str]]:
    """All files but definitions, and all rows of the catalog."""
    kept = {path for name in ("data", "reports", "deliveries") for path in (shop.folder / name).rglob("*")}
    with closing(sqlite3.connect(shop.folder / "data" / "catalog.db")) as catalog:
        return {path for path in kept if "catalog.db" not in path.name}, [*catalog.iterdump()]


def looked(shop: Shop, rows: int = 0, environment: str | None = None) -> Beside:
    with shop.opened() as ws:
        return beside(ws, environment, rows)


def edited(shop: Shop, view: str, old: str, new: str) -> None:
    path = shop.folder / "views" / f"{view}.sql"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def by_name(found: Beside) -> dict[str, PlannedDiff]:
    return {one.name: one for one in found.datasets}


def test_a_comment_and_another_name_of_an_alias_are_no_change(shop: Shop) -> None:
    edited(
        shop, "counts", COUNTS, "-- all of them\n" + COUNTS.replace("d.", "x.").replace("daily_heat d", "daily_heat x")
    )
    found = looked(shop)
    assert (found.environment, found.release, found.datasets, found.analyses) == ("prod", 2, (), ())
    assert (found.untouched, found.errors, found.fallbacks) == (10, (), ())


def test_rows_columns_and_examples_that_differ_are_told(shop: Shop) -> None:
    edited(
        shop,
        "counts",
        "count(*) as days, max(d.heat_mwh) as most",
        "count(*) + (d.device = 'L8')::int as days, 'x' as how",
    )
    found = looked(shop, rows=2)
    diffs = by_name(found)
    assert [*diffs] == ["counts", "short"]
    counts, short = diffs["counts"], diffs["short"]
    assert (counts.status, counts.why, counts.before, counts.after) == (Status.CHANGED, "its definition changed", 2, 2)
    assert (short.status, short.why) == (Status.NEW_DATA, "counts changes")
    assert counts.rows
    assert counts.rows.schema == (ColumnChange("most", "DOUBLE", None), ColumnChange("how", None, "VARCHAR"))
    for diff in (counts.rows, short.rows):
        assert diff
        assert (diff.key, diff.added, diff.removed, diff.changed, diff.columns) == (("device",), 0, 0, 1, {"days": 1})
        assert diff.examples == (Example("changed", {"device": "L8"}, values={"days": (70, 71)}),)
    assert (found.untouched, found.analyses) == (8, ())


def test_a_retyped_column_and_rows_that_come_and_go(shop: Shop) -> None:
    edited(shop, "counts", "max(d.heat_mwh) as most", "max(d.heat_mwh)::decimal(9, 2) as most")
    edited(shop, "counts", "select d.device,", "select case d.device when 'L8' then 'L9' else d.device end as device,")
    edited(shop, "counts", "group by d.device", "group by all")
    diff = by_name(looked(shop))["counts"].rows
    assert diff
    assert (diff.added, diff.removed, diff.changed) == (1, 1, 0)
    assert diff.schema == (ColumnChange("most", "DOUBLE", "DECIMAL(9,2)"),)


def test_views_that_come_and_go(shop: Shop) -> None:
    shop.view("cold", "select device, day from daily_heat where outdoor_c < 0", "device, day")
    (shop.folder / "views" / "short.sql").unlink()
    found = looked(shop, rows=1)
    diffs = by_name(found)
    assert [(one.name, one.status, one.before) for one in found.datasets] == [
        ("cold", Status.ADDED, None),
        ("short", Status.REMOVED, 2),
    ]
    assert diffs["cold"].rows
    assert diffs["cold"].rows.added == diffs["cold"].after
    (example,) = diffs["cold"].rows.examples
    assert (example.change, example.row["device"]) == ("added", "L4")
    assert found.untouched == 9


def test_a_validation_score_before_and_after(shop: Shop) -> None:
    edited(shop, "daily_heat", "r.heat as heat_mwh", "r.heat + (day(r.day) % 7) * 0.1 as heat_mwh")
    found = looked(shop)
    assert [(one.name, one.status) for one in found.datasets] == [
        ("daily_heat", Status.CHANGED),
        ("daily_heat_quarantine", Status.CHANGED),
        ("counts", Status.NEW_DATA),
        ("short", Status.NEW_DATA),
    ]
    (one,) = found.analyses
    assert (one.name, one.metric, one.reads, one.note, one.error) == ("demand", "mae", ("daily_heat",), "", None)
    assert one.before
    assert one.after
    with shop.opened() as ws, ws.catalog.read() as connection:
        (why,) = connection.exec_driver_sql("select why from deployment where until is null").scalars()
    assert f"{one.before.model} {one.before.folds:.4g}" in why
    assert why.endswith(f"on the validation period {one.before.validation:.4g}")
    assert one.after.validation != one.before.validation


def test_a_build_that_fails_takes_what_reads_it_and_leaves_nothing(shop: Shop) -> None:
    edited(shop, "daily_heat", "r.heat as heat_mwh", "error('no') as heat_mwh")
    edited(shop, "by_shop", "sum(receipts)", "sum(receipts * 2)")
    found = looked(shop)
    diffs = by_name(found)
    assert [one.name for one in found.datasets if one.error is None] == ["by_shop"]
    told = diffs["counts"].error
    assert told
    assert (told.what, told.why) == (
        '"counts" cannot be built beside release 2',
        "it reads daily_heat, which could not be built",
    )
    (one,) = found.analyses
    assert one.error
    assert (one.error.why, one.after) == ("it reads daily_heat, which could not be built", None)
    assert len(found.errors) == 4
    assert not [*(shop.folder / "data").glob("scratch-*")]


def test_a_grain_that_does_not_hold_is_an_error(shop: Shop) -> None:
    edited(shop, "short", "grain: [device]", "grain: [days]")
    (error,) = looked(shop).errors
    assert error.what == 'the grain of "short" does not identify its rows; nothing of it was published'


def test_an_interrupt_leaves_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(ws: Any, *args: Any) -> Any:
        (ws.scratch / "half").write_text("half")
        raise KeyboardInterrupt

    edited(shop, "short", "c.days", "c.days + 1 as days")
    monkeypatch.setattr(exploitation, "build", stop)
    with shop.opened() as ws:
        with pytest.raises(KeyboardInterrupt):
            beside(ws)
        assert not (ws.scratch / "beside").exists()


def test_it_works_beside_a_run_and_takes_in_no_delivery(shop: Shop) -> None:
    edited(shop, "by_shop", "sum(receipts)", "sum(receipts * 2)")
    path = shop.deliver("north_2024-05-09.csv", "receipt,sold_at,article,amount\n9,2024-05-09 10:00:00,bread,3.20\n")
    try:
        with shop.opened() as other, lock(other.storage.root, "run"):
            diff = by_name(looked(shop))["by_shop"].rows
    finally:
        path.unlink()
    assert diff
    assert diff.changed == 1


def test_another_template_is_not_read_by_and_that_is_said(shop: Shop) -> None:
    path = shop.folder / "sources" / "readings.yaml"
    path.write_text(path.read_text().replace("outdoor, type: double", "outdoor, from: heat, type: double"))
    assert looked(shop).fallbacks == (
        "readings: its template changed, and no file is read again here: its rows are those that stand",
    )


def test_what_no_run_has_loaded_cannot_be_read(shop: Shop) -> None:
    (shop.folder / "sources" / "more.yaml").write_text(SOURCE.replace("readings", "more"))
    shop.view("early", "select device, day from more", "device, day")
    (error,) = looked(shop).errors
    assert (error.why, error.where) == ("it reads more, which the release does not hold", "views/early.sql:2")


def test_where_nothing_is_published_there_is_nothing_to_compare_with(shop: Shop) -> None:
    with pytest.raises(UnknownNameError, match='nothing is published in "test" yet') as caught:
        looked(shop, environment="test")
    assert caught.value.next == "vertebra run --env test"


def test_the_command_tells_all_of_it(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    edited(shop, "counts", "count(*) as days", "count(*) + (d.device = 'L8')::int as days")
    assert main(["plan", "--diff", "--project", str(shop.folder), "--rows", "1"]) == 0
    said = capsys.readouterr()
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[0] == "beside release 2 of prod: 2 datasets to change, 8 untouched"
    assert "values: counts.days is another in 1 row" in lines
    assert "changed device=L8 days: 70 → 71" in lines
    assert lines[-1] == "nothing was published, and nothing of it is kept"
    assert said.err.splitlines() == ["building counts beside release 2", "building short beside release 2"]
    edited(shop, "short", "c.days", "error('no') as days")
    assert main(["plan", "--diff", "--project", str(shop.folder), "--output", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["release"], found["untouched"], found["analyses"], found["fallbacks"]) == (2, 8, [], [])
    good, bad = found["datasets"]
    assert good["rows"]["columns"] == {"days": 1}
    assert (good["error"], bad["rows"], bad["error"]["type"]) == (None, None, "StepError")


def test_what_another_environment_has_made_is_not_built_again(ran: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ran.folder / "views" / "by_shop.sql"
    text = path.read_text()
    path.write_text(text.replace("sum(receipts)", "sum(receipts * 3)"))
    try:
        ran.run(environment="dev")
        monkeypatch.delattr(exploitation, "build")
        one = by_name(looked(ran))["by_shop"]
    finally:
        path.write_text(text)
    assert one.rows
    assert (one.status, one.rows.changed, one.error) == (Status.CHANGED, 1, None)
