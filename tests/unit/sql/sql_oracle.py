"""Random queries with their meaning in plain Python: rows, and the input rows that each of them comes from.

The meaning is written down a second time, row by row and without any SQL, so that the rewriting is held against
the definition of lineage and not against itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.unit.sql.sql_oracle_conditions import expression, where, whole
from tests.unit.sql.sql_oracle_frames import FRAMES, FRAMES_BY_VALUE, framed
from tests.unit.sql.sql_oracle_model import (
    TABLES,
    Cell,
    Data,
    From,
    Lineage,
    Names,
    Plan,
    Row,
    Source,
    Traced,
    base_rows,
    both,
    merged,
    nothing,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _placed(cell: Cell, *, falling: bool) -> tuple[bool, int]:
    """Where a row stands in an order, NULL last."""
    return cell is None, (-(cell or 0) if falling else (cell or 0))


@st.composite
def plans(draw: st.DrawFn, depth: int = 3) -> Plan:
    """Draw a query nested to a depth."""
    return _plan(draw, depth, Names())


def _plan(draw: st.DrawFn, depth: int, names: Names) -> Plan:
    kinds = ["block", "block", "block", "group", "group", "distinct", "window"]
    if depth > 1:
        kinds += ["union", "setop", "limit"]
    kind = draw(st.sampled_from(kinds))
    if kind in {"union", "setop"}:
        return _set(draw, depth, names, kind)
    if kind == "limit":
        return _limit(draw, depth, names)
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


def _select(draw: st.DrawFn, depth: int, names: Names, kind: str) -> Plan:
    found = _from(draw, depth, names)
    sql_where, holds, more, read = where(draw, found, names)
    parts = found.parts | {kind} | ({"in", read.split(">=")[0]} if read else set())

    # over a frame or a row before it, what a correlated query reads counts for the whole partition
    found = replace(found, base=found.base and not read.endswith("none"))
    found = replace(found, whole=both(found.whole, lambda data: whole(read, data)))

    def inputs(data: Data) -> list[Traced]:
        return [(row, lineage | more(data, row)) for row, lineage in found.rows(data) if holds(data)(row)]

    expressions = [expression(draw, found.columns) for _ in range(draw(st.integers(1, 3)))]
    shown = tuple(names.next("o") for _ in expressions)
    listed = ", ".join(f"{e.sql} AS {name}" for e, name in zip(expressions, shown, strict=True))
    tail = f" FROM {found.sql}{sql_where}"

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
    kind = draw(st.sampled_from(["sum", *(FRAMES if found.base else FRAMES_BY_VALUE)]))
    column, partition, order = found.columns[at], found.columns[by], found.columns[-1]
    falling = kind not in {"sum", "near"} and draw(st.booleans())
    call = FRAMES.get(kind, "sum({column}) OVER (PARTITION BY {partition})").format(
        column=column, partition=partition, order=f"{order} DESC" if falling else order
    )

    def rows(data: Data) -> list[Traced]:
        partitions: dict[Cell, list[Traced]] = {}
        for row, lineage in inputs(data):
            partitions.setdefault(row[by], []).append((row, lineage))
        result: list[Traced] = []
        for members in partitions.values():
            ordered = (
                sorted(members, key=lambda one: _placed(one[0][-1], falling=falling)) if kind != "sum" else members
            )
            for place, (row, _) in enumerate(ordered):
                seen, answer = framed(kind, ordered, place, at)
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


def _limit(draw: st.DrawFn, depth: int, names: Names) -> Plan:
    """The first rows in an order in which only equal rows tie; those that tie with the last one count with it."""
    plan = _plan(draw, depth - 1, names)
    number, alias = draw(st.integers(1, 3)), names.next("q")
    ordered = ", ".join(f"{alias}.{column} NULLS LAST" for column in plan.columns)

    def rows(data: Data) -> list[Traced]:
        found = sorted(plan.rows(data), key=lambda one: tuple((cell is None, cell or 0) for cell in one[0]))
        return [
            (row, frozenset().union(*(lineage for other, lineage in found if other == row)))
            for row, _ in found[:number]
        ]

    return Plan(
        f"SELECT * FROM ({plan.sql}) AS {alias} ORDER BY {ordered} LIMIT {number}",
        plan.columns,
        rows,
        plan.parts | {"limit"},
        plan.whole,
        plan.withs,
    )
