"""The module as a program, and where it finds the example project."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from vertebra.errors import ProjectError
from vertebra.simulator.__main__ import main
from vertebra.simulator.example import PARTS, project_files

if TYPE_CHECKING:
    from pathlib import Path


def test_the_program_says_what_it_made(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vertebra.simulator", tmp_path, "--devices", "1", "--months", "2", "--seed", "3"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("4 files, ")
    assert done.stdout.endswith(f" defects in {tmp_path}\n")
    assert len(list(tmp_path.rglob("*.csv"))) == 4


def test_the_program_makes_rounds_and_bulk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heat = [str(tmp_path / "heat"), "--months", "6", "--clean"]
    assert main(heat) == 0
    assert main([*heat, "--round", "1"]) == 0
    assert main([str(tmp_path / "bulk"), "--bulk", "--files", "3", "--rows", "10"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" files")[0] for line in said] == ["15", "1", "3"]
    assert "30 rows" in said[2]


def test_a_wrong_request_is_four_lines_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--months", "0"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "0 months cannot be simulated",
        "  where: months of the simulator",
        "  why:   there are between 1 and 1 200",
        "  next:  give months in that range",
    ]


def make_project(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for part in PARTS:
        (folder / part).mkdir()
    return folder


def test_the_wheels_project_comes_first_then_the_checkouts(tmp_path: Path) -> None:
    package = tmp_path / "vertebra" / "simulator"
    checkout = make_project(tmp_path / "examples" / "heating")
    assert project_files(package) == checkout
    assert project_files(make_project(package / "project").parent) == package / "project"


def test_no_project_is_four_lines(tmp_path: Path) -> None:
    package = tmp_path / "vertebra" / "simulator"
    with pytest.raises(ProjectError) as caught:
        project_files(package)
    assert str(caught.value).splitlines() == [
        "the heating example's project files are not there",
        f"  where: {package / 'project'} and {tmp_path / 'examples' / 'heating'}",
        "  why:   neither holds all of vertebra.yaml, glossary.yaml, sources, views, tests, analyses",
        "  next:  install the package again, or restore the folder from the repository",
    ]
