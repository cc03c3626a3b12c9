"""Two releases side by side: which datasets came, went, changed or are equal, and by which rows.

What has the same version on both sides is equal, and none of its data is read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from vertebra.errors import UnknownNameError, nearest
from vertebra.governance import releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.definitions import environment_named
from vertebra.operations.diff_rows import RowsDiff, rows_diff
from vertebra.operations.release import current_release, standing
from vertebra.workspace import Workspace

ADDED, REMOVED, CHANGED, EQUAL = "added", "removed", "changed", "equal"


@dataclass(frozen=True, slots=True)
class Side:
    """A release, and the environment by which it was named; None where it was named by its number."""

    release: int
    environment: str | None


@dataclass(frozen=True, slots=True)
class DatasetDiff:
    """A dataset in two releases.

    Parameters
    ----------
    name, zone : str
        Of the dataset.
    change : str
        `added`, `removed`, `changed` or `equal`.
    before, after : DatasetVersion or None
        Its versions; None where a release does not hold it.
    rows : RowsDiff or None
        How its rows differ; None unless it changed.
    """

    name: str
    zone: str
    change: str
    before: DatasetVersion | None
    after: DatasetVersion | None
    rows: RowsDiff | None = None


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """Two releases side by side, dataset by dataset in the order of their names."""

    before: Side
    after: Side
    datasets: tuple[DatasetDiff, ...]

    def counts(self) -> dict[str, int]:
        """How many datasets were added, removed, changed and are equal."""
        found = Counter(one.change for one in self.datasets)
        return {change: found[change] for change in (ADDED, REMOVED, CHANGED, EQUAL)}


def diff(ws: Workspace, before: str | int, after: str | int, dataset: str | None = None, rows: int = 0) -> ReleaseDiff:
    """What one release has that another has not.

    Parameters
    ----------
    ws : Workspace
        The project.
    before, after : str or int
        An environment, for what it points to, or the number of a release. What only `after` has was added.
    dataset : str, optional
        This one alone; all by default.
    rows : int
        Rows to show of each dataset and kind of change.

    Raises
    ------
    UnknownNameError
        If there is no such environment, release or dataset.
    """
    with ws.catalog.read() as connection:
        sides = (_side(ws, connection, before), _side(ws, connection, after))
        old, new = (releases.contents(connection, side.release) for side in sides)
    names = sorted({*old, *new})
    if dataset is not None and dataset not in names:
        raise UnknownNameError(
            f'there is no dataset "{dataset}"',
            where=f"releases {sides[0].release} and {sides[1].release}",
            why="neither holds it",
            next_=nearest(dataset, names),
        )
    chosen = names if dataset is None else [dataset]
    return ReleaseDiff(*sides, tuple(_dataset(ws, name, old.get(name), new.get(name), rows) for name in chosen))


def _side(ws: Workspace, connection: Connection, name: str | int) -> Side:
    if isinstance(name, int) or (name.isdecimal() and name not in ws.project.environments):
        return Side(standing(connection, int(name), f"vertebra diff … {name}"), None)
    return Side(current_release(ws, connection, environment_named(ws.project, name)), name)


def _dataset(
    ws: Workspace, name: str, before: DatasetVersion | None, after: DatasetVersion | None, rows: int
) -> DatasetDiff:
    stands = after or before
    assert stands is not None  # noqa: S101  a name comes from one of them
    if before is None or after is None:
        return DatasetDiff(name, stands.zone, ADDED if before is None else REMOVED, before, after)
    if before.id == after.id:
        return DatasetDiff(name, stands.zone, EQUAL, before, after)
    return DatasetDiff(name, stands.zone, CHANGED, before, after, rows_diff(ws, before, after, rows))
