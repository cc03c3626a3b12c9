"""`vertebra test`: what it prints, what it answers, and that it leaves the project alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.shop import Shop
from vertebra.cli.main import main
from vertebra.exploitation.testing import tell
from vertebra.exploitation.testing.reading import KEYS
from vertebra.operations.testing import bench, run_tests

ROOT = Path(__file__).parents[3]
UPPER = """/* ---
view: weekly_sales
grain: [shop]
expect:
  - {name: more than one day, where: days > 1, otherwise: quarantine}
  - {name: not too much, where: amount_eur < 100, otherwise: fail}
--- */
select shop, count(*) as days, sum(amount_eur) as amount_eur, list(day order by day) as list_of_days
from daily_sales group by shop order by shop desc
"""


@pytest.fixture
def shop(shop: Shop) -> Iterator[Shop]:
    (shop.folder / "views" / "weekly_sales.sql").write_text(UPPER)
    yield shop
    assert not (shop.folder / "data").exists()  # nothing was opened, nothing was written


def write(shop: Shop, text: str) -> None:
    for path in (shop.folder / "tests").glob("*.yaml"):
        path.unlink()
    (shop.folder / "tests" / "sales.yaml").write_text(dedent(text).lstrip(), encoding="utf-8")


def said(shop: Shop, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["test", *words, "--project", str(shop.folder)])
    out, err = capsys.readouterr()
    return status, re.sub(r"\d+(\.\d+)? m?s$", "T", out, flags=re.MULTILINE), err


def verdicts(shop: Shop, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status, out, _ = said(shop, capsys, *words, "--output", "json")
    return status, json.loads(out)


def outcome(shop: Shop, body: str) -> str:
    """What is told of one test of weekly_sales, as one text."""
    write(shop, "test: one\nview: weekly_sales\n" + dedent(body))
    (verdict,) = run_tests(shop.folder)
    assert verdict.passed is (not [*tell(verdict)])
    return "\n".join(tell(verdict))


def test_the_starter_project_passes_its_own_test(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(shop, capsys) == (
        0,
        """\
passed  daily_sales: receipts of a day are counted and summed up (tests/daily_sales.yaml:1), T
1 test passed
""",
        "",
    )


def test_the_heating_example_passes_its_own_tests() -> None:
    found = run_tests(ROOT / "examples" / "heating")
    assert {verdict.test.view for verdict in found} == {"daily_heat", "monthly_report"}
    assert [verdict.test.name for verdict in found if not verdict.passed] == []


def test_a_failure_in_words_and_as_json(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        shop,
        """
        - test: sums
          view: daily_sales
          given:
            sales:
              - {shop: north, receipt: 1, sold_at: 2024-05-01 23:59:59.999999Z, amount_eur: 3.20}
              - {shop: north, receipt: 2, sold_at: 2024-05-02 00:00:00Z, amount_eur: -1}
              - {shop: south, receipt: 3, sold_at: 2024-05-02T00:00:00+02:00}
          expect:
            - {Shop: north, day: 2024-05-01, amount_eur: 3.21}
            - {Shop: east, day: 2024-05-01, amount_eur: null}
          expect_failed: [grain]
        - test: nothing
          view: daily_sales
          expect: []
        """,
    )
    assert said(shop, capsys) == (
        1,
        """\
failed  daily_sales: sums (tests/sales.yaml:1), T
  2 rows differ:
    {shop: north, day: 2024-05-01}
      amount_eur: 3.20 instead of 3.21
    {day: 2024-05-01, amount_eur: null}
      shop: south instead of east
  1 row is too many:
    {shop: north, day: 2024-05-02, amount_eur: -1.00}
  check failed: something was sold: 1 of 3 rows fail `amount_eur > 0`, for example shop=north, day=2024-05-02
    if that is meant, add it to `expect_failed: [something was sold]`
  check held: grain: the test expects it to fail
passed  daily_sales: nothing (tests/sales.yaml:12), T
2 tests run, 1 failed
""",
        "",
    )
    status, data = verdicts(shop, capsys, "sums")
    assert (status, data["passed"], data["failed"]) == (1, 0, 1)
    (found,) = data["tests"]
    assert found.pop("seconds") > 0
    (check,) = found.pop("checks_failed")
    assert (check["name"], check["outcome"], check["failed"]) == ("something was sold", "warned", 1)
    assert found == {
        "name": "sums",
        "view": "daily_sales",
        "file": "tests/sales.yaml",
        "line": 1,
        "outcome": "failed",
        "differing": [
            {
                "expected": {"shop": "north", "day": "2024-05-01", "amount_eur": 3.21},
                "found": {"shop": "north", "day": "2024-05-01", "amount_eur": 3.2},
                "columns": ["amount_eur"],
            },
            {
                "expected": {"shop": "east", "day": "2024-05-01", "amount_eur": None},
                "found": {"shop": "south", "day": "2024-05-01", "amount_eur": None},
                "columns": ["shop"],
            },
        ],
        "missing": [],
        "surplus": [{"shop": "north", "day": "2024-05-02", "amount_eur": -1}],
        "disordered": False,
        "checks_held": ["grain"],
        "between": [],
        "error": None,
    }


SALES = """
given:
  sales:
    - {shop: a, receipt: 1, sold_at: 2024-05-01 12:00:00, amount_eur: 3.20}
    - {shop: a, receipt: 2, sold_at: 2024-05-02 12:00:00, amount_eur: 1}
    - {shop: b, receipt: 3, sold_at: 2024-05-02 12:00:00, amount_eur: 1}
    - {shop: c, receipt: 4, sold_at: 2024-05-02 12:00:00, amount_eur: 2}
    - {shop: c, receipt: 5, sold_at: 2024-05-03 12:00:00, amount_eur: 2}
"""
DAILY = """
given:
  daily_sales:
    - {shop: a, day: 2024-05-01, receipts: 1, amount_eur: 3.20}
    - {shop: a, day: 2024-05-02, receipts: 1, amount_eur: 1.00}
"""


def test_views_between_are_computed_and_rows_in_quarantine_are_not_compared(shop: Shop) -> None:
    rows = """
    expect:
      - {shop: c, days: 2, amount_eur: 4, list_of_days: [2024-05-02, 2024-05-03]}
      - {shop: a, days: 2, amount_eur: 4.2, list_of_days: [2024-05-01, 2024-05-02]}
    """
    meant = "\nexpect_failed: [more than one day]\nordered: true\n"
    assert outcome(shop, SALES + dedent(rows) + meant) == ""
    assert outcome(shop, SALES + "expect: [{shop: a}]\npartial: true\nexpect_failed: [more than one day]") == ""
    turned = "expect: [{shop: a}, {shop: c}]" + meant
    assert outcome(shop, SALES + turned) == (
        "the rows are as expected, in another order; the first place where it differs:\n    shop: c instead of a"
    )


def test_rows_of_a_view_that_is_read_can_be_given(shop: Shop) -> None:
    assert outcome(shop, DAILY + "expect: [{shop: a, days: 2, amount_eur: 4.2}]") == ""


def test_a_check_that_stops_a_view_on_the_way_fails_the_test(shop: Shop) -> None:
    source = shop.folder / "views" / "daily_sales.sql"
    source.write_text(source.read_text().replace("otherwise: warn", "otherwise: fail"))
    sales = "given:\n  sales:\n    - {shop: a, sold_at: 2024-05-02 12:00:00, amount_eur: -1}\n"
    told = outcome(shop, sales + "expect: []\nexpect_failed: [more than one day]")
    assert told.startswith("on the way: daily_sales: something was sold: failed: 1 of 1 rows fail")
    assert told.endswith("; nothing of it would be published")


def test_the_grain_can_be_expected_to_fail(shop: Shop) -> None:
    source = shop.folder / "views" / "weekly_sales.sql"
    source.write_text(UPPER.replace("grain: [shop]", "grain: [days]"))
    twice = DAILY + "    - {shop: b, day: 2024-05-01}\n    - {shop: b, day: 2024-05-02}\n"
    assert outcome(shop, twice + "expect_failed: [grain]") == ""
    assert "check failed: grain: 1 key stands in more than one row" in outcome(shop, twice + "expect: [{days: 2}]")


@pytest.mark.parametrize(
    ("body", "line", "why", "hint"),
    [
        ("expect: [{shopp: a}]", 3, '"weekly_sales" has no column "shopp"', 'did you mean "shop"?'),
        ("expect: [{shop: a, SHOP: a}]", 3, "names the column twice", "keep one"),
        ("expect: [{days: 1.5}]", 3, "BIGINT: it is no whole number", "`days: null`"),
        ("expect: [{list_of_days: [2024-05-32]}]", 3, '["2024-05-32"] does not fit', "write a value"),
        ("given: {sales: [{amount: 1}]}\nexpect: []", 3, '"sales" has no column "amount"', '"amount_eur"'),
        ("given: {sale: []}\nexpect: []", 3, 'is called "sale"', 'did you mean "sales"?'),
        ("given: {weekly_sales: []}\nexpect: []", 3, '"weekly_sales" does not read it', "daily_sales, sales"),
        ("given: {daily_sales: [], sales: []}\nexpect: []", 3, '"weekly_sales" does not read it', "daily_sales"),
        ("expect_failed: [grian]", 3, 'has no check "grian"', 'did you mean "grain"?'),
    ],
)
def test_a_wrong_request_is_four_lines_and_status_2(
    shop: Shop, capsys: pytest.CaptureFixture[str], body: str, line: int, why: str, hint: str
) -> None:
    write(shop, "test: one\nview: weekly_sales\n" + body)
    status, data = verdicts(shop, capsys)
    error = data["tests"][0]["error"]
    assert (status, error["where"]) == (2, f"tests/sales.yaml:{line}")
    assert why in error["why"]
    assert hint in error["next"]
    assert said(shop, capsys)[1].splitlines()[2] == f"    where: tests/sales.yaml:{line}"


def test_names_choose_tests_files_and_views(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        shop,
        """
        - {test: a b, view: daily_sales, expect: []}
        - {test: c, view: weekly_sales, expect: []}
        - {test: d, view: weekly_seles, expect: []}
        """,
    )

    def names(*words: str) -> list[str]:
        return [test["name"] for test in verdicts(shop, capsys, *words)[1]["tests"]]

    assert names() == names("sales") == ["a b", "c", "d"]
    assert (names("a b"), names("weekly_sales"), names("c", "d")) == (["a b"], ["c"], ["c", "d"])
    status, _, err = said(shop, capsys, "cc")
    assert (status, err.splitlines()[0]) == (2, 'there is no test "cc"')
    status, out, _ = said(shop, capsys)
    assert (status, out.splitlines()[-1]) == (2, "3 tests run, 1 failed")  # the others ran


def test_a_view_that_stops_at_a_value_fails_its_test_and_no_other(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop.folder / "views" / "worse.sql").write_text(
        "/* ---\nview: worse\ngrain: [n]\n--- */\nselect article::integer as n from sales"
    )
    write(
        shop,
        """
        - {test: bread, view: worse, given: {sales: [{article: bread}]}, expect: [{n: 1}]}
        - {test: 1 is a number, view: worse, given: {sales: [{article: "1"}]}, expect: [{n: 1}]}
        """,
    )
    status, out, _ = said(shop, capsys)
    assert status == 1
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == ["failed", "passed", "2"]
    assert "the engine stopped at a value\n    where: views/worse.sql" in out


def test_no_tests_are_said_and_no_project_is_refused(
    shop: Shop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(shop, "")
    (shop.folder / "tests" / "sales.yaml").unlink()
    assert said(shop, capsys) == (0, "there are no tests\n", "")
    assert main(["test", "--project", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("this folder is no project")


def test_provenance_is_seen_by_views_that_name_it_and_a_source_s_quarantine_can_be_given(shop: Shop) -> None:
    for name, sql in [
        ("rows_of_files", "select _file as file, count(*) as n from sales group by _file"),
        ("refused", "select reason, count(*) as n from sales_quarantine group by reason"),
        ("stars", "select * from sales"),
    ]:
        grain = {"rows_of_files": "file", "refused": "reason", "stars": "receipt"}[name]
        (shop.folder / "views" / f"{name}.sql").write_text(f"/* ---\nview: {name}\ngrain: [{grain}]\n--- */\n{sql}")
    write(
        shop,
        """
        - test: files
          view: rows_of_files
          given: {sales: [{_file: 1}, {_file: 2}, {_file: 1}]}
          expect: [{file: 1, n: 2}, {file: 2, n: 1}]
        - test: quarantine
          view: refused
          given: {sales_quarantine: [{reason: bad}]}
          expect: [{reason: bad, n: 1}]
        - test: a star does not show them
          view: stars
          given: {sales: [{receipt: 1, _file: 1}]}
          expect: [{receipt: 1, shop: null}]
        """,
    )
    assert [verdict.error for verdict in run_tests(shop.folder)] == [None] * 3
    assert all(verdict.passed for verdict in run_tests(shop.folder))


def test_the_scratch_folder_is_taken_away(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with bench(shop.folder):
        assert len(list(scratch.iterdir())) == 1
    assert list(scratch.iterdir()) == []


def test_the_page_s_test_passes_in_the_heating_project(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "tests.md").read_text(encoding="utf-8")
    heating = ROOT / "examples" / "heating"
    for part in ("vertebra.yaml", "sources", "views"):
        (tmp_path / part).symlink_to(heating / part)
    (tmp_path / "tests").mkdir()
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "tests" / "page.yaml").write_text(block, encoding="utf-8")
    assert [verdict.passed for verdict in run_tests(tmp_path)] == [True]
    assert tuple(re.findall(r"^\| `(\w+)", page, re.MULTILINE)) == KEYS
