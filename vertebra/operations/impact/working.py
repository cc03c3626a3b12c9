"""Work a dataset out anew without what is thought away: the rows of the keys that this can touch, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vertebra.errors import StepError
from vertebra.exploitation import Otherwise, View, sees_provenance
from vertebra.exploitation.columns import grain_of
from vertebra.exploitation.recorded import recorded_view
from vertebra.exploitation.refreshing.base import looks_beside
from vertebra.exploitation.refreshing.bounding import bounded
from vertebra.exploitation.refreshing.change import surplus
from vertebra.exploitation.refreshing.keys import Keys
from vertebra.exploitation.steadiness import Steadiness, steadiness
from vertebra.exploitation.writing import EXTRA, QUARANTINE
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.impact.without import Without, joined, reading
from vertebra.operations.trace_descent import rows_kept
from vertebra.sql import dependencies, quote
from vertebra.sql.affected import Affected, affected
from vertebra.table import Column, Relation
from vertebra.workspace import Workspace

Touched = dict[tuple[int | None, tuple[int, ...]], Keys | None]
"""The keys that can be touched, by definition and inputs; None for all."""

_STOOD, _FRESH = "_stood", "_fresh"


@dataclass(slots=True)
class _Work:
    """A version that SQL made, and what its query reads."""

    ws: Workspace
    version: DatasetVersion
    view: View
    text: str
    inputs: Mapping[str, DatasetVersion]
    moved: Mapping[str, Without]
    steady: Steadiness
    folder: str
    shown: bool
    columns: tuple[Column, ...]
    grain: tuple[Column, ...]
    relations: tuple[Relation, ...] = field(default=())

    def asked(self, query: str, found: Affected | None = None, where: Mapping[str, str] | None = None) -> _Asked:
        """A query over the inputs as they would be."""
        read = [
            reading(
                self.ws,
                without,
                at,
                self.steady,
                shown=self.shown,
                changed=found.changed.get(name, "") if found else "",
                before=found.before.get(name, "") if found else "",
                where=(where or {}).get(name, ""),
            )
            for at, (name, without) in enumerate(self.moved.items())
        ]
        start, relations = joined(read)
        still = [
            self.steady.read(self.ws, one, self.inputs[one.name])
            for one in self.relations
            if one.name not in self.moved
        ]
        filtered = [replace(one, where=(where or {}).get(one.name, "")) for one in still]
        return _Asked(f"{start}{query}", (*filtered, *relations))

    def write(self, asked: _Asked, what: str, more: Iterable[Relation] = ()) -> tuple[str, ...]:
        """Write the rows of a query down; the file, none where there are no rows."""
        files = self.ws.engine.write(
            asked.sql,
            self.folder,
            f"{what}-{self.version.id}",
            (*asked.relations, *more),
            in_order=self.steady.in_order,
            as_written=self.steady.as_written,
        )
        return tuple(f"{self.folder}/{file.path}" for file in files)


@dataclass(frozen=True, slots=True)
class _Asked:
    sql: str
    relations: tuple[Relation, ...]


def worked_out(
    ws: Workspace,
    version: DatasetVersion,
    body: Mapping[str, Any],
    inputs: Sequence[DatasetVersion],
    found: Mapping[int, Without],
    folder: str,
    known: Touched,
) -> Without | None:
    """What becomes of a version that SQL made; None where all of its rows stay what they are.

    Parameters
    ----------
    ws : Workspace
        The project.
    version : DatasetVersion
        The version.
    body : mapping
        Its recorded definition.
    inputs : sequence of DatasetVersion
        What it was made from.
    found : mapping
        What becomes of those of them that change, by number.
    folder : str
        For files that nobody needs afterwards.
    known : dict
        The keys that were worked out already: a view shares them with its quarantine.
    """
    name = version.name.removesuffix("_quarantine") if version.zone == QUARANTINE else version.name
    view = recorded_view(name, {"expect": (), **body}, "")
    read = {one.lower() for one in dependencies(view.query)}
    strict = {e.reference.dataset for e in view.expect if e.reference and e.otherwise is Otherwise.QUARANTINE}
    moved = {one.name: found[one.id] for one in inputs if one.id in found and one.name.lower() in read | strict}
    if not moved:
        return None
    unknown = next((name for name, without in moved.items() if not without.known), "")
    if unknown:
        return Without(version, why=f"{version.name} reads {unknown}, any row of which can be another")
    if why := looks_beside(view):
        return Without(version, why=why)
    shown = version.zone != "analysis" and sees_provenance(view.query)
    by_name = {one.name: one for one in inputs if one.name.lower() in read}
    relations = tuple(ws.relation(one, name=name, provenance=shown) for name, one in by_name.items())
    steady = steadiness(ws.engine, view, relations, by_name)
    if steady.why:
        return Without(version, why=f"which rows would be others is not known: {steady.why}")
    extra = {column.name for column in EXTRA} if version.zone == QUARANTINE else set()
    columns = tuple(column for column in version.columns if column.name not in extra)
    spelled = {column.name: column for column in columns}
    grain = tuple(spelled[name] for name in grain_of(view, columns))
    text = rows_kept(version, body)[0]
    work = _Work(ws, version, view, text, by_name, moved, steady, folder, shown, columns, grain, relations)
    try:
        return _compared(work, known)
    except StepError as error:
        return Without(version, why=f"without them {version.name} cannot be worked out: {error.why}")


def _compared(work: _Work, known: Touched) -> Without | None:
    """Hold the rows that stand against those that would stand, among the keys that can be touched."""
    schemas = {one.name: [column.name for column in one.columns] for one in work.relations}
    found = affected(work.view.query, schemas, [column.name for column in work.grain], work.moved)
    if not found.sql and not found.why:
        return None
    if again := _repeated(work):
        return Without(work.version, why=again)
    made = work.version.definition_id, tuple(sorted(one.id for one in work.inputs.values()))
    if made not in known:
        known[made] = None if found.why else _keys(work, found)
    keys = known[made]
    if keys is not None and not keys.files:
        return None
    ws, version = work.ws, work.version
    listed = ", ".join(f"{quote(c.name)}::{c.type} as {quote(c.name)}" for c in work.columns)
    among = f" semi join {keys.relation.name} on {keys.match('_row')}" if keys else ""
    bounds = bounded(ws, work.view, work.relations, keys) if keys else ()
    asked = work.asked(
        f"select {listed} from ({work.text}\n) _row{among}", where={one.name: one.where for one in bounds}
    )
    fresh = Relation(_FRESH, work.columns, work.write(asked, "fresh", (keys.relation,) if keys else ()))
    stood = replace(ws.relation(version, name=_STOOD, provenance=True), columns=work.columns)
    old = f"(select * from {_STOOD} _row{among})"
    read = (fresh, stood, *((keys.relation,) if keys else ()))
    gone, come = (
        Relation(what, work.columns, work.write(_Asked(surplus(work.columns, one, other), read), what))
        for what, one, other in (("gone", old, _FRESH), ("come", _FRESH, old))
    )
    if not gone.files and not come.files:
        return None
    news = None if version.zone == QUARANTINE else come  # a row that comes into quarantine would have reasons, too
    return Without(version, key=tuple(column.name for column in work.grain), gone=gone, come=news)


def _keys(work: _Work, found: Affected) -> Keys:
    casts = ", ".join(f"{quote(c.name)}::{c.type} as {quote(c.name)}" for c in work.grain)
    asked = work.asked(f"select distinct {casts} from ({found.sql})", found)
    files = work.write(asked, "keys")
    return Keys(work.grain, files, len(files))


def _repeated(work: _Work) -> str:
    """Why floats could be added up in another order: rows that come can repeat what was there once."""
    for one in work.steady.single:
        name = one.relation.lower()
        come = work.moved[name].come if name in work.moved else None
        if come is not None and come.files:
            columns = ", ".join(quote(column) for column in one.columns)
            asked = work.asked(f"select 1 from {quote(name)} group by {columns} having count(*) > 1 limit 1")
            if work.ws.engine.arrow(asked.sql, asked.relations).num_rows:
                return f"floats are added up over a join in which {name} could have more than one match"
    return ""
