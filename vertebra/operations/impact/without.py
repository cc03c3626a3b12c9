"""A dataset version without what is thought away: which rows went, which came, and how a query reads what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vertebra.exploitation.steadiness import Steadiness
from vertebra.governance.datasets import DatasetVersion
from vertebra.sql import quote
from vertebra.table import PROVENANCE, Relation
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Without:
    """What becomes of a dataset version.

    Parameters
    ----------
    version : DatasetVersion
        Which.
    condition : str
        SQL for its rows that are no more; empty where `gone` has them.
    key : tuple of str
        The columns by which its rows are told apart in `gone`.
    gone : Relation or None
        The rows that are no more; at least their keys.
    come : Relation or None
        The rows that are new; None where they are not known.
    why : str
        Why any of its rows can be another; empty where it is known which.
    """

    version: DatasetVersion
    condition: str = ""
    key: tuple[str, ...] = ()
    gone: Relation | None = None
    come: Relation | None = None
    why: str = ""

    @property
    def known(self) -> bool:
        """Is it known which rows are left, so that others can be worked out from them?"""
        return not self.why and self.come is not None

    def chosen(self, row: str, gone: str) -> str:
        """What stands behind `from row` to choose the rows that went; `gone` is the name of the relation with them."""
        return f"where {self.condition}" if self.condition else f"semi join {gone} on {self._same(row, gone)}"

    def left(self, row: str, gone: str) -> str:
        """What stands there to choose the others."""
        return (
            f"where ({self.condition}) is not true"
            if self.condition
            else f"anti join {gone} on {self._same(row, gone)}"
        )

    def _same(self, row: str, other: str) -> str:
        return " and ".join(f"{row}.{quote(name)} is not distinct from {other}.{quote(name)}" for name in self.key)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query reads a changed dataset version.

    Parameters
    ----------
    withs : tuple of str
        WITH queries, to stand before the query.
    relations : tuple of Relation
        What these read.
    """

    withs: tuple[str, ...]
    relations: tuple[Relation, ...]


def reading(
    ws: Workspace,
    without: Without,
    at: int,
    steady: Steadiness,
    *,
    shown: bool,
    changed: str = "",
    before: str = "",
    where: str = "",
) -> Reading:
    """Let a query read a dataset version as it would be.

    Parameters
    ----------
    ws : Workspace
        The project.
    without : Without
        The version, and what is known of it.
    at : int
        Tells the names that are made up here from those for other versions.
    steady : Steadiness
        In which order the query reads its inputs.
    shown : bool
        Does it see the provenance columns?
    changed, before : str
        Names under which it reads the rows that went and came, and the version as it is; empty for none.
    where : str
        SQL condition on the rows of the version as it is; none for all.
    """
    version = without.version
    was, gone, come = f"_was{at}", f"_gone{at}", f"_come{at}"
    stored = steady.read(ws, ws.relation(version, name=was, provenance=True), version)
    columns = ", ".join(quote(c.name) for c in version.columns if shown or c.name not in PROVENANCE)
    news = f"select {columns} from {come}" if without.come else ""
    in_order = stored.order if version.zone == "exploitation" else ()
    order = f" order by {', '.join(map(quote, in_order))}" if in_order else ""
    parts = {
        version.name: [f"select {columns} from {was} {without.left(was, gone)}", news],
        changed: [f"select {columns} from {was} {without.chosen(was, gone)}", news],
        before: [f"select {columns} from {was}"],
    }
    withs = tuple(
        f"{quote(name)} as (select * from ({' union all '.join(filter(None, queries))}){order})"
        for name, queries in parts.items()
        if name
    )
    made = ((gone, without.gone), (come, without.come))
    return Reading(
        withs, (replace(stored, where=where), *(replace(one, name=name) for name, one in made if one is not None))
    )


def joined(readings: Sequence[Reading]) -> tuple[str, tuple[Relation, ...]]:
    """The text before a query that reads several of them, and the relations."""
    withs = [text for one in readings for text in one.withs]
    return f"with {', '.join(withs)} " if withs else "", tuple(r for one in readings for r in one.relations)
