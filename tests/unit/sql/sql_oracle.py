"""Random queries with their meaning in plain Python: rows, and the input rows that each of them comes from.

The meaning is written down a second time, row by row and without any SQL, so that the rewriting is held against
the definition of lineage and not against itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
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


@st.composite
def plans(draw: st.DrawFn, depth: int = 3) -> Plan:
    """Draw a query nested to a depth."""
    return _plan(draw, depth, Names())


def _plan(draw: st.DrawFn, depth: int, names: Names) -> Plan:
    kinds = ["block", "block", "block", "group", "group", "distinct", "window"]
    if depth > 1:
        kinds += ["union", "setop"]
    kind = draw(st.sampled_from(kinds))
    if kind in {"union", "setop"}:
        return _set(draw, depth, names, kind)
    return _select(draw, depth, names, kind)


def _source(draw: st.DrawFn, depth: int, names: Names) -> Source:
    how = draw(st.sampled_from(["base", "base", "derived", "with"])) if depth > 1 else "base"
    if how == "base":
        table = draw(st.sampled_from(sorted(TABLES)))
        alias = names.next("t")
        return Source(
            f"{table} AS {alias}", alias, TABLES[table], base_rows(table), frozenset({table}), nothing, (), base=True
        )
    plan = _plan(draw, depth - 1, names)
    alias = names.next("q")
    if how == "derived":
        return Source(
            f"({plan.sql}) AS {alias}", alias, plan.columns, plan.rows, plan.parts, plan.whole, plan.withs, base=False
        )
    name = names.next("w")
    withs = (*plan.withs, (name, plan.sql))
    return Source(f"{name} AS {alias}", alias, plan.columns, plan.rows, plan.parts, plan.whole, withs, base=False)


JOINS = ("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", ",", "SEMI JOIN", "ANTI JOIN", "USING")


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


def _from(draw: st.DrawFn, depth: int, names: Names) -> From:
    first = _source(draw, depth, names)
    found = From(
        first.sql,
        tuple(f"{first.alias}.{c}" for c in first.columns),
        first.rows,
        first.parts,
        first.whole,
        first.withs,
        first.base,
    )
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        found = _join(draw, found, _source(draw, max(depth - 1, 1), names))
    return found


def _join(draw: st.DrawFn, left: From, right: Source) -> From:  # noqa: C901  one branch a kind of join
    how = draw(st.sampled_from(JOINS))
    right_columns = tuple(f"{right.alias}.{c}" for c in right.columns)
    i = draw(st.integers(0, len(left.columns) - 1))
    j = draw(st.integers(0, len(right_columns) - 1))
    if how == "USING":
        left_names = [c.rsplit(".", 1)[1] for c in left.columns]
        common = [c for c in right.columns if left_names.count(c) == 1]
        if not common or "USING" in left.parts:
            how = "JOIN"
        else:
            name = draw(st.sampled_from(sorted(common)))
            i, j = left_names.index(name), right.columns.index(name)
            sql = f"{left.sql} JOIN {right.sql} USING ({name})"
    if how in {"CROSS JOIN", ","}:
        sql = f"{left.sql}{', ' if how == ',' else ' CROSS JOIN '}{right.sql}"
        if "," in left.parts or how == ",":
            sql = f"{left.sql} CROSS JOIN {right.sql}"
    elif how != "USING":
        sql = f"{left.sql} {how} {right.sql} ON {left.columns[i]} = {right_columns[j]}"
    width_left, width_right = len(left.columns), len(right_columns)

    def rows(data: Data) -> list[Traced]:
        lefts, rights = left.rows(data), right.rows(data)
        matched: set[int] = set()
        result: list[Traced] = []
        for row, lineage in lefts:
            mates = [
                at
                for at, (other, _) in enumerate(rights)
                if how in {"CROSS JOIN", ","} or (row[i] is not None and row[i] == other[j])
            ]
            matched.update(mates)
            if how == "SEMI JOIN":
                if mates:
                    result.append((row, lineage.union(*(rights[at][1] for at in mates))))
            elif how == "ANTI JOIN":
                if not mates:
                    result.append((row, lineage))
            else:
                result += [(row + rights[at][0], lineage | rights[at][1]) for at in mates]
                if not mates and how in {"LEFT JOIN", "FULL JOIN"}:
                    result.append((row + (None,) * width_right, lineage))
        if how in {"RIGHT JOIN", "FULL JOIN"}:
            result += [
                ((None,) * width_left + row, lineage) for at, (row, lineage) in enumerate(rights) if at not in matched
            ]
        return result

    columns = left.columns if how in {"SEMI JOIN", "ANTI JOIN"} else left.columns + right_columns
    return From(
        sql,
        columns,
        rows,
        left.parts | right.parts | {how, "join"},
        both(left.whole, right.whole),
        left.withs + right.withs,
        base=False,
    )


def _expression(draw: st.DrawFn, columns: Sequence[str]) -> Expr:
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


def _where(draw: st.DrawFn, found: From) -> tuple[str, Callable[[Data], Callable[[Row], bool]], Lineage | None, str]:
    """Draw a condition: SQL, meaning, and the table that it reads as a whole."""
    columns = found.columns
    at = draw(st.integers(0, len(columns) - 1))
    value = draw(st.integers(0, 2))
    name = columns[at]
    match draw(st.sampled_from(["", "", "=", ">=", "null", "not null", "in"])):
        case "=":
            return f" WHERE {name} = {value}", lambda _: lambda row: row[at] == value, None, ""
        case ">=":
            return (
                f" WHERE {name} >= {value}",
                lambda _: lambda row: row[at] is not None and row[at] >= value,
                None,
                "",
            )
        case "null":
            return f" WHERE {name} IS NULL", lambda _: lambda row: row[at] is None, None, ""
        case "not null":
            return f" WHERE {name} IS NOT NULL", lambda _: lambda row: row[at] is not None, None, ""
        case "in":
            table = draw(st.sampled_from(sorted(TABLES)))
            one = TABLES[table][0]
            return (
                f" WHERE {name} IN (SELECT {one} FROM {table} WHERE {one} >= {value})",
                lambda data: (
                    lambda row: row[at] is not None and row[at] >= value and row[at] in {r[0] for r in data[table]}
                ),
                None,
                f"{table}>={value}",
            )
        case _:
            return "", lambda _: lambda _row: True, None, ""


def _whole(read: str, data: Data) -> Lineage:
    if not read:
        return frozenset()
    table, value = read.split(">=")
    return frozenset((table, at) for at, row in enumerate(data[table]) if row[0] is not None and row[0] >= int(value))


def _select(draw: st.DrawFn, depth: int, names: Names, kind: str) -> Plan:
    found = _from(draw, depth, names)
    where, holds, _, read = _where(draw, found)
    parts = found.parts | {kind} | ({"in", read.split(">=")[0]} if read else set())

    found = replace(found, whole=both(found.whole, lambda data: _whole(read, data)))

    def inputs(data: Data) -> list[Traced]:
        return [(row, lineage) for row, lineage in found.rows(data) if holds(data)(row)]

    expressions = [_expression(draw, found.columns) for _ in range(draw(st.integers(1, 3)))]
    shown = tuple(names.next("o") for _ in expressions)
    listed = ", ".join(f"{e.sql} AS {name}" for e, name in zip(expressions, shown, strict=True))
    tail = f" FROM {found.sql}{where}"

    def project(row: Row) -> Row:
        return tuple(e.of(row) for e in expressions)

    match kind:
        case "distinct":

            def rows(data: Data) -> list[Traced]:
                return merged([(project(row), lineage) for row, lineage in inputs(data)])

            return Plan(f"SELECT DISTINCT {listed}{tail}", shown, rows, parts, found.whole, found.withs)
        case "group":
            return _group(draw, names, found, tail, listed, shown, project, inputs, parts)
        case "window":
            return _window(draw, names, found, tail, listed, shown, project, inputs, parts)
        case _:
            if draw(st.booleans()) and _star_names(found):
                return Plan(f"SELECT *{tail}", _star_names(found), inputs, parts | {"star"}, found.whole, found.withs)

            def plain(data: Data) -> list[Traced]:
                return [(project(row), lineage) for row, lineage in inputs(data)]

            return Plan(f"SELECT {listed}{tail}", shown, plain, parts, found.whole, found.withs)


def _star_names(found: From) -> tuple[str, ...]:
    """Name what a star shows where all names differ and nothing is merged; otherwise nothing."""
    names = tuple(c.rsplit(".", 1)[1] for c in found.columns)
    return names if len(set(names)) == len(names) and " USING " not in found.sql else ()


def merged(rows: Sequence[Traced]) -> list[Traced]:
    result: dict[Row, Lineage] = {}
    for row, lineage in rows:
        result[row] = result.get(row, frozenset()) | lineage
    return list(result.items())


def _group(
    draw: st.DrawFn,
    names: Names,
    found: From,
    tail: str,
    listed: str,
    shown: tuple[str, ...],
    project: Callable[[Row], Row],
    inputs: Callable[[Data], list[Traced]],
    parts: frozenset[str],
) -> Plan:
    at = draw(st.integers(0, len(found.columns) - 1))
    name = found.columns[at]
    function = draw(st.sampled_from(["count", "sum", "max"]))
    having = draw(st.sampled_from([None, None, None, 1, 2]))
    style = draw(st.sampled_from(["all", "names", "positions", "none"]))
    keyless = style == "none"
    value = names.next("o")
    by = {
        "all": " GROUP BY ALL",
        "names": f" GROUP BY {', '.join(shown)}",
        "positions": f" GROUP BY {', '.join(str(i + 1) for i in range(len(shown)))}",
        "none": "",
    }[style]
    sql = (
        f"SELECT {'' if keyless else listed + ', '}{function}({name}) AS {value}{tail}{by}"
        f"{f' HAVING count(*) >= {having}' if having else ''}"
    )

    def rows(data: Data) -> list[Traced]:
        groups: dict[Row, list[Traced]] = {(): []} if keyless else {}
        for row, lineage in inputs(data):
            groups.setdefault(() if keyless else project(row), []).append((row, lineage))
        result = []
        for one, members in groups.items():
            if having and len(members) < having:
                continue
            cells = [row[at] for row, _ in members if row[at] is not None]
            answer: Cell = len(cells) if function == "count" else None
            if cells and function != "count":
                answer = sum(cells) if function == "sum" else max(cells)  # type: ignore[arg-type,type-var]
            result.append(((*one, answer), frozenset().union(*(own for _, own in members))))
        return result

    columns = (value,) if keyless else (*shown, value)
    return Plan(sql, columns, rows, parts | ({"having"} if having else set()), found.whole, found.withs)


def _window(
    draw: st.DrawFn,
    names: Names,
    found: From,
    tail: str,
    listed: str,
    shown: tuple[str, ...],
    project: Callable[[Row], Row],
    inputs: Callable[[Data], list[Traced]],
    parts: frozenset[str],
) -> Plan:
    at = draw(st.integers(0, len(found.columns) - 1))
    by = draw(st.integers(0, len(found.columns) - 1))
    value = names.next("o")
    # rows that a window orders must be told apart: only a table's own row number does that here
    kind = draw(st.sampled_from(["sum", "lag", "frame"])) if found.base else "sum"
    column, partition, order = found.columns[at], found.columns[by], found.columns[-1]
    call = {
        "sum": f"sum({column}) OVER (PARTITION BY {partition})",
        "lag": f"lag({column}) OVER (PARTITION BY {partition} ORDER BY {order})",
        "frame": f"max({column}) OVER (PARTITION BY {partition} ORDER BY {order} ROWS 1 PRECEDING)",
    }[kind]

    def rows(data: Data) -> list[Traced]:
        partitions: dict[Cell, list[Traced]] = {}
        for row, lineage in inputs(data):
            partitions.setdefault(row[by], []).append((row, lineage))
        result: list[Traced] = []
        for members in partitions.values():
            ordered = sorted(members, key=lambda one: one[0][-1] or 0) if kind != "sum" else members
            for place, (row, _) in enumerate(ordered):
                seen = ordered if kind == "sum" else ordered[max(place - 1, 0) : place + 1]
                cells = [r[at] for r, _ in seen if r[at] is not None]
                answer: Cell = None
                if kind == "lag":
                    answer = ordered[place - 1][0][at] if place else None
                elif cells:
                    answer = sum(cells) if kind == "sum" else max(cells)  # type: ignore[arg-type,type-var]
                result.append(((*project(row), answer), frozenset().union(*(own for _, own in seen))))
        return result

    return Plan(
        f"SELECT {listed}, {call} AS {value}{tail}", (*shown, value), rows, parts | {kind}, found.whole, found.withs
    )


def _set(draw: st.DrawFn, depth: int, names: Names, kind: str) -> Plan:
    left, right = _plan(draw, depth - 1, names), _plan(draw, depth - 1, names)
    width = min(len(left.columns), len(right.columns))
    word = draw(st.sampled_from(["UNION", "UNION ALL"] if kind == "union" else ["INTERSECT", "EXCEPT"]))
    sides = []
    for plan in (left, right):
        alias = names.next("q")
        listed = ", ".join(f"{alias}.{c}" for c in plan.columns[:width])
        sides.append(f"SELECT {listed} FROM ({plan.sql}) AS {alias}")

    def rows(data: Data) -> list[Traced]:
        lefts = [(row[:width], lineage) for row, lineage in left.rows(data)]
        rights = [(row[:width], lineage) for row, lineage in right.rows(data)]
        there = {row for row, _ in rights}
        match word:
            case "UNION ALL":
                return lefts + rights
            case "UNION":
                return merged(lefts + rights)
            case "INTERSECT":
                here = {row for row, _ in lefts}
                return merged([one for one in lefts + rights if one[0] in here & there])
            case _:
                return merged([(row, lineage) for row, lineage in lefts if row not in there])

    def removed(data: Data) -> Lineage:
        return frozenset().union(*(lineage for _, lineage in right.rows(data))) if word == "EXCEPT" else frozenset()

    return Plan(
        f"{sides[0]} {word} {sides[1]}",
        left.columns[:width],
        rows,
        left.parts | right.parts | {word},
        both(both(left.whole, right.whole), removed),
        left.withs + right.withs,
    )


def bag(rows: Sequence[Row]) -> Counter[Row]:
    return Counter(rows)
