"""G10, honest: every fallback stands in the run's record and on the screen."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.shop import Shop
from vertebra.operations.report import named

NESTED = """
source: orders
collect: {folder: deliveries/orders, settle: 0}
format: {json: {shape: lines}}
key: [number]
columns:
  - {name: number, from: number, type: integer}
children:
  - {name: order_items, from: items, columns: [{name: article, from: article, type: text}]}
"""


def run(folder: Path, output: str) -> tuple[str, str]:
    words = [sys.executable, "-m", "vertebra.cli", "run", "--project", str(folder), "--output", output]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def told(shop: Shop, output: str) -> list[str]:
    """What a run says of its fallbacks, which must be what its record says."""
    out, _ = run(shop.folder, output)
    last = max(row["id"] for row in shop.catalog("run"))
    recorded = [named(row["step"], row["text"]) for row in shop.catalog("fallback") if row["run_id"] == last]
    said = (
        json.loads(out)["fallbacks"]
        if output == "json"
        else [line.removeprefix("fallback: ") for line in out.splitlines() if line.startswith("fallback: ")]
    )
    assert sorted(said) == sorted(recorded)
    return list(said)


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """A file that somebody is still writing."""
    stop = threading.Event()

    def write() -> None:
        number = 100
        while not stop.is_set():
            with path.open("a") as file:
                file.write(f"{number},2024-05-04 10:00:00,bread,3.20\n")
            number += 1
            time.sleep(0.02)

    path.write_text("receipt,sold_at,article,amount\n")
    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_file_that_was_left_is_told_and_recorded_and_taken_later(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    source = shop.folder / "sources" / "sales.yaml"
    source.write_text(source.read_text().replace("settle: 0", "settle: 0.3"))
    for output in ("json", "text"):
        with growing(shop.folder / "deliveries" / "sales" / "north_2024-05-04.csv"):
            (fallback,) = told(shop, output)
        assert "north_2024-05-04.csv was left where it is" in fallback
    assert shop.rows("select count(*) as n from sales") == [{"n": 5}]
    assert told(shop, "json") == []
    assert shop.rows("select count(*) > 5 as more from sales") == [{"more": True}]


def test_what_the_engine_could_not_read_by_itself_is_told(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    (shop.folder / "sources" / "orders.yaml").write_text(NESTED)
    orders = shop.folder / "deliveries" / "orders"
    orders.mkdir()
    (orders / "1.json").write_text('{"number": 1, "items": [{"article": "bread"}, {"article": "milk"}]}\n')
    assert told(shop, "json") == []
    for number, output in enumerate(("json", "text"), start=2):
        (orders / f"{number}.json").write_text(f'{{"number": {number}.0, "items": [{{"article": "bread"}}]}}\n')
        (fallback,) = told(shop, output)
        assert f"does not take {number}.json; it was read record by record" in fallback
    assert shop.rows("select count(*) as n from order_items") == [{"n": 2}]


def test_an_expectation_that_did_not_hold_is_told_and_recorded(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    path = shop.folder / "views" / "daily_sales.sql"
    path.write_text(path.read_text().replace("amount_eur > 0", "amount_eur > 10"))
    out, _ = run(shop.folder, "text")
    assert "check: daily_sales: something was sold: warned (1 row)" in out.splitlines()
    rows: list[dict[str, Any]] = [row for row in shop.catalog("check_result") if row["name"] == "something was sold"]
    assert [(row["otherwise"], row["outcome"], row["failed"]) for row in rows] == [("warn", "warned", 1)]


def test_a_step_that_was_skipped_is_told_and_recorded(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    shop.view("broken", "select error('no') as x from sales", "x")
    shop.view("after", "select x from broken", "x")
    report = shop.run()
    assert {step["name"]: step["outcome"] for step in report.to_json()["steps"]}["after"] == "skipped"
    assert {row["name"]: row["outcome"] for row in shop.catalog("step_run")}["after"] == "skipped"


def test_what_was_swept_after_a_crash_is_told(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    shop.run()
    with shop.opened() as ws, ws.catalog.write() as connection:
        connection.exec_driver_sql(
            "insert into run (command, environment, started_at, code_version, host, pid)"
            " values ('run', 'prod', '2024-05-01T00:00:00.000000+00:00', '0', 'h', 1)"
        )
        connection.exec_driver_sql(
            "insert into step_run (run_id, name, kind, action, why, started_at)"
            " values (2, 'sales', 'format', 'refresh', '', '2024-05-01T00:00:00.000000+00:00')"
        )
    left = shop.folder / "data" / "formatted" / "sales" / "0123456789ab-2"
    left.mkdir()
    (left / "part-00000.parquet").write_bytes(b"half a file")
    out, _ = run(shop.folder, "text")
    assert "swept: formatted/sales/0123456789ab-2" in out.splitlines()
    assert not left.exists()
    assert {row["outcome"] for row in shop.catalog("step_run") if row["run_id"] == 2} == {"crashed"}
