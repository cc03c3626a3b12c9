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
        number = int(column.origin[1:]) if _positional(column) else number + 1
        found[column.name] = f"c{number}"
        needed = max(needed, number)
    width = max(width, needed, 1)
    names = [f"#{position}" for position in range(1, width + 1)]
    return Layout(found, width, body, _spare(names, found, source, RawRecord(0, 0, 0, 0, "")))


def by_name(
    names: list[str], raw: RawRecord, source: Source, columns: Sequence[ColumnTemplate], body: int
) -> Layout | Problem:
    """Columns by the names in a header, or where `#n` says."""
    found: dict[str, str] = {}
    has = f"the header has {len(names)}: {', '.join(names)}"
    for column in columns:
        if names.count(column.origin) == 1:
            found[column.name] = f"c{names.index(column.origin) + 1}"
        elif _positional(column) and int(column.origin[1:]) <= len(names):
            found[column.name] = f"c{column.origin[1:]}"
        elif _positional(column):
            return Problem(
                "wrong-header", f'there is no column {column.origin} for "{column.name}"; {has}', raw, fatal=True
            )
        else:
            how = "stands twice" if column.origin in names else "is not there"
            return Problem("wrong-header", f'the column "{column.origin}" {how}; {has}', raw, fatal=True)
    return Layout(found, len(names), body, _spare(names, found, source, raw))


def _positional(column: ColumnTemplate) -> bool:
    return column.origin.startswith("#") and column.origin[1:].isdecimal() and int(column.origin[1:]) > 0


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
