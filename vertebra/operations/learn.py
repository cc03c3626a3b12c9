"""Analyses as runs: train and predict on the release that stands, and publish what comes out beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vertebra import analysis as zone
from vertebra.analysis import Analysis, Progress, quiet
from vertebra.errors import UnknownNameError, nearest
from vertebra.governance import models as catalog
from vertebra.governance.models import Metric, Model
from vertebra.operations.course import Course, perform
from vertebra.operations.definitions import environment_named
from vertebra.operations.release import publish_more, release_number
from vertebra.operations.report import RunReport, Watch
from vertebra.operations.runner import execute_here
from vertebra.step import Action, Kind, Receipt, Step
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model, how good it is, and whether it answers now."""

    model: Model
    metrics: tuple[Metric, ...]
    deployed: bool


def train(
    ws: Workspace,
    names: Sequence[str] = (),
    environment: str | None = None,
    watch: Watch | None = None,
    progress: Progress = quiet,
    *,
    wait: float = 0.0,
) -> RunReport:
    """Train analyses, all of them by default, on the release that stands, and publish their datasets with it.

    Raises
    ------
    UnknownNameError
        If there is no such analysis, or nothing is published yet.
    LockedError, RequestError, KeyboardInterrupt
        As for `run`.
    """

    def step(analysis: Analysis, release: int) -> Step:
        action, why = zone.plan(ws, analysis, release)
        return Step(analysis.name, Kind.TRAIN, action, why)

    def do(analysis: Analysis, release: int, run_id: int) -> Receipt:
        return zone.train(ws, analysis, release, run_id, progress)

    return _perform(ws, "train", names, environment, watch, wait, step, do)


def predict(
    ws: Workspace,
    names: Sequence[str] = (),
    environment: str | None = None,
    watch: Watch | None = None,
    *,
    wait: float = 0.0,
) -> RunReport:
    """Let the deployed models of analyses, all of them by default, answer for the release that stands.

    Raises
    ------
    UnknownNameError
        If there is no such analysis, or nothing is published yet.
    LockedError, RequestError, KeyboardInterrupt
        As for `run`.
    """

    def step(analysis: Analysis, release: int) -> Step:
        return Step(analysis.name, Kind.PREDICT, Action.REFRESH, f"the latest rows of release {release}")

    def do(analysis: Analysis, release: int, run_id: int) -> Receipt:
        return zone.predict(ws, analysis, release, run_id)

    return _perform(ws, "predict", names, environment, watch, wait, step, do)


def models(ws: Workspace, name: str | None = None) -> tuple[ModelRecord, ...]:
    """The models of an analysis, or of all of them, newest first.

    Raises
    ------
    UnknownNameError
        If there is no such analysis.
    """
    if name is not None:
        _chosen(ws, (name,))
    with ws.catalog.read() as connection:
        found = catalog.models(connection, name)
        answering = {
            one.id for analysis in {m.analysis for m in found} if (one := catalog.deployed(connection, analysis))
        }
        return tuple(ModelRecord(m, catalog.metrics(connection, m.id), m.id in answering) for m in found)


def _perform(
    ws: Workspace,
    command: str,
    names: Sequence[str],
    environment: str | None,
    watch: Watch | None,
    wait: float,
    step: Callable[[Analysis, int], Step],
    do: Callable[[Analysis, int, int], Receipt],
) -> RunReport:
    chosen = _chosen(ws, names)
    environment = environment_named(ws.project, environment)

    def release() -> int:
        with ws.catalog.read() as connection:
            return release_number(ws, connection, None, environment)

    release()  # nothing is published: say so before a run begins
    course = Course(
        command,
        environment,
        lambda: tuple(step(analysis, release()) for analysis in chosen.values()),
        lambda run_id: lambda one, _: do(chosen[one.name], release(), run_id),
        execute_here,
        publish_more,
    )
    return perform(ws, course, watch, wait)


def _chosen(ws: Workspace, names: Sequence[str]) -> Mapping[str, Analysis]:
    known = zone.read_analyses(ws.project.folder)
    for name in names:
        if name not in known:
            raise UnknownNameError(
                f'there is no analysis "{name}"',
                where="analyses/",
                why="no file there declares it",
                next_=nearest(name, known),
            )
    return {name: known[name] for name in dict.fromkeys(names)} or known
