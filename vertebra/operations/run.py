"""Run: do the plan, and publish a release."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vertebra import exploitation, formatted, landing
from vertebra.governance import datasets
from vertebra.operations.course import Course, perform, publish_nothing
from vertebra.operations.definitions import Definitions, definitions_of, environment_named, remember, source_named
from vertebra.operations.plan import Looks, land_step, planned
from vertebra.operations.profiling import needed, profiled
from vertebra.operations.release import publish_whole
from vertebra.operations.report import RunReport, Watch
from vertebra.operations.runner import Do, Receipts, execute
from vertebra.project import Source, read_sources
from vertebra.step import Action, Kind, Outcome, Receipt, Step
from vertebra.workspace import Workspace


def run(
    ws: Workspace,
    environment: str | None = None,
    watch: Watch | None = None,
    *,
    wait: float = 0.0,
    deliveries: Callable[[Mapping[str, Source]], Mapping[str, Source]] | None = None,
) -> RunReport:
    """Collect, land, format and build what changed, and publish it as one release.

    Whatever an earlier run left unfinished is mended or taken away first. Where a step fails, what does not depend
    on it is done all the same and stays done, and no release is published: readers go on with the one that stands.

    Parameters
    ----------
    ws : Workspace
        The project.
    environment : str, optional
        To which the release is published; the project's first by default.
    watch : Watch, optional
        Who is told how it goes.
    wait : float
        Seconds to wait for another writer.
    deliveries : callable, optional
        Gives each source another place to collect from.

    Raises
    ------
    LockedError
        If another process is writing.
    RequestError
        If a file of the project cannot be used.
    KeyboardInterrupt
        On Ctrl-C, when all is in a state from which the next run goes on.
    """
    name = environment_named(ws.project, environment)
    definitions = definitions_of(ws)
    if deliveries is not None:
        definitions = replace(definitions, sources=deliveries(definitions.sources))
    looks: dict[str, tuple[landing.Candidate, ...]] = {}
    course = Course(
        "run",
        name,
        lambda: _planned(ws, definitions, name, looks),
        lambda run_id: _doer(ws, definitions, looks, run_id),
        execute,
        publish_whole,
    )
    return perform(ws, course, watch, wait)


def readmit(
    ws: Workspace, environment: str | None = None, watch: Watch | None = None, *, wait: float = 0.0
) -> RunReport:
    """Read again what is in quarantine, by the templates and rules as they are now, and publish it as one release.

    As `run`, but nothing is collected. A template that was mended reads only the quarantined records again where it
    cannot change what stands (`vertebra.formatted.change`).

    Raises
    ------
    LockedError, RequestError, KeyboardInterrupt
        As for `run`.
    """
    name = environment_named(ws.project, environment)
    definitions = definitions_of(ws)
    course = Course(
        "readmit",
        name,
        lambda: _planned(ws, definitions, name, {}, collect=False),
        lambda run_id: _doer(ws, definitions, {}, run_id),
        execute,
        publish_whole,
    )
    return perform(ws, course, watch, wait)


def land(ws: Workspace, names: Sequence[str] = (), watch: Watch | None = None, *, wait: float = 0.0) -> RunReport:
    """Collect and land sources, all of them by default; nothing is formatted or published.

    Raises
    ------
    UnknownNameError
        If the project has no source of such a name.
    LockedError, RequestError, KeyboardInterrupt
        As for `run`.
    """
    sources = read_sources(ws.project.folder)
    chosen = [source_named(sources, name) for name in dict.fromkeys(names)] or [*sources.values()]
    course = Course(
        "land",
        ws.project.environments[0],
        lambda: tuple(land_step(ws, source)[0] for source in chosen),
        lambda run_id: lambda step, _: _land(ws, sources[step.name], step, run_id),
        execute,
        publish_nothing,
    )
    return perform(ws, course, watch, wait)


def push(
    ws: Workspace, name: str, paths: Sequence[Path], watch: Watch | None = None, *, wait: float = 0.0
) -> RunReport:
    """Land files that are handed over.

    Raises
    ------
    UnknownNameError
        If the project has no source of this name.
    LockedError, RequestError, KeyboardInterrupt
        As for `run`.
    """
    source = source_named(read_sources(ws.project.folder), name)
    step = Step(name, Kind.LAND, Action.REFRESH, f"{len(paths)} file{'s' * (len(paths) != 1)} handed over")
    course = Course(
        "push",
        ws.project.environments[0],
        lambda: (step,),
        lambda run_id: lambda _, __: landing.push(ws, source, paths, run_id),
        execute,
        publish_nothing,
    )
    return perform(ws, course, watch, wait)


def _planned(
    ws: Workspace, definitions: Definitions, environment: str, looks: Looks, *, collect: bool = True
) -> tuple[Step, ...]:
    remember(ws, definitions)
    return planned(ws, definitions, environment, looks, collect=collect)


def _doer(ws: Workspace, definitions: Definitions, looks: Looks, run_id: int) -> Do:
    def do(step: Step, receipts: Receipts) -> Receipt:
        match step.kind:
            case Kind.LAND:
                if step.action is not Action.NONE:
                    ws.warm(*formatted.needed(definitions.sources[step.name]), *needed(ws))  # it is formatted next
                return _land(ws, definitions.sources[step.name], step, run_id, looks.pop(step.name, None))
            case Kind.FORMAT:
                return profiled(ws, formatted.format_source(ws, definitions.sources[step.name], run_id), run_id)
            case Kind.VIEW:
                return profiled(ws, _build(ws, definitions, step.name, receipts, run_id), run_id)
            case Kind.REMOVE:
                return Receipt(Outcome.DONE)
        message = f"a run has no step of the kind {step.kind}"
        raise AssertionError(message)

    return do


def _land(
    ws: Workspace, source: Source, step: Step, run_id: int, looked: Sequence[landing.Candidate] | None = None
) -> Receipt:
    return Receipt(Outcome.NONE) if step.action is Action.NONE else landing.land(ws, source, run_id, looked)


def _build(ws: Workspace, definitions: Definitions, name: str, receipts: Receipts, run_id: int) -> Receipt:
    view = definitions.views[name]
    numbers = {relation: receipts[definitions.makers[relation]].datasets[relation] for relation in view.depends}
    with ws.catalog.read() as connection:
        found = datasets.versions(connection, numbers.values())
    return exploitation.build(ws, view, {relation: found[number] for relation, number in numbers.items()}, run_id)
