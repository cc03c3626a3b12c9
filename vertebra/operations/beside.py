"""Build what changed beside a release, compare, and throw it away: what `vertebra plan --diff` shows.

Nothing is collected, landed or loaded; nothing is written but into the scratch folder of this process, and to no
catalog but one of its own there. So it neither waits for a run nor disturbs one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from vertebra import exploitation
from vertebra.analysis import Progress, quiet
from vertebra.bug import bug
from vertebra.errors import VertebraError
from vertebra.governance import datasets, releases, runs
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.lending import lend
from vertebra.operations.beside_judging import Concerned, cannot, concerned, otherwise, removed
from vertebra.operations.beside_scores import AnalysisDiff, analyses_of, score
from vertebra.operations.definitions import definitions_of, environment_named
from vertebra.operations.diff_rows import Example, RowsDiff, rows_diff
from vertebra.operations.forecast import Status
from vertebra.operations.release import current_release
from vertebra.sql import quote
from vertebra.step import Check
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PlannedDiff:
    """What a run would make of a dataset.

    Parameters
    ----------
    name : str
        Of the dataset.
    status : Status
        What becomes of it.
    why : str
        Why, in words.
    before, after : int or None
        Rows; None where there is none.
    rows : RowsDiff or None
        How they differ; None where it could not be built, or goes.
    checks : tuple of Check
        What its expectations say of the new rows; of a version that stood already, none.
    seconds : float
        That it took.
    error : VertebraError or None
        Why it could not be built.
    """

    name: str
    status: Status
    why: str
    before: int | None = None
    after: int | None = None
    rows: RowsDiff | None = None
    checks: tuple[Check, ...] = ()
    seconds: float = 0.0
    error: VertebraError | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What a run would change in a release, with the deliveries that it was made from.

    Parameters
    ----------
    environment : str
        Whose release, and `release`, its number.
    datasets : tuple of PlannedDiff
        Those that change, each after what it reads; then those that go.
    untouched : int
        Datasets that stay as they are, those of analyses left out.
    analyses : tuple of AnalysisDiff
        Those that read what changes.
    fallbacks : tuple of str
        What was not done as a run would do it.
    """

    environment: str
    release: int
    datasets: tuple[PlannedDiff, ...]
    untouched: int
    analyses: tuple[AnalysisDiff, ...]
    fallbacks: tuple[str, ...]

    @property
    def errors(self) -> tuple[VertebraError, ...]:
        """What failed."""
        found = (*(one.error for one in self.datasets), *(one.error for one in self.analyses))
        return tuple(error for error in found if error is not None)


@dataclass(slots=True)
class _Bench:
    """Where it is built.

    Parameters
    ----------
    ws, aside : Workspace
        The project, and the place that is thrown away.
    run, release : int
        The run that is recorded there, and the release that is compared with.
    held : dict
        The datasets of that release.
    rows : int
        To show of each kind of change.
    made : dict
        Dataset to the version that a run would read: of the release, or made here.
    """

    ws: Workspace
    aside: Workspace
    run: int
    release: int
    held: dict[str, DatasetVersion]
    rows: int
    made: dict[str, DatasetVersion] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


def beside(ws: Workspace, environment: str | None = None, rows: int = 0, progress: Progress = quiet) -> Beside:
    """Build the views that changed and what reads them, from the tables of the release, and hold both side by side.

    Analyses that read one of them are trained there, too. A dataset that cannot be built is told with its error, and
    what does not read it is built all the same.

    Parameters
    ----------
    ws : Workspace
        The project; nothing of it is changed.
    environment : str, optional
        Whose release is compared; the project's first by default.
    rows : int
        Rows to show of each dataset and kind of change.
    progress : callable
        Told what is being done.

    Raises
    ------
    UnknownNameError
        If nothing is published there yet.
    RequestError
        If a file of the project cannot be used.
    """
    name = environment_named(ws.project, environment)
    definitions = definitions_of(ws)
    with ws.catalog.read() as connection:
        release = current_release(ws, connection, name)
        held = releases.contents(connection, release)
        todo = tuple(concerned(connection, definitions, held))
        fallbacks = tuple(otherwise(connection, definitions, held))
    gone = tuple(removed(definitions, held))
    moved = {one.view.name for one in todo} | {version.name for version in gone}
    analyses = analyses_of(ws.project.folder, moved)
    read = {name for one in todo for name in one.view.depends} | {name for one, _ in analyses for name in one.depends}
    lent = {name: version for name, version in held.items() if name.lower() in read and name not in moved}
    for one in todo:
        lent |= one.stands
    with ws.aside("beside", ("landing/", *(f"{version.path}/" for version in lent.values()))) as aside:
        with ws.catalog.read() as source, aside.catalog.write() as target:
            run = runs.begin(target, "plan", "beside")
            lend(source, target, lent.values(), run)
        bench = _Bench(ws, aside, run, release, held, rows, dict(lent))
        diffs = [diff for number, one in enumerate(todo) for diff in _built(bench, one, progress, number, len(todo))]
        diffs += [PlannedDiff(one.name, Status.REMOVED, "nothing declares it", one.rows) for one in gone]
        with aside.catalog.write() as target:
            items = {version.dataset_id: version.id for version in bench.made.values()}
            number = releases.publish(target, "beside", run, items, "beside")
        scored = tuple(
            score(ws, aside, one, reads, (release, number), run, bench.failed, progress) for one, reads in analyses
        )
    named = {diff.name for diff in diffs}
    untouched = sum(version.zone != "analysis" and version.name not in named for version in held.values())
    return Beside(name, release, tuple(diffs), untouched, scored, fallbacks)


def _built(bench: _Bench, one: Concerned, progress: Progress, number: int, total: int) -> Iterator[PlannedDiff]:
    """The view and its quarantine, built and compared."""
    name, began = one.view.name, perf_counter()
    progress(f"building {name} beside release {bench.release}", number, total)
    try:
        found, checks = _made(bench, one)
        bench.made |= found
        seconds = perf_counter() - began
        for version in found.values():
            diff = _diff(bench, one, version)
            yield replace(diff, checks=checks, seconds=seconds) if version.name == name else diff
    except VertebraError as error:
        bench.failed.add(name)
        before = bench.held.get(name)
        yield PlannedDiff(name, one.status, one.why, before.rows if before else None, error=error)


def _made(bench: _Bench, one: Concerned) -> tuple[dict[str, DatasetVersion], tuple[Check, ...]]:
    """The versions of a view and its quarantine, and what was found of their rows."""
    if one.stands:
        return one.stands, ()
    if one.lacks and one.lacks not in bench.failed:
        raise cannot(one, f"it reads {one.lacks}, which the release does not hold", bench.release)
    if failed := [name for name in one.view.depends if name in bench.failed]:
        raise cannot(one, f"it reads {', '.join(failed)}, which could not be built", bench.release)
    inputs = {name: bench.made[name] for name in one.view.depends}
    try:
        receipt = exploitation.build(bench.aside, one.view, inputs, bench.run)
    except VertebraError:
        raise
    except Exception as raised:  # a fault of ours in one view must not stop the others
        raise bug(raised, Path(bench.ws.storage.root)) from raised
    with bench.aside.catalog.read() as connection:
        found = datasets.versions(connection, receipt.datasets.values())
    return {name: found[receipt.datasets[name]] for name in receipt.datasets}, receipt.checks


def _diff(bench: _Bench, one: Concerned, after: DatasetVersion) -> PlannedDiff:
    before = bench.held.get(after.name)
    if before is None:
        rows = RowsDiff(after.grain, "", after.rows, 0, 0, {}, (), _first(bench, after))
        return PlannedDiff(after.name, Status.ADDED, one.why, None, after.rows, rows)
    rows = rows_diff(bench.ws, before, after, bench.rows, bench.aside)
    return PlannedDiff(after.name, one.status, one.why, before.rows, after.rows, rows)


def _first(bench: _Bench, version: DatasetVersion) -> tuple[Example, ...]:
    """The first rows of a dataset that the release does not hold."""
    if not bench.rows:
        return ()
    order = ", ".join(quote(name) for name in version.grain) or "all"
    relation = bench.aside.relation(version, name="added")
    found = bench.ws.engine.arrow(f"select * from added order by {order} limit {bench.rows}", (relation,))
    return tuple(Example("added", row) for row in found.to_pylist())
