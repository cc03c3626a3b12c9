"""Pictures: drawn without a screen, the same rows give the same bytes, a folder that refuses is said."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.analysis.analysis_bench import DEFINITION, PLOTS, Bench, daily_heat
from vertebra.analysis import read_analyses, train
from vertebra.errors import StorageError

FILES = ("demand_measured.png", "demand_residuals.png")


def _size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert b"tEXt" not in data  # neither a version nor a date
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_both_plots_are_drawn_and_drawn_again_only_where_one_is_missing(
    bench: Bench, project: Callable[..., Path]
) -> None:
    analysis = read_analyses(project(DEFINITION + PLOTS))["demand"]
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    receipt = train(bench.ws, analysis, release, bench.run_id)
    reports = bench.ws.project.folder / "reports"
    assert sorted(path.name for path in reports.iterdir()) == list(FILES)
    assert [_size(reports / name) for name in FILES] == [(1560, 728)] * 2
    assert receipt.notes[-2:] == tuple(f"drawn: reports/{name}" for name in FILES)
    kept = {name: (reports / name).read_bytes() for name in FILES}
    (reports / FILES[0]).unlink()
    again = train(bench.ws, analysis, release, bench.run_id)
    assert [note for note in again.notes if note.startswith("drawn")] == [f"drawn: reports/{FILES[0]}"]
    assert {name: (reports / name).read_bytes() for name in FILES} == kept
    assert "matplotlib.pyplot" not in sys.modules  # pyplot would look for a screen


def test_a_folder_that_cannot_be_written_is_said(bench: Bench, project: Callable[..., Path]) -> None:
    analysis = read_analyses(project(DEFINITION + PLOTS))["demand"]
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    (bench.ws.project.folder / "reports").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot write a plot") as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert caught.value.where.endswith("reports/demand_measured.png")
    assert "take `plots:` out" in caught.value.next
