"""Storage, engine and catalog of one project: the one place where adapters are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.engine import DuckDBEngine, Engine
from vertebra.governance.catalog import Catalog, open_catalog
from vertebra.project import Project, read_project
from vertebra.storage import DeltaTables, LocalStorage, Storage
from vertebra.table import PROVENANCE, Relation

if TYPE_CHECKING:
    from vertebra.governance.datasets import DatasetVersion


@dataclass(frozen=True, slots=True)
class Workspace:
    """What every verb works with.

    Parameters
    ----------
    project : Project
        What `vertebra.yaml` says.
    storage : Storage
        Bytes by key.
    tables : DeltaTables
        Tables in that storage.
    engine : Engine
        What computes.
    catalog : Catalog
        What is known.
    """

    project: Project
    storage: Storage
    tables: DeltaTables
    engine: Engine
    catalog: Catalog

    def relation(self, version: DatasetVersion, *, name: str | None = None, provenance: bool = False) -> Relation:
        """A dataset version as the engine reads it; its provenance columns only when asked for."""
        snapshot = self.tables.snapshot(version.path, version.table_version)
        return Relation(
            name or version.name,
            tuple(c for c in version.columns if provenance or c.name not in PROVENANCE),
            tuple(self.tables.url(version.path, file) for file in snapshot.files),
        )

    def relations(self, versions: Iterable[DatasetVersion], *, provenance: bool = False) -> tuple[Relation, ...]:
        """Several dataset versions as the engine reads them."""
        return tuple(self.relation(version, provenance=provenance) for version in versions)

    def close(self) -> None:
        """Give back connections, memory and temporary files."""
        self.engine.close()
        self.catalog.close()


def open_workspace(folder: Path) -> Workspace:
    """Open the workspace of a project folder.

    Raises
    ------
    ProjectError, CatalogError, StorageError
        If the project, its catalog or its storage cannot be used.
    """
    project = read_project(folder.resolve())
    storage = LocalStorage(project.storage)
    return Workspace(
        project=project,
        storage=storage,
        tables=DeltaTables(storage, {}),
        engine=DuckDBEngine(project.storage / "scratch", memory=project.memory, threads=project.threads),
        catalog=open_catalog(project.catalog),
    )
