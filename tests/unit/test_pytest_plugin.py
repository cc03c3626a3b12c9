"""The pytest plugin: tests of views are items, other files are left alone, and nothing is imported for nothing."""

from __future__ import annotations

import os
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from vertebra.cli.starter import write_project

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]
HEAVY = ("duckdb", "pyarrow", "sqlglot", "sqlalchemy", "deltalake", "numpy", "pandas", "yaml", "sklearn")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder in which pytest runs with this plugin, whether or not it is installed as one."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    return pytester


def pytest_in(run: pytest.Pytester, *words: str) -> pytest.RunResult:
    return run.runpytest_subprocess("-p", "vertebra.pytest_plugin", "-W", "error", *words)


def test_the_entry_point_names_the_plugin() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    place = declared["project"]["entry-points"]["pytest11"]["vertebra"]
    assert hasattr(import_module(place), "pytest_collect_file")


def test_a_test_of_a_view_is_an_item(run: pytest.Pytester) -> None:
    write_project(run.path / "shop")
    found = pytest_in(run, "--collect-only", "-q")
    found.stdout.fnmatch_lines(["shop/tests/daily_sales.yaml::receipts of a day are counted and summed up"])
    pytest_in(run, "-v").assert_outcomes(passed=1)
    pytest_in(run, "shop/tests/daily_sales.yaml", "-k", "nothing").assert_outcomes(deselected=1)
    assert not (run.path / "shop" / "data").exists()


def test_failures_are_told_in_the_words_of_the_command(run: pytest.Pytester) -> None:
    write_project(run.path)
    path = run.path / "tests" / "daily_sales.yaml"
    path.write_text(path.read_text().replace("3.30", "3.31"))
    (run.path / "tests" / "more.yaml").write_text("{test: typo, view: daily_sale, expect: []}")
    (run.path / "tests" / "test_more.py").write_text("def test_more():\n    assert 1 + 1 == 2\n")
    found = pytest_in(run)
    found.assert_outcomes(failed=2, passed=1)
    found.stdout.fnmatch_lines(
        [
            "*daily_sales: receipts of a day are counted and summed up*",
            "tests/daily_sales.yaml:1: 1 row differs:",
            "  {shop: north, day: 2024-05-01, receipts: 2}",
            "    amount_eur: 3.30 instead of 3.31",
            'tests/more.yaml:1: cannot use "view"',
            "  where: tests/more.yaml:1",
            '  why:   there is no view "daily_sale"',
            "FAILED tests/more.yaml::typo - tests/more.yaml:1: cannot use*",
        ]
    )
    found.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_or_a_project_that_cannot_be_read_is_told_in_four_lines(run: pytest.Pytester) -> None:
    write_project(run.path)
    (run.path / "tests" / "more.yaml").write_text("test: a\nview: b\nexpects: []\n")
    found = pytest_in(run)
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(['cannot use "expects"', "  where: tests/more.yaml:3"])
    (run.path / "tests" / "more.yaml").unlink()
    (run.path / "views" / "daily_sales.sql").write_text("select 1")
    found = pytest_in(run)
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["the view has no header", "  where: views/daily_sales.sql:1"])
    found.stdout.no_fnmatch_line("*Traceback*")


def test_other_yaml_files_are_left_alone_and_nothing_heavy_is_imported_for_them(run: pytest.Pytester) -> None:
    for name in (
        "tests/a.yaml",
        "b.yaml",
        "tests/deep/tests/c.yml",
        "project/views/d.yaml",
        "project/tests/deep/e.yaml",
    ):
        (run.path / name).parent.mkdir(parents=True, exist_ok=True)
        (run.path / name).write_text("not: [closed")
    (run.path / "project" / "vertebra.yaml").write_text("name: project\n")
    (run.path / "tests" / "test_none.py").write_text("def test_none():\n    pass\n")
    (run.path / "conftest.py").write_text(
        "import sys\n\ndef pytest_sessionfinish():\n"
        f"    print('imported:', [n for n in {HEAVY!r} if n in sys.modules], 'vertebra' in sys.modules)\n"
    )
    found = pytest_in(run, "-s")
    found.assert_outcomes(passed=1)
    assert re.search(r"imported: (\[.*\]) (\w+)", str(found.stdout)).groups() == ("[]", "True")  # type: ignore[union-attr]
