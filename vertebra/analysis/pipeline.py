"""From a candidate and one setting to a pipeline: preparation inside, so that it is fitted on learning rows alone."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vertebra.analysis.candidates import MODELS
from vertebra.analysis.definition import Analysis, Candidate
from vertebra.errors import ProjectError, StepError, nearest

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from vertebra.analysis.matrix import Matrix


def pipeline(analysis: Analysis, candidate: Candidate, setting: Mapping[str, Any], texts: tuple[int, ...]) -> Pipeline:
    """An unfitted pipeline.

    Parameters
    ----------
    analysis : Analysis
        Names of the features, seed.
    candidate : Candidate
        Model and preparation.
    setting : mapping
        Hyperparameters.
    texts : tuple of int
        Positions of the features that are texts: they become one column per value seen in the learning rows.

    Raises
    ------
    ProjectError
        If the model has no such hyperparameter.
    """
    from sklearn.pipeline import Pipeline

    model = _model(analysis, candidate, setting)
    if not MODELS[candidate.model].prepared:
        return Pipeline([("model", model)])
    return Pipeline([("prepare", _preparation(candidate, len(analysis.features), texts)), ("model", model)])


def _model(analysis: Analysis, candidate: Candidate, setting: Mapping[str, Any]) -> Any:
    kind = MODELS[candidate.model].load()
    values = dict(setting)
    if candidate.model == "repeat_last_week":
        names = [feature.name for feature in analysis.features]
        return kind(column=names.index(values["feature"]))
    known = kind().get_params()
    for name in values:
        if name not in known:
            raise ProjectError(
                f'"{name}" is no hyperparameter of {candidate.model}',
                where=candidate.where,
                why=f"candidate {candidate.name} names it",
                next_=nearest(name, known),
            )
    if "random_state" in known:
        values["random_state"] = analysis.seed
    return kind(**values)


def _preparation(candidate: Candidate, width: int, texts: tuple[int, ...]) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    from vertebra.analysis.estimators import Numbers

    prepare = candidate.prepare
    lower, upper = prepare.clip or (0.0, 1.0)
    steps: list[tuple[str, Any]] = [("clip", Numbers(lower, upper, clip=prepare.clip is not None))]
    if prepare.impute is not None:
        # a feature without any value stays a column, so that positions never shift
        steps.append(("impute", SimpleImputer(strategy=prepare.impute, keep_empty_features=True)))
    if prepare.standardise:
        steps.append(("standardise", StandardScaler()))
    numbers = [position for position in range(width) if position not in texts]
    parts: list[tuple[str, Any, list[int]]] = []
    if numbers:
        parts.append(("numbers", Pipeline(steps), numbers))
    if texts:
        parts.append(("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(texts)))
    return ColumnTransformer(parts)


def check_missing(analysis: Analysis, candidate: Candidate, data: Matrix) -> None:
    """Refuse a model that cannot read a missing value, where there is one and nothing imputes it.

    Raises
    ------
    StepError
        Naming the features.
    """
    if candidate.prepare.impute is not None or MODELS[candidate.model].reads_missing:
        return
    missing = data.missing()
    names = [
        feature.name
        for position, feature in enumerate(analysis.features)
        if position not in data.texts and missing[:, position].any()
    ]
    if names:
        raise StepError(
            f'candidate "{candidate.name}" cannot read features without a value',
            where=candidate.where,
            why=f"{', '.join(names)} have none in {int(missing.any(axis=1).sum())} of {len(data.y)} rows",
            next_="declare `prepare: {impute: median}`, or guard the features with coalesce(…)",
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted pipeline, and what its libraries warned of."""

    pipe: Pipeline
    warnings: tuple[str, ...]


def fit(pipe: Pipeline, candidate: Candidate, setting: Mapping[str, Any], x: Any, y: Any) -> Fitted:
    """Fit a pipeline.

    Raises
    ------
    StepError
        If the model refuses its hyperparameters or its rows, in its own words.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            pipe.fit(x, y)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise StepError(
            f'candidate "{candidate.name}" cannot be fitted',
            where=candidate.where,
            why=" ".join(str(error).split())[:300],
            next_=f"mend its hyperparameters {dict(setting)}, or take the candidate out",
        ) from error
    words = dict.fromkeys(" ".join(str(one.message).split()).split(". ")[0] for one in caught)
    return Fitted(pipe, tuple(words))
