"""The facade for Python: `vertebra.open` a project, and ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from vertebra.errors import UnknownNameError
from vertebra.frame import Frame

if TYPE_CHECKING:
    from vertebra.operations import ReleaseRecord, RunReport
    from vertebra.operations.beside import Beside
    from vertebra.operations.diff import ReleaseDiff
    from vertebra.operations.draft import DraftReport
    from vertebra.operations.environments import Moved
    from vertebra.operations.forecast import Forecast
    from vertebra.operations.impact import ImpactResult
    from vertebra.operations.learn import ModelRecord
    from vertebra.operations.profiling import ProfileReport
    from vertebra.operations.trace import TraceResult
    from vertebra.operations.verify import Verification
    from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Backbone:
    """A project that is open; use it in a `with` statement, or close it.

    Parameters
    ----------
    workspace : Workspace
        What it works with.
    environment : str or None
        Whose releases are read and published; the project's first for None.
    """

    workspace: Workspace
    environment: str | None = None

    def plan(self) -> tuple[Forecast, ...]:
        """What `run` would do, why, and what it will probably take."""
        from vertebra.operations.forecast import forecast

        return forecast(self.workspace, self.environment)

    def plan_diff(self, rows: int = 0) -> Beside:
        """What `run` would change in the current release by changed definitions alone, built beside it and thrown away.

        Parameters
        ----------
        rows : int
            Rows to show of each dataset and kind of change.
        """
        from vertebra.operations.beside import beside

        return beside(self.workspace, self.environment, rows)

    def run(self, *, wait: float = 0.0, strict: bool = True) -> RunReport:
        """Collect, land, format and build what changed, and publish a release.

        Parameters
        ----------
        wait : float
            Seconds to wait for another writer.
        strict : bool
            Raise the first step's error; otherwise it only stands in the report.

        Raises
        ------
        VertebraError
            If a step failed, or the request is wrong.
        """
        from vertebra.operations.run import run

        return _told(run(self.workspace, self.environment, wait=wait), strict=strict)

    def query(self, sql: str, release: int | None = None) -> Frame:
        """The result of a SELECT over the datasets of a release, the current one by default."""
        from vertebra.operations.query import query

        found = query(self.workspace, sql, release, self.environment)
        return Frame(lambda columns: found.select(list(columns)) if columns else found)

    def table(self, name: str, release: int | None = None) -> Frame:
        """A dataset of a release, the current one by default; read when its form is asked for."""
        from vertebra.operations.query import table
        from vertebra.operations.release import contents, dataset_in

        number, found = contents(self.workspace, release, self.environment)
        dataset_in(found, name, number)
        return Frame(lambda columns: table(self.workspace, name, columns, number, self.environment))

    def trace(self, dataset: str, /, *, release: int | None = None, **key: Any) -> TraceResult:
        """The delivered records that made the rows of a key."""
        from vertebra.operations.trace import trace

        wanted = {name: str(value) for name, value in key.items()}
        return trace(self.workspace, dataset, wanted, release, self.environment)

    def impact(
        self, what: str, /, *, source: str | None = None, release: int | None = None, **key: Any
    ) -> ImpactResult:
        """What would be another without a file, or without the rows of a key; `tables` has the keys by dataset.

        Parameters
        ----------
        what : str
            `FILE` or `FILE@VERSION`; with a key a dataset.
        source : str, optional
            The source that the file is of, where several have one of this name.
        release : int, optional
            Its number; the current one by default.
        **key
            Columns of the dataset and their values.
        """
        from vertebra.operations.impact import impact

        wanted = {name: str(value) for name, value in key.items()}
        return impact(self.workspace, what, wanted, source, release, self.environment)

    def profile(self, dataset: str, release: int | None = None, against: int | None = None) -> ProfileReport:
        """What is known of a formatted table or view of a release, and what differs from an earlier one.

        Parameters
        ----------
        dataset : str
            Its name.
        release : int, optional
            Its number; the current one by default.
        against : int, optional
            Release to compare with; the earlier version of the dataset by default.
        """
        from vertebra.operations.profiling import profile_of

        return profile_of(self.workspace, dataset, release, against, self.environment)

    def train(self, *names: str, wait: float = 0.0, strict: bool = True) -> RunReport:
        """Train analyses, all of them by default, on the current release."""
        from vertebra.operations.learn import train

        return _told(train(self.workspace, names, self.environment, wait=wait), strict=strict)

    def predict(self, *names: str, wait: float = 0.0, strict: bool = True) -> RunReport:
        """Let the deployed models of analyses, all of them by default, answer for the current release."""
        from vertebra.operations.learn import predict

        return _told(predict(self.workspace, names, self.environment, wait=wait), strict=strict)

    def models(self, name: str | None = None) -> tuple[ModelRecord, ...]:
        """The models of an analysis, or of all of them, newest first."""
        from vertebra.operations.learn import models

        return models(self.workspace, name)

    def releases(self) -> tuple[ReleaseRecord, ...]:
        """Every release, newest first."""
        from vertebra.operations.standing import published

        return published(self.workspace)

    def promote(self, source: str, target: str, *, wait: float = 0.0) -> Moved:
        """Publish what one environment holds as a new release of another; no data is copied."""
        from vertebra.operations.environments import promote

        return promote(self.workspace, source, target, wait=wait)

    def rollback(self, to: int | None = None, *, wait: float = 0.0) -> Moved:
        """Point the environment back to the release before, or to any other of its own."""
        from vertebra.operations.environments import rollback

        return rollback(self.workspace, to, self.environment, wait=wait)

    def diff(self, before: str | int, after: str | int, dataset: str | None = None, rows: int = 0) -> ReleaseDiff:
        """What one environment or release has that another has not, by datasets and rows.

        Parameters
        ----------
        before, after : str or int
            An environment, or the number of a release; what only `after` has was added.
        dataset : str, optional
            This one alone; all by default.
        rows : int
            Rows to show of each dataset and kind of change.
        """
        from vertebra.operations.diff import diff

        return diff(self.workspace, before, after, dataset, rows)

    def verify(
        self,
        release: int | None = None,
        *,
        sample: float = 1.0,
        seed: int | None = None,
        repair: bool = False,
        wait: float = 0.0,
    ) -> Verification:
        """Rebuild a release from the landing zone and hold what stands against it; with `repair`, put damage right.

        Parameters
        ----------
        release : int, optional
            Its number; the current one by default.
        sample : float
            Share of the landed files of every source, and of the views, that are rebuilt.
        seed : int, optional
            Chooses the sample.
        repair : bool
            Make damaged data files anew.
        wait : float
            Seconds to wait for another writer, with `repair`.
        """
        from vertebra.operations.verify import verify
        from vertebra.operations.verify.repairing import repaired

        if repair:
            return repaired(self.workspace, release, self.environment, sample=sample, seed=seed, wait=wait)
        return verify(self.workspace, release, self.environment, sample=sample, seed=seed)

    def close(self) -> None:
        """Give back connections and memory."""
        self.workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open(path: str | Path, environment: str | None = None) -> Backbone:  # noqa: A001  the word for it: `vertebra.open`
    """Open a project.

    Parameters
    ----------
    path : str or Path
        Folder with a `vertebra.yaml`.
    environment : str, optional
        Whose releases are read and published; the project's first by default.

    Raises
    ------
    ProjectError, CatalogError, UnknownNameError
        If the project, its catalog or the environment cannot be used.
    """
    from vertebra.operations.definitions import environment_named
    from vertebra.workspace import open_workspace

    ws = open_workspace(Path(path))
    try:
        environment_named(ws.project, environment)
    except UnknownNameError:
        ws.close()
        raise
    return Backbone(ws, environment)


def draft(
    paths: str | Path | Sequence[str | Path], source: str, project: str | Path = ".", *, force: bool = False
) -> DraftReport:
    """Look at files and write the project's `sources/NAME.yaml`.

    Parameters
    ----------
    paths : str, Path or a sequence of them
        Files, or folders of them.
    source : str
        Name of the source.
    project : str or Path
        Folder with a `vertebra.yaml`.
    force : bool
        Write over a source of that name.

    Raises
    ------
    ProjectError, UsageError
        If the folder is no project, the name is none or taken, or the files cannot be drafted from.
    """
    from vertebra.operations.draft import draft

    several = [paths] if isinstance(paths, str | Path) else paths
    return draft(Path(project), [Path(path) for path in several], source, force=force)


def _told(report: RunReport, *, strict: bool) -> RunReport:
    if strict and report.errors:
        raise report.errors[0]
    return report
