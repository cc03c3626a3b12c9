"""How good the best model of an analysis is: of those that stand, or that another release would give."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vertebra.analysis.definition import Analysis
from vertebra.analysis.features import identity, sandbox
from vertebra.analysis.publication import standing
from vertebra.analysis.split import VALIDATION
from vertebra.analysis.train import Progress, train
from vertebra.analysis.trials import Trial, find_trials, leading, score
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Score:
    """How good the best model of an analysis is.

    Parameters
    ----------
    model : str
        Its candidate and setting in words.
    folds, validation : float
        The declared metric over the folds, by which it is the best, and on the validation period.
    """

    model: str
    folds: float
    validation: float


def standing_score(ws: Workspace, analysis: Analysis, release: int) -> Score | None:
    """Of the models that learnt from a release; None where not all of its candidates did.

    Raises
    ------
    UnknownNameError
        If the release lacks a dataset that the analysis reads.
    """
    features = standing(ws, analysis.dataset("features"), identity(analysis, sandbox(ws, analysis, release)))
    if features is None:
        return None
    trials = find_trials(ws, analysis, features)
    return None if any(trial.model is None for trial in trials) else _best(analysis, trials)


def trained_score(ws: Workspace, analysis: Analysis, release: int, run_id: int, progress: Progress) -> Score:
    """Train every candidate on a release, draw nothing, and say how good the best is.

    Raises
    ------
    VertebraError
        As for `train`.
    """
    train(ws, replace(analysis, plots=()), release, run_id, progress)
    found = standing_score(ws, analysis, release)
    assert found is not None  # noqa: S101  a training that ends well leaves a model of each
    return found


def _best(analysis: Analysis, trials: tuple[Trial, ...]) -> Score:
    first = leading(analysis, trials)[0]
    return Score(first.shown, score(analysis, first), score(analysis, first, VALIDATION))
