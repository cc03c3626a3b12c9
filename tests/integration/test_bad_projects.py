"""What a bad view, template, name or catalog gets: four lines and an exit status; what stands is left alone."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.bad_input import Standing, four
from vertebra.operations.lock import holder

HEAD = "/* ---\nview: {name}\ngrain: [{grain}]\n--- */\n"


def view(name: str, grain: str, sql: str) -> dict[str, str]:
    return {f"views/{name}.sql": HEAD.format(name=name, grain=grain) + sql}


# what is written, exit status, what, where, why (its begin), next (its begin)
VIEWS: dict[str, tuple[dict[str, str], int, str, str, str, str]] = {
    "a syntax error": (
        view("bad", "shop", "selec shop from sales"),
        2,
        "SQL that cannot be read, at 'from'",
        "views/bad.sql:5:12",
        "Invalid expression",
        "mend the statement at this word, or just before it",
    ),
    "a syntax error that only the engine sees": (
        view("bad", "shop", "select shop,,\nfrom sales"),
        1,
        "the engine cannot read this query",
        "views/bad.sql:5",
        'Parser Error: syntax error at or near ","',
        "mend the query",
    ),
    "a quote that is never closed": (
        view("bad", "shop", "select shop from sales where shop = 'north"),
        2,
        "SQL that cannot be split into words",
        "views/bad.sql:5:43",
        "",
        "look for a quote, bracket or comment that is opened and never closed",
    ),
    "two statements": (
        view("bad", "shop", "select shop from sales; select 1"),
        2,
        "2 statements stand where one SELECT is expected",
        "views/bad.sql:5",
        "a view is a single statement",
        "a view is one SELECT",
    ),
    "a statement that changes something": (
        view("bad", "shop", "delete from sales"),
        2,
        "DELETE is not a SELECT",
        "views/bad.sql:5:1",
        "a view only reads",
        "a view is one SELECT",
    ),
    "an unknown table": (
        view("bad", "shop", "select shop from\nsails"),
        2,
        'the view "bad" reads "sails", which is no table and no view',
        "views/bad.sql:6",
        "nothing in sources/ or views/ is called that",
        'did you mean "sales"? known: daily_sales, sales, sales_quarantine',
    ),
    "an unknown column": (
        view("bad", "shop", "select shopp as shop from sales"),
        1,
        "the engine cannot read this query",
        "views/bad.sql:5",
        'Binder Error: Referenced column "shopp" not found',
        "mend the query",
    ),
    "a circle": (
        view("a", "shop", "select shop from b") | view("b", "shop", "select shop from a"),
        2,
        "views read each other in a circle",
        "views/a.sql:5",
        '"a" reads "b" reads "a"',
        "take one of them out of the circle",
    ),
    "a view that reads itself": (
        view("a", "shop", "select shop from a"),
        2,
        "views read each other in a circle",
        "views/a.sql:5",
        '"a" reads "a"',
        "take one of them out of the circle",
    ),
    "a grain that is not unique": (
        view("bad", "shop", "select shop, receipt from sales"),
        1,
        'the grain of "bad" does not identify its rows; nothing of it was published',
        "views/bad.sql:3",
        "grain (shop): 1 key stands in more than one row, for example shop=north (5 rows)",
        "group by the grain, add the column that tells the rows apart, or quarantine what is wrong",
    ),
    "a grain that is null": (
        view("bad", "shop, article", "select distinct shop, nullif(article, 'milk') as article from sales"),
        1,
        'the grain of "bad" does not identify its rows; nothing of it was published',
        "views/bad.sql:3",
        "grain (shop, article): 1 row has a null in it",
        "",
    ),
    "a grain that is no column": (
        view("bad", "shpo", "select shop from sales group by all"),
        1,
        '"shpo" under `grain` is no column of the view "bad"',
        "views/bad.sql:3",
        "its query has no such output column",
        'did you mean "shop"? known: shop',
    ),
    "no header": (
        {"views/bad.sql": "select 1 as shop"},
        2,
        "the view has no header",
        "views/bad.sql:1",
        "it does not begin with a comment",
        "begin the file with `/* ---`",
    ),
    "an unknown key": (
        {"views/bad.sql": "/* ---\nview: bad\ngrain: [shop]\nexpekt: []\n--- */\nselect shop from sales"},
        2,
        'cannot use "expekt"',
        "views/bad.sql:4",
        '"expekt" is no key of this file',
        'did you mean "expect"?',
    ),
    "an expectation that fails": (
        {
            "views/bad.sql": "/* ---\nview: bad\ngrain: [receipt]\n"
            "expect: [{name: cheap, where: amount_eur < 5, otherwise: fail}]\n--- */\n"
            "select receipt, amount_eur from sales"
        },
        1,
        '1 of 2 checks of "bad" failed; nothing of it was published',
        "views/bad.sql:4",
        "cheap: 1 of 5 rows fail `amount_eur < 5`, for example receipt=2",
        "",
    ),
    "a view name that is no identifier": (
        view("daily-sales", "shop", "select shop from sales"),
        2,
        'cannot use "view"',
        "views/daily-sales.sql:2",
        "'daily-sales' is not a name: small letters, digits and _ only, a letter first",
        "`view: daily_sales`",
    ),
    "a view name that holds a quote": (
        {"views/o'clock.sql": HEAD.format(name='"o\'clock"', grain="shop") + "select shop from sales"},
        2,
        'cannot use "view"',
        "views/o'clock.sql:2",
        '"o\'clock" is not a name: small letters, digits and _ only, a letter first',
        "`view: o_clock`",
    ),
    "a view column that holds a quote": (
        view("bad", "shop", 'select shop, count(*) as "it\'s ""n""" from sales group by all'),
        1,
        "column 2 of the view has no name that a table can carry",
        "views/bad.sql",
        'the engine calls it `it\'s "n"`; a name has letters, digits and _ only, a letter first',
        "give it a name: `… as NAME`",
    ),
    "a view and a source of one name": (
        view("sales", "shop", "select 1 as shop"),
        2,
        'a source and a view are both called "sales"',
        "views/sales.sql:2",
        "one name means one table",
        "rename one of the two",
    ),
}


@pytest.mark.parametrize("case", VIEWS)
def test_a_bad_view(standing: Standing, case: str) -> None:
    files, status, what, where, why, next_ = VIEWS[case]
    with standing.left_alone():
        for name, text in files.items():
            (standing.folder / name).write_text(text, encoding="utf-8")
        told = standing.refused("run")
        assert told[0] == status
        assert told[1][:2] == [what, where]
        assert told[1][2].startswith(why)
        assert told[1][3].startswith(next_)
        if status == 2:  # a plan reads the same files, and says the same before anything is done
            assert standing.refused("plan") == told
    for name in files:
        (standing.folder / name).unlink()
    assert standing.json("run")["release"] is None


# what is replaced in the template, by what; where, why (its begin), next (its begin)
TEMPLATES = {
    "a source name that is no identifier": (
        "source: sales",
        "source: my-sales",
        'cannot use "source"',
        "sources/sales.yaml:1",
        "'my-sales' is not a name: small letters, digits and _ only, a letter first",
        "`source: my_sales`",
    ),
    "a source name that holds a quote": (
        "source: sales",
        'source: "sal\'es"',
        'cannot use "source"',
        "sources/sales.yaml:1",
        '"sal\'es" is not a name: small letters, digits and _ only, a letter first',
        "`source: sal_es`",
    ),
    "a column name that holds quotes": (
        "name: article,",
        'name: "a\'r\\"t",',
        'cannot use "columns[3].name"',
        "sources/sales.yaml:13",
        "'a\\'r\"t' is not a name: small letters, digits and _ only, a letter first",
        "`name: a_r_t`",
    ),
    "a column name that the loader uses": (
        "name: article,",
        "name: _file,",
        'cannot use "columns[3].name"',
        "sources/sales.yaml:13",
        "'_file' is not a name: small letters, digits and _ only, a letter first",
        "`name: file`",
    ),
    "an unknown type": (
        "type: integer",
        "type: int32",
        'cannot use "columns[1].type"',
        "sources/sales.yaml:11",
        '"int32" is no type',
        "",
    ),
    "an unknown time zone": (
        "Europe/Berlin",
        "Europe/Berln",
        'cannot use "columns[2].timezone"',
        "sources/sales.yaml:12",
        '"Europe/Berln" is no IANA time zone',
        'did you mean "Europe/Berlin"?',
    ),
    "a text that is no YAML": (
        "key: [shop",
        "key: [[shop",
        "cannot read this as YAML",
        "sources/sales.yaml:9",
        "",
        "mend the line",
    ),
    "a folder that is not there": (
        "folder: deliveries/sales",
        "folder: deliveries/sails",
        'cannot collect the files of "sales"',
        "sources/sales.yaml:4 collect.folder",
        "",
        "make the folder and let it be read, or name another under `collect: {folder: …}`",
    ),
}


@pytest.mark.parametrize("case", TEMPLATES)
def test_a_bad_template(standing: Standing, case: str) -> None:
    old, new, what, where, why, next_ = TEMPLATES[case]
    path = standing.folder / "sources" / "sales.yaml"
    text = path.read_text()
    assert old in text
    with standing.left_alone():
        path.write_text(text.replace(old, new, 1))
        for command in ("plan", "run"):
            status, told = standing.refused(command)
            assert status == 2
            assert told[:2] == [what, where]
            assert told[2].startswith(why)
            assert told[3].startswith(next_)
    path.write_text(text)
    assert standing.json("run")["release"] is None


ODD = 'it\'s "x"; drop table sales --'


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["query", f'select * from "{ODD.replace(chr(34), chr(34) * 2)}"'], f'there is no dataset "{ODD}"'),
        (["trace", ODD, "a=b"], f'there is no dataset "{ODD}"'),
        (["trace", "daily_sales", f"{ODD}=1"], f'"daily_sales" has no column "{ODD}"'),
        (["trace", "daily_sales", f"shop={ODD}"], f'no row of "daily_sales" has shop={ODD}'),
        (["trace", "daily_sales", "day=tomorrow"], '"tomorrow" is no value of "day"'),
        (["history", ODD], f'there is no dataset "{ODD}"'),
        (["quarantine", ODD], f'there is no table "{ODD}"'),
        (["files", ODD], f'there is no source "{ODD}"'),
        (["land", ODD], f'there is no source "{ODD}"'),
        (["train", ODD], f'there is no analysis "{ODD}"'),
        (["status", "--env", ODD], f'there is no environment "{ODD}"'),
        (["query", "select 1 from sales", "--release", "99"], "there is no release 99"),
        (["query", "drop table sales"], "DROP is not a SELECT"),
        (["query", "select 1; drop table sales"], "2 statements stand where one SELECT is expected"),
        (["query", "select * from read_csv('/etc/passwd')"], None),
        (["query", ""], None),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_name_or_value_on_the_command_line_that_means_nothing(
    standing: Standing, words: list[str], what: str | None
) -> None:
    with standing.left_alone():
        status, told = standing.refused(*words)
        assert status == 2
        assert told[0] == what or (what is None and told[0])


def test_a_file_that_is_pushed_and_is_not_there(standing: Standing) -> None:
    with standing.left_alone():
        told = standing.refused("push", "sales", "no such file")
    assert told == (1, ["cannot push this file", "no such file", "No such file or directory", "name a readable file"])


@pytest.mark.parametrize(
    ("folder", "said"), [("per%20cent", "%20"), ("two\nlines", "\\n")], ids=["percent", "line end"]
)
def test_a_project_in_a_folder_that_tables_cannot_be_in(standing: Standing, folder: str, said: str) -> None:
    moved = standing.folder.rename(standing.folder.parent / folder)
    standing.shop.folder = moved
    status, told = standing.refused("run")
    assert (status, told[0], told[1]) == (2, 'cannot use "storage"', "vertebra.yaml:3")
    assert said in told[2]
    assert told[3] == "rename that folder, or name another: `storage: /srv/data`"
    standing.shop.folder = moved.rename(moved.parent / "it's a [shop] 100% *")
    assert standing.json("run")["release"] is None
    assert len(standing.json("trace", "daily_sales", "shop=north", "day=2024-05-02")["records"]) == 2


def test_a_catalog_made_by_a_newer_version(standing: Standing) -> None:
    path = standing.folder / "data" / "catalog.db"
    with standing.left_alone():
        change(path, "insert into migration values (999, 'from the future', '2030-01-01 00:00:00')")
        content = path.read_bytes()
        for words in (["run"], ["plan"], ["status"], ["query", "from sales"], ["land"]):
            status, told = standing.refused(*words)
            assert status == 2
            assert told[0] == "the catalog was made by a newer version of Vertebra"
            assert told[1].endswith("/data/catalog.db")
            assert told[2].startswith("it has migration 999, this version knows up to ")
            assert told[3] == "pip install --upgrade vertebra"
        assert path.read_bytes() == content
        change(path, "delete from migration where number = 999")


def change(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("harm", ["garbage", "another database", "cut off"])
def test_a_file_that_is_no_catalog(standing: Standing, harm: str) -> None:
    path = standing.folder / "data" / "catalog.db"
    with standing.left_alone():
        saved = path.read_bytes()
        path.unlink()
        match harm:
            case "garbage":
                path.write_bytes(b"these are no pages of a database" * 200)
            case "another database":
                change(path, "create table run (id integer)")
            case "cut off":
                path.write_bytes(saved[: len(saved) // 2])
        for words in (["run"], ["query", "from sales"]):
            status, told = standing.refused(*words)
            assert status in {1, 2}
            assert told[1].endswith("/data/catalog.db")
        path.write_bytes(saved)


SLOW = "select sum(a.range * b.range) as s from range(1000000) a, range(10000000) b, sales"


def start(standing: Standing, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "vertebra.cli", *words, "--project", str(standing.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until_it_builds(standing: Standing, name: str) -> None:
    end = time.monotonic() + 60
    while not [row for row in standing.shop.catalog("step_run") if row["name"] == name]:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_runs_at_once(standing: Standing) -> None:
    """The second is told who writes, or waits if it is asked to; readers see the release that stands all the while."""
    slow = standing.shop.view("slow", SLOW, "s")
    first = start(standing, "run")
    with standing.left_alone():
        until_it_builds(standing, "slow")
        for words in (["run"], ["land"], ["push", "sales", __file__], ["train"], ["predict"]):
            _, err = (second := start(standing, *words)).communicate(timeout=60)
            told = four(err)
            assert (second.returncode, told[0]) == (2, "somebody else is writing to this project")
            assert told[1] == str(standing.folder / "data" / "lock")
            assert told[2].startswith(f"process {first.pid} on ")
            assert " runs `vertebra run` since 20" in told[2]
            assert told[3] == "wait for it to end, or let this command wait: --wait 600"
        _, told = standing.refused("run", "--wait", "0.2")
        assert told[2].endswith("; waited 0.2 seconds")
        assert holder(str(standing.folder / "data"))["pid"] == str(first.pid)
        assert str(first.pid) in standing.say("status")[1]
    slow.unlink()
    standing.shop.deliver("north_2024-05-03.csv", "receipt,sold_at,article,amount\n9,2024-05-03 10:00:00,tea,2.00\n")
    waiting = start(standing, "run", "--wait", "120")
    time.sleep(0.5)
    assert waiting.poll() is None
    os.kill(first.pid, signal.SIGKILL)
    first.communicate(timeout=60)
    _, err = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, err
    assert standing.json("query", "select count(*) as n from sales") == [{"n": 6}]


def test_a_run_that_waits_goes_on_when_the_first_has_ended_well(standing: Standing) -> None:
    count: Any = "select count(*) as n from range(30000000) t(i) where sqrt(i) > 1 and i in (select receipt from sales)"
    standing.shop.view("slow", count, "n")
    first = start(standing, "run")
    until_it_builds(standing, "slow")
    second = start(standing, "run", "--wait", "120", "--output", "json")
    out, err = second.communicate(timeout=180)
    assert (second.returncode, err) == (0, "") or '"release": null' in out
    assert first.wait(10) == 0
    first.communicate()
    assert standing.json("status")["release"] == 2
