"""Which rows are meant: a key as text, checked against a dataset's columns and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vertebra.engine import Engine
from vertebra.errors import UnknownNameError, UsageError, nearest
from vertebra.governance.datasets import DatasetVersion
from vertebra.sql import literal, quote
from vertebra.table import PROVENANCE, Column, Relation

_SHOWN = 3  # nearest keys in an error
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL")


@dataclass(frozen=True, slots=True)
class Equality:
    """A column of a dataset and the value that is asked of it.

    Parameters
    ----------
    column : Column
        The column.
    text : str
        The value as it was typed.
    sql : str
        The value as SQL of the column's type.
    """

    column: Column
    text: str
    sql: str

    @property
    def condition(self) -> str:
        """The equality as SQL."""
        return f"{quote(self.column.name)} = {self.sql}"


def read_key(engine: Engine, version: DatasetVersion, key: Mapping[str, str]) -> tuple[Equality, ...]:
    """Read a key that was typed as text.

    Parameters
    ----------
    engine : Engine
        Converts the values; a time without an offset is in UTC.
    version : DatasetVersion
        The dataset. Where rows have a grain of their own, the key names columns of it; rows of formatted tables
        and of quarantines are chosen by any column.
    key : mapping
        Column to value.

    Raises
    ------
    UsageError
        If the key is empty, names a column outside the grain, or a value does not fit its column.
    UnknownNameError
        If a column does not exist.
    """
    grain = version.grain if version.zone not in ("formatted", "quarantine") else ()
    columns = {column.name.lower(): column for column in version.columns}
    shown = [column for column in grain or columns if column not in PROVENANCE]
    if not key:
        raise UsageError(
            "which row is meant is not said",
            where=version.name,
            why="a trace begins at rows",
            next_=f"vertebra trace {version.name} {' '.join(f'{column}=…' for column in shown)}",
        )
    for name in key:
        if name.lower() not in columns:
            raise UnknownNameError(
                f'"{version.name}" has no column "{name}"',
                where=f"{name}={key[name]}",
                why="rows are chosen by its columns",
                next_=nearest(name, shown),
            )
        if grain and name.lower() not in {column.lower() for column in grain}:
            raise UsageError(
                f'"{name}" does not identify rows of "{version.name}"',
                where=f"{name}={key[name]}",
                why=f"its grain is {', '.join(grain)}",
                next_=f"name columns of the grain: {' '.join(f'{column}=…' for column in grain)}",
            )
    chosen = [(columns[name.lower()], text) for name, text in key.items()]
    return _converted(engine, version, chosen)


def _converted(engine: Engine, version: DatasetVersion, chosen: Sequence[tuple[Column, str]]) -> tuple[Equality, ...]:
    equalities = tuple(Equality(column, text, f"cast({literal(text)} as {column.type})") for column, text in chosen)
    tested = ", ".join(f"{_fits(one)} as k{number}" for number, one in enumerate(equalities))
    fits = engine.arrow(f"select {tested}").to_pylist()[0]
    for number, one in enumerate(equalities):
        if not fits[f"k{number}"]:
            raise UsageError(
                f'"{one.text}" is no value of "{one.column.name}"',
                where=f"{one.column.name}={one.text}",
                why=f'the column of "{version.name}" has the type {one.column.type}',
                next_="write the value as `vertebra query` prints it",
            )
    return equalities


def _fits(one: Equality) -> str:
    """SQL for: the text converts, and nothing of it is rounded or cut off on the way."""
    value = f"try_{one.sql}"
    if one.column.type.startswith(_WHOLE):
        wider = "DECIMAL(38,10)"  # digits behind the point would be rounded away
    elif one.column.type == "DATE":
        wider = "TIMESTAMP"  # the clock would be cut off
    else:
        return f"{value} is not null"
    return f"{value} is not null and coalesce(try_cast({literal(one.text)} as {wider}) = {value}::{wider}, true)"


def no_such_row(
    engine: Engine, version: DatasetVersion, relation: Relation, key: Sequence[Equality], release: int, hint: str
) -> UnknownNameError:
    """The error for a key that no row has, with the nearest keys that there are."""
    asked = ", ".join(f"{one.column.name}={one.text}" for one in key)
    close = _nearest_keys(engine, version, relation, key)
    return UnknownNameError(
        f'no row of "{version.name}" has {asked}',
        where=f"release {release}",
        why=hint or (f"it has {version.rows} rows, none with this key" if version.rows else "it has no rows at all"),
        next_=f"the nearest that there are: {'; '.join(close)}" if close else "vertebra status",
    )


def _nearest_keys(
    engine: Engine, version: DatasetVersion, relation: Relation, key: Sequence[Equality]
) -> tuple[str, ...]:
    asked = [one.column.name for one in key]
    names = [*asked, *(column for column in version.grain if column not in (*asked, *PROVENANCE))]
    agree = " + ".join(f"({one.condition})::integer" for one in key)
    order = ", ".join([f"{agree} desc", *(_distance(one) for one in key), *map(quote, names)])
    shown = ", ".join(quote(name) for name in names)
    rows = engine.arrow(
        f"select {shown} from {quote(relation.name)} group by {shown} order by {order} limit {_SHOWN}", (relation,)
    ).to_pylist()
    return tuple(_key(row, names) for row in rows)


def _distance(one: Equality) -> str:
    column, kind = quote(one.column.name), one.column.type
    if kind == "VARCHAR":
        return f"levenshtein({column}, {one.sql})"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"abs(epoch({column}) - epoch({one.sql}))"
    if kind in ("DOUBLE", "FLOAT") or kind.startswith(_WHOLE):
        return f"abs({column}::double - {one.sql}::double)"
    return f"{column} <> {one.sql}"


def _key(row: Mapping[str, Any], names: Sequence[str]) -> str:
    return " ".join(f"{name}={row[name]}" for name in names)
