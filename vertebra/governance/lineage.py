"""Column lineage: from which columns of its inputs a column of a definition comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from vertebra.governance import tables as t


class Role(StrEnum):
    """What an input column decides."""

    VALUE = "value"  # the value of the column
    PRESENCE = "presence"  # whether its row is there: filters, join keys, group keys


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """One column comes from one column of one input."""

    column: str
    input: str
    input_column: str
    role: Role


def record(connection: Connection, definition_id: int, edges: Iterable[ColumnEdge]) -> None:
    """Record the column lineage of a definition, at its first use only."""
    c = t.column_lineage.c
    stands = connection.execute(select(func.count()).where(c.definition_id == definition_id)).scalar_one()
    rows = [] if stands else [{"definition_id": definition_id, **asdict(edge)} for edge in edges]
    if rows:
        connection.execute(insert(t.column_lineage), rows)


def edges(connection: Connection, definition_id: int) -> tuple[ColumnEdge, ...]:
    """The column lineage of a definition, by column, role and input."""
    c = t.column_lineage.c
    query = (
        select(c.column, c.input, c.input_column, c.role)
        .where(c.definition_id == definition_id)
        .order_by(c.column, c.role, c.input, c.input_column)
    )
    return tuple(ColumnEdge(r.column, r.input, r.input_column, Role(r.role)) for r in connection.execute(query))
