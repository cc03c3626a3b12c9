"""A catalog with a run in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from vertebra.governance import runs
from vertebra.governance.catalog import Catalog, open_catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    yield opened
    opened.close()


@pytest.fixture
def connection(catalog: Catalog) -> Iterator[Connection]:
    """One transaction."""
    with catalog.write() as made:
        yield made


@pytest.fixture
def run_id(connection: Connection) -> int:
    return runs.begin(connection, "run", "prod")
