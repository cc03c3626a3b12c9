"""G10, honest: every fallback stands in the run's record and on the screen."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.shop import Shop
from vertebra.cli.main import main
from vertebra.operations.report import named

NESTED = """
source: orders
collect: {folder: deliveries/orders, settle: 0}
drift: freeze
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
    return recorded_too(shop, run(shop.folder, output)[0], output)


def recorded_too(shop: Shop, out: str, output: str) -> list[str]:
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
        (orders / f"{number}.json").write_text(
            f'{{"number": {number}, "number": 0, "items": [{{"article": "bread"}}]}}\n'
        )
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


HEADER = b"receipt,sold_at,article,amount\n"
RAGGED = HEADER + b"%d,2024-05-03 10:00:00,bread\n"
SOUND = HEADER + b"%d,2024-05-03 10:00:00,bread,1.00\n"
ORDER = b'{"number": %d.0, "items": [{"article": "bread"}]}\n'
EXAMPLES = cases(3, 60)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from(["sound", "ragged", "nested", "no text for a name"])),
            st.sampled_from(["json", "text"]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_comes_every_fallback_is_told_and_recorded_and_no_other(
    rounds: list[tuple[set[str], str]],
) -> None:
    """What must be said follows from what was delivered; a run that did as it was asked says nothing."""
    with tempfile.TemporaryDirectory(prefix="vertebra-") as folder:
        shop = Shop(Path(folder) / "shop")
        (shop.folder / "sources" / "orders.yaml").write_text(NESTED)
        sales, orders = shop.folder / "deliveries" / "sales", shop.folder / "deliveries" / "orders"
        orders.mkdir()
        left = False
        for number, (happens, output) in enumerate(rounds, start=100):
            wanted: list[str] = []
            if "sound" in happens:
                (sales / f"sound{number}_1.csv").write_bytes(SOUND % number)
            if "ragged" in happens:
                (sales / f"ragged{number}_1.csv").write_bytes(RAGGED % number)
                wanted.append(f"ragged{number}_1.csv; it was read record by record")
            if "nested" in happens:
                (orders / f"{number}.json").write_bytes(ORDER % number)
                wanted.append(f"{number}.json; it was read record by record")
            if "no text for a name" in happens and not left:
                try:
                    (sales / os.fsdecode(b"n\xfc_1.csv")).write_bytes(SOUND % 1)
                except OSError:
                    pytest.skip("this file system takes no such name")
                left = True
            wanted += ["its name is no UTF-8"] if left else []
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                status = main(["run", "--project", str(shop.folder), "--output", output])
            assert status == 0, err.getvalue()
            said = recorded_too(shop, out.getvalue(), output)
            assert len(said) == len(wanted), (said, wanted)
            assert all(any(words in one for one in said) for words in wanted), (said, wanted)
