"""A place of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.landing_place import Place, place


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Place]:
    """A project whose source collects everything below `deliveries` at once."""
    made = place(tmp_path / "project")
    yield made
    made.ws.close()
