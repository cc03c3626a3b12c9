"""Storage, engine and catalog of one project: the one place where adapters are chosen."""

from __future__ import annotations

import os
import platform
import secrets
import shutil
import threading
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.engine import DuckDBEngine, Engine
from vertebra.governance.catalog import Catalog, open_catalog
from vertebra.project import Project, read_project, sqlite_in
from vertebra.storage import DeltaTables, LocalStorage, Storage
from vertebra.storage.overlay import Overlay
from vertebra.table import FILE, PROVENANCE, DataFile, Relation, uneven

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
    scratch : Path
        Folder for temporary files, made when it is needed and taken away by `close`.
    """

    project: Project
    storage: Storage
    tables: DeltaTables
    engine: Engine
    catalog: Catalog
    scratch: Path

    def relation(
        self,
        version: DatasetVersion,
        *,
        name: str | None = None,
        provenance: bool = False,
        without: Container[str] = frozenset(),
    ) -> Relation:
        """A dataset version as the engine reads it; its provenance columns only when asked for.

        `without` are paths of data files that are left out.
        """
        snapshot = self.tables.snapshot(version.path, version.table_version)
        columns = tuple(c for c in version.columns if provenance or c.name not in PROVENANCE)
        files = [file for file in sorted(snapshot.files, key=in_order) if file.path not in without]
        return Relation(
            name or version.name,
            columns,
            tuple(self.tables.url(version.path, file) for file in files),
            version.zone == "formatted" and uneven(files, columns),  # other zones write all files anew
        )

    def relations(self, versions: Iterable[DatasetVersion], *, provenance: bool = False) -> tuple[Relation, ...]:
        """Several dataset versions as the engine reads them."""
        return tuple(self.relation(version, provenance=provenance) for version in versions)

    def warm(self, *modules: str) -> None:
        """Import what engine and tables need, and these modules, in a thread, while files are copied."""
        threading.Thread(target=_load, args=(modules,), name="vertebra-warm").start()

    @contextmanager
    def aside(self, name: str, seen: tuple[str, ...] = ("landing/",)) -> Iterator[Workspace]:
        """A workspace in a scratch folder, with tables and a catalog of its own, that reads the same landing zone.

        What is made in it is seen by nobody else, and taken away in the end. `seen` are the folders of the storage
        that it reads.
        """
        folder = self.scratch / name
        folder.mkdir(parents=True, exist_ok=True)
        storage = Overlay(self.storage, LocalStorage(folder), seen)
        catalog = open_catalog(f"sqlite:///{folder / 'catalog.db'}")
        try:
            yield replace(self, storage=storage, tables=DeltaTables(storage, {}), catalog=catalog, scratch=folder)
        finally:
            catalog.close()
            shutil.rmtree(folder, ignore_errors=True)  # what stays is swept by a run

    def close(self) -> None:
        """Give back connections, memory and temporary files."""
        self.engine.close()
        self.catalog.close()
        shutil.rmtree(self.scratch, ignore_errors=True)  # it may never have been made; what stays is swept by a run


def _load(modules: Iterable[str]) -> None:
    for name in ("duckdb", "pyarrow", *modules, "deltalake"):  # each is imported again where it is used
        import_module(name)


def in_order(file: DataFile) -> tuple[int, str]:
    """Files of a formatted table in the order of their records, however many runs wrote them."""
    return file.lower.get(FILE, 0), file.path


def _scratch(project: Project) -> Path:
    """A folder of this workspace alone, whose name tells of which process, so that what a dead one left is swept."""
    return project.storage / f"scratch-{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"


def open_engine(project: Project, scratch: Path) -> Engine:
    """The engine of a project alone, for what needs no catalog; `scratch` is for what does not fit into memory."""
    return DuckDBEngine(scratch, memory=project.memory, threads=project.threads)


def open_workspace(folder: Path, apart: Path | None = None) -> Workspace:
    """Open the workspace of a project folder.

    Parameters
    ----------
    folder : Path
        The project's.
    apart : Path, optional
        Where storage and catalog are instead of where the project has them.

    Raises
    ------
    ProjectError, CatalogError, StorageError
        If the project, its catalog or its storage cannot be used.
    """
    project = read_project(folder.resolve())
    if apart is not None:
        project = replace(project, storage=apart, catalog=sqlite_in(apart))
    storage = LocalStorage(project.storage)
    scratch = _scratch(project)
    return Workspace(
        project=project,
        storage=storage,
        tables=DeltaTables(storage, {}),
        engine=DuckDBEngine(scratch, memory=project.memory, threads=project.threads),
        catalog=open_catalog(project.catalog),
        scratch=scratch,
    )
