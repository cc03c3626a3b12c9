"""How dataset versions were made, as the catalog recorded it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion


class How(StrEnum):
    """What made them."""

    SOURCE = "source"  # a template, from landed files
    VIEW = "view"
    QUERY = "query"  # the features of an analysis
    OPAQUE = "opaque"  # a model, or Python


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the dataset versions of one step were made.

    Parameters
    ----------
    name : str
        Of the source, view or dataset.
    how : How
        What made them.
    versions : tuple of DatasetVersion
        What came of it; the step's own table first.
    body : mapping
        The definition, as JSON values.
    fingerprint : str
        Of the definition.
    inputs : tuple of DatasetVersion
        What was read.
    """

    name: str
    how: How
    versions: tuple[DatasetVersion, ...]
    body: Mapping[str, Any]
    fingerprint: str
    inputs: tuple[DatasetVersion, ...]

    @property
    def main(self) -> DatasetVersion:
        """The step's own table."""
        return self.versions[0]


def recipes(connection: Connection, versions: Iterable[DatasetVersion]) -> tuple[Recipe, ...]:
    """How these versions and all that they come from were made, each after what it was made from."""
    bodies: dict[int, tuple[str, Mapping[str, Any]]] = {}
    inputs: dict[int, tuple[DatasetVersion, ...]] = {}
    groups: dict[tuple[int | None, str], dict[int, DatasetVersion]] = {}
    ahead = list(versions)
    while ahead:
        version = ahead.pop()
        if version.id in inputs:
            continue
        inputs[version.id] = datasets.inputs(connection, version.id)
        ahead += inputs[version.id]
        number = version.definition_id
        if number is not None and number not in bodies:
            fingerprint, body = datasets.definition_of(connection, number)
            bodies[number] = fingerprint, json.loads(body)
        groups.setdefault((number, version.identity), {})[version.id] = version
        source = bodies[number][1].get("source") if number is not None else None
        if source and source != version.name and (own := datasets.by_identity(connection, source, version.identity)):
            ahead.append(own)
    nothing: tuple[str, Mapping[str, Any]] = ("", {})
    found = [
        _recipe([*members.values()], bodies.get(number or 0, nothing), inputs)
        for (number, _), members in groups.items()
    ]
    return tuple(sorted(found, key=lambda recipe: recipe.main.id))


def _recipe(
    versions: list[DatasetVersion],
    definition: tuple[str, Mapping[str, Any]],
    inputs: Mapping[int, tuple[DatasetVersion, ...]],
) -> Recipe:
    fingerprint, body = definition
    name = str(body.get("source", "")) or min((version.name for version in versions), key=len)
    ordered = tuple(sorted(versions, key=lambda version: (version.name != name, version.id)))
    return Recipe(name, _how(body, ordered[0]), ordered, body, fingerprint, inputs[ordered[0].id])


def _how(body: Mapping[str, Any], main: DatasetVersion) -> How:
    if "source" in body:
        return How.SOURCE
    if "sql" in body and "expect" in body:
        return How.VIEW
    return How.QUERY if "sql" in body and main.zone == "analysis" else How.OPAQUE
