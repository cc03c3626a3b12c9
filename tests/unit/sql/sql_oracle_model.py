"""What a random query is made of: tables, rows with their lineage, and the parts of a plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Cell = int | None
Row = tuple[Cell, ...]
Lineage = frozenset[tuple[str, int]]
Traced = tuple[Row, Lineage]
Data = dict[str, list[Row]]

TABLES: dict[str, tuple[str, ...]] = {
    "r": ("a", "b", "n"),
    "s": ("a", "d", "n"),
    "u": ("b", "d", "n"),
}
CELLS = st.sampled_from([0, 1, None, 1, 2, 0])


@dataclass(frozen=True, slots=True)
class Expr:
    """A scalar expression over the joined row of a FROM clause, as SQL and as a function."""

    sql: str
    of: Callable[[Row], Cell]


@dataclass(frozen=True, slots=True)
class Plan:
    """A query: its SQL, its columns, its meaning, and what it is made of."""

    sql: str
    columns: tuple[str, ...]
    rows: Callable[[Data], list[Traced]]
    parts: frozenset[str]
    whole: Callable[[Data], Lineage]
    withs: tuple[tuple[str, str], ...] = field(default=())

    def text(self) -> str:
        """Write the query with its WITH queries before it."""
        clause = ", ".join(f"{name} AS ({sql})" for name, sql in self.withs)
        return f"WITH {clause} {self.sql}" if clause else self.sql


@dataclass(slots=True)
class Names:
    """Fresh names of one query."""

    count: int = 0

    def next(self, start: str) -> str:
        """Give the next name."""
        self.count += 1
        return f"{start}{self.count}"


@dataclass(frozen=True, slots=True)
class Source:
    """A FROM item: its SQL, alias, columns, meaning."""

    sql: str
    alias: str
    columns: tuple[str, ...]
    rows: Callable[[Data], list[Traced]]
    parts: frozenset[str]
    whole: Callable[[Data], Lineage]
    withs: tuple[tuple[str, str], ...]
    base: bool


def base_rows(table: str) -> Callable[[Data], list[Traced]]:
    return lambda data: [(row, frozenset({(table, at)})) for at, row in enumerate(data[table])]


def nothing(_: Data) -> Lineage:
    return frozenset()


def both(one: Callable[[Data], Lineage], other: Callable[[Data], Lineage]) -> Callable[[Data], Lineage]:
    return lambda data: one(data) | other(data)


@st.composite
def databases(draw: st.DrawFn) -> Data:
    """Draw small tables with NULLs and repeated values; column n numbers the rows."""
    return {
        table: [
            (*row, at)
            for at, row in enumerate(draw(st.lists(st.tuples(*[CELLS] * (len(columns) - 1)), min_size=2, max_size=6)))
        ]
        for table, columns in TABLES.items()
    }


@dataclass(frozen=True, slots=True)
class From:
    """A FROM clause: SQL, columns as (qualified SQL), meaning."""

    sql: str
    columns: tuple[str, ...]
    rows: Callable[[Data], list[Traced]]
    parts: frozenset[str]
    whole: Callable[[Data], Lineage]
    withs: tuple[tuple[str, str], ...]
    base: bool


def merged(rows: Sequence[Traced]) -> list[Traced]:
    result: dict[Row, Lineage] = {}
    for row, lineage in rows:
        result[row] = result.get(row, frozenset()) | lineage
    return list(result.items())


def bag(rows: Sequence[Row]) -> Counter[Row]:
    return Counter(rows)
