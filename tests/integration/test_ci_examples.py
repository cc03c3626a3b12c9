"""The examples for GitHub Actions and GitLab CI say the same, and what they say runs."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.shop import Shop

ROOT = Path(__file__).parents[2]
SALES = "receipt,sold_at,article,amount\n1,2024-05-03 10:00:00,bread,3.20\n"


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / "examples" / "ci" / name).read_text(encoding="utf-8"))


def github() -> list[str]:
    workflow = read("github-actions.yml")
    assert workflow[True] == ["pull_request"]  # YAML 1.1 reads the key `on` so
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    return [step["run"] for step in steps if "run" in step]


def gitlab() -> list[str]:
    (job,) = read("gitlab-ci.yml").values()
    assert {"image", "rules", "script"} == set(job)
    return list(job["script"])


def test_both_do_the_same() -> None:
    assert github() == gitlab()
    assert github()[0] == "pip install vertebra"
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    for command in github()[1:]:
        assert f"$ {command}\n" in page


@pytest.mark.parametrize(("break_it", "statuses"), [(False, [0, 0]), (True, [0, 1])])
def test_the_steps_run(tmp_path: Path, *, break_it: bool, statuses: list[int]) -> None:
    shop = Shop(tmp_path / "shop")
    place = shop.folder / "tests" / "deliveries" / "sales"
    place.mkdir(parents=True)
    (place / "north_2024-05.csv").write_text(SALES, encoding="utf-8")
    if break_it:
        shop.view("broken", "select article, no_such_column from sales", "article")
    found = []
    for command in github()[1:]:
        word, *rest = shlex.split(command)
        assert word == "vertebra"
        done = subprocess.run([sys.executable, "-m", "vertebra.cli", *rest], cwd=shop.folder, check=False)
        found.append(done.returncode)
    assert found == statuses
