"""A project in a temporary folder, whose formatted tables are put there by the test itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from vertebra import exploitation
from vertebra.exploitation import View
from vertebra.governance import datasets, files, releases, runs
from vertebra.governance.datasets import DatasetVersion
from vertebra.step import Receipt
from vertebra.workspace import Workspace, open_workspace


@dataclass
class SmallProject:
    """A workspace, and the few things that other parts of the package would have done before."""

    ws: Workspace
    run: int
    heads: dict[str, DatasetVersion] = field(default_factory=dict)

    def table(self, name: str, sql: str, grain: tuple[str, ...] = (), parts: int = 1) -> DatasetVersion:
        """Publish a formatted table: `sql` gives its rows with `_file` and `_record`, in so many Parquet files."""
        path = f"formatted/{name}"
        identity = datasets.fingerprint(name, sql)
        engine = self.ws.engine
        columns = engine.columns(sql)
        written = [
            file
            for part in range(parts)
            for file in engine.write(
                f"select * from ({sql}) where _file % {parts} = {part} order by _file, _record",
                self.ws.storage.url(path),
                f"{identity[:12]}-{self.run}/part-{part}",
            )
        ]
        commit = self.ws.tables.publish(path, written, engine.schema(columns), identity)
        with self.ws.catalog.write() as connection:
            number = datasets.publish(
                connection,
                datasets.register(connection, name, "formatted", path),
                identity=identity,
                definition_id=datasets.define(connection, "template", name, identity, "{}"),
                table_version=commit,
                columns=columns,
                grain=grain,
                rows=sum(file.rows for file in written),
                size=sum(file.size for file in written),
                files=len(written),
                run_id=self.run,
            )
        return self.stands(name, number)

    def file(self, source: str, name: str) -> int:
        """Record a file version; its number."""
        with self.ws.catalog.write() as connection:
            row = {
                "source": source,
                "name": name,
                "version": 1,
                "received_at": datetime.now(UTC),
                "sha256": "0" * 64,
                "size": 0,
                "origin": name,
                "path": f"landing/persistent/{source}/{name}",
            }
            return next(iter(files.add_files(connection, [row]).values()))

    def view(self, name: str, sql: str, grain: str, header: str = "") -> View:
        """Write a view's file and read it back."""
        folder = self.ws.project.folder / "views"
        folder.mkdir(exist_ok=True)
        head = f"view: {name}\ngrain: [{grain}]\n{dedent(header)}".rstrip()
        (folder / f"{name}.sql").write_text(f"/* ---\n{head}\n--- */\n{sql}\n", encoding="utf-8")
        return exploitation.read_view(folder / f"{name}.sql", f"views/{name}.sql")

    def build(self, view: View) -> Receipt:
        """Build a view over what stands."""
        receipt = exploitation.build(self.ws, view, {name: self.heads[name] for name in view.depends}, self.run)
        for name, number in receipt.datasets.items():
            self.stands(name, number)
        return receipt

    def stands(self, name: str, number: int) -> DatasetVersion:
        """Remember which version of a dataset is read from now on."""
        with self.ws.catalog.read() as connection:
            self.heads[name] = datasets.versions(connection, [number])[number]
        return self.heads[name]

    def rows(self, name: str, order: str = "all") -> list[dict[str, object]]:
        """The rows of a dataset."""
        relation = self.ws.relation(self.heads[name])
        found: list[dict[str, object]] = self.ws.engine.arrow(
            f"select * from {name} order by {order}", (relation,)
        ).to_pylist()
        return found

    def release(self) -> int:
        """Publish all that stands."""
        items: Mapping[int, int] = {version.dataset_id: version.id for version in self.heads.values()}
        with self.ws.catalog.write() as connection:
            return releases.publish(connection, "prod", self.run, items, "test")


@contextmanager
def small_project(folder: Path) -> Iterator[SmallProject]:
    """Make a project in a folder and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vertebra.yaml").write_text("name: small\n", encoding="utf-8")
    ws = open_workspace(folder)
    try:
        with ws.catalog.write() as connection:
            run = runs.begin(connection, "test", "prod")
        yield SmallProject(ws, run)
    finally:
        ws.close()


class Places:
    """A project that some examples share, then a fresh one: logs that grow make everything slower."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vertebra-"))
        self.used = 0
        self.opened = small_project(self.folder / "0")
        self.project = self.opened.__enter__()

    def next(self) -> SmallProject:
        self.used += 1
        if self.used % 20 == 0:
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.folder)
            self.opened = small_project(self.folder / str(self.used))
            self.project = self.opened.__enter__()
        return self.project

    def close(self) -> None:
        self.opened.__exit__(None, None, None)
        shutil.rmtree(self.folder)
