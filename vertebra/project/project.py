"""A project's own file, `vertebra.yaml`: name, storage, catalog, engine, environments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vertebra.document import Section, read_yaml
from vertebra.errors import ProjectError

FILE = "vertebra.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Project:
    """What `vertebra.yaml` says.

    Parameters
    ----------
    folder : Path
        Where it stands.
    name, description : str
        Of the project.
    storage : Path
        Root of the zones.
    catalog : str
        SQLAlchemy URL.
    memory : str
        Limit of the engine, for example `1GB`.
    threads : int or None
        Worker threads of the engine; all cores by default.
    environments : tuple of str
        The first is the default.
    """

    folder: Path
    name: str
    description: str
    storage: Path
    catalog: str
    memory: str
    threads: int | None
    environments: tuple[str, ...]


def read_project(folder: Path) -> Project:
    """Read the `vertebra.yaml` of a project folder.

    Raises
    ------
    ProjectError
        If there is none, or it cannot be used.
    """
    path = folder / FILE
    if not path.is_file():
        raise ProjectError(
            "this folder is no project",
            where=str(folder),
            why=f"it has no {FILE}",
            next_="vertebra init DIR makes one; or name a project: vertebra COMMAND --project DIR",
        )
    top = read_yaml(path, FILE).only(("name", "description", "storage", "catalog", "engine", "environments"))
    engine = top.section("engine", None)
    if engine is not None:
        engine.only(("kind", "memory", "threads")).choice("kind", ("duckdb",), "duckdb")
    storage = _storage(top, folder)
    catalog = top.text("catalog", f"sqlite:///{storage / 'catalog.db'}")
    return Project(
        folder=folder,
        name=identifier(top, "name"),
        description=top.text("description", ""),
        storage=storage,
        catalog=catalog,
        memory=_memory(engine),
        threads=None if engine is None else engine.integer("threads", None),
        environments=top.texts("environments", ("prod",)),
    )


def identifier(section: Section, key: str) -> str:
    """A name of a project, source, column, view or analysis: snake_case, so that no query has to quote it.

    Raises
    ------
    ProjectError
        If it is none, naming one that could be meant.
    """
    value: str = section.text(key)
    if not _NAME.fullmatch(value):
        proposal = re.sub(r"\W+", "_", value.lower()).strip("_") or "name"
        proposal = proposal if proposal[0].isalpha() else f"n_{proposal}"
        raise section.error(
            key, f"{value!r} is not a name: small letters, digits and _ only, a letter first", f"`{key}: {proposal}`"
        )
    return value


def _storage(top: Section, folder: Path) -> Path:
    value = top.text("storage", "data")
    if "://" in value:
        raise top.error("storage", f"no storage is built for {value!r} yet", "name a folder, for example `data`")
    path: Path = (folder / value).resolve()
    return path


def _memory(engine: Section | None) -> str:
    value = "1GB" if engine is None else engine.text("memory", "1GB")
    if not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", value):
        assert engine is not None  # noqa: S101  the default above fits
        raise engine.error("memory", f"{value!r} is no amount of memory", "write for example `memory: 2GB`")
    return str(value)
