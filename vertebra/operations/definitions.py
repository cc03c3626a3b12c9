"""What the project's files ask for: sources, views, and which step makes which relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vertebra import exploitation, formatted
from vertebra.errors import UnknownNameError, nearest
from vertebra.project import Project, Source, read_sources
from vertebra.step import Kind

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
    """

    sources: Mapping[str, Source]
    views: Mapping[str, exploitation.View]
    makers: Mapping[str, tuple[Kind, str]]


def read_definitions(project: Project) -> Definitions:
    """Read the project's sources and views, and put the views in order.

    Raises
    ------
    ProjectError, QueryError, UnknownNameError
        If a file cannot be used, a name is taken twice, or views go round in a circle.
    """
    sources = read_sources(project.folder)
    views = exploitation.read_views(project.folder)
    makers: dict[str, tuple[Kind, str]] = {}
    for source in sources.values():
        makers.update(dict.fromkeys(formatted.table_names(source), (Kind.FORMAT, source.name)))
    ordered = exploitation.order(views, tuple(makers))
    makers.update({name: (Kind.VIEW, name) for name in ordered})
    return Definitions(sources, {name: views[name] for name in ordered}, makers)


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
