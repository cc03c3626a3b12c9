"""What the project's files ask for: sources, views, and which step makes which relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vertebra import exploitation, formatted
from vertebra.errors import UnknownNameError, nearest
from vertebra.governance import readings
from vertebra.project import Project, Source, read_sources
from vertebra.step import Kind
from vertebra.workspace import Workspace

QUARANTINE = "_quarantine"


@dataclass(frozen=True, slots=True)
class Definitions:
    """The project's files as they are now.

    Parameters
    ----------
    sources : mapping
        By name.
    views : mapping
        By name, dependencies first.
    makers : mapping
        Relation name to the step that makes it.
    fresh : mapping
        Views that were parsed now, as the catalog remembers them.
    gone : frozenset of str
        What it remembers of texts that no view has any more.
    """

    sources: Mapping[str, Source]
    views: Mapping[str, exploitation.View]
    makers: Mapping[str, tuple[Kind, str]]
    fresh: Mapping[str, Mapping[str, Any]]
    gone: frozenset[str]


def definitions_of(ws: Workspace) -> Definitions:
    """As `read_definitions`; views whose text the catalog remembers are not parsed again."""
    with ws.catalog.read() as connection:
        known = readings.readings(connection)
    return read_definitions(ws.project, known)


def remember(ws: Workspace, definitions: Definitions) -> None:
    """Let the catalog remember what was parsed, and forget texts that no view has any more."""
    if definitions.fresh or definitions.gone:
        with ws.catalog.write() as connection:
            readings.remember(connection, definitions.fresh, definitions.gone)


def read_definitions(project: Project, known: Mapping[str, Mapping[str, Any]] | None = None) -> Definitions:
    """Read the project's sources and views, and put the views in order.

    Parameters
    ----------
    project : Project
        Whose.
    known : mapping, optional
        What is remembered of views.

    Raises
    ------
    ProjectError, QueryError, UnknownNameError
        If a file cannot be used, a name is taken twice, or views go round in a circle.
    """
    sources = read_sources(project.folder)
    read = exploitation.read_views(project.folder, known)
    views = read.by_name
    makers: dict[str, tuple[Kind, str]] = {}
    for source in sources.values():
        makers.update(dict.fromkeys(formatted.table_names(source), (Kind.FORMAT, source.name)))
    ordered = exploitation.order(views, tuple(makers))
    makers.update({name: (Kind.VIEW, name) for name in ordered})
    gone = frozenset(known or ()) - read.digests
    return Definitions(sources, {name: views[name] for name in ordered}, makers, read.fresh, gone)


def source_named(sources: Mapping[str, Source], name: str) -> Source:
    """The source of this name.

    Raises
    ------
    UnknownNameError
        If the project has none.
    """
    if name not in sources:
        raise UnknownNameError(
            f'there is no source "{name}"',
            where="sources/",
            why="no file there declares it",
            next_=nearest(name, sources),
        )
    return sources[name]


def environment_named(project: Project, name: str | None) -> str:
    """The environment of this name, the project's first by default.

    Raises
    ------
    UnknownNameError
        If the project has none of this name.
    """
    if name is None:
        return project.environments[0]
    if name not in project.environments:
        raise UnknownNameError(
            f'there is no environment "{name}"',
            where="vertebra.yaml",
            why="`environments:` does not list it",
            next_=nearest(name, project.environments),
        )
    return name
