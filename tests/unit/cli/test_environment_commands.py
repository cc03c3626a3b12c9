"""`promote`, `rollback` and `diff` in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from vertebra.cli.main import main

HEADER = "receipt,sold_at,article,amount\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Release 1 in prod; in dev release 2, where a receipt came and one has another amount."""
    shop = Shop(tmp_path / "shop")
    project = shop.folder / "vertebra.yaml"
    project.write_text(project.read_text().replace("[prod]", "[prod, dev]"))
    shop.run(environment="prod")
    shop.deliver("north_2024-05-03.csv", f"{HEADER}9,2024-05-03 10:00:00,bread,3.20\n")
    shop.deliver("north_2024-05-02.csv", f"{HEADER}4,2024-05-02 08:58:00,bread,3.60\n6,2024-05-02 12:15:00,milk,1.49\n")
    shop.run(environment="dev")
    return shop


class Said:
    def __init__(self, shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
        self.shop, self.capfd = shop, capfd

    def __call__(self, *words: str, status: int = 0) -> str:
        self.capfd.readouterr()
        found = main(["--project", str(self.shop.folder), *words])
        out, err = self.capfd.readouterr()
        assert found == status, out + err
        return err if status else out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--output", "json"))


@pytest.fixture
def said(shop: Shop, capfd: pytest.CaptureFixture[str]) -> Said:
    return Said(shop, capfd)


def test_promote_and_rollback_in_words(said: Said) -> None:
    assert said("promote", "dev", "prod").splitlines() == [
        "prod: release 3 is published, from release 2 of dev",
        "3 datasets: 0 added, 0 removed, 3 changed, 0 equal",
    ]
    assert said("promote", "dev", "prod") == "prod holds what release 2 of dev holds already: nothing changes\n"
    assert said("rollback").splitlines()[0] == "prod points to release 1 again, instead of release 3"
    assert said("rollback", "--to", "1") == "prod points to release 1 already: nothing changes\n"
    assert "prod: run 1; prod: rolled back from release 3" in said("releases")
    assert [line.split()[1] for line in said("runs").splitlines()[2:]] == ["rollback", "promote", "run", "run"]


def test_promote_and_rollback_as_json(said: Said) -> None:
    datasets = {"added": 0, "removed": 0, "changed": 3, "equal": 0}
    moved = {"changed": True, "run": 3, "before": 1, "release": 3, "origin": 2, "datasets": datasets}
    assert said.json("promote", "dev", "prod") == {"from": "dev", "to": "prod"} | moved
    again = said.json("promote", "dev", "prod")
    assert (again["changed"], again["run"], again["release"]) == (False, None, 3)
    back = {"changed": True, "run": 4, "before": 3, "release": 1, "origin": 1, "datasets": datasets}
    assert said.json("rollback", "--env", "prod") == {"environment": "prod"} | back
    newest = said.json("releases")["releases"][0]
    assert [(one["environment"], one["why"]) for one in newest["moves"]] == [("prod", "promoted from dev, release 2")]


def test_a_refusal_has_four_lines_and_the_status_of_a_wrong_request(said: Said) -> None:
    assert said("promote", "dev", "pord", status=2).splitlines() == [
        'there is no environment "pord"',
        "  where: vertebra.yaml",
        "  why:   `environments:` does not list it",
        '  next:  did you mean "prod"? known: dev, prod',
    ]
    assert said("rollback", status=2).startswith('no release of "prod" stands before release 1\n')


def test_diff_in_words(said: Said) -> None:
    lines = [" ".join(line.split()) for line in said("diff", "prod", "dev", "sales").splitlines()]
    assert lines[0] == "from prod (release 1) to dev (release 2): 0 added, 0 removed, 1 changed, 0 equal"
    assert lines[3] == "sales formatted changed 5 6 1 0 1 shop, receipt"
    assert lines[4] == "values: sales.amount_eur is another in 1 row"
    assert lines[-1] == "changed shop=north, receipt=4 amount_eur: 3.20 → 3.60"
    assert "receipt=4" not in said("diff", "prod", "dev")
    assert "receipt=4" in said("diff", "prod", "dev", "--rows", "1")
    assert said("diff", "dev", "2") == ("from dev (release 2) to release 2: 0 added, 0 removed, 0 changed, 3 equal\n")


def test_diff_names_what_changed_in_the_schema(said: Said) -> None:
    daily = said.shop.folder / "views" / "daily_sales.sql"
    daily.write_text(daily.read_text().replace("count(*) as receipts", "count(*)::integer as receipts, 1 as one"))
    said.shop.run(environment="dev")
    out = said("diff", "2", "dev", "daily_sales")
    assert "schema: daily_sales.receipts was BIGINT and is INTEGER; its values are not compared\n" in out
    assert "schema: daily_sales.one was not there and is INTEGER; its values are not compared\n" in out
    schema = said.json("diff", "2", "dev", "daily_sales")["datasets"][0]["rows"]["schema"]
    assert schema[1] == {"column": "one", "before": None, "after": "INTEGER"}


def test_diff_as_json(said: Said) -> None:
    found = said.json("diff", "prod", "2", "--rows", "1")
    assert found["before"] == {"release": 1, "environment": "prod"}
    assert found["after"] == {"release": 2, "environment": None}
    assert found["counts"] == {"added": 0, "removed": 0, "changed": 3, "equal": 0}
    (sales,) = (one for one in found["datasets"] if one["dataset"] == "sales")
    assert (sales["zone"], sales["change"], sales["before"]["rows"], sales["after"]["rows"]) == (
        "formatted",
        "changed",
        5,
        6,
    )
    rows = sales["rows"]
    assert (rows["key"], rows["why"], rows["added"], rows["removed"], rows["changed"]) == (
        ["shop", "receipt"],
        "",
        1,
        0,
        1,
    )
    assert (rows["columns"], rows["schema"]) == ({"amount_eur": 1}, [])
    assert rows["examples"][1] == {
        "change": "changed",
        "row": {"shop": "north", "receipt": 4},
        "copies": 1,
        "values": {"amount_eur": [3.2, 3.6]},
    }
