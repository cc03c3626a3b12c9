"""The candidates of an analysis in all their settings: which models of them stand, and which is the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from vertebra._version import __version__
from vertebra.analysis.definition import Analysis, Candidate, split_meaning
from vertebra.analysis.evaluation import CROSS_VALIDATION
from vertebra.analysis.features import identity, sandbox
from vertebra.analysis.metrics import better
from vertebra.analysis.persistence import stands
from vertebra.analysis.publication import standing
from vertebra.errors import StepError
from vertebra.governance import models
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.governance.models import Metric, Model
from vertebra.step import Action
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Trial:
    """One candidate in one setting, and the model of it that stands, if one does."""

    candidate: Candidate
    setting: Mapping[str, Any]
    identity: str
    model: Model | None
    metrics: tuple[Metric, ...] = ()

    @property
    def shown(self) -> str:
        """Name and setting in words."""
        words = ", ".join(f"{name} {value}" for name, value in self.setting.items())
        return f"{self.candidate.name} ({words})" if words else self.candidate.name


def code_version() -> str:
    """What computed a model: a change of any of them may change its predictions."""
    return f"vertebra {__version__}, scikit-learn {metadata.version('scikit-learn')}, numpy {metadata.version('numpy')}"


def find_trials(ws: Workspace, analysis: Analysis, features: DatasetVersion) -> tuple[Trial, ...]:
    """Every candidate in every setting, in the order of the file, with the models that stand already."""
    common = (features.identity, split_meaning(analysis.split), list(analysis.slices), analysis.seed, code_version())
    found = []
    with ws.catalog.read() as connection:
        for candidate in analysis.candidates:
            for setting in candidate.settings:
                parts = (candidate.name, candidate.model, asdict(candidate.prepare), setting)
                number = fingerprint("model", *common, *parts)
                model = models.by_identity(connection, analysis.name, number)
                if model is not None and not stands(ws.storage, model):
                    model = None
                metrics = () if model is None else models.metrics(connection, model.id)
                found.append(Trial(candidate, setting, number, model, metrics))
    return tuple(found)


def plan(ws: Workspace, analysis: Analysis, release: int) -> tuple[Action, str]:
    """What training would do now, and why; touches nothing.

    Raises
    ------
    UnknownNameError
        If the release lacks a dataset that the analysis reads.
    """
    features = standing(ws, analysis.dataset("features"), identity(analysis, sandbox(ws, analysis, release)))
    with ws.catalog.read() as connection:
        known = models.models(connection, analysis.name)
        deployed = models.deployed(connection, analysis.name)
    if not known or deployed is None:
        return Action.ADD, "no model stands yet"
    if features is None:
        changed = known[0].features_fingerprint != analysis.features_fingerprint()
        return (Action.CHANGE, "its features are others") if changed else (Action.REFRESH, "its inputs are others")
    missing = [trial for trial in find_trials(ws, analysis, features) if trial.model is None]
    return (Action.CHANGE, f"{len(missing)} models are not trained yet") if missing else (Action.NONE, "all stand")


def score(analysis: Analysis, trial: Trial, part: str = CROSS_VALIDATION) -> float:
    """The declared metric of a trial over all rows of a part.

    Raises
    ------
    StepError
        If it is not defined for these rows.
    """
    for metric in trial.metrics:
        if (metric.name, metric.part, metric.slice, metric.fold) == (analysis.metric, part, "", None):
            if metric.value is not None:
                return metric.value
            break
    raise StepError(
        f'the metric "{analysis.metric}" is not defined for {analysis.name}',
        where=analysis.where,
        why="mape divides by the label, and a label is zero; wape divides by all of them together",
        next_="declare another, for example `metric: wape`",
    )


def score_by(analysis: Analysis, trial: Trial, column: str) -> dict[str, float | None]:
    """The declared metric of a trial over the folds, by value of a slicing column; None where it is not defined."""
    return {
        metric.slice.removeprefix(f"{column}="): metric.value
        for metric in trial.metrics
        if (metric.name, metric.part, metric.fold) == (analysis.metric, CROSS_VALIDATION, None)
        and metric.slice.startswith(f"{column}=")
    }


def leading(analysis: Analysis, trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    """The best setting of each candidate, the best of all first; the first declared wins a tie."""
    best: dict[str, Trial] = {}
    for trial in trials:
        other = best.get(trial.candidate.name)
        if other is None or better(analysis.metric, score(analysis, trial), score(analysis, other)):
            best[trial.candidate.name] = trial
    sign = 1 if better(analysis.metric, 0, 1) else -1
    return tuple(sorted(best.values(), key=lambda trial: sign * score(analysis, trial)))
