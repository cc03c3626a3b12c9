"""The demo, as a newcomer types it: from nothing to a forecast whose every number leads to a line of a file."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from vertebra.cli.main import main


def say(capfd: pytest.CaptureFixture[str], *words: str) -> Any:
    capfd.readouterr()
    status = main([*words, "--output", "json"])
    out, _ = capfd.readouterr()
    assert status == 0, out
    return json.loads(out)


def test_the_demo_runs_and_what_it_names_next_works(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "heating")
    found = say(capfd, "demo", folder)
    assert [found[part]["release"] for part in ("run", "train", "predict")] == [1, 2, 3]
    assert {step["outcome"] for step in found["run"]["steps"]} == {"done"}
    assert sum(a["records"] - a["formatted"] - a["quarantined"] for a in found["run"]["account"]) == sum(
        sum(a["skipped"].values()) for a in found["run"]["account"]
    )
    for line in found["next"]:
        assert say(capfd, *shlex.split(line)[1:])
    assert {path.suffix for path in (tmp_path / "heating" / "reports").iterdir()} == {".png"}

    (row,) = say(capfd, "query", "from heat_demand_predictions order by all limit 1", "--project", folder)
    key = [f"{column}={row[column]}" for column in ("device", "day")]
    traced = say(capfd, "trace", "heat_demand_predictions", *key, "--project", folder)
    assert {record["source"] for record in traced["records"]} >= {"meters"}
    check_what_a_month_of_a_meter_reaches(folder, capfd)
    assert any(model["deployed"] for model in say(capfd, "models", "--project", folder)["models"])

    again = say(capfd, "demo", folder)
    assert [again[part]["release"] for part in ("run", "train", "predict")] == [None, None, None]
    assert {step["outcome"] for step in again["run"]["steps"]} == {"none"}


def check_what_a_month_of_a_meter_reaches(folder: str, capfd: pytest.CaptureFixture[str]) -> None:
    files = say(capfd, "files", "meters", "--project", folder)["files"]
    file = sorted(one["file"] for one in files)[1]
    reached = say(capfd, "impact", file, "--project", folder)
    found = {one["dataset"]: one for one in reached["datasets"]}
    assert {name for name, one in found.items() if one["exact"]} >= {
        "meters",
        "daily_heat",
        "monthly_report",
        "heat_demand_features",
    }
    for name in ("daily_heat", "monthly_report", "heat_demand_features"):
        assert 0 < found[name]["rows"] == len(found[name]["keys"]) < found[name]["of"] / 2
    for part in ("split", "residuals", "predictions"):
        one = found[f"heat_demand_{part}"]
        assert (one["rows"], one["exact"], bool(one["why"])) == (one["of"], False, True)
    assert {model["id"] for model in reached["models"]} == {
        model["id"] for model in say(capfd, "models", "--project", folder)["models"]
    }
    assert all(sum(model["rows"].values()) == found["heat_demand_features"]["rows"] for model in reached["models"])
    assert reached["reports"] == ["reports/heat_demand_measured.png", "reports/heat_demand_residuals.png"]


def test_a_folder_in_use_is_left_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert main(["demo", str(tmp_path)]) == 2
    assert capfd.readouterr().err.splitlines()[0] == "this folder is not empty"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
