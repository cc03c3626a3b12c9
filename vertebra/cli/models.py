"""`vertebra models`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.settings import Settings, opened

if TYPE_CHECKING:
    from vertebra.operations.learn import ModelRecord


def command(
    context: typer.Context,
    analysis: Annotated[str | None, typer.Argument(help="Analysis; all by default.", metavar="[ANALYSIS]")] = None,
) -> Answer:
    """List the models: from which release, how good, and which of them answers.

    Example: vertebra models heat_demand
    """
    from vertebra.operations.learn import models

    settings: Settings = context.obj
    with opened(settings) as ws:
        found = models(ws, analysis)
    data = {
        "models": [
            asdict(one.model) | {"deployed": one.deployed, "metrics": [asdict(metric) for metric in one.metrics]}
            for one in found
        ]
    }
    measures = sorted({m.name for one in found for m in one.metrics if not m.slice and m.fold is None})
    columns = ("model", "analysis", "candidate", "hyperparameters", "release", "trained", *measures, "deployed")
    rows = [
        (
            one.model.id,
            one.model.analysis,
            one.model.candidate,
            ", ".join(f"{name}={value}" for name, value in one.model.hyperparameters.items()),
            one.model.release,
            one.model.trained_at,
            *(_measure(one, name) for name in measures),
            "yes" if one.deployed else "",
        )
        for one in found
    ]
    return Answer(data, [Grid(columns, rows)] if rows else ["no model stands yet: vertebra train"])


def _measure(one: ModelRecord, name: str) -> str:
    """A metric over all folds of the cross-validation, and on the validation period."""
    values = [
        f"{metric.value:.4g}"
        for metric in one.metrics
        if metric.name == name and not metric.slice and metric.fold is None and metric.value is not None
    ]
    return " / ".join(values)
