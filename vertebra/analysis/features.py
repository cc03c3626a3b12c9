"""The feature table: grain, label and features of the population, made from one release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vertebra import sql
from vertebra.analysis.definition import Analysis, Feature
from vertebra.analysis.expressions import compose
from vertebra.analysis.publication import Output, Published, publish
from vertebra.errors import QueryError, StepError, UnknownNameError, nearest
from vertebra.governance import datasets, releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.table import Column
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A pinned subset of a release: names and versions, and no copy.

    Parameters
    ----------
    release : int
        Its number.
    versions : mapping
        Dataset, under the name that the analysis gives it, to its version.
    """

    release: int
    versions: Mapping[str, DatasetVersion]

    @property
    def identities(self) -> dict[str, str]:
        """Dataset to the identity of its version."""
        return {name: version.identity for name, version in self.versions.items()}


def sandbox(ws: Workspace, analysis: Analysis, release: int) -> Sandbox:
    """What an analysis reads of a release.

    Raises
    ------
    UnknownNameError
        If there is no such release, or it lacks a dataset.
    """
    with ws.catalog.read() as connection:
        numbers = [str(found.number) for found in releases.releases(connection)]
        contents = releases.contents(connection, release)
    if str(release) not in numbers:
        raise UnknownNameError(
            f"there is no release {release}",
            where=analysis.where,
            why="an analysis reads a release",
            next_=f"{nearest(str(release), numbers)}; `vertebra run` publishes one",
        )
    folded = {name.lower(): version for name, version in contents.items()}
    for name in analysis.depends:
        if name not in folded:
            raise UnknownNameError(
                f'release {release} has no dataset "{name}"',
                where=analysis.query.where,
                why=f"the analysis {analysis.name} reads it",
                next_=nearest(name, contents),
            )
    return Sandbox(release, {name: folded[name] for name in analysis.depends})


def identity(analysis: Analysis, box: Sandbox) -> str:
    """What identifies a version of the feature table: its definition, and what it is made from."""
    return datasets.fingerprint(analysis.features_fingerprint(), box.identities)


def publish_features(ws: Workspace, analysis: Analysis, box: Sandbox, run_id: int) -> Published:
    """Publish the feature table of a release, unless it stands already.

    Raises
    ------
    QueryError
        If an expression cannot be bound; the error names its file and line.
    StepError
        If the population has no rows.
    GrainError
        If the grain does not identify the rows.
    """
    relations = tuple(ws.relation(version, name=name) for name, version in box.versions.items())
    name = analysis.dataset("features")
    output = Output(
        name=name,
        path=f"analysis/{analysis.name}/features",
        description=f"Features and label of the analysis {analysis.name}: {analysis.description}",
        owner=analysis.owner,
        identity=identity(analysis, box),
        definition={
            "sql": analysis.query.text,
            "grain": list(analysis.key),
            "label": analysis.label.name,
            "features": [feature.name for feature in analysis.features],
        },
        fingerprint=analysis.features_fingerprint(),
        grain=analysis.key,
        inputs=tuple(version.id for version in box.versions.values()),
        words=_words(analysis, box),
        where=analysis.where,
    )
    try:
        published = publish(ws, output, analysis.query.text, run_id, relations=relations)
    except QueryError:
        _bind(ws, analysis, box)
        raise
    if not published.version.rows:
        raise StepError(
            f"the population of {analysis.name} has no rows",
            where=analysis.query.where,
            why=f"no row of release {box.release} fits `from` and `where`",
            next_="look at them with `vertebra query`, and widen `where`",
        )
    return published


def read_features(ws: Workspace, analysis: Analysis, version: DatasetVersion) -> pa.Table:
    """The rows of a feature table, ordered by the grain."""
    order = ", ".join(sql.quote(column) for column in analysis.key)
    return ws.engine.arrow(f"select * from features order by {order}", (ws.relation(version, name="features"),))


def _words(analysis: Analysis, box: Sandbox) -> dict[str, Column]:
    """Units and descriptions: of the inputs for the grain, as declared for the rest."""
    known = {column.name: column for version in box.versions.values() for column in version.columns}
    words = {key: known[key] for key in analysis.key if key in known}
    for part in (analysis.label, *analysis.features):
        words[part.name] = Column(part.name, "", part.unit, "", part.description)
    return words


def _bind(ws: Workspace, analysis: Analysis, box: Sandbox) -> None:
    """Find the expression that the engine refuses, and say where it stands."""
    relations = tuple(ws.relation(version, name=name) for name, version in box.versions.items())
    parts = (Feature("from", "1", "", "", analysis.query.where), *analysis.grain, analysis.label, *analysis.features)
    for part in parts:
        # a feature may name one before it, so what comes before stays in the query
        before = () if part.name == "from" else (*analysis.grain, analysis.label, *analysis.features)
        upto = before[: before.index(part) + 1] if part in before else (part,)
        try:
            ws.engine.columns(compose(upto, analysis.source, analysis.population), relations)
        except QueryError as error:
            raise QueryError(
                f'cannot use "{part.name}" of {analysis.name}' if part.name != "from" else "cannot use from and where",
                where=part.where,
                why=error.why,
                next_=error.next,
            ) from error
