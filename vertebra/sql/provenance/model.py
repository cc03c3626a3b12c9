"""Facts that a trace hands back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyRows:
    """Rows chosen by a relation that holds their keys.

    Attributes
    ----------
    relation : str
        A relation of the engine, a temporary one as a rule.
    columns : tuple of str
        Its columns, named as output columns of the query.
    """

    relation: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Rows chosen by the values of their keys: what to use for up to some hundreds of keys.

    The values stand in the SQL, so the engine can skip what cannot match while it reads.

    Attributes
    ----------
    columns : tuple of str
        Output columns of the query.
    rows : tuple of tuple of str
        SQL literals, one for each column; at least one row.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Predicate = tuple[tuple[str, str], ...] | KeyValues | KeyRows
"""Rows chosen by (output column, SQL literal) equalities, all of which must hold; or by many keys."""


@dataclass(frozen=True, slots=True)
class TraceInput:
    """Where the chosen rows come from in one relation.

    Attributes
    ----------
    relation : str
        The relation.
    sql : str
        DuckDB SQL for the distinct identities of the rows, in columns named as the identity.
    exact : bool
        Whether it is as narrow as the lineage that `trace` defines.
    why : str
        What made it wider; empty when exact.
    """

    relation: str
    sql: str
    exact: bool
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Where chosen rows of a query come from.

    Attributes
    ----------
    inputs : tuple of TraceInput
        One for each relation that the query reads, by name.
    replays : bool
        Whether the query, run over only the traced rows, must give the chosen rows again and no other rows that
        fit the predicate. Where a query rests on the absence of rows, or recombines rows below a condition on
        their aggregate, the lineage of a row can be exact and yet not enough for that.
    replay_why : str
        What stands against it; empty when it replays.
    """

    inputs: tuple[TraceInput, ...]
    replays: bool
    replay_why: str

    @property
    def exact(self) -> bool:
        """Whether every input is exact."""
        return all(one.exact for one in self.inputs)
