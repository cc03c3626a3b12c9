"""Is a file of the kind that a template means? Its columns tell."""

from __future__ import annotations

from collections.abc import Sequence

from vertebra.project import ColumnTemplate, Source

_KNOWN = 0.5  # share of the template's columns that a file must have to be one of its kind


def missing_in(source: Source, names: Sequence[str]) -> list[ColumnTemplate]:
    """Columns of the template that a file does not have and that it should have."""
    return [
        column
        for column in source.columns
        if not column.from_file_name
        and not column.optional
        and not column.origin.startswith("#")
        and not any(origin in names for origin in column.origins)
    ]


def found_in(source: Source, names: Sequence[str]) -> list[ColumnTemplate]:
    """Columns of the template that a file has under one of their names."""
    own = [c for c in source.columns if not c.from_file_name and not c.origin.startswith("#")]
    return [column for column in own if any(origin in names for origin in column.origins)]


def of_this_kind(source: Source, names: Sequence[str], missing: Sequence[ColumnTemplate]) -> bool:
    """Does a file have enough of the template's columns to be meant by it?"""
    there = found_in(source, names)
    return not missing or (bool(there) and len(there) >= _KNOWN * (len(there) + len(missing)))


def unnamed(source: Source, names: Sequence[str]) -> list[str]:
    """Columns of a file that nothing names."""
    known = {origin for column in source.columns for origin in column.origins}.union(source.ignore)
    places = {f"#{number}" for number, name in enumerate(names, 1) if f"#{number}" in known}
    return [
        name
        for number, name in enumerate(names, 1)
        if name and names.count(name) == 1 and name not in known and f"#{number}" not in places
    ]
