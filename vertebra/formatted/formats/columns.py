"""Where a template's columns are in a record: by the names in a header, or by position."""

from __future__ import annotations

from collections.abc import Sequence

from vertebra.formatted.formats.port import Layout, Problem, RawRecord
from vertebra.project import ColumnTemplate, Source


def by_position(columns: Sequence[ColumnTemplate], width: int, source: Source, body: int = 0) -> Layout:
    """Columns in their order, or where `#n` says, in records that are at least as wide as the last of them."""
    found: dict[str, str] = {}
    number = needed = 0
    for column in columns:
        number = int(column.origin[1:]) if _positional(column.origin) else number + 1
        found[column.name] = f"c{number}"
        needed = max(needed, number)
    width = max(width, needed, 1)
    names = tuple(f"#{position}" for position in range(1, width + 1))
    return Layout(found, width, body, _spare(names, found, source, RawRecord(0, 0, 0, 0, "")), names)


def by_name(
    names: Sequence[str], raw: RawRecord, source: Source, columns: Sequence[ColumnTemplate], body: int
) -> Layout | Problem:
    """Columns by the names in a header, or where `#n` says."""
    found: dict[str, str] = {}
    for column in columns:
        place = next((p for p in (_place(origin, names) for origin in column.origins) if p), 0)
        if place:
            found[column.name] = f"c{place}"
        elif not column.optional or any(origin in names for origin in column.origins):
            return Problem("wrong-header", _missing(column, names), raw, fatal=True)
    absent = tuple(column.name for column in columns if column.name not in found)
    return Layout(found, len(names), body, _spare(names, found, source, raw), tuple(names), absent)


def _place(origin: str, names: Sequence[str]) -> int:
    """1-based place of an origin among the names; 0 where it is not there, or stands twice."""
    if names.count(origin) == 1:
        return names.index(origin) + 1
    if origin not in names and _positional(origin) and int(origin[1:]) <= len(names):
        return int(origin[1:])
    return 0


def _missing(column: ColumnTemplate, names: Sequence[str]) -> str:
    """Why a column was not found."""
    has = f"the header has {len(names)}: {', '.join(names)}"
    if twice := [origin for origin in column.origins if names.count(origin) > 1]:
        return f'the column "{twice[0]}" stands twice; {has}'
    if _positional(column.origin):
        return f'there is no column {column.origin} for "{column.name}"; {has}'
    if column.others:
        return f"none of the columns {', '.join(map(repr, column.origins))} is there; {has}"
    return f'the column "{column.origin}" is not there; {has}'


def _positional(origin: str) -> bool:
    return origin.startswith("#") and origin[1:].isdecimal() and int(origin[1:]) > 0


def _spare(names: Sequence[str], found: dict[str, str], source: Source, raw: RawRecord) -> tuple[Problem, ...]:
    """A warning where the file has columns that the template neither reads nor leaves out on purpose."""
    used = set(found.values())
    spare = [
        name or f"#{number}"
        for number, name in enumerate(names, 1)
        if f"c{number}" not in used and name not in source.ignore
    ]
    spare = [name for name in spare if name not in source.ignore]
    if not spare:
        return ()
    return (Problem("unknown-column", f"the template does not name: {', '.join(spare)}", raw),)
