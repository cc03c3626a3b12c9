"""G5, whole, for promotion and rollback: killed at any statement, the old release stands or the new one.

A process of its own kills a child with SIGKILL before each of its statements in turn, and before and behind the commit.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop

DEATHS = Path(__file__).parents[1] / "pointer_deaths.py"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Release 1 in prod, release 2 in dev."""
    shop = Shop(tmp_path / "shop")
    project = shop.folder / "vertebra.yaml"
    project.write_text(project.read_text().replace("[prod]", "[prod, dev]"))
    shop.run(environment="prod")
    shop.view("more", "select shop, receipt from sales", "shop, receipt")
    shop.run(environment="dev")
    return shop


def deaths(shop: Shop, command: str) -> list[dict[str, Any]]:
    """What stands after each death, the last one being none."""
    done = subprocess.run(
        [sys.executable, str(DEATHS), command, str(shop.folder)], stdout=subprocess.PIPE, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", ["promote", "rollback"])
def test_a_killed_move_left_the_old_pointer_or_the_new_one(shop: Shop, command: str) -> None:
    if command == "rollback":
        deaths(shop, "promote")
    first = {"pointer": 1, "releases": 2, "items": 7, "runs": 2, "open": 0, "moves": 2}
    then = {"pointer": 3, "releases": 3, "items": 11, "runs": 3, "open": 0, "moves": 3}
    back = then | {"pointer": 1, "runs": 4, "moves": 4}
    old, new = (first, then) if command == "promote" else (then, back)
    found = deaths(shop, command)
    killed = [one["stands"] for one in found if one["killed"]]
    assert [one["killed"] for one in found] == [True] * len(killed) + [False]
    assert len(killed) > 8, "too few statements to say anything"
    assert killed == [old] * (len(killed) - 1) + [new], "only behind the commit the new one stands"
    assert found[-1]["stands"] == new, "what was done already is not done again"
