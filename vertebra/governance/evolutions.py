"""How files that were not as declared changed a source's template; every change is kept, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from vertebra.governance import tables as t


@dataclass(frozen=True, slots=True)
class Evolution:
    """One change of a source's template.

    Parameters
    ----------
    source : str
        Whose.
    kind : str
        What kind of change; `vertebra.formatted.drift.evolve` knows them all.
    body : dict
        The change, as JSON values.
    text : str
        The same in words.
    file_id : int
        The file version because of which.
    number : int
        In the catalog; 0 before it stands there.
    created_at, undone_at : datetime or None
        When it was made, and taken back.
    """

    source: str
    kind: str
    body: dict[str, Any]
    text: str
    file_id: int
    number: int = 0
    created_at: datetime | None = None
    undone_at: datetime | None = None


def evolutions(connection: Connection, source: str | None = None) -> tuple[Evolution, ...]:
    """Every change that was ever made to a source, or to all, oldest first; those that were taken back, too."""
    e = t.evolution.c
    query = select(t.evolution).order_by(e.id)
    if source is not None:
        query = query.where(e.source == source)
    return tuple(
        Evolution(row.source, row.kind, row.body, row.text, row.file_id, row.id, row.created_at, row.undone_at)
        for row in connection.execute(query)
    )


def record(connection: Connection, run_id: int, found: Iterable[Evolution]) -> None:
    """Write changes down."""
    rows = [
        {
            "source": one.source,
            "file_id": one.file_id,
            "kind": one.kind,
            "body": one.body,
            "text": one.text,
            "created_at": datetime.now(UTC),
            "run_id": run_id,
        }
        for one in found
    ]
    if rows:
        connection.execute(insert(t.evolution), rows)


def undo(connection: Connection, number: int) -> None:
    """Take a change back: it is not made again."""
    connection.execute(update(t.evolution).where(t.evolution.c.id == number).values(undone_at=datetime.now(UTC)))
