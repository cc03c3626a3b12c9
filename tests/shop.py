"""The project that `vertebra init` writes, to be run, changed and broken by tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from vertebra import operations
from vertebra.cli.starter import write_project
from vertebra.governance.schema import metadata
from vertebra.operations import RunReport
from vertebra.step import Step
from vertebra.workspace import Workspace, open_workspace

OVER = """/* ---
view: {name}
grain: [{grain}]
{more}
--- */
{sql}
"""


class Shop:
    """A folder with a project, and what tests do with it; each verb opens the project anew, as a process does."""

    def __init__(self, folder: Path) -> None:
        write_project(folder)
        source = folder / "sources" / "sales.yaml"  # deliveries of a test are at rest: nothing has to settle
        source.write_text(source.read_text().replace('pattern: "**/*.csv"', 'pattern: "**/*.csv", settle: 0'))
        self.folder = folder

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        ws = open_workspace(self.folder)
        try:
            yield ws
        finally:
            ws.close()

    def run(self, **options: Any) -> RunReport:
        with self.opened() as ws:
            return operations.run(ws, **options)

    def plan(self) -> dict[tuple[str, str], Step]:
        with self.opened() as ws:
            return {(str(step.kind), step.name): step for step in operations.plan(ws)}

    def actions(self) -> dict[str, str]:
        return {f"{kind} {name}": str(step.action) for (kind, name), step in self.plan().items()}

    def rows(self, sql: str, release: int | None = None) -> list[dict[str, Any]]:
        with self.opened() as ws:
            found: list[dict[str, Any]] = operations.query(ws, sql, release).to_pylist()
            return found

    def deliver(self, name: str, text: str) -> Path:
        path = self.folder / "deliveries" / "sales" / name
        path.write_text(text, encoding="utf-8")
        return path

    def view(self, name: str, sql: str, grain: str, more: str = "") -> Path:
        path = self.folder / "views" / f"{name}.sql"
        path.write_text(OVER.format(name=name, grain=grain, sql=sql, more=more), encoding="utf-8")
        return path

    def catalog(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table of the catalog."""
        with self.opened() as ws, ws.catalog.read() as connection:
            return [dict(row) for row in connection.execute(select(metadata.tables[table])).mappings()]
