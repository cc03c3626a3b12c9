"""Whatever goes wrong ends as four lines or one JSON object, and an exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shop import Shop
from vertebra.cli.main import main
from vertebra.operations import query


def four(text: str) -> list[str]:
    lines = text.splitlines()
    assert len(lines) == 4, text
    assert [line[:9] for line in lines[1:]] == ["  where: ", "  why:   ", "  next:  "]
    assert "Traceback" not in text
    return [lines[0], *(line[9:] for line in lines[1:])]


@pytest.mark.parametrize(
    ("words", "what", "next_"),
    [
        (["quary"], "No such command 'quary'", "did you mean 'query'?"),
        (["zzz"], "No such command 'zzz'", "vertebra --help"),
        (["run", "--fast"], "No such option: --fast", "vertebra run --help"),
        (["run", "--wait", "long"], "Invalid value for '--wait'", "vertebra run --help"),
        (["query"], "Missing argument 'SQL'", "vertebra query --help"),
        (["run", "now"], "Got unexpected extra argument", "vertebra run --help"),
        (["--output", "xml", "run"], "Invalid value for '--output'", "vertebra run --help"),
    ],
)
def test_a_command_line_that_cannot_be_read(
    words: list[str], what: str, next_: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capfd.readouterr()
    lines = four(err)
    assert out == ""
    assert lines[0].startswith(what)
    assert lines[1:] == [f"vertebra {' '.join(words)}", "the command line cannot be read", next_]


def test_a_global_option_without_its_value(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--project"]) == 2
    assert four(capfd.readouterr().err) == [
        "--project needs a value",
        "vertebra run --project",
        "it is the last word",
        "vertebra --help",
    ]


def test_the_same_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["quary", "--output", "json"]) == 2
    out, err = capfd.readouterr()
    assert err == ""
    assert json.loads(out) == {
        "error": {
            "type": "UsageError",
            "what": "No such command 'quary'",
            "where": "vertebra quary --output json",
            "why": "the command line cannot be read",
            "next": "did you mean 'query'?",
        }
    }


def test_global_options_stand_before_or_after(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    project = str(shop.folder)
    for words in (
        ["--project", project, "--output", "json", "plan"],
        ["plan", "--project", project, "--output", "json"],
        ["--output=json", "plan", f"--project={project}"],
    ):
        assert main(words) == 0
        assert json.loads(capfd.readouterr().out)["steps"]


def test_a_folder_that_is_no_project(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--project", str(tmp_path)]) == 2
    assert four(capfd.readouterr().err)[:3] == ["this folder is no project", str(tmp_path), "it has no vertebra.yaml"]


def test_an_unknown_environment(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--env", "test", "--project", str(shop.folder)]) == 2
    assert four(capfd.readouterr().err)[0] == 'there is no environment "test"'


def test_a_fault_of_ours_is_no_traceback(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        message = "list index\nout of range"
        raise IndexError(message)

    monkeypatch.setattr(sys.modules[query.__module__], "query", broken)
    assert main(["query", "select 1", "--project", str(shop.folder)]) == 1
    lines = four(capfd.readouterr().err)
    assert (lines[0], lines[2]) == ("this is a bug in Vertebra", "IndexError: list index")
    assert Path(lines[1]).parent == shop.folder / "data" / "bugs"
    assert "Traceback (most recent call last)" in Path(lines[1]).read_text()


def start(shop: Shop, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "vertebra.cli", *words, "--project", str(shop.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_run_and_the_next_goes_on(shop: Shop, number: signal.Signals) -> None:
    slow = shop.view("slow", "select sum(a.range * b.range) as s from range(1000000) a, range(10000000) b, sales", "s")
    process = start(shop, "run", "--output", "json")
    end = time.monotonic() + 60
    while time.monotonic() < end and not [row for row in shop.catalog("step_run") if row["name"] == "slow"]:
        time.sleep(0.05)
    os.kill(process.pid, number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"]["what"] == "stopped"
    assert [row["outcome"] for row in shop.catalog("run")] == ["stopped"]
    assert {row["name"]: row["outcome"] for row in shop.catalog("step_run")}["slow"] == "stopped"
    slow.unlink()
    assert shop.run().release == 1


def test_a_reader_that_goes_away_is_no_error(shop: Shop) -> None:
    shop.run()
    sql = "select i, repeat('x', 1000) as x from range(100000) t(i)"
    process = start(shop, "query", sql, "--output", "json")
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(60) == 141
    process.stderr.close()
