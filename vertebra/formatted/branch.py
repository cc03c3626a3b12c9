"""One file on its way into a table: where its raw records come from and how they are typed, as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vertebra.formatted import rescue
from vertebra.formatted.clock import Hours
from vertebra.formatted.conversion import PARSED, VALUE, Conversion, convert, given, read_as, type_of
from vertebra.formatted.conversion import swift as swiftly
from vertebra.formatted.count import Count
from vertebra.formatted.formats.places import mapped
from vertebra.formatted.formats.port import Layout, Opened, Problem, RawRecord, Streamed, Swift
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.quarantine import Severity
from vertebra.governance.files import FileVersion
from vertebra.project import EPOCHS, RESCUED, ColumnTemplate, Source, split_file_name
from vertebra.sql import literal, quote
from vertebra.table import FILE, RECORD, Column


@dataclass(frozen=True, slots=True)
class Branch:
    """One file version, ready to be typed.

    Parameters
    ----------
    file : FileVersion
        Which.
    source : Source
        As it reads this file.
    opened : Opened
        Its bytes.
    count : Count
        Its records, counted independently.
    layout : Layout
        Raw column of each template column.
    fields : dict
        What its name carries.
    direct : str
        SQL that reads it; empty where it is streamed.
    underscores : bool
        Does a record of it hold a `_`? The engine takes one for a part of a number.
    name : str
        Under which its stream is registered with the engine.
    swift : Swift or None
        Types that the engine's reader can give its values; None where that cannot be tried.
    only : tuple of int, optional
        The records that are meant, rising; all for None.
    """

    file: FileVersion
    source: Source
    opened: Opened
    count: Count
    layout: Layout
    fields: dict[str, str]
    direct: str
    underscores: bool
    name: str
    swift: Swift | None = None
    only: tuple[int, ...] | None = None

    @property
    def relation(self) -> str:
        """What a query reads its raw records from."""
        return self.direct or self.name

    def careful(self, name: str | None = None) -> Branch:
        """The same file, to be streamed."""
        return replace(self, direct="", name=name or self.name)

    def again(self, records: Iterable[int]) -> Branch:
        """Some records of the same file and no others, to be streamed."""
        only = tuple(records)
        return replace(self, direct="", swift=None, only=only, count=Count(len(only)))

    def stream(self, only: Iterable[int] | None = None) -> Streamed:
        """Its records, drawn anew: all that are meant, or those of these rising numbers."""
        wanted = self.only if only is None else only
        return format_of(self.source).stream(self.opened, self.source, self.layout, wanted)

    def find(self, records: Iterable[int]) -> Iterator[RawRecord]:
        """Where its records of these rising numbers are."""
        return format_of(self.source).find(self.opened, self.source, records)


def branch(source: Source, file: FileVersion, opened: Opened) -> Branch | tuple[Count, Problem]:
    """Look at a file: a branch, or why the whole of it cannot be read by the template."""
    source = source.of(file.id)
    form = format_of(source)
    count = form.count(opened, source)
    if opened.problem and opened.problem.fatal:
        return count, opened.problem
    fields = split_file_name(source.file_name, file.name)
    if fields is None:
        where = RawRecord(0, 0, 0, 0, file.name)
        return count, Problem("wrong-file-name", f'it does not have the form "{source.file_name}"', where, fatal=True)
    layout = form.layout(opened, source)
    if isinstance(layout, Problem):
        return count, layout
    with mapped(opened.text) as data:  # a name in the header is no number
        underscores = layout.anew or data.find(b"_", layout.body) >= 0
    direct = form.direct(opened, source, layout, count)
    told = rescue.rescues(source) and rescue.has_spare(source, layout)
    swift = None if (underscores and not layout.anew) or told or not direct else _swift(source, layout)
    return Branch(file, source, opened, count, layout, fields, direct, underscores, f"_raw_{file.id}", swift)


def _swift(source: Source, layout: Layout) -> Swift | None:
    """Types for the engine's own reader; what it may not type it reads as text."""
    types: dict[str, str] = {}
    clocks = set()
    for column in source.columns:
        if column.from_file_name:
            continue
        kind, raw = read_as(column) or "VARCHAR", layout.raw.get(column.name, "")
        if not raw or types.get(raw, kind) != kind:
            return None
        types[raw] = kind
        if kind == "TIMESTAMP":
            clocks.add(column.formats[0])
    return Swift(types, clocks.pop() if clocks else "") if len(clocks) <= 1 else None


def table_columns(columns: Iterable[ColumnTemplate]) -> tuple[Column, ...]:
    """The columns of a formatted table, provenance last."""
    named = tuple(described(c) for c in columns)
    return (
        *named,
        Column(FILE, "BIGINT", description="File version that the row comes from."),
        Column(RECORD, "BIGINT", description="1-based data record in that file."),
    )


def described(column: ColumnTemplate, name: str = "") -> Column:
    """A column as its table has it, maybe under another name."""
    c = column
    return Column(name or c.name, type_of(c), c.unit, c.term, c.description, c.semantic, c.personal)


def columns_of(source: Source) -> tuple[Column, ...]:
    """The columns of a source's table."""
    return rescue.described(table_columns(source.columns), source)


def typed(source: Source, branches: Sequence[Branch]) -> str:
    """SQL of the typed rows, of some files that are all read directly or all streamed, that fit their types.

    Conversions stand once, above the union of the files: they are long where a zone has many transitions. The
    numbering above them is also a fence: without it the engine would push the filter below the conversions and do
    them twice.
    """
    converted = conversions(source, branches)
    relation, fits = layers(converted, _union(source, branches))
    found = {name: quote(VALUE.format(name)) for name in converted}
    if rescue.rescues(source):
        found = {name: rescue.value(name, one) for name, one in converted.items()}
        found[RESCUED] = rescue.rescued(converted)
        fits = rescue.kept(source, converted)
    values = ", ".join(f"{value} as {quote(name)}" for name, value in found.items())
    inner = f"select {values}, {FILE}, _number, {fits} as _fits from {relation}"
    names = ", ".join(quote(name) for name in found)
    record = _record(branches)
    fenced = f"select {names}, {FILE}, _fits, {record} as {RECORD} from ({inner})"
    return f"select {names}, {FILE}, {RECORD} from ({fenced}) where _fits and {RECORD} > 0"


def unfit(source: Source, branches: Sequence[Branch]) -> str:
    """SQL of the records of the same that do not fit: `_file`, `_record`, and `found`, what is wrong with each."""
    converted = conversions(source, branches)
    relation, fits = layers(converted, _union(source, branches))
    numbered = f"select *, {_record(branches)} as {RECORD} from {relation}"
    found = ", ".join(wrong(c, converted[c.name], c.name, quote(c.name)) for c in source.columns)
    fits = rescue.kept(source, converted) if rescue.rescues(source) else fits
    return f"select {FILE}, {RECORD}, [{found}] as found from ({numbered}) where not ({fits})"


def rescued(source: Source, branches: Sequence[Branch]) -> str:
    """SQL of the records whose rows were kept though a value does not fit: `_file`, `_record`, `found`."""
    converted = conversions(source, branches)
    relation, fits = layers(converted, _union(source, branches))
    numbered = f"select *, {_record(branches)} as {RECORD} from {relation}"
    columns = [column for column in source.columns if column.name not in rescue.strict(source)]
    found = ", ".join(wrong(c, converted[c.name], c.name, quote(c.name)) for c in columns)
    test = f"{rescue.kept(source, converted)} and not ({fits})"
    return f"select {FILE}, {RECORD}, [{found}] as found from ({numbered}) where {test}"


def repeated(source: Source, one: Branch, hours: Mapping[str, Hours]) -> str:
    """SQL of the times in a file's streamed records that exist twice: `_file`, `_record`, `found`.

    Parameters
    ----------
    hours : mapping
        Columns that may hold such times, and which those are.
    """
    relation, _ = layers(conversions(source, [one]), _union(source, [one]))
    found = []
    for column in source.columns:
        if column.name in hours:
            # a time that was written with an offset exists once: then the text did not parse without one
            value = quote(VALUE.format(column.name))
            test = f"{quote(PARSED.format(column.name))} is not null and {between(value, hours[column.name])}"
            reason = f"this clock time exists twice in {column.timezone}; the first was taken"
            found.append(_mark(test, "ambiguous-time", column.name, quote(column.name), reason))
    return f"select {FILE}, _number as {RECORD}, [{', '.join(found)}] as found from {relation}"


def marks(found: str, severity: Severity) -> str:
    """Marks of what `unfit` or `repeated` found."""
    return (
        f"select m.type as type, '{severity}' as severity, {FILE}, {RECORD}, m.column_name as column_name, "
        f"m.value as value, m.reason as reason, '' as row_hash "
        f"from (select {FILE}, {RECORD}, unnest(found) as m from ({found})) where m is not null"
    )


def between(value: str, hours: Hours) -> str:
    """SQL: does an instant lie in one of these spans?"""
    return f"({' or '.join(f'({value} >= {literal(a)} and {value} < {literal(b)})' for a, b in hours)})"


def wrong(column: ColumnTemplate, conversion: Conversion, shown: str, raw: str, place: str = "''") -> str:
    """SQL of what is wrong with one column of a record, null for nothing.

    Parameters
    ----------
    column : ColumnTemplate
        The column, `required` where it may not be empty.
    conversion : Conversion
        How it is converted.
    shown : str
        What the finding calls it.
    raw : str
        SQL of its raw text.
    place : str
        SQL of what is put behind the reason.
    """
    parsed, value = quote(PARSED.format(column.name)), quote(VALUE.format(column.name))
    cases = [_mark(f"({given(column, raw)}) is null", "missing-value", shown, "''", "a value is required", place)]
    if column.type == "timestamp" and column.timezone != "UTC":
        skipped = f"this clock time does not exist in {column.timezone}"
        cases.append(_mark(f"{parsed} is not null and {value} is null", "nonexistent-time", shown, raw, skipped, place))
    cases.append(_mark("true", "type-mismatch", shown, raw, f"it is no {_described(column)}", place))
    return f"case when not ({conversion.fits}) then coalesce({', '.join(cases)}) end"


def _mark(test: str, type_: str, shown: str, value: str, reason: str, place: str = "''") -> str:
    """SQL of one thing that is wrong where a test holds, null elsewhere."""
    return (
        f"case when {test} then {{'type': {literal(type_)}, 'column_name': {literal(shown)}, "
        f"'value': {value}, 'reason': {literal(reason)} || {place}}} end"
    )


def conversions(source: Source, branches: Iterable[Branch], *, swift: bool = False) -> dict[str, Conversion]:
    """The conversion of each column of a source, for some files of it; with `swift` of what the reader has typed."""
    underscores = any(one.underscores for one in branches)
    needed = [replace(column, required=column.required or column.name in source.key) for column in source.columns]
    return {
        column.name: swiftly(column, quote(column.name))
        if swift and read_as(column) and not column.from_file_name
        else convert(column, quote(column.name), underscores=underscores)
        for column in needed
    }


def _union(source: Source, branches: Sequence[Branch]) -> str:
    """SQL of the files' raw records: the template's columns as text, `_file`, `_number`.

    `_number` is the record of a streamed file. Of a file that the engine reads, in order, it is the number of
    records in the files before it; those are counted, and a file that holds another number is found out by that.
    """
    parts = []
    before = 0
    for one in branches:
        texts = ", ".join(f"{_raw(one, column)} as {quote(column.name)}" for column in source.columns)
        if rescue.rescues(source):
            texts += f", {rescue.spare(source, one.layout)} as {rescue.SPARE}"
        number = f"{before}::bigint" if one.direct else RECORD
        parts.append(f"(select {texts}, {one.file.id}::bigint as {FILE}, {number} as _number from {one.relation})")
        before += one.count.data
    return f"({' union all '.join(parts)})"


def _record(branches: Sequence[Branch]) -> str:
    return "row_number() over () - _number" if branches[0].direct else "_number"


def layers(converted: dict[str, Conversion], relation: str) -> tuple[str, str]:
    """SQL of a relation with every column's parsed and typed value beside its raw text; and whether all fit."""
    parsed = ", ".join(f"{c.parsed} as {quote(PARSED.format(name))}" for name, c in converted.items())
    values = ", ".join(f"{c.value} as {quote(VALUE.format(name))}" for name, c in converted.items())
    fits = " and ".join(c.fits for c in converted.values() if c.fits != "true") or "true"
    return f"(select *, {values} from (select *, {parsed} from {relation}))", fits


def _raw(one: Branch, column: ColumnTemplate) -> str:
    if column.from_file_name:
        return f"{literal(one.fields[column.from_file_name])}::varchar"
    raw = one.layout.raw.get(column.name)
    return raw or "null::varchar"  # an optional column that the file does not have


def _described(column: ColumnTemplate) -> str:
    match column.type:
        case "decimal":
            return (
                f"decimal({column.precision},{column.scale}) with the decimal sign `{column.decimal}`{_spelled(column)}"
            )
        case "double":
            return f"number with the decimal sign `{column.decimal}`{_spelled(column)}"
        case "timestamp" if column.formats and column.formats[0] in EPOCHS:
            return "whole number of " + ("seconds" if column.formats[0] == "epoch" else "milliseconds") + " since 1970"
        case "date" | "timestamp":
            how = " or ".join(f"`{pattern}`" for pattern in column.formats) or "ISO 8601"
            return f"{column.type} written as {how}"
        case "boolean":
            return f"boolean: {', '.join(column.true)} or {', '.join(column.false)}"
        case _:
            return f"{column.type}{_spelled(column)}"


def _spelled(column: ColumnTemplate) -> str:
    parts = (
        (column.group, f"`{column.group}` between thousands"),
        (column.prefix, f"`{column.prefix}` before it"),
        (column.suffix, f"`{column.suffix}` behind it"),
    )
    return "".join(f", {words}" for text, words in parts if text)
