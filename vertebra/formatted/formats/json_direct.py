r"""JSON lines, and arrays, by the engine's own reader, where it cannot be wrong.

That reader is kinder than JSON and than us: it takes `NaN`, makes 2 of 1.5 where a whole number is asked for and 1 of
`true`, and writes fractions and nested values anew where text is asked for, so that 1.10 becomes 1.1. So

* doubles are asked for as such, if no value in the file is true or false: it gives the nearest double or stops;
* everything else is asked for as text, and the query stops at one that may be a fraction or a nested value written
  anew; the whole numbers, truths and texts that are left are as they were delivered;
* a file in which a record does not fit is read record by record, so that its findings show what was delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from vertebra.engine.duckdb import exactly
from vertebra.formatted.count import Count
from vertebra.formatted.formats.port import Opened, Swift
from vertebra.project import ColumnTemplate, JsonFormat, Source
from vertebra.sql import literal, quote

_BUFFER = 16 << 20  # bytes: it reserves some buffers of this size; a record must fit into one
_SHAPES = {"lines": "newline_delimited", "array": "array"}
_STOP = "'this is read record by record: '"


def direct(file: Opened, source: Source, form: JsonFormat, count: Count) -> str:
    """SQL with the columns `c1`, `c2`, …; empty where the engine's reader cannot be trusted with the file."""
    columns = read_columns(source)
    roots = {column.origin for column in columns}
    others = (*source.ignore, *(child.levels[0] for child in source.children))
    if (
        form.shape not in _SHAPES
        or form.records
        or not count.orderly
        or file.cut
        or file.encoding not in ("utf-8", "ascii")
        or not columns
        or len({root.lower() for root in roots}) < len(roots)  # names of columns know no case
        or any("." in root or "\0" in root or not root for root in roots)
        or any("." in other for other in others)  # it takes a part of what stands under a name
        or "\0" in "".join(form.nulls)
    ):
        return ""
    listed, read = _read([file], source, form, _doubles(columns, count), None)
    return f"(select {listed} from {read})"


def together(
    files: Sequence[Opened], source: Source, form: JsonFormat, counts: Sequence[Count], swift: Swift | None
) -> str:
    """SQL of files that can be read so, in their order, with the types of the engine's reader and `file_index`.

    Files of which the same can be asked are read by one reader.
    """
    columns = read_columns(source)
    alone = any(column.origin.lower() == "file_index" for column in columns)  # it would hide the reader's own

    def build(number: int) -> object:
        return _doubles(columns, counts[number]), number if alone else None

    parts = []
    for _, group in groupby(range(len(files)), build):
        numbers = list(group)
        doubles = _doubles(columns, counts[numbers[0]])
        listed, read = _read([files[number] for number in numbers], source, form, doubles, swift)
        index = f"{numbers[0]}" if alone else f"file_index + {numbers[0]}"
        parts.append(f"select {listed}, {index} as file_index from {read}")
    return f"({' union all '.join(parts)})"


def _read(
    files: Iterable[Opened], source: Source, form: JsonFormat, doubles: frozenset[str], swift: Swift | None
) -> tuple[str, str]:
    """SQL of the columns, and of the reader that they are taken from."""
    columns = read_columns(source)
    kinds, clock = (swift.types, swift.clock) if swift else ({}, "")
    clocks = _clocks(columns, form, kinds)
    types = {
        root: "DOUBLE" if root in doubles else "TIMESTAMP" if root in clocks else "VARCHAR"
        for root in sorted({column.origin for column in columns})
    }
    shape = ", ".join(f"{literal(root)}: '{kind}'" for root, kind in types.items())
    values = [
        quote(column.origin)
        if column.origin in clocks
        else _value(column, kinds.get(f"c{number}", "VARCHAR"), form, clock, double=column.origin in doubles)
        for number, column in enumerate(columns, 1)
    ]
    nothing = " and ".join(f"{quote(root)} is null" for root in types)  # a line may be `null`, which is no record
    values[0] = f"case when {nothing} then error({_STOP}) else {values[0]} end"
    pattern = f"timestampformat = {literal(clock)}, " if clocks else ""
    paths = ", ".join(exactly(str(file.text)) for file in files)
    return ", ".join(f"{value} as c{number}" for number, value in enumerate(values, 1)), (
        f"read_json([{paths}], format = '{_SHAPES[form.shape]}', records = 'true', auto_detect = false, "
        f"maximum_object_size = {_BUFFER}, {pattern}columns = {{{shape}}})"
    )


def read_columns(source: Source) -> list[ColumnTemplate]:
    """The columns that the records hold."""
    return [column for column in source.columns if not column.from_file_name]


def unseen(file: Opened, source: Source, form: JsonFormat) -> str:
    """SQL of the names that the template does not know: `name`, and `record`, the first that has it.

    The engine's reader passes over what it is not asked for, whatever is in it; so it is looked at here, and the
    query stops where a record holds a name twice, or no JSON.
    """
    nested = {child.levels[0].removesuffix("{}") for child in source.children}
    known = ", ".join(literal(name) for name in {*nested, *(column.origin for column in read_columns(source))})
    more = "".join(f", {literal(name)}" for name in source.ignore if "\0" not in name)
    odd = r"[:\[,]\s*[-+]?(?i:nan|inf)|,\s*[}\]]"
    checked = (
        f"case when len(keys) > len(list_distinct(keys)) or regexp_matches(json, '{odd}') "
        f"then error({_STOP} || json) else keys end"
    )
    return (
        f"select name, min(record) as record from (select unnest({checked}) as name, record from "
        f"(select json, json_keys(json) as keys, row_number() over () as record "
        f"from read_json_objects({exactly(str(file.text))}, format = '{_SHAPES[form.shape]}', "
        f"maximum_object_size = {_BUFFER}))) "
        f"where name not in ({known}{more}) group by name order by record, name"
    )


def _doubles(columns: Iterable[ColumnTemplate], count: Count) -> frozenset[str]:
    """Fields that can be asked for as doubles."""
    if count.booleans:
        return frozenset()
    plain = {column.origin for column in columns if column.type == "double" and column.decimal == "."}
    return frozenset(plain.difference(column.origin for column in columns if column.type != "double"))


def _clocks(columns: Iterable[ColumnTemplate], form: JsonFormat, kinds: Mapping[str, str]) -> frozenset[str]:
    """Fields that the engine's reader makes timestamps of: of texts only, by the pattern, or it stops."""
    asked = {(column.origin, kinds.get(f"c{number}", "")) for number, column in enumerate(columns, 1)}
    wanted = {origin for origin, kind in asked if kind == "TIMESTAMP"}
    return frozenset() if form.nulls else frozenset(wanted.difference(o for o, kind in asked if kind != "TIMESTAMP"))


def _value(column: ColumnTemplate, kind: str, form: JsonFormat, clock: str, *, double: bool) -> str:
    """SQL of one column's raw text, or of its value where the engine's reader types it."""
    raw = quote(column.origin)
    if double:
        return raw if kind == "DOUBLE" else f"{raw}::varchar"
    found = raw
    if form.nulls:
        words = ", ".join(literal(null) for null in form.nulls)
        found = f"case when {raw} in ({words}) then null else {raw} end"
    if kind == "TIMESTAMP" and not set(clock) & set(".eE"):
        return f"strptime({found}, {literal(clock)})"  # which stops at a fraction, too
    if column.type not in ("integer", "double"):  # a fraction is no whole number, and the same double, however written
        anew = (
            f"{raw} < ':' and regexp_matches({raw}, '^-?[0-9.]+(\\.|e)|^-Inf') "
            f"or {raw} >= '[' and {raw} < '\\' or {raw} >= '{{' and {raw} < '|' or {raw} in ('NaN', 'Infinity')"
        )
        found = f"case when {anew} then error({_STOP} || {raw}) else {found} end"
    match kind:
        case "TIMESTAMP":
            return f"strptime({found}, {literal(clock)})"
        case "DOUBLE":
            return f"({found})::double"
        case _:
            return found
