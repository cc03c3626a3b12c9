"""From what is thought away up to everything that is made from it, version by version.

Versions are visited from the oldest to the newest. A version is always recorded after what it was made from, so when
its turn comes it is known what becomes of its inputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vertebra.governance import datasets, models
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.impact.origin import Origin
from vertebra.operations.impact.without import Without
from vertebra.operations.impact.working import Touched, worked_out
from vertebra.table import PROVENANCE, Relation
from vertebra.workspace import Workspace

_OPAQUE = "what else decided a row is not told by the definition of {}"


@dataclass(frozen=True, slots=True)
class _Made:
    """A version, its recorded definition and what it was made from."""

    version: DatasetVersion
    body: Mapping[str, Any]
    inputs: tuple[DatasetVersion, ...]


@dataclass(frozen=True, slots=True)
class _Walk:
    """What is known on the way: the models' features, what became of the versions so far, and their keys."""

    ws: Workspace
    folder: str
    learnt: Mapping[str, int]
    found: dict[int, Without] = field(default_factory=dict)
    touched: Touched = field(default_factory=dict)


def ascend(ws: Workspace, roots: Iterable[DatasetVersion], origin: Origin, folder: str) -> dict[int, Without]:
    """What becomes of dataset versions, and of all that they were made from, where it is not what it was.

    Parameters
    ----------
    ws : Workspace
        Tables, engine and catalog.
    roots : iterable of DatasetVersion
        The versions that are asked for.
    origin : Origin
        What is thought away.
    folder : str
        For files, which the answer names.

    Returns
    -------
    dict of int to Without
        By number of the version.
    """
    made = _closure(ws, roots)
    walk = _Walk(ws, folder, _learnt(ws))
    records = _records(ws, [one.version for one in made.values()], origin, folder)
    for number in sorted(made):
        one = made[number]
        condition = origin.condition(one.version)
        if condition:
            without = _taken(ws, one.version, condition)
        elif records is not None and one.version.name in origin.children:
            without = Without(one.version, key=PROVENANCE, gone=records, come=_nothing(one.version))
        else:
            without = _follows(walk, one)
        if without is not None:
            walk.found[number] = without
    return walk.found


def _taken(ws: Workspace, version: DatasetVersion, condition: str) -> Without | None:
    """Rows that are thought away, if there are any; nothing comes in their place."""
    relation = ws.relation(version, name="_was", provenance=True)
    if not ws.engine.arrow(f"select 1 from _was where {condition} limit 1", (relation,)).num_rows:
        return None
    return Without(version, condition, come=_nothing(version))


def _nothing(version: DatasetVersion) -> Relation:
    return Relation("_come", version.columns, ())


def _records(ws: Workspace, versions: Iterable[DatasetVersion], origin: Origin, folder: str) -> Relation | None:
    """The records of the rows that are thought away, where rows of child tables stand in them, too."""
    chosen = [(one, origin.condition(one)) for one in versions if origin.children]
    parents = [(ws.relation(one, name=f"_was{one.id}", provenance=True), where) for one, where in chosen if where]
    if not parents:
        return None
    listed = ", ".join(PROVENANCE)
    asked = " union ".join(f"select {listed} from {one.name} where {where}" for one, where in parents)
    written = ws.engine.write(asked, folder, "records", [one for one, _ in parents])
    columns = tuple(column for column in parents[0][0].columns if column.name in PROVENANCE)
    return Relation("_gone", columns, tuple(f"{folder}/{file.path}" for file in written))


def _closure(ws: Workspace, roots: Iterable[DatasetVersion]) -> dict[int, _Made]:
    found: dict[int, _Made] = {}
    waiting = list(roots)
    with ws.catalog.read() as connection:
        while waiting:
            version = waiting.pop()
            if version.id in found:
                continue
            body: dict[str, Any] = {}
            if version.definition_id is not None and version.zone != "formatted":
                body = json.loads(datasets.definition_of(connection, version.definition_id)[1])
            found[version.id] = _Made(version, body, datasets.inputs(connection, version.id))
            waiting += found[version.id].inputs
    return found


def _learnt(ws: Workspace) -> dict[str, int]:
    """Identity of a model to the number of the features that it learnt from."""
    with ws.catalog.read() as connection:
        return {model.identity: model.features_id for model in models.models(connection)}


def _follows(walk: _Walk, made: _Made) -> Without | None:
    """What becomes of a version because of its inputs, as far as its recorded definition tells."""
    moved = [one for one in made.inputs if one.id in walk.found]
    match made.body:
        case {"python": Mapping()} if moved:
            return Without(made.version, why=f"the function of {made.version.name} cannot be looked into")
        case {"sql": str()} if moved:
            return worked_out(walk.ws, made.version, made.body, made.inputs, walk.found, walk.folder, walk.touched)
        case {"rowwise": {"from": str(name), "key": list(key)}}:
            return _by_row(walk, made, [walk.found[one.id] for one in moved if one.name == name], key)
        case _ if moved:
            return Without(made.version, why=f"the definition of {made.version.name} cannot be looked into")
    return None


def _by_row(walk: _Walk, made: _Made, moved: Sequence[Without], key: Sequence[str]) -> Without | None:
    """Each row stands beside the row of an input that has the same key; and maybe follows from others, too."""
    why = _model(walk, made.body)
    if not moved:
        return Without(made.version, why=why) if why else None
    if not why and not made.version.exact and "model" not in made.body:
        why = str(made.body.get("opaque", _OPAQUE.format(made.version.name)))
    if len(moved) > 1:
        return Without(made.version, why=why or f"{made.version.name} stands beside {len(moved)} versions of its input")
    (one,) = moved
    return Without(made.version, one.condition, tuple(key), one.gone, why=why or one.why)


def _model(walk: _Walk, body: Mapping[str, Any]) -> str:
    """Why the model that answered could answer otherwise; empty where none did, or it learnt from the same rows."""
    identity = body.get("model")
    if identity is None:
        return ""
    if identity not in walk.learnt:
        return "what its model learnt from is not recorded any more"
    return str(body.get("opaque", "its model learnt from them")) if walk.learnt[identity] in walk.found else ""
