"""Random queries as text, of every construct that a view may hold, and the small tables that they read.

Nothing is known of their meaning: they are for promises that hold two answers of the engine against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

TABLES: dict[str, tuple[str, ...]] = {"r": ("a", "b", "x", "n"), "s": ("a", "d", "n"), "u": ("b", "x", "n")}
"""Columns of small whole numbers; `n` numbers the rows of a table, and no two have the same."""

Cell = int | None
Data = dict[str, list[tuple[Cell, ...]]]
CELLS = st.sampled_from([0, 1, None, 2, 1, 3])
FLOATS = {0: "0.1", 1: "0.2", 2: "0.3", 3: "1e16", None: "null"}
"""Added in another order these give another sum."""
JOINS = ("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN", "CROSS JOIN", "USING")


@dataclass
class Drawing:
    """One query in the making: its WITH queries, and the number of the next name."""

    draw: st.DrawFn
    withs: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, start: str) -> str:
        self.count += 1
        return f"{start}{self.count}"

    def one(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def below(self, limit: int) -> int:
        return self.draw(st.integers(0, limit))


@st.composite
def tables(draw: st.DrawFn) -> Data:
    """Small tables with NULLs and repeated values."""
    return {table: draw(rows(len(columns) - 1)) for table, columns in TABLES.items()}


@st.composite
def rows(draw: st.DrawFn, width: int, start: int = 0, most: int = 6, least: int = 0) -> list[tuple[Cell, ...]]:
    """Rows whose last column numbers them from `start`."""
    found = draw(st.lists(st.tuples(*[CELLS] * width), min_size=least, max_size=most))
    return [(*row, start + at) for at, row in enumerate(found)]


@st.composite
def changes(draw: st.DrawFn, data: Data) -> Data:
    """The tables after rows came, went, or were corrected; at least one table is another."""
    result = {table: list(found) for table, found in data.items()}
    for table in draw(st.sets(st.sampled_from(sorted(data)), min_size=1, max_size=2)):
        width, kept = len(TABLES[table]) - 1, result[table]
        match draw(st.sampled_from(["append", "append", "delete", "correct", "correct", "clear"])):
            case "append":
                kept += draw(rows(width, start=100 + len(kept), most=3))
            case "delete" if kept:
                kept.pop(draw(st.integers(0, len(kept) - 1)))
            case "correct" if kept:
                at = draw(st.integers(0, len(kept) - 1))
                kept[at] = (*draw(st.tuples(*[CELLS] * width)), kept[at][-1])
            case "clear" if kept:
                kept.clear()
            case _:
                kept.append((*[1] * width, 100 + len(kept)))
    return result


@st.composite
def queries(draw: st.DrawFn, depth: int = 3) -> tuple[str, tuple[str, ...]]:
    """A query and the names of its columns."""
    drawing = Drawing(draw)
    sql, columns = query(drawing, depth)
    return (f"WITH {', '.join(drawing.withs)} {sql}" if drawing.withs else sql), columns


@st.composite
def views(draw: st.DrawFn, depth: int) -> tuple[str, str]:
    """A query whose rows a grain identifies, and the grain."""
    sql, columns = draw(queries(depth=depth))
    count = draw(st.integers(1, min(2, len(columns))))
    plain = draw(st.booleans())  # keys that are columns let bounds be put on the inputs
    keys = [f"{name if plain else f'coalesce({name}, -1)'} as k{at}" for at, name in enumerate(columns[:count])]
    present = f" where {' and '.join(f'{name} is not null' for name in columns[:count])}" if plain else ""
    values = [
        f"{draw(st.sampled_from(['sum', 'max', 'avg', 'count']))}({name}) as v{at}"
        for at, name in enumerate(columns[count:] or columns)
    ]
    grain = ", ".join(f"k{at}" for at in range(count))
    with_, _, body = sql.rpartition(") SELECT") if sql.startswith("WITH") else ("", "", "")
    head, inner = (f"{with_}) ", f"SELECT{body}") if with_ and ") SELECT" not in body else ("", sql)
    return f"{head}select {', '.join([*keys, *values])} from ({inner}){present} group by {grain}", grain


def query(d: Drawing, depth: int) -> tuple[str, tuple[str, ...]]:
    kinds = ["plain", "plain", "group", "group", "sets", "distinct", "on", "window", "window", "qualify", "ranked"]
    kind = d.one(*kinds, *(["set", "set", "limit", "pivot", "unpivot"] if depth > 1 else []))
    if kind == "set":
        return _set(d, depth)
    if kind == "limit":
        inner, columns = query(d, depth - 1)
        ordered = ", ".join(str(at + 1) for at in range(len(columns)))
        return f"SELECT * FROM ({inner}) ORDER BY {ordered} LIMIT {1 + d.below(2)}", columns
    if kind in {"pivot", "unpivot"}:
        return _turned(d, depth, kind)
    return _block(d, depth, kind)


def _turned(d: Drawing, depth: int, kind: str) -> tuple[str, tuple[str, ...]]:
    """PIVOT over the values 0 to 2 of a column, or UNPIVOT of one or two columns."""
    inner, columns = query(d, depth - 1)
    at = d.below(len(columns) - 1)
    one, rest = columns[at], columns[:at] + columns[at + 1 :]
    if kind == "unpivot":
        names = (d.name("o"), d.name("o"))
        more, nulls = d.one(one, *rest), d.one("", "INCLUDE NULLS ")
        listed = dict.fromkeys((one, more))
        turned = f"{nulls}({names[1]} FOR {names[0]} IN ({', '.join(listed)}))"
        sql = f"SELECT * FROM ({inner}) AS {d.name('t')} UNPIVOT {turned}"
        left = tuple(name for name in columns if name not in listed)
        counted = f"SELECT {', '.join([*left, names[1]])} FROM ({sql}) WHERE {names[0]} <= '{d.one(one, more, 'z')}'"
        return counted, (*left, names[1])
    call = d.one("count(*)", f"sum({d.one(*columns)})", f"max({d.one(*columns)})", f"coalesce(sum({one}), 9)")
    shown = tuple(d.name("o") for _ in range(3))
    listed_ = ", ".join(f"{value} AS {name}" for value, name in zip((0, 1, d.one("2", "NULL")), shown, strict=True))
    keys = rest[: 1 + d.below(1)]
    if not keys:
        return f"SELECT * FROM ({inner}) AS {d.name('t')} PIVOT ({call} FOR {one} IN ({listed_}))", shown
    sql = f"SELECT * FROM ({inner}) AS {d.name('t')} PIVOT ({call} FOR {one} IN ({listed_}) GROUP BY {', '.join(keys)})"
    return sql, (*keys, *shown)


def _set(d: Drawing, depth: int) -> tuple[str, tuple[str, ...]]:
    (left, columns), (right, others) = query(d, depth - 1), query(d, depth - 1)
    width = min(len(columns), len(others))
    word = d.one("UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL")
    sides = [f"SELECT {', '.join(names[:width])} FROM ({sql})" for sql, names in ((left, columns), (right, others))]
    return f"{sides[0]} {word} {sides[1]}", columns[:width]


def _source(d: Drawing, depth: int) -> tuple[str, str, tuple[str, ...]]:
    how = d.one("base", "base", "derived", "with", "again") if depth > 1 else "base"
    alias = d.name("t")
    if how == "base" or (how == "again" and not d.withs):
        table = d.one(*sorted(TABLES))
        return f"{table} AS {alias}", alias, TABLES[table]
    if how == "again":  # a WITH query that is read twice
        name, _, rest = d.withs[d.below(len(d.withs) - 1)].partition("(")
        return f"{name} AS {alias}", alias, tuple(rest.partition(")")[0].split(", "))
    sql, columns = query(d, depth - 1)
    if how == "derived":
        return f"({sql}) AS {alias}", alias, columns
    name = d.name("w")
    d.withs.append(f"{name}({', '.join(columns)}) AS ({sql})")
    return f"{name} AS {alias}", alias, columns


def _from(d: Drawing, depth: int) -> tuple[str, list[str]]:
    sql, alias, names = _source(d, depth)
    columns = [f"{alias}.{name}" for name in names]
    for _ in range(int(d.one("0", "0", "1", "1", "2"))):
        sql, columns = _join(d, sql, columns, *_source(d, max(depth - 1, 1)))
    if d.below(9) == 0:
        alias = d.name("e")
        return f"{sql}, unnest([{d.one(*columns)}, 1]) AS {alias}(v)", [*columns, f"{alias}.v"]
    return sql, columns


def _join(
    d: Drawing, left: str, columns: list[str], right: str, alias: str, names: tuple[str, ...]
) -> tuple[str, list[str]]:
    how = d.one(*JOINS, "ASOF JOIN", "ASOF LEFT JOIN")
    mine, other = d.one(*columns), f"{alias}.{d.one(*names)}"
    more = [f"{alias}.{name}" for name in names]
    if how.startswith("ASOF"):  # of several that are as near any could be taken: only numbered rows can be told apart
        if "n" not in names:
            how = "JOIN"
        else:
            return f"{left} {how} {right} ON {mine} >= {alias}.n", [*columns, *more]
    if how == "USING":
        bare = [one.rsplit(".", 1)[1] for one in columns]
        common = [name for name in names if bare.count(name) == 1]
        if common and " USING " not in left:
            return f"{left} {d.one('', 'LEFT ', 'FULL ')}JOIN {right} USING ({d.one(*common)})", [*columns, *more]
        how = "JOIN"
    if how == "CROSS JOIN":
        return f"{left} CROSS JOIN {right}", [*columns, *more]
    condition = d.one(
        f"{mine} = {other}", f"{mine} = {other}", f"{mine} IS NOT DISTINCT FROM {other}", f"{mine} < {other}"
    )
    joined = f"{left} {how} {right} ON {condition}"
    return joined, columns if how in {"SEMI JOIN", "ANTI JOIN"} else [*columns, *more]


def condition(d: Drawing, columns: list[str]) -> str:
    one, table = d.one(*columns), d.one(*sorted(TABLES))
    inner = f"i.{d.one(*TABLES[table])}"
    return d.one(
        f"{one} >= {d.below(2)}",
        f"{one} IS NULL",
        f"{one} = {d.one(*columns)}",
        f"{one} IN (SELECT {inner} FROM {table} i WHERE {inner} > 0)",
        f"{one} NOT IN (SELECT {inner} FROM {table} i)",
        f"{one} > (SELECT min({inner}) FROM {table} i)",
        f"EXISTS (SELECT 1 FROM {table} i WHERE {inner} = {one})",
        f"NOT EXISTS (SELECT 1 FROM {table} i WHERE {inner} = {one} AND i.n > 0)",
        f"({one} > 0 OR {one} IN (SELECT {inner} FROM {table} i))",
    )


def _value(d: Drawing, columns: list[str], *, queried: bool = False) -> str:
    one, table = d.one(*columns), d.one(*sorted(TABLES))
    inner = d.one(*TABLES[table])
    choices = [one, one, one, f"{one} + 1", f"coalesce({one}, 1)", f"CASE WHEN {one} > 0 THEN 1 ELSE 0 END"]
    if queried:
        choices += [
            f"(SELECT max(i.n) FROM {table} i)",
            f"(SELECT count(*) FROM {table} i WHERE i.{inner} = {one})",
        ]
    return d.one(*choices)


def _block(d: Drawing, depth: int, kind: str) -> tuple[str, tuple[str, ...]]:
    source, columns = _from(d, depth)
    where = f" WHERE {condition(d, columns)}" if d.below(1) else ""
    values = [_value(d, columns, queried=kind == "plain") for _ in range(1 + d.below(2))]
    shown = tuple(d.name("o") for _ in values)
    listed = ", ".join(f"{value} AS {name}" for value, name in zip(values, shown, strict=True))
    tail, more = f" FROM {source}{where}", d.name("o")
    aggregate = d.one(
        "count(*)", f"max({d.one(*columns)})", f"sum({d.one(*columns)})", f"count(DISTINCT {d.one(*columns)})"
    )
    match kind:
        case "group":
            having = d.one("", "", " HAVING count(*) > 1", f" HAVING max({d.one(*columns)}) > 0")
            by = d.one("ALL", ", ".join(shown), ", ".join(str(at + 1) for at in range(len(shown))))
            return f"SELECT {listed}, {aggregate} AS {more}{tail} GROUP BY {by}{having}", (*shown, more)
        case "sets":
            by = d.one("ROLLUP", "CUBE")
            having = d.one(
                "", "", " HAVING count(*) > 1", f" HAVING {values[0]} IS NULL", f" HAVING grouping({values[0]}) = 0"
            )
            call = d.one(aggregate, aggregate, f"grouping({values[0]})", f"rank() OVER (ORDER BY {aggregate})")
            sql = f"SELECT {listed}, {call} AS {more}{tail} GROUP BY {by} ({', '.join(values)}){having}"
            return sql, (*shown, more)
        case "ranked":
            part = d.one("", f"PARTITION BY {values[0]} ")
            call = d.one(
                f"rank() OVER ({part}ORDER BY {aggregate})",
                f"max({aggregate}) OVER ({part}ORDER BY {aggregate}, {values[-1]})",
                f"sum({aggregate}) OVER ({part})",
            )
            grouped = f"{tail} GROUP BY {', '.join(shown)}{d.one('', ' HAVING count(*) > 1')}"
            if d.below(2) == 0:
                return f"SELECT {listed}{grouped} QUALIFY {call} > 1", shown
            return f"SELECT {listed}, {call} AS {more}{grouped}", (*shown, more)
        case "distinct":
            return f"SELECT DISTINCT {listed}{tail}", shown
        case "on":
            ordered = ", ".join(str(at + 1) for at in range(len(shown)))
            return f"SELECT DISTINCT ON ({shown[0]}) {listed}{tail} ORDER BY {ordered}", shown
        case "window" | "qualify":
            by = d.one("", f"PARTITION BY {d.one(*columns)}", f"PARTITION BY {d.one(*columns)}, {d.one(*columns)}")
            order, near = ", ".join(columns), f"RANGE BETWEEN 1 PRECEDING AND {d.below(1)} FOLLOWING"
            call = d.one(
                f"{aggregate} OVER ({by})",
                f"rank() OVER ({by} ORDER BY {order})",
                f"sum({d.one(*columns)}) OVER ({by} ORDER BY {d.one(*columns)}{d.one('', ' DESC')})",
                f"max({d.one(*columns)}) OVER ({by} ORDER BY {d.one(*columns)} {near})",
                f"dense_rank() OVER ({by} ORDER BY {order})",
            )
            if kind == "qualify":
                return f"SELECT {listed}{tail} QUALIFY {call} > 1", shown
            return f"SELECT {listed}, {call} AS {more}{tail}", (*shown, more)
        case _:
            return f"SELECT {listed}{tail}", shown
