"""A project with one analysis, and an open workspace in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.analysis.analysis_bench import DEFINITION, Bench
from vertebra.analysis.evaluation import threads
from vertebra.governance import runs
from vertebra.workspace import open_workspace

Project = Callable[..., Path]


@pytest.fixture(autouse=True)
def _few_threads() -> Iterator[None]:
    """Threads that wait for each other on a busy machine would take most of the time."""
    with threads(1):
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Write `analyses/demand.yaml` of a project; its folder."""

    def write(definition: str = DEFINITION) -> Path:
        (tmp_path / "vertebra.yaml").write_text("name: heating\nengine: {threads: 2}\n", encoding="utf-8")
        (tmp_path / "analyses").mkdir(exist_ok=True)
        (tmp_path / "analyses" / "demand.yaml").write_text(definition, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def bench(project: Project) -> Iterator[Bench]:
    """An open workspace with a run."""
    ws = open_workspace(project(DEFINITION))
    with ws.catalog.write() as connection:
        run_id = runs.begin(connection, "test", "prod")
    yield Bench(ws, run_id)
    ws.close()
