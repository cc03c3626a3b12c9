"""Releases: what a run adds up to, and which one a reader means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from vertebra.errors import UnknownNameError, nearest
from vertebra.governance import datasets, releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.definitions import environment_named
from vertebra.operations.report import StepReport
from vertebra.step import Kind
from vertebra.workspace import Workspace

ANALYSIS = "analysis"


def publish_whole(connection: Connection, environment: str, run_id: int, reports: Iterable[StepReport]) -> int | None:
    """Publish the release that a run's steps add up to; None where the one that stands holds the same.

    Formatted tables, views and their quarantines are those of the steps; datasets of analyses are carried over from
    the release before, unless a step removes them.
    """
    made: dict[str, int] = {}
    removed = set()
    for report in reports:
        if report.receipt:
            made.update(report.receipt.datasets)
        if report.step.kind is Kind.REMOVE:
            removed.add(report.step.name)
    current = releases.current(connection, environment)
    before = releases.contents(connection, current) if current is not None else {}
    carried = {v.dataset_id: v.id for v in before.values() if v.zone == ANALYSIS and v.name not in removed}
    new = {version.dataset_id: version.id for version in datasets.versions(connection, made.values()).values()}
    return _publish(connection, environment, run_id, current, carried | new)


def publish_more(connection: Connection, environment: str, run_id: int, reports: Iterable[StepReport]) -> int | None:
    """Publish the release that stands with the steps' datasets added or replaced; None where it holds them already."""
    made = {name: number for report in reports if report.receipt for name, number in report.receipt.datasets.items()}
    current = releases.current(connection, environment)
    before = releases.version_ids(connection, current) if current is not None else {}
    new = {version.dataset_id: version.id for version in datasets.versions(connection, made.values()).values()}
    return _publish(connection, environment, run_id, current, before | new)


def _publish(
    connection: Connection, environment: str, run_id: int, current: int | None, items: Mapping[int, int]
) -> int | None:
    if current is not None and releases.version_ids(connection, current) == dict(items):
        return None
    if current is None and not items:
        return None
    return releases.publish(connection, environment, run_id, items, f"run {run_id}")


def release_number(ws: Workspace, connection: Connection, number: int | None, environment: str | None) -> int:
    """The release that a reader means: the one of this number, else the environment's.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    name = environment_named(ws.project, environment)
    if number is None:
        return current_release(ws, connection, name)
    return standing(connection, number, "--release")


def current_release(ws: Workspace, connection: Connection, environment: str) -> int:
    """The release that an environment of the project points to.

    Raises
    ------
    UnknownNameError
        If nothing is published there.
    """
    current = releases.current(connection, environment)
    if current is None:
        first = environment == ws.project.environments[0]
        raise UnknownNameError(
            f'nothing is published in "{environment}" yet',
            where=str(ws.project.folder),
            why="no run has ended well there",
            next_="vertebra run" if first else f"vertebra run --env {environment}",
        )
    return current


def standing(connection: Connection, number: int, where: str) -> int:
    """The release of this number, if it stands.

    Raises
    ------
    UnknownNameError
        If it does not.
    """
    known = [release.number for release in releases.releases(connection)]
    if number not in known:
        raise UnknownNameError(
            f"there is no release {number}",
            where=where,
            why=f"releases go from {min(known)} to {max(known)}" if known else "none was published yet",
            next_="vertebra releases" if known else "vertebra run",
        )
    return number


def contents(
    ws: Workspace, number: int | None = None, environment: str | None = None
) -> tuple[int, dict[str, DatasetVersion]]:
    """Number and datasets of the release that a reader means.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    with ws.catalog.read() as connection:
        found = release_number(ws, connection, number, environment)
        return found, releases.contents(connection, found)


def dataset_in(found: Mapping[str, DatasetVersion], name: str, release: int) -> DatasetVersion:
    """The version of a dataset in a release.

    Raises
    ------
    UnknownNameError
        If it has none of this name.
    """
    if name not in found:
        raise UnknownNameError(
            f'there is no dataset "{name}"',
            where=f"release {release}",
            why="the release does not hold it",
            next_=nearest(name, found),
        )
    return found[name]
