"""Keep the rows of a table that stays as it is declared: what does not fit stands beside them, as raw text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vertebra.formatted.conversion import VALUE, Conversion
from vertebra.formatted.formats.port import Layout
from vertebra.project import RESCUED, Drift, Source
from vertebra.sql import literal, quote
from vertebra.table import Column

SPARE = "_spare"
"""Of a raw record: what stands in columns that nothing names, as entries of a map."""
COLUMN = Column(RESCUED, "VARCHAR", description="What did not fit its row: a JSON object of raw texts by column.")


def rescues(source: Source) -> bool:
    """Are the rows of a source kept when a value does not fit?"""
    return source.drift is Drift.RESCUE


def strict(source: Source) -> frozenset[str]:
    """Columns without which a row is worth nothing."""
    return frozenset(column.name for column in source.columns if column.required or column.name in source.key)


def value(name: str, conversion: Conversion) -> str:
    """SQL of a value, null where it does not fit."""
    own = quote(VALUE.format(name))
    return own if conversion.fits == "true" else f"case when {conversion.fits} then {own} end"


def kept(source: Source, converted: Mapping[str, Conversion]) -> str:
    """SQL: does a record make a row?"""
    tests = [converted[name].fits for name in sorted(strict(source)) if converted[name].fits != "true"]
    return " and ".join(tests) or "true"


def rescued(converted: Mapping[str, Conversion]) -> str:
    """SQL of what does not fit a record, null where all does."""
    entries = ", ".join(
        f"case when not ({one.fits}) then {{'key': {literal(name)}, 'value': {quote(name)}}} end"
        for name, one in converted.items()
        if one.fits != "true"
    )
    misfits = f"list_filter([{entries}], lambda one: one is not null)" if entries else "[]"
    every = f"list_concat({misfits}, {SPARE})"
    return f"case when len({every}) > 0 then to_json(map_from_entries({every}))::varchar end"


def spare(source: Source, layout: Layout) -> str:
    """SQL of what a raw record holds in columns that nothing names."""
    entries = ", ".join(
        f"case when {raw} is not null then {{'key': {literal(name)}, 'value': {raw}}} end"
        for name, raw in _spare(source, layout)
    )
    if not entries:
        return "[]::struct(key varchar, value varchar)[]"
    return f"list_filter([{entries}], lambda one: one is not null)"


def has_spare(source: Source, layout: Layout) -> bool:
    """Does a file have columns that nothing names?"""
    return any(_spare(source, layout))


def _spare(source: Source, layout: Layout) -> Iterator[tuple[str, str]]:
    """The columns of a file that nothing names, as names and raw columns; the second of a name gets its place."""
    used = set(layout.raw.values())
    seen = {column.name for column in source.columns}
    for number, name in enumerate(layout.names or (), 1):
        if f"c{number}" in used or {name, f"#{number}"}.intersection(source.ignore):
            continue
        called = name if name and name not in seen else f"{name}#{number}"
        seen.add(called)
        yield called, f"c{number}"


def described(columns: tuple[Column, ...], source: Source) -> tuple[Column, ...]:
    """A table's columns with the one of what was rescued, before its provenance."""
    return (*columns[:-2], COLUMN, *columns[-2:]) if rescues(source) else columns
