"""Models: the sandbox that they learnt from, how good they are, and which of them is deployed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from vertebra.governance import tables as t
from vertebra.governance.schema import inserted


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model: what it learnt from, with what, and where its file lies."""

    id: int
    analysis: str
    candidate: str
    identity: str
    sandbox_id: int
    release: int
    features_id: int
    features_fingerprint: str
    hyperparameters: Mapping[str, Any]
    code_version: str
    seed: int
    path: str
    sha256: str
    size: int
    train_rows: int
    train_seconds: float
    trained_at: datetime
    run_id: int


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure of one model.

    Parameters
    ----------
    name : str
        For example `mae`; `mae_gap` for the largest difference between the values of a slicing column.
    part : str
        `cross-validation` or `validation`.
    slice : str
        Empty for all rows, `column=value` for some of them, the column alone for a gap.
    fold : int or None
        1-based; None over all folds.
    value : float or None
        None where it is not defined, for example r2 of equal values.
    """

    name: str
    part: str
    slice: str
    fold: int | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which model answered from when until when, and why it was chosen."""

    analysis: str
    model_id: int
    since: datetime
    until: datetime | None
    why: str


def sandbox(
    connection: Connection, analysis: str, definition_id: int, release: int, run_id: int, items: Mapping[int, int]
) -> int:
    """The number of the sandbox of an analysis on a release, recorded at its first use.

    A sandbox is a pinned subset of a release, names and versions and no copy: `items` maps dataset to version.
    """
    c = t.sandbox.c
    query = select(c.id).where(c.analysis == analysis, c.definition_id == definition_id, c.release_id == release)
    number = connection.execute(query.order_by(c.id).limit(1)).scalar()
    if number is not None:
        return int(number)
    values = {
        "analysis": analysis,
        "definition_id": definition_id,
        "release_id": release,
        "created_at": datetime.now(UTC),
        "run_id": run_id,
    }
    number = inserted(connection, t.sandbox, values)
    rows = [{"sandbox_id": number, "dataset_id": d, "version_id": v} for d, v in sorted(items.items())]
    connection.execute(insert(t.sandbox_item), rows)
    return number


def sandbox_items(connection: Connection, number: int) -> dict[int, int]:
    """Dataset number to version number of a sandbox."""
    c = t.sandbox_item.c
    query = select(c.dataset_id, c.version_id).where(c.sandbox_id == number)
    return {row.dataset_id: row.version_id for row in connection.execute(query)}


def record(connection: Connection, values: Mapping[str, Any], metrics: Iterable[Metric]) -> int:
    """Record a trained model and its metrics; its number. `values` are the columns of the table `model`."""
    number = inserted(connection, t.model, {**values, "trained_at": datetime.now(UTC)})
    rows = [
        {"model_id": number, "name": m.name, "part": m.part, "slice": m.slice, "fold": m.fold, "value": m.value}
        for m in metrics
    ]
    if rows:
        connection.execute(insert(t.metric), rows)
    return number


def by_identity(connection: Connection, analysis: str, identity: str) -> Model | None:
    """The model of an analysis that a training of this identity recorded last."""
    c = t.model.c
    return _one(connection, select(t.model).where(c.analysis == analysis, c.identity == identity))


def models(connection: Connection, analysis: str | None = None) -> tuple[Model, ...]:
    """Every model of an analysis, or of all of them, newest first."""
    query = select(t.model).order_by(t.model.c.id.desc())
    if analysis is not None:
        query = query.where(t.model.c.analysis == analysis)
    return tuple(_fact(row) for row in connection.execute(query))


def metrics(connection: Connection, model_id: int) -> tuple[Metric, ...]:
    """The metrics of a model, in the order in which they were recorded."""
    c = t.metric.c
    query = select(c.name, c.part, c.slice, c.fold, c.value).where(c.model_id == model_id).order_by(c.id)
    return tuple(Metric(*row) for row in connection.execute(query))


def deployed(connection: Connection, analysis: str) -> Model | None:
    """The model that answers for an analysis now."""
    d = t.deployment.c
    query = select(t.model).join(t.deployment, d.model_id == t.model.c.id)
    return _one(connection, query.where(d.analysis == analysis, d.until.is_(None)))


def deploy(connection: Connection, analysis: str, model_id: int, why: str) -> None:
    """Let a model answer for an analysis from now on."""
    d, now = t.deployment.c, datetime.now(UTC)
    connection.execute(update(t.deployment).where(d.analysis == analysis, d.until.is_(None)).values(until=now))
    connection.execute(insert(t.deployment).values(analysis=analysis, model_id=model_id, since=now, why=why))


def deployments(connection: Connection, analysis: str) -> tuple[Deployment, ...]:
    """Every deployment of an analysis, newest first."""
    c = t.deployment.c
    query = select(c.analysis, c.model_id, c.since, c.until, c.why).where(c.analysis == analysis)
    return tuple(Deployment(*row) for row in connection.execute(query.order_by(c.id.desc())))


def _one(connection: Connection, query: Select[Any]) -> Model | None:
    row = connection.execute(query.order_by(t.model.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _fact(row)


def _fact(row: Row[Any]) -> Model:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it begins with an underscore
    values["release"] = values.pop("release_id")
    return Model(**values)
