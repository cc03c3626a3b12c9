"""Expressions and conditions of a random query: as SQL, as functions, and what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.unit.sql.sql_oracle_model import TABLES, Data, Expr, From, Lineage, Names, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def expression(draw: st.DrawFn, columns: Sequence[str]) -> Expr:
    at = draw(st.integers(0, len(columns) - 1))
    name = columns[at]
    match draw(st.sampled_from(["column", "column", "column", "add", "coalesce", "case"])):
        case "add":
            return Expr(f"{name} + 1", lambda row: None if row[at] is None else row[at] + 1)  # type: ignore[operator]
        case "coalesce":
            return Expr(f"coalesce({name}, 1)", lambda row: 1 if row[at] is None else row[at])
        case "case":
            return Expr(
                f"CASE WHEN {name} > 0 THEN 1 ELSE 0 END",
                lambda row: 1 if row[at] is not None and row[at] > 0 else 0,  # type: ignore[operator]
            )
        case _:
            return Expr(name, lambda row: row[at])


def where(
    draw: st.DrawFn, found: From, names: Names
) -> tuple[str, Callable[[Data], Callable[[Row], bool]], Callable[[Data, Row], Lineage], str]:
    """Draw a condition: SQL, meaning, what it reads for one row, and what it reads as a whole."""
    columns = found.columns
    at = draw(st.integers(0, len(columns) - 1))
    value = draw(st.integers(0, 2))
    name = columns[at]
    match draw(st.sampled_from(["", "", "=", ">=", "null", "not null", "in", "exists", "not exists", "scalar"])):
        case "=":
            return f" WHERE {name} = {value}", lambda _: lambda row: row[at] == value, _for_none, ""
        case ">=":
            return (
                f" WHERE {name} >= {value}",
                lambda _: lambda row: row[at] is not None and row[at] >= value,
                _for_none,
                "",
            )
        case "null":
            return f" WHERE {name} IS NULL", lambda _: lambda row: row[at] is None, _for_none, ""
        case "not null":
            return f" WHERE {name} IS NOT NULL", lambda _: lambda row: row[at] is not None, _for_none, ""
        case "in":
            table = draw(st.sampled_from(sorted(TABLES)))
            one = TABLES[table][0]
            return (
                f" WHERE {name} IN (SELECT {one} FROM {table} WHERE {one} >= {value})",
                lambda data: (
                    lambda row: row[at] is not None and row[at] >= value and row[at] in {r[0] for r in data[table]}
                ),
                _for_none,
                f"{table}>={value}",
            )
        case "exists" | "not exists" | "scalar" as how:
            return _correlated(draw, how, at, name, value, names)
        case _:
            return "", lambda _: lambda _row: True, _for_none, ""


def _for_none(_: Data, __: Row) -> Lineage:
    return frozenset()


def _correlated(
    draw: st.DrawFn, how: str, at: int, name: str, value: int, names: Names
) -> tuple[str, Callable[[Data], Callable[[Row], bool]], Callable[[Data, Row], Lineage], str]:
    """Draw a condition that looks up, for a row, the rows of a table whose first column is equal."""
    table, alias = draw(st.sampled_from(sorted(TABLES))), names.next("t")
    first, second, _ = TABLES[table]
    inner = f"FROM {table} AS {alias} WHERE {alias}.{first} = {name}"

    def mates(data: Data, row: Row) -> list[tuple[int, Row]]:
        return [one for one in enumerate(data[table]) if row[at] is not None and one[1][0] == row[at]]

    def most(data: Data, row: Row) -> int:
        return max((other[1] for _, other in mates(data, row) if other[1] is not None), default=-1)

    def read(data: Data, row: Row) -> Lineage:
        return frozenset((table, number) for number, _ in mates(data, row))

    match how:
        case "scalar":
            sql = f" WHERE (SELECT max({alias}.{second}) {inner}) >= {value}"
            return sql, lambda data: lambda row: most(data, row) >= value, read, f"{table}>=none"
        case "exists":
            return (
                f" WHERE EXISTS (SELECT 1 {inner})",
                lambda data: lambda row: bool(mates(data, row)),
                read,
                f"{table}>=none",
            )
        case _:
            sql = f" WHERE NOT EXISTS (SELECT 1 {inner})"
            return sql, lambda data: lambda row: not mates(data, row), read, f"{table}>=none"


def whole(read: str, data: Data) -> Lineage:
    table, _, value = read.partition(">=")
    if value in {"", "none"}:
        return frozenset()
    return frozenset((table, at) for at, row in enumerate(data[table]) if row[0] is not None and row[0] >= int(value))
