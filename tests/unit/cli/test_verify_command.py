"""`vertebra verify` in words and as JSON: what is held, what is broken, what is put back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vertebra
from tests.shop import Shop
from vertebra.cli.main import main

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(shop: Shop, capfd: pytest.CaptureFixture[str]) -> Said:
    shop.run()
    capfd.readouterr()

    def say(*words: str) -> tuple[int, str, str]:
        status = main(["verify", *words, "--project", str(shop.folder)])
        out, err = capfd.readouterr()
        return status, out, err

    return say


def as_json(said: Said, *words: str) -> tuple[int, dict[str, Any]]:
    status, out, _ = said(*words, "--output", "json")
    found: dict[str, Any] = json.loads(out)
    return status, found


def data_file(shop: Shop, table: str) -> Path:
    return next((shop.folder / "data" / table).rglob("*.parquet"))


def test_a_release_that_holds(said: Said) -> None:
    status, out, err = said()
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[:4] for line in lines[2:5]] == [
        ["sales", "formatted", "5", "equal"],
        ["sales_quarantine", "quarantine", "1", "equal"],
        ["daily_sales", "exploitation", "2", "equal"],
    ]
    assert lines[5].startswith("landed: 2 files, ")
    assert lines[6] == "tables: 3 data files looked at"
    assert lines[7].startswith("release 1 holds, in ")


def test_a_damaged_file_in_four_lines_and_put_back(shop: Shop, said: Said) -> None:
    path = data_file(shop, "exploitation/daily_sales")
    key = path.relative_to(shop.folder / "data")
    path.unlink()
    status, out, err = said()
    assert status == 1
    assert f"broken: G5: daily_sales, {key}: file missing: the table's log names it" in out
    assert err.splitlines() == [
        "promise G5 does not hold: file missing",
        f"  where: release 1, daily_sales, {key}",
        "  why:   the table's log names it",
        "  next:  vertebra verify --release 1 --repair",
    ]
    status, out, err = said("--repair")
    assert (status, err) == (0, "")
    assert f"repaired: {key}: 2 rows made anew, in exploitation/daily_sales/repair-2/part-0.parquet" in out
    assert said()[0] == 0
    assert shop.catalog("fallback")[0]["text"].startswith(f"{key} was damaged; 2 rows of it were made anew")
    assert [(run["command"], run["outcome"]) for run in shop.catalog("run")] == [("run", "done"), ("verify", "done")]


def test_json_of_what_does_not_hold(shop: Shop, said: Said) -> None:
    landed = next((shop.folder / "data" / "landing" / "persistent").rglob("*05-01.csv"))
    landed.write_bytes(landed.read_bytes().replace(b"7.85", b"7.86"))
    status, found = as_json(said)
    assert status == 1
    assert found["release"] == 1
    assert found["seed"] is None
    assert [(one["promise"], one["type"], one["repaired"]) for one in found["broken"]] == [
        ("G1", "landed-file-bytes", False)
    ]
    assert found["error"]["type"] == "DamageError"
    assert "put the file back" in found["error"]["next"]
    status, found = as_json(said, "--sample", "0.5", "--seed", "3")
    assert found["seed"] == 3
    assert found["landed"]["files"] == 1


@pytest.mark.parametrize("share", ["0", "1.5", "-1"])
def test_a_share_that_is_none(said: Said, share: str) -> None:
    status, _, err = said("--sample", share)
    assert status == 2
    assert err.splitlines()[0] == f"{share} is no share"
    assert err.splitlines()[3] == "  next:  --sample 0.1"


def test_a_release_that_does_not_exist(said: Said) -> None:
    status, _, err = said("--release", "7")
    assert (status, err.splitlines()[0]) == (2, "there is no release 7")


def test_the_facade(shop: Shop) -> None:
    shop.run()
    data_file(shop, "formatted/sales").unlink()
    with vertebra.open(shop.folder) as bb:
        assert [one.type for one in bb.verify().broken] == ["file-missing"]
        assert bb.verify(repair=True).left == ()
        assert not bb.verify().broken
