"""Models that learnt from rows, and pictures that were drawn of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vertebra.governance import datasets, models
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.models import Model
from vertebra.operations.impact.without import Without
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReachedModel:
    """A model whose features hold rows that would be others.

    Parameters
    ----------
    id, analysis, candidate : int, str, str
        Of the model.
    release : int
        From which it learnt.
    deployed : bool
        Does it answer for the analysis now?
    rows : mapping of str to int
        How many of these rows are in each part of its split: `training`, `gap`, `validation`, `unlabelled`.
    of : int
        How many rows it learnt from.
    why : str
        Why any row of its features can be another; empty where it is known which.
    """

    id: int
    analysis: str
    candidate: str
    release: int
    deployed: bool
    rows: Mapping[str, int]
    of: int
    why: str

    def to_json(self) -> dict[str, Any]:
        """The model as `impact --output json` prints it."""
        return {
            "id": self.id,
            "analysis": self.analysis,
            "candidate": self.candidate,
            "release": self.release,
            "deployed": self.deployed,
            "rows": dict(self.rows),
            "of": self.of,
            "why": self.why,
        }


def reached_models(ws: Workspace, known: tuple[Model, ...], found: Mapping[int, Without]) -> tuple[ReachedModel, ...]:
    """Those of some models that learnt from a feature table of which something becomes, the newest first."""
    return tuple(_reached(ws, known, found))


def _reached(ws: Workspace, known: tuple[Model, ...], found: Mapping[int, Without]) -> Iterator[ReachedModel]:
    parts: dict[int, Mapping[str, int]] = {}
    deployed: dict[str, int | None] = {}
    for model in known:
        without = found.get(model.features_id)
        if without is None:
            continue
        with ws.catalog.read() as connection:
            split = _split(datasets.made_from(connection, model.features_id), model)
            if model.analysis not in deployed:
                answering = models.deployed(connection, model.analysis)
                deployed[model.analysis] = answering.id if answering else None
        if split is not None and split.id not in parts:
            parts[split.id] = _parts(ws, without, split)
        yield ReachedModel(
            model.id,
            model.analysis,
            model.candidate,
            model.release,
            deployed[model.analysis] == model.id,
            parts[split.id] if split else {},
            model.train_rows,
            without.why,
        )


def _split(made: tuple[DatasetVersion, ...], model: Model) -> DatasetVersion | None:
    """Where each row of its features belonged when a model was trained."""
    return next(
        (one for one in reversed(made) if one.name == f"{model.analysis}_split" and one.run_id <= model.run_id), None
    )


def _parts(ws: Workspace, without: Without, split: DatasetVersion) -> Mapping[str, int]:
    relations = [ws.relation(split, name="_split")]
    chosen = "" if without.why else without.chosen("_split", "_gone")
    if without.gone is not None:
        relations.append(replace(without.gone, name="_gone"))
    rows = ws.engine.arrow(
        f"select part, count(*) as n from _split {chosen} group by part order by part", relations
    ).to_pylist()
    return {row["part"]: row["n"] for row in rows}
