from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.bad_input import Standing
from tests.shop import Shop


@pytest.fixture
def standing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Standing:
    """A project with one release."""
    found = Standing(Shop(tmp_path / "shop"), capfd)
    assert found.json("run")["release"] == 1
    return found
