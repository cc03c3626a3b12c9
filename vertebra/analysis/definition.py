"""An analysis as its user declares it: what is asked, from which rows, how it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from vertebra import sql
from vertebra.governance.datasets import fingerprint


@dataclass(frozen=True, slots=True)
class Feature:
    """A named expression over the rows of the from clause: a column of the grain, the label or a feature.

    Parameters
    ----------
    name : str
        Of the column.
    sql : str
        The expression.
    unit, description : str
        Unit of measure and words.
    where : str
        File and line.
    """

    name: str
    sql: str
    unit: str
    description: str
    where: str


@dataclass(frozen=True, slots=True)
class Prepare:
    """What a model's pipeline does to numbers before it learns, fitted on its training rows alone, in this order.

    Parameters
    ----------
    clip : tuple of float or None
        Lower and upper quantile beyond which values are drawn in.
    impute : str or None
        `median` or `mean`, for features without a value.
    standardise : bool
        Subtract the mean, divide by the standard deviation.
    """

    clip: tuple[float, float] | None = None
    impute: str | None = None
    standardise: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """How rows are parted; `vertebra.analysis.split` documents the scheme.

    Parameters
    ----------
    time : str
        Column of the grain that orders the rows.
    validation : timedelta
        The last stretch, held out.
    folds : int
        Of the cross-validation.
    gap : timedelta
        Purged on both sides of a block.
    """

    time: str
    validation: timedelta
    folds: int
    gap: timedelta


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind of model that is tried, and every setting of its hyperparameters.

    Parameters
    ----------
    name : str
        In tables and plots.
    model : str
        One of `vertebra.analysis.candidates.MODELS`.
    prepare : Prepare
        What is done to its numbers.
    settings : tuple of mapping
        One set of hyperparameters each, in the order of the grid.
    where : str
        File and line.
    """

    name: str
    model: str
    prepare: Prepare
    settings: tuple[Mapping[str, Any], ...]
    where: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question that a model answers.

    Parameters
    ----------
    name, description, owner : str
        Of the analysis.
    source : str
        SQL from clause over datasets of a release.
    population : str
        SQL condition on its rows: those that the model is meant for. Empty for all.
    grain : tuple of Feature
        The columns that identify a row.
    label : Feature
        What is to be predicted; rows without it are predicted and not learnt from.
    features : tuple of Feature
        What it is predicted from.
    split, candidates, metric, slices, seed
        How models are trained and judged.
    horizon : timedelta
        The latest stretch, which `predict` answers for.
    plots : tuple of str
        `measured`, `residuals`.
    query : sql.Query
        Grain, label and features of the population, as one query.
    depends : tuple of str
        Names of the datasets that it reads, in small letters, sorted.
    where : str
        File and line.
    """

    name: str
    description: str
    owner: str
    source: str
    population: str
    grain: tuple[Feature, ...]
    label: Feature
    features: tuple[Feature, ...]
    split: Split
    candidates: tuple[Candidate, ...]
    metric: str
    slices: tuple[str, ...]
    seed: int
    horizon: timedelta
    plots: tuple[str, ...]
    query: sql.Query
    depends: tuple[str, ...]
    where: str

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the grain's columns."""
        return tuple(column.name for column in self.grain)

    def dataset(self, part: str) -> str:
        """Name of one of its datasets: `features`, `split`, `residuals` or `predictions`."""
        return f"{self.name}_{part}"

    def features_fingerprint(self) -> str:
        """Of all that decides the feature table; a comment or a line break changes nothing."""
        roles = [list(self.key), self.label.name, [feature.name for feature in self.features]]
        units = {column.name: column.unit for column in (self.label, *self.features)}
        return fingerprint("features", sql.fingerprint(self.query), roles, units)

    def meaning(self) -> dict[str, Any]:
        """What the catalog keeps of it, as JSON values: enough to train it again."""
        words = {"from": self.source, "where": self.population, "metric": self.metric, "slices": list(self.slices)}
        return {
            **words,
            "sql": self.query.text,
            "grain": list(self.key),
            "label": self.label.name,
            "features": [feature.name for feature in self.features],
            "split": split_meaning(self.split),
            "candidates": [
                {"name": c.name, "model": c.model, "prepare": asdict(c.prepare), "settings": list(c.settings)}
                for c in self.candidates
            ],
            "seed": self.seed,
            "predict": str(self.horizon),
        }


def split_meaning(split: Split) -> dict[str, Any]:
    """What decides a split, as JSON values."""
    return {"time": split.time, "validation": str(split.validation), "folds": split.folds, "gap": str(split.gap)}
