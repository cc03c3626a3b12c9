"""A project's own file, `vertebra.yaml`: name, storage, catalog, engine, environments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from vertebra.document import Section, read_yaml
from vertebra.errors import ProjectError

FILE = "vertebra.yaml"
TESTS = "tests"
"""Folder of a project in which tests of its views stand."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_UNPLACED = re.compile(r"%[0-9A-Fa-f]{2}|[\x00-\x1f\x7f]")  # deltalake 1.6 decodes the first, and refuses the others


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
    profile : str
        Which rows of a large file a profile looks at one by one: `all`, `sample`, or `none` for no profile.
    """

    folder: Path
    name: str
    description: str
    storage: Path
    catalog: str
    memory: str
    threads: int | None
    environments: tuple[str, ...]
    profile: str = "sample"


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
    top = read_yaml(path, FILE).only(("name", "description", "storage", "catalog", "engine", "environments", "profile"))
    engine = top.section("engine", None)
    if engine is not None:
        engine.only(("kind", "memory", "threads")).choice("kind", ("duckdb",), "duckdb")
    storage = _storage(top, folder)
    return Project(
        folder=folder,
        name=identifier(top, "name"),
        description=top.text("description", ""),
        storage=storage,
        catalog=_catalog(top, folder, storage),
        memory=_memory(engine),
        threads=None if engine is None else _threads(engine),
        environments=_environments(top),
        profile=_profile(top),
    )


def is_test_file(path: Path) -> bool:
    """Is this a file of tests of views: YAML in a folder `tests` that stands beside a `vertebra.yaml`?"""
    return path.suffix in {".yaml", ".yml"} and path.parent.name == TESTS and (path.parent.parent / FILE).is_file()


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
    if found := _UNPLACED.search(str(path)):
        raise top.error(
            "storage",
            f"{str(path)!r} has {found[0]!r} in it, and Delta Lake does not find tables in such a folder again",
            "rename that folder, or name another: `storage: /srv/data`",
        )
    return path


def sqlite_in(folder: Path) -> str:
    """The URL of the catalog that stands in a folder."""
    return f"sqlite:///{quote(str(folder / 'catalog.db'))}"


def _catalog(top: Section, folder: Path, storage: Path) -> str:
    """A URL whose path is absolute, and quoted: a `?` in a folder's name would end it."""
    value: str = top.text("catalog", "")
    if not value:
        return sqlite_in(storage)
    scheme, _, path = value.partition(":///")
    if scheme != "sqlite" or not path:
        raise top.error("catalog", f"no catalog is built for {value!r} yet", "`catalog: sqlite:///data/catalog.db`")
    return f"sqlite:///{quote(str(folder.absolute() / unquote(path)))}"


def _threads(engine: Section) -> int | None:
    value: int | None = engine.integer("threads", None)
    if value is not None and value < 1:
        raise engine.error("threads", f"{value} threads cannot work", "`threads: 2`, or no such line for all cores")
    return value


def _environments(top: Section) -> tuple[str, ...]:
    names: tuple[str, ...] = top.texts("environments", ("prod",))
    if not names or len(set(names)) < len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise top.error(
            "environments", "one name or more is needed, each once, of small letters, digits and _", "`[prod]`"
        )
    return names


def _profile(top: Section) -> str:
    section = top.section("profile", None)
    if section is None:
        return "sample"
    return str(section.only(("rows",)).choice("rows", ("all", "sample", "none"), "sample"))


def _memory(engine: Section | None) -> str:
    value = "1GB" if engine is None else engine.text("memory", "1GB")
    if not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", value):
        assert engine is not None  # noqa: S101  the default above fits
        raise engine.error("memory", f"{value!r} is no amount of memory", "write for example `memory: 2GB`")
    return str(value)
