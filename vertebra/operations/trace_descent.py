"""From chosen rows of a dataset version down to records of file versions, one rewritten query a step.

Versions are visited from the newest to the oldest. A version is always recorded after what it was made from, so when
its turn comes every path to it has been walked, and it is asked once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from vertebra import sql
from vertebra.exploitation import sees_provenance
from vertebra.exploitation.function import KEY, WHOLE, recorded_function
from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.trace_rows import Equality
from vertebra.sql import KeyRows, KeyValues, Predicate, literal, quote
from vertebra.table import FILE, PROVENANCE, RECORD
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS = "_chosen_keys"
_SHARED = "rows that share these values and are in quarantine are named too"
_FEW = 300  # keys that stand in a query as values


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One edge that a trace went along.

    Parameters
    ----------
    dataset, input : str
        From which dataset to which of its inputs.
    rows : int
        Rows of the input that the chosen rows come from.
    exact : bool
        Are they no more than those?
    why : str
        What made them more; empty when exact.
    """

    dataset: str
    input: str
    rows: int
    exact: bool
    why: str


@dataclass(slots=True)
class Descent:
    """What a descent found.

    Parameters
    ----------
    records : dict
        Version of a table with provenance to the distinct `_file` and `_record` of its chosen rows.
    steps : list of TraceStep
        The edges, in the order in which they were walked; those of one dataset as its definition names its inputs.
    versions : dict
        Every version that was met, by its number.
    """

    records: dict[int, pa.Table] = field(default_factory=dict)
    steps: list[TraceStep] = field(default_factory=list)
    versions: dict[int, DatasetVersion] = field(default_factory=dict)

    def rank(self, number: int) -> int:
        """How many datasets a reader of the definitions meets before this one, from the target down."""
        below: dict[str, list[str]] = {}
        for step in self.steps:
            below.setdefault(step.dataset, []).append(step.input)
        met: dict[str, None] = {}
        ahead = [self.steps[0].dataset] if self.steps else []
        while ahead:
            name = ahead.pop()
            if name not in met:
                met[name] = None
                ahead += reversed(below.get(name, []))
        return list(met).index(self.versions[number].name) if met else 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows of a dataset version: by equalities at the beginning of a trace, by their keys after that."""

    equalities: tuple[Equality, ...] = ()
    keys: pa.Table | None = None

    @property
    def predicate(self) -> Predicate:
        """The rows as `sql.trace` takes them."""
        if self.keys is not None:
            return _by_keys(self.keys)
        return tuple((one.column.name, one.sql) for one in self.equalities)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """What the engine needs beside the relations."""
        return {} if self.keys is None else {_KEYS: self.keys}

    def query(self, relation: str, columns: Sequence[str]) -> str:
        """SQL for distinct values of the rows in a relation."""
        shown = ", ".join(f"r.{quote(column)}" for column in columns)
        if self.keys is None:
            condition = " and ".join(one.condition for one in self.equalities)
            return f"select distinct {shown} from {quote(relation)} r where {condition}"
        same = " and ".join(f"r.{quote(name)} = k.{quote(name)}" for name in self.keys.column_names)
        return f"select distinct {shown} from {quote(relation)} r semi join {_KEYS} k on {same}"


def _by_keys(keys: pa.Table) -> Predicate:
    """Few keys stand in the query, so that the engine passes over what cannot match; many are joined."""
    names = tuple(keys.column_names)
    if not 0 < keys.num_rows <= _FEW or any(_nested(kind) for kind in keys.schema.types):
        return KeyRows(_KEYS, names)
    return KeyValues(names, tuple(tuple(literal(value) for value in row.values()) for row in keys.to_pylist()))


def _nested(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_nested(kind) or pa.types.is_binary(kind))


@dataclass(frozen=True, slots=True)
class Reached:
    """Rows of one input: the values of what identifies them."""

    version: DatasetVersion
    rows: pa.Table
    exact: bool
    why: str


def descend(ws: Workspace, target: DatasetVersion, equalities: tuple[Equality, ...]) -> Descent:
    """Walk from rows of a dataset version to the records that they come from.

    Parameters
    ----------
    ws : Workspace
        Tables, engine and catalog.
    target : DatasetVersion
        Where to begin.
    equalities : tuple of Equality
        Which of its rows.
    """
    found = Descent()
    waiting: dict[int, list[pa.Table]] = {}
    if has_provenance(target):
        found.versions[target.id] = target
        found.records[target.id] = _rows(ws, target, Chosen(equalities), PROVENANCE)
        return found
    _expand(ws, target, Chosen(equalities), found, waiting)
    while waiting:
        number = max(waiting)
        rows = _distinct(waiting.pop(number))
        version = found.versions[number]
        if has_provenance(version):
            found.records[number] = rows
        elif rows.num_rows:
            _expand(ws, version, Chosen(keys=rows), found, waiting)
    return found


def has_provenance(version: DatasetVersion) -> bool:
    """Do the rows of a dataset say themselves which record they come from?"""
    names = {column.name for column in version.columns}
    return version.zone in ("formatted", "quarantine") and names.issuperset(PROVENANCE)


def _expand(
    ws: Workspace, version: DatasetVersion, chosen: Chosen, found: Descent, waiting: dict[int, list[pa.Table]]
) -> None:
    for reached in _inputs_of(ws, version, chosen):
        found.versions[reached.version.id] = reached.version
        found.steps.append(
            TraceStep(version.name, reached.version.name, reached.rows.num_rows, reached.exact, reached.why)
        )
        waiting.setdefault(reached.version.id, []).append(reached.rows)


def _inputs_of(ws: Workspace, version: DatasetVersion, chosen: Chosen) -> Iterator[Reached]:
    """Go one step down, in the way that the recorded definition allows."""
    with ws.catalog.read() as connection:
        inputs = datasets.inputs(connection, version.id)
        body: dict[str, Any] = {}
        if version.definition_id is not None:
            body = json.loads(datasets.definition_of(connection, version.definition_id)[1])
    match body:
        case {"python": Mapping() as function}:
            yield from _by_function(ws, version, chosen, body, recorded_function(function).reads, inputs)
        case {"sql": str()}:
            yield from _by_query(ws, version, chosen, body, inputs)
        case {"rowwise": {"from": str(name), "key": list(key)}}:
            yield from _by_row(ws, version, chosen, body, [one for one in inputs if one.name == name], key)
        case _:
            yield from _all(ws, version, inputs)


def _by_query(
    ws: Workspace,
    version: DatasetVersion,
    chosen: Chosen,
    body: Mapping[str, Any],
    inputs: Sequence[DatasetVersion],
) -> Iterator[Reached]:
    """SQL is rewritten to ask for the input rows."""
    text, blurred = rows_kept(version, body)
    query = sql.parse(text, f'the definition of "{version.name}"')
    shown = version.zone != "analysis" and sees_provenance(query)
    schemas = {one.name: _visible(one, shown=shown) for one in inputs}
    identities = {one.name: identity(one) for one in inputs}
    by_name = {one.name.lower(): one for one in inputs}
    relations = tuple(ws.relation(one, provenance=True) for one in inputs)
    order = [name.lower() for name in sql.in_text_order(query)]
    answers = sql.trace(query, schemas, chosen.predicate, identities).inputs
    for answer in sorted(answers, key=lambda answer: order.index(answer.relation.lower())):
        rows = ws.engine.arrow(answer.sql, relations, chosen.tables)
        why = "; ".join(part for part in (answer.why, blurred) if part)
        yield Reached(by_name[answer.relation.lower()], rows, answer.exact and not blurred, why)


def _by_function(
    ws: Workspace,
    version: DatasetVersion,
    chosen: Chosen,
    body: Mapping[str, Any],
    reads: Mapping[str, str],
    inputs: Sequence[DatasetVersion],
) -> Iterator[Reached]:
    """A Python function counts as made of all that it reads, or of the rows that have its key where it says so."""
    keyed = [one for one in inputs if reads.get(one.name.lower()) == KEY]
    told = {"sql": body["sql"]}  # what is quarantined is told by values, which the stand-in does not have
    for reached in _by_query(ws, version, chosen, told, keyed) if keyed else ():
        yield replace(reached, exact=False, why=f"the function of {version.name} reads all rows of a key")
    for one in inputs:
        if reads.get(one.name.lower()) == WHOLE:
            yield from (
                replace(reached, why=f"the function of {version.name} reads all of {one.name}")
                for reached in _all(ws, version, [one])
            )


def rows_kept(version: DatasetVersion, body: Mapping[str, Any]) -> tuple[str, str]:
    """The SQL of a view, for the rows that stand in its table or in its quarantine; and what it cannot tell apart."""
    text = str(body["sql"])
    strict = [one for one in body.get("expect", ()) if one["otherwise"] == "quarantine"]
    if not strict:
        return text, ""
    name = quote(version.name)
    holds = [f"coalesce(({one['predicate']}\n), true)" for one in strict if one["predicate"]]
    repeats = any(one["unique"] or "reference" in one for one in strict)
    out = version.zone == "quarantine"
    if out and repeats:
        return text, "rows that share these values and are not in quarantine are named too"
    blurred = "" if out or not any("reference" in one for one in strict) else _SHARED
    if not holds:
        return text, blurred
    kept = " and ".join(holds)
    return f"select * from ({text}\n) as {name} where {f'not ({kept})' if out else kept}", blurred


def _by_row(
    ws: Workspace,
    version: DatasetVersion,
    chosen: Chosen,
    body: Mapping[str, Any],
    inputs: Sequence[DatasetVersion],
    key: Sequence[str],
) -> Iterator[Reached]:
    """Each row stands beside the row of an input that has the same key."""
    rows = _rows(ws, version, chosen, key)
    opaque = body.get("opaque", f"what else decided the row is not told by the definition of {version.name}")
    for one in inputs:  # a prediction may name two versions of its features: those it was made from and learnt from
        yield Reached(one, rows, version.exact, "" if version.exact else str(opaque))


def _all(ws: Workspace, version: DatasetVersion, inputs: Sequence[DatasetVersion]) -> Iterator[Reached]:
    """An opaque step: every row of every input counts."""
    for one in inputs:
        relation = ws.relation(one, provenance=True)
        columns = ", ".join(quote(column) for column in identity(one))
        rows = ws.engine.arrow(f"select distinct {columns} from {quote(relation.name)}", (relation,))
        yield Reached(one, rows, exact=False, why=f"the definition of {version.name} cannot be looked into")


def _rows(ws: Workspace, version: DatasetVersion, chosen: Chosen, columns: Sequence[str]) -> pa.Table:
    relation = ws.relation(version, provenance=True)
    return ws.engine.arrow(chosen.query(relation.name, columns), (relation,), chosen.tables)


def _visible(version: DatasetVersion, *, shown: bool) -> tuple[str, ...]:
    return tuple(column.name for column in version.columns if shown or column.name not in PROVENANCE)


def identity(version: DatasetVersion) -> tuple[str, ...]:
    """The columns that tell the rows of a dataset apart."""
    if has_provenance(version):
        return FILE, RECORD
    return version.grain or tuple(column.name for column in version.columns)


def _distinct(tables: Sequence[pa.Table]) -> pa.Table:
    import pyarrow as pa

    if len(tables) == 1:
        return tables[0]
    names = tables[0].column_names
    return pa.concat_tables([table.select(names) for table in tables]).group_by(names).aggregate([])
