"""What a changed release would do to the models of analyses: trained beside it, and judged on the validation period."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from vertebra import analysis as zone
from vertebra.analysis import Analysis, Progress, Score
from vertebra.bug import bug
from vertebra.errors import StepError, VertebraError
from vertebra.governance import models
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AnalysisDiff:
    """An analysis that reads what changes.

    Parameters
    ----------
    name : str
        Of the analysis, and `metric`, by which it judges.
    reads : tuple of str
        What it reads of what changes.
    before, after : Score or None
        Of the best model that learnt from the release, and of the best that would learn from the changed one.
    note : str
        Why there is nothing before, in words; empty where there is.
    error : VertebraError or None
        Why nothing could be trained.
    """

    name: str
    metric: str
    reads: tuple[str, ...]
    before: Score | None = None
    after: Score | None = None
    note: str = ""
    error: VertebraError | None = None


def analyses_of(project: Path, moved: Collection[str]) -> tuple[tuple[Analysis, tuple[str, ...]], ...]:
    """The analyses of a project that read one of some datasets, and which of them."""
    folded = {name.lower() for name in moved}
    found = zone.read_analyses(project).values()
    reads = ((analysis, tuple(name for name in analysis.depends if name in folded)) for analysis in found)
    return tuple((analysis, names) for analysis, names in reads if names)


def score(
    ws: Workspace,
    aside: Workspace,
    analysis: Analysis,
    reads: tuple[str, ...],
    releases: tuple[int, int],
    run_id: int,
    failed: Collection[str],
    progress: Progress,
) -> AnalysisDiff:
    """Train an analysis aside, and hold its score against that of the models that stand.

    Parameters
    ----------
    ws, aside : Workspace
        The project, and where the changed release is.
    analysis : Analysis
        Which.
    reads : tuple of str
        What it reads of what changes.
    releases : (int, int)
        The release, and the changed one aside.
    run_id : int
        The run aside.
    failed : collection of str
        What could not be built.
    progress : callable
        Told what is being done.
    """
    before, note = _before(ws, analysis, releases[0])
    error: VertebraError | None = None
    after: Score | None = None
    lost = [name for name in reads if name in failed]
    if lost:
        error = StepError(
            f'"{analysis.name}" cannot be trained beside release {releases[0]}',
            where=analysis.where,
            why=f"it reads {', '.join(lost)}, which could not be built",
            next_="mend that first",
        )
        return AnalysisDiff(analysis.name, analysis.metric, reads, before, after, note, error)
    try:
        after = zone.trained_score(aside, analysis, releases[1], run_id, progress)
    except VertebraError as raised:
        error = raised
    except Exception as raised:  # noqa: BLE001  a fault of ours in one analysis must not take the others with it
        error = bug(raised, Path(ws.storage.root))
    return AnalysisDiff(analysis.name, analysis.metric, reads, before, after, note, error)


def _before(ws: Workspace, analysis: Analysis, release: int) -> tuple[Score | None, str]:
    """The score of the models that learnt from the release; else of the deployed one, or none, and why."""
    with ws.catalog.read() as connection:
        deployed = models.deployed(connection, analysis.name)
        metrics = models.metrics(connection, deployed.id) if deployed else ()
    try:
        found = zone.standing_score(ws, analysis, release)
    except VertebraError as error:
        return None, f"{error.what}"
    if found is not None:
        return found, ""
    if deployed is None:
        return None, "no model stands yet"
    known = {one.part: one.value for one in metrics if (one.name, one.slice, one.fold) == (analysis.metric, "", None)}
    folds, validation = known.get("cross-validation"), known.get("validation")
    if folds is None or validation is None:
        return None, f"the deployed model has no {analysis.metric}"
    note = f"that is the deployed model, which learnt from release {deployed.release} by other features or settings"
    return Score(deployed.candidate, folds, validation), note
