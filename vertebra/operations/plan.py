"""Plan: what would be done and why, as a tuple of steps; nothing is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping

from sqlalchemy import Connection

from vertebra import exploitation, formatted, landing
from vertebra.formatted.wanted import wanted
from vertebra.governance import datasets, files, releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.definitions import QUARANTINE, Definitions, definitions_of, environment_named
from vertebra.project import Project, Source
from vertebra.step import Action, Kind, Step
from vertebra.workspace import Workspace

Looks = MutableMapping[str, tuple[landing.Candidate, ...]]
"""Source to what was found to land, so that the landing need not look again."""


def plan(ws: Workspace, environment: str | None = None) -> tuple[Step, ...]:
    """Work out the steps of a run, in an order in which they could be done one by one.

    Parameters
    ----------
    ws : Workspace
        The project.
    environment : str, optional
        Whose release is compared; the project's first by default.

    Returns
    -------
    tuple of Step
        A step for every source and view, and one for every dataset that leaves the release. A step with
        `Action.NONE` has nothing to do.

    Raises
    ------
    RequestError
        If a file of the project cannot be used.
    """
    name = environment_named(ws.project, environment)
    return planned(ws, definitions_of(ws), name)


def planned(
    ws: Workspace, definitions: Definitions, environment: str, looks: Looks | None = None, *, collect: bool = True
) -> tuple[Step, ...]:
    """Work out the steps for definitions that were read already, with or without collecting and landing.

    What was found to land is put into `looks`.
    """
    return beside_heads(ws, definitions, environment, {} if looks is None else looks, collect=collect)[0]


def beside_heads(
    ws: Workspace, definitions: Definitions, environment: str, looks: Looks, *, collect: bool = True
) -> tuple[tuple[Step, ...], Mapping[str, DatasetVersion]]:
    """As `planned`, with the newest version of every dataset, against which the views were held."""
    sources = tuple(
        step for source in definitions.sources.values() for step in _source_steps(ws, source, looks, collect=collect)
    )
    with ws.catalog.read() as connection:
        heads = datasets.heads(connection)
        views = _view_steps(connection, definitions, sources, heads)
        removed = _remove_steps(connection, definitions, ws.project, environment)
        return (*sources, *views, *removed), heads


def land_step(ws: Workspace, source: Source) -> tuple[Step, tuple[landing.Candidate, ...]]:
    """The step that lands a source, and the files or unfinished batches that it would take."""
    found = landing.look(ws, source)
    counts = Counter(candidate.what for candidate in found)
    words = {"new": "new file", "changed": "changed file", "unfinished": "unfinished batch"}
    why = ", ".join(_counted(counts[what], word) for what, word in words.items() if counts[what])
    action = Action.REFRESH if found else Action.NONE
    return Step(source.name, Kind.LAND, action, why or "nothing new"), found


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}{'es' if word.endswith('ch') else 's'}"


def _source_steps(ws: Workspace, source: Source, looks: Looks, *, collect: bool) -> Iterator[Step]:
    after: tuple[tuple[Kind, str], ...] = ()
    arriving = 0
    if collect:
        step, found = land_step(ws, source)
        looks[source.name] = found
        arriving = len(found)
        if source.collect is not None or found:  # what was pushed may have left an unfinished batch
            after = (step.key,)
            yield step
    action, why = formatted.plan(ws, source, arriving)
    yield Step(source.name, Kind.FORMAT, action, why, after)


def _view_steps(
    connection: Connection, definitions: Definitions, before: Iterable[Step], heads: Mapping[str, DatasetVersion]
) -> Iterator[Step]:
    changing = {step.key for step in before if step.action is not Action.NONE}
    identities: dict[str, str] = {}
    for source in definitions.sources.values():
        if (Kind.FORMAT, source.name) not in changing:
            source_ = formatted.effective(connection, source)
            identity = formatted.identity(source_, wanted(files.named(connection, source.name), source.load))
            identities.update(dict.fromkeys(formatted.table_names(source), identity))
    for view in definitions.views.values():
        step = _view_step(connection, view, heads.get(view.name), definitions.makers, changing, identities)
        if step.action is not Action.NONE:
            changing.add(step.key)
        yield step


def _view_step(
    connection: Connection,
    view: exploitation.View,
    standing: DatasetVersion | None,
    makers: Mapping[str, tuple[Kind, str]],
    changing: set[tuple[Kind, str]],
    identities: dict[str, str],
) -> Step:
    after = tuple(dict.fromkeys(makers[relation] for relation in view.depends))
    moved = [name for name in view.depends if makers[name] in changing]
    if not moved:
        identity = exploitation.identity(view, {name: identities[name] for name in view.depends})
        newest = standing is not None and standing.identity == identity
        if newest or datasets.by_identity(connection, view.name, identity) is not None:
            identities[view.name] = identity
            return Step(view.name, Kind.VIEW, Action.NONE, "nothing changed", after)
    action, why = _why(connection, view, standing, moved)
    return Step(view.name, Kind.VIEW, action, why, after)


def _why(
    connection: Connection, view: exploitation.View, standing: DatasetVersion | None, moved: list[str]
) -> tuple[Action, str]:
    if standing is None:
        return Action.ADD, "it does not stand yet"
    if (
        standing.definition_id is None
        or datasets.definition_of(connection, standing.definition_id)[0] != view.fingerprint
    ):
        return Action.CHANGE, "its definition changed"
    changes = f"{', '.join(moved)} change{'s' * (len(moved) == 1)}" if moved else "its inputs changed"
    read = {version.name: version for version in datasets.inputs(connection, standing.id)}
    whole = exploitation.against(view, read, moved or view.depends)
    if whole:
        return Action.REBUILD, f"{changes}, and which rows can change with them is not known: {whole}"
    return Action.REFRESH, changes


def _remove_steps(
    connection: Connection, definitions: Definitions, project: Project, environment: str
) -> Iterator[Step]:
    current = releases.current(connection, environment)
    contents = releases.contents(connection, current) if current is not None else {}
    analyses: frozenset[str] | None = None
    for version in contents.values():
        match version.zone:
            case "analysis":
                analyses = _analyses(project) if analyses is None else analyses
                stands = analysis_of(version) in analyses
            case "quarantine":
                stands = version.name.removesuffix(QUARANTINE) in definitions.makers
            case _:
                stands = version.name in definitions.makers
        if not stands:
            yield Step(version.name, Kind.REMOVE, Action.REMOVE, "its definition is gone; its files stay")


def analysis_of(version: DatasetVersion) -> str:
    """The analysis that a dataset of the analysis zone belongs to: its folder there."""
    return version.path.split("/")[1]


def _analyses(project: Project) -> frozenset[str]:
    from vertebra import analysis

    return frozenset(analysis.read_analyses(project.folder))
