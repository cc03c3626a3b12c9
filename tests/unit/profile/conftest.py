from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_project import SmallProject, small_project


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SmallProject]:
    with small_project(tmp_path / "small") as opened:
        yield opened
