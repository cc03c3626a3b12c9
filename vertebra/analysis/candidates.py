"""The models that an analysis may try, and how a candidate names its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from vertebra.analysis.definition import Candidate, Prepare
from vertebra.document import Section
from vertebra.errors import nearest
from vertebra.project import identifier


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind of model.

    Parameters
    ----------
    load : callable
        Its class, imported when it is first needed.
    prepared : bool
        Does it read numbers that were clipped, imputed and standardised?
    reads_missing : bool
        Can it read a feature without a value?
    """

    load: Callable[[], type[Any]]
    prepared: bool = True
    reads_missing: bool = False


def _repeat_last_week() -> type[Any]:
    from vertebra.analysis.estimators import RepeatLastWeek

    return RepeatLastWeek


def _ridge() -> type[Any]:
    from sklearn.linear_model import Ridge

    return Ridge  # type: ignore[no-any-return]


def _elastic_net() -> type[Any]:
    from sklearn.linear_model import ElasticNet

    return ElasticNet  # type: ignore[no-any-return]


def _random_forest() -> type[Any]:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor  # type: ignore[no-any-return]


def _hist_gradient_boosting() -> type[Any]:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor  # type: ignore[no-any-return]


MODELS: Mapping[str, ModelKind] = {
    "repeat_last_week": ModelKind(_repeat_last_week, prepared=False, reads_missing=True),
    "ridge": ModelKind(_ridge),
    "elastic_net": ModelKind(_elastic_net),
    "random_forest": ModelKind(_random_forest),
    "hist_gradient_boosting": ModelKind(_hist_gradient_boosting, reads_missing=True),
}
OURS = ("random_state", "n_jobs", "verbose", "warm_start")
"""Hyperparameters that are set by the analysis' seed, or would let threads decide the order of additions."""


def read_prepare(top: Section) -> Prepare:
    """What `prepare:` declares.

    Raises
    ------
    ProjectError
        If it cannot be used.
    """
    section: Section | None = top.section("prepare", None)
    if section is None:
        return Prepare()
    section.only(("clip", "impute", "standardise"))
    clip: Section | None = section.section("clip", None)
    return Prepare(
        None if clip is None else _quantiles(clip),
        section.choice("impute", ("median", "mean"), None),
        section.boolean("standardise", default=False),
    )


def _quantiles(section: Section) -> tuple[float, float]:
    values = section.only(("quantiles",)).get("quantiles")
    numbers = isinstance(values, tuple) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    if not numbers or len(values) != 2 or not 0 <= values[0] < values[1] <= 1:
        raise section.error("quantiles", "two rising numbers from 0 to 1 are needed", "`quantiles: [0.01, 0.99]`")
    return float(values[0]), float(values[1])


def read_candidates(top: Section, features: tuple[str, ...], prepare: Prepare) -> tuple[Candidate, ...]:
    """The candidates under `candidates:`; a list of values of a hyperparameter is a line of the grid.

    Parameters
    ----------
    top : Section
        The analysis.
    features : tuple of str
        Names of the features.
    prepare : Prepare
        What is declared for all; a candidate may take less: `prepare: [clip, impute]`.

    Raises
    ------
    ProjectError
        If one cannot be used.
    """
    found: list[Candidate] = []
    for section in top.sections("candidates"):
        section.only(("name", "model", "prepare", "hyperparameters"))
        candidate = _candidate(section, features, prepare)
        if candidate.name in {other.name for other in found}:
            raise section.error("name", f'two candidates are called "{candidate.name}"', "rename one of the two")
        found.append(candidate)
    if not found:
        raise top.error("candidates", "there is no model to try", "add lines `- {name: …, model: ridge}`")
    return tuple(found)


def _candidate(section: Section, features: tuple[str, ...], prepare: Prepare) -> Candidate:
    model: str = section.choice("model", tuple(MODELS))
    kind = MODELS[model]
    if "prepare" in section:
        if not kind.prepared:
            raise section.error("prepare", f"{model} reads the features as they are", "take `prepare` away")
        prepare = _subset(section, prepare)
    grid: Section | None = section.section("hyperparameters", None)
    lists = {} if grid is None else {key: _values(grid, key) for key in grid.values}
    if model == "repeat_last_week":
        _check_feature(section, lists, features)
    settings = tuple(dict(zip(lists, values, strict=True)) for values in product(*lists.values()))
    return Candidate(
        identifier(section, "name"),
        model,
        prepare if kind.prepared else Prepare(),
        settings,
        f"{section.file}:{section.line}",
    )


def _subset(section: Section, prepare: Prepare) -> Prepare:
    steps = section.texts("prepare")
    declared = {"clip": prepare.clip, "impute": prepare.impute, "standardise": prepare.standardise or None}
    known = [name for name, value in declared.items() if value is not None]
    for step in steps:
        if step not in known:
            raise section.error("prepare", f'"{step}" is not declared under `prepare:`', nearest(step, known))
    return Prepare(
        prepare.clip if "clip" in steps else None,
        prepare.impute if "impute" in steps else None,
        "standardise" in steps,
    )


def _values(grid: Section, key: str) -> tuple[Any, ...]:
    if key in OURS:
        raise grid.error(
            key, "it is set from the analysis' `seed:`, so that training twice gives the same", "take it out"
        )
    value = grid.values[key]
    values = value if isinstance(value, tuple) else (value,)
    if not values or any(isinstance(one, Section | tuple) for one in values):
        raise grid.error(key, "a value, or a list of values to try, is needed", f"write for example `{key}: [1, 10]`")
    return values


def _check_feature(section: Section, lists: Mapping[str, tuple[Any, ...]], features: tuple[str, ...]) -> None:
    if set(lists) != {"feature"}:
        raise section.error(
            "hyperparameters",
            "repeat_last_week needs the feature that it repeats, and nothing else",
            f"`hyperparameters: {{feature: {features[0]}}}`",
        )
    for feature in lists["feature"]:
        if feature not in features:
            raise section.error("hyperparameters", f'"{feature}" is no feature', nearest(str(feature), features))
