"""The catalog remembers what the texts of views say, so that a plan parses only what was edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vertebra import sql
from vertebra.governance import readings
from vertebra.operations import plan, run
from vertebra.step import Action
from vertebra.workspace import Workspace, open_workspace

SOURCE = """
source: meters
collect: {folder: in, pattern: "*.csv"}
format: {csv: {}}
columns: [{name: device, type: text}, {name: e, type: double}]
"""
VIEW = "/* ---\nview: NAME\ngrain: [device]\n--- */\nselect device, max(e) as e from FROM group by device\n"


def write(folder: Path, name: str, source: str, more: str = "") -> None:
    text = VIEW.replace("NAME", name).replace("FROM", source) + more
    (folder / "views" / f"{name}.sql").write_text(text, encoding="utf-8")


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    for name in ("sources", "views", "in"):
        (tmp_path / name).mkdir()
    (tmp_path / "vertebra.yaml").write_text("name: small\n", encoding="utf-8")
    (tmp_path / "sources" / "meters.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "in" / "a.csv").write_text("device,e\na,1\nb,2\n", encoding="utf-8")
    write(tmp_path, "one", "meters")
    write(tmp_path, "two", "one")
    opened = open_workspace(tmp_path)
    yield opened
    opened.close()


def remembered(ws: Workspace) -> set[str]:
    with ws.catalog.read() as connection:
        return {body["name"] for body in readings.readings(connection).values()}


def test_only_what_was_edited_is_parsed(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ws)
    assert remembered(ws) == {"one", "two"}
    write(ws.project.folder, "two", "one", "-- a comment\n")
    parse, parsed = sql.parse, []

    def watched(text: str, where: str) -> sql.Query:
        parsed.append(where)
        return parse(text, where)

    monkeypatch.setattr(sql, "parse", watched)
    steps = {step.name: step.action for step in plan(ws)}
    assert parsed == ["views/two.sql"]
    assert steps["one"] is steps["two"] is Action.NONE  # a comment is no change
    assert len(remembered(ws)) == 2  # a plan touches nothing


def test_texts_that_are_gone_are_forgotten(ws: Workspace) -> None:
    run(ws)
    (ws.project.folder / "views" / "two.sql").unlink()
    write(ws.project.folder, "three", "one")
    assert run(ws).outcome == "done"
    assert remembered(ws) == {"one", "three"}


def test_what_is_remembered_may_be_emptied(ws: Workspace) -> None:
    run(ws)
    with ws.catalog.write() as connection:
        readings.remember(connection, {}, readings.readings(connection))
    assert remembered(ws) == set()
    assert run(ws).release is None
    assert remembered(ws) == {"one", "two"}
