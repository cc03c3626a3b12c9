"""A project that stands, and what happens to it when something bad comes: asked through the command line alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from vertebra.cli.main import main

LINES = ("  where: ", "  why:   ", "  next:  ")


@dataclass(frozen=True)
class Standing:
    """A shop whose first release stands, and the command line to it."""

    shop: Shop
    capfd: pytest.CaptureFixture[str]

    @property
    def folder(self) -> Path:
        return self.shop.folder

    def say(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of a command; neither may hold a traceback."""
        self.capfd.readouterr()
        status = main([*words, "--project", str(self.folder)])
        out, err = self.capfd.readouterr()
        assert "Traceback" not in out + err
        assert "bug in Vertebra" not in out + err
        return status, out, err

    def json(self, *words: str) -> Any:
        """What a command that ends well prints as JSON."""
        status, out, err = self.say(*words, "--output", "json")
        assert (status, err.count("where:")) == (0, 0), out
        return json.loads(out)

    def refused(self, *words: str) -> tuple[int, list[str]]:
        """Exit status and four lines of a command that does not end well, the same in text and in JSON."""
        status, _, err = self.say(*words)
        told = four(err)
        again, out, _ = self.say(*words, "--output", "json")
        error = json.loads(out)["error"]
        assert again == status > 0
        assert [error[key] for key in ("what", "where", "why", "next")] == told
        return status, told

    def rows(self, release: int | None = None) -> dict[str, Any]:
        """All rows of a release, by dataset."""
        pinned = () if release is None else ("--release", str(release))
        names = ("sales", "sales_quarantine", "daily_sales")
        return {name: self.json("query", f"select * from {name} order by all", *pinned) for name in names}

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """Whatever happens inside, the release that stands is read as before, and stays the current one."""
        number, rows = self.json("status")["release"], self.rows()
        yield
        assert self.json("status")["release"] == number
        assert self.rows() == rows

    def kept(self) -> dict[str, str]:
        """Hashes of the bytes in the landing zone, by file name."""
        files = (self.folder / "data" / "landing" / "persistent").rglob("*.*")
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def four(text: str) -> list[str]:
    """The four lines at the end of a text, without what they are called."""
    lines = text.splitlines()[-4:]
    assert tuple(line[:9] for line in lines[1:]) == LINES, text
    return [lines[0], *(line[9:] for line in lines[1:])]


def balances(account: dict[str, Any]) -> bool:
    """Are all records of a file accounted for?"""
    out: int = account["formatted"] + account["quarantined"] + sum(account["skipped"].values())
    return bool(account["records"] == out)
