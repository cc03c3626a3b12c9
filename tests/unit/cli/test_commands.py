"""Every command answers in text and in JSON, and what scripts lean on stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from vertebra import __version__
from vertebra.cli.main import main

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    def call(*words: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return status, out, err

    return call


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("cli") / "shop")
    shop.run()
    return shop


def data(say: Say, shop: Shop, *words: object) -> Any:
    status, out, _ = say("--project", shop.folder, *words, "--output", "json")
    assert status == 0, out
    assert out.count("\n") == 1
    return json.loads(out)


def test_run_prints_what_scripts_lean_on(shop: Shop, say: Say) -> None:
    found = data(say, shop, "run")
    assert (found["release"], found["run"], found["fallbacks"]) == (1, 1, [])
    assert [(s["kind"], s["name"], s["outcome"], s["rows"]) for s in found["steps"]] == [
        ("land", "sales", "done", 2),
        ("format", "sales", "done", 5),
        ("view", "daily_sales", "done", 2),
    ]
    assert all(step["seconds"] > 0 for step in found["steps"])
    assert {"table", "file", "version", "records", "formatted", "quarantined", "skipped"} == set(found["account"][0])
    assert {"dataset", "name", "outcome", "failed"} <= set(found["checks"][0])
    assert data(say, shop, "run")["release"] is None


def test_run_in_words_has_progress_on_standard_error(shop: Shop, say: Say) -> None:
    status, out, err = say("run", "--project", shop.folder)
    assert status == 0
    assert out.splitlines()[-1].startswith("run 1: release 1 is published, in ")
    assert err.splitlines()[0] == "3 steps to do, 0 with nothing to do"
    assert err.splitlines()[1].split()[:3] == ["land", "sales", "done"]
    status, out, err = say("run", "--project", shop.folder)
    assert out.startswith("run 2: nothing new to publish, in ")
    assert err == "0 steps to do, 3 with nothing to do\n"


def test_a_failed_run_has_the_error_in_both_forms_and_status_1(shop: Shop, say: Say) -> None:
    shop.view("broken", "select error('no') as x from sales", "x")
    status, out, err = say("run", "--project", shop.folder)
    assert status == 1
    assert "run 1: 1 step failed, nothing was published" in out
    assert err.splitlines()[-4] == "the engine stopped at a value"
    assert [line.split()[0] for line in err.splitlines()[-3:]] == ["where:", "why:", "next:"]
    status, out, _ = say("run", "--project", shop.folder, "--output=json")
    found = json.loads(out)
    assert status == 1
    assert (found["release"], found["error"]["type"]) == (None, "StepError")
    assert set(found["error"]) == {"type", "what", "where", "why", "next"}


def test_plan(ran: Shop, say: Say) -> None:
    found = data(say, ran, "plan")
    assert found["steps"][0] == {
        "kind": "land",
        "name": "sales",
        "action": "none",
        "why": "nothing new",
        "status": "untouched",
        "how": "none",
        "choice": "",
        "rows": None,
        "seconds": 0.0,
        "cpu_seconds": 0.0,
        "basis": "",
    }
    assert found["total"] == {"seconds": 0.0, "cpu_seconds": 0.0, "unmeasured": 0}
    assert {step["action"] for step in found["steps"]} == {"none"}
    assert say("plan", "--project", ran.folder)[1].splitlines()[-2:] == [
        "untouched: view: nothing changed: daily_sales",
        "nothing is to be made",
    ]
    more = ran.view("more", "select shop from daily_sales group by shop", "shop")
    lines = say("plan", "--project", ran.folder)[1].splitlines()
    more.unlink()
    assert " ".join(lines[2].split()) == "view more added full ? no measure yet it does not stand yet"
    assert lines[-1] == "1 step without a measure"


def test_query(ran: Shop, say: Say) -> None:
    sql = "select shop, sum(amount_eur) as eur, max(sold_at) as last from sales group by shop"
    assert data(say, ran, "query", sql) == [{"shop": "north", "eur": 18.94, "last": "2024-05-02T10:15:00+00:00"}]
    status, out, _ = say("query", sql, "--project", ran.folder)
    assert (status, out.splitlines()[-1]) == (0, "1 row")
    assert out.splitlines()[0].split() == ["shop", "eur", "last"]


def test_query_as_json_has_all_rows_and_every_value(ran: Shop, say: Say) -> None:
    found = data(
        say, ran, "query", "select i, 'nan'::double as x, null as n, 2::hugeint ** 70 as h from range(250) t(i)"
    )
    assert len(found) == 250
    assert found[0] == {"i": 0, "x": "NaN", "n": None, "h": 2.0**70}
    assert "150 of them not shown" in say("query", "from range(250)", "--project", ran.folder)[1]


def test_status_files_history_runs_releases(ran: Shop, say: Say) -> None:
    found = data(say, ran, "status")
    assert (found["project"], found["release"], len(found["datasets"])) == ("shop", 1, 3)
    found = data(say, ran, "files", "sales")
    assert found["account"][1] | {"table": "sales"} == {
        "table": "sales",
        "file": "north_2024-05-02.csv",
        "version": 1,
        "records": 4,
        "formatted": 2,
        "quarantined": 1,
        "skipped": {"header": 1},
    }
    assert [one["stands"] for one in found["files"]] == [True, True]
    found = data(say, ran, "history", "daily_sales")
    assert [(v["releases"], v["inputs"]) for v in found["versions"]] == [([1], [{"dataset": "sales", "version": 1}])]
    assert data(say, ran, "runs")["runs"][0]["run"] == 1
    assert [step["kind"] for step in data(say, ran, "runs", 1)["steps"]] == ["land", "format", "view"]
    assert data(say, ran, "releases")["releases"][0]["environments"] == ["prod"]
    for words in (["status"], ["files"], ["history", "daily_sales"], ["runs"], ["runs", "1"], ["releases"]):
        status, out, err = say(*words, "--project", ran.folder)
        assert (status, err) == (0, "")
        assert out.strip()


def test_what_is_in_quarantine_is_read_again_once_the_template_is_mended(shop: Shop, say: Say) -> None:
    shop.run()
    status, out, _ = say("quarantine", "sales", "--readmit", "--project", shop.folder)
    assert status == 0
    assert out.splitlines()[-1] == (
        "quarantine of sales: 1 finding before, 1 now; mend a template under sources/ or a rule under views/, "
        "then type the same again"
    )
    source = shop.folder / "sources" / "sales.yaml"
    source.write_text(source.read_text().replace("csv: {", 'csv: {nulls: ["", "2x40"], '))
    shop.deliver("later.csv", "not looked at: nothing is collected")
    found = data(say, shop, "quarantine", "sales", "--readmit")
    assert (found["release"], found["findings"]) == (2, {"before": 1, "now": 0})
    assert [(step["kind"], step["name"]) for step in found["steps"] if step["outcome"] == "done"] == [
        ("format", "sales"),
        ("view", "daily_sales"),
    ]
    assert shop.rows("select count(*) as n from sales") == [{"n": 6}]


def test_drift_is_listed_and_taken_back(shop: Shop, say: Say) -> None:
    shop.run()
    assert say("drift", "--project", shop.folder)[1] == "every file was as its template says\n"
    shop.deliver("north_2024-05-03.csv", "receipt,sold_at,article,amount,till\n9,2024-05-03 10:00:00,bread,1.00,7\n")
    notes = data(say, shop, "run")["notes"]
    text = "sales: 'till' came with north_2024-05-03.csv: it is the column till (integer) now"
    assert text in notes
    (change,) = data(say, shop, "drift", "sales")["changes"]
    assert (change["change"], change["kind"], change["text"], change["file"], change["undone_at"]) == (
        1,
        "column-added",
        text,
        "north_2024-05-03.csv",
        None,
    )
    assert shop.rows("select till from sales where till is not null") == [{"till": 7}]
    assert "till" in say("drift", "--project", shop.folder)[1]
    status, out, _ = say("drift", "sales", "--undo", 1, "--project", shop.folder)
    assert (status, out) == (0, f"taken back: {text}\ntype next:\n  vertebra run\n")
    shop.run()
    assert "till" not in shop.rows("select * from sales limit 1")[0]
    status, _, err = say("drift", "--undo", 1, "--project", shop.folder)
    assert status == 2
    assert err.splitlines() == [
        "there is no change 1 that stands",
        "  where: the drift of all sources",
        "  why:   no file changed a template, or all was taken back",
        "  next:  vertebra drift",
    ]


def test_quarantine_and_check(ran: Shop, say: Say) -> None:
    (finding,) = data(say, ran, "quarantine")["findings"]
    keys = {"type", "table", "file", "version", "record", "line", "byte", "column", "value", "reason", "raw"}
    assert keys <= set(finding)
    assert (finding["line"], finding["column"], finding["value"]) == (3, "amount_eur", "2x40")
    assert "type-mismatch" in say("quarantine", "sales", "--project", ran.folder)[1]
    assert say("quarantine", "daily_sales", "--project", ran.folder)[1] == "nothing is in quarantine\n"
    checks = data(say, ran, "check")["checks"]
    assert {(c["dataset"], c["name"], c["outcome"]) for c in checks} == {
        ("daily_sales", "grain", "passed"),
        ("daily_sales", "something was sold", "passed"),
    }
    assert "something was sold" in say("check", "--project", ran.folder)[1]


def test_profile(ran: Shop, say: Say, tmp_path: Path) -> None:
    found = data(say, ran, "profile", "sales")
    assert (found["dataset"], found["release"], found["rows"], found["against"]) == ("sales", 1, 5, None)
    assert {c["name"]: c["nulls"] for c in found["columns"]}["amount_eur"] == 0
    status, out, err = say("profile", "daily_sales", "--project", ran.folder)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "daily_sales, release 1: 2 rows, 4 columns, 1 file"
    assert lines[2].startswith("key shop, day: unique (checked row by row before the version was published)")
    assert any(line.split()[:2] == ["amount_eur", "DECIMAL(38,2)"] for line in lines)
    page = tmp_path / "sales.html"
    assert data(say, ran, "profile", "sales", "--html", page)["html"] == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    status, _, err = say("profile", "sales", "--html", tmp_path / "no" / "page.html", "--project", ran.folder)
    assert status == 1
    assert err.splitlines() == [
        "cannot write the page",
        f"  where: {tmp_path / 'no' / 'page.html'}",
        "  why:   No such file or directory",
        "  next:  name a file in a folder that exists and can be written",
    ]


def test_trace_prints_the_records(ran: Shop, say: Say) -> None:
    found = data(say, ran, "trace", "daily_sales", "shop=north", "day=2024-05-02")
    assert (found["dataset"], found["exact"]) == ("daily_sales", True)
    assert [(r["file"], r["version"], r["record"], r["line"]) for r in found["records"]] == [
        ("north_2024-05-02.csv", 1, 1, 2),
        ("north_2024-05-02.csv", 1, 3, 4),
    ]
    text = (ran.folder / "deliveries/sales/north_2024-05-02.csv").read_bytes()
    for record in found["records"]:
        begin, end = record["bytes"]
        assert text[begin:end].decode().rstrip("\r\n") == record["raw"].rstrip("\r\n")
    out = say("trace", "daily_sales", "shop=north", "day=2024-05-02", "--project", ran.folder)[1]
    assert "6,2024-05-02 12:15:00,milk,1.49" in out
    status, _, err = say("trace", "daily_sales", "north", "--project", ran.folder)
    assert (status, err.splitlines()[0]) == (2, '"north" is no key')


def test_impact_prints_what_a_file_and_a_row_reach(ran: Shop, say: Say) -> None:
    found = data(say, ran, "impact", "north_2024-05-02.csv")
    assert [(d["dataset"], d["rows"], d["of"]) for d in found["datasets"]] == [
        ("sales", 2, 5),
        ("sales_quarantine", 1, 1),
        ("daily_sales", 1, 2),
    ]
    assert found["datasets"][2]["keys"] == [{"shop": "north", "day": "2024-05-02"}]
    out = say("impact", "north_2024-05-02.csv@1", "--project", ran.folder)[1]
    assert out.splitlines()[0] == (
        "sales, north_2024-05-02.csv, version 1: without it 3 datasets of release 1 would be others"
    )
    assert "shop=north day=2024-05-02" in out
    out = say("impact", "daily_sales", "shop=north", "--limit", "1", "--project", ran.folder)[1]
    assert out.splitlines()[0] == "daily_sales, shop=north: without it 1 dataset of release 1 would be others"
    status, _, err = say("impact", "daily_sales", "north", "--project", ran.folder)
    assert (status, err.splitlines()[3]) == (
        2,
        "  next:  for example: vertebra impact daily_heat device=L4 day=2021-01-15",
    )


def test_land_and_push(shop: Shop, say: Say, tmp_path: Path) -> None:
    assert data(say, shop, "land")["steps"][0]["rows"] == 2
    path = tmp_path / "north_2024-05-03.csv"
    path.write_text("receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,bread,3.20\n")
    assert data(say, shop, "push", "sales", path)["steps"][0]["rows"] == 1
    assert data(say, shop, "run")["account"][2]["formatted"] == 1
    assert say("land", "sails", "--project", shop.folder)[0] == 2


def test_init_makes_a_project_that_runs_and_refuses_a_folder_in_use(tmp_path: Path, say: Say) -> None:
    status, out, _ = say("init", tmp_path / "My Shop 1")
    assert status == 0
    assert out.splitlines()[1] == "type next:"
    assert "name: my_shop_1\n" in (tmp_path / "My Shop 1" / "vertebra.yaml").read_text()
    assert say("run", "--project", tmp_path / "My Shop 1")[0] == 0
    status, _, err = say("init", tmp_path / "My Shop 1")
    assert (status, err.splitlines()[0]) == (2, "this folder is not empty")


def test_version(say: Say) -> None:
    assert say("version")[:2] == (0, f"vertebra {__version__}\n")
    assert json.loads(say("version", "--output", "json")[1]) == {"version": __version__}


def test_help_names_every_command(say: Say) -> None:
    status, out, _ = say("--help")
    assert status == 0
    assert say()[1] == out
    assert "--project DIR" in out


def test_no_analysis_and_no_model(ran: Shop, say: Say) -> None:
    assert say("models", "--project", ran.folder)[1] == "no model stands yet: vertebra train\n"
    status, _, err = say("train", "heat", "--project", ran.folder)
    assert (status, err.splitlines()[0]) == (2, 'there is no analysis "heat"')
    assert data(say, ran, "models") == {"models": []}


def test_draft_writes_a_source_and_says_what_is_not_certain(say: Say, tmp_path: Path) -> None:
    (tmp_path / "vertebra.yaml").write_text("name: drafts\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a_2024-01.csv").write_text("id,seen\n1,03/04/2024\n2,01/02/2024\n")
    status, out, err = say("draft", tmp_path / "in", "--source", "things", "--project", tmp_path)
    assert (status, err) == (0, "")
    assert out.startswith("sources/things.yaml is written, from 2 records of 1 file\n")
    assert "columns.seen.type" in out
    assert f"vertebra run --project {tmp_path}" in out
    assert "# type, 60% sure: 03/04/2024 may be read with day or month first" in (
        tmp_path / "sources" / "things.yaml"
    ).read_text(encoding="utf-8")
    status, out, _ = say("draft", tmp_path / "in", "--source", "things", "--project", tmp_path, "--output", "json")
    assert status == 2
    assert json.loads(out)["error"]["what"] == 'the source "things" stands already'
    words = ("draft", tmp_path / "in", "--source", "things", "--force", "--project", tmp_path, "--output", "json")
    status, out, _ = say(*words)
    found = json.loads(out)
    assert status == 0
    assert (found["source"], found["files"], found["records"]) == ("things", 1, 2)
    (kind,) = [d for d in found["decisions"] if d["about"] == "columns.seen.type"]
    assert kind["value"] == {"type": "date", "format": "%d/%m/%Y"}
    assert kind["alternatives"][0]["value"] == {"type": "date", "format": ["%m/%d/%Y"]}
    assert kind["evidence"] == [{"file": "a_2024-01.csv", "line": 2, "text": "03/04/2024"}]
