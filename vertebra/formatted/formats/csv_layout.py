"""Find a template's columns in a delimited file: by the names in its header, or by position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Layout, Opened, Problem, RawRecord
from vertebra.formatted.formats.spans import Cursor, Dialect, after_header, spans
from vertebra.project import ColumnTemplate, CsvFormat, Source

_SAMPLE = 1_000  # records that say how wide those of a file without a header are


@dataclass(frozen=True, slots=True)
class Header:
    """What names the columns of a file.

    Parameters
    ----------
    names : tuple of str
        Without the blanks around them; none where the file has no header.
    raw : RawRecord or None
        Where it stands; None where there is none.
    body : Cursor
        Where the data records begin.
    """

    names: tuple[str, ...]
    raw: RawRecord | None
    body: Cursor


def header_of(file: Opened, format_: CsvFormat) -> Header | Problem:
    """The header of a file, or why it cannot be read."""
    dialect = Dialect.of(format_, file.encoding)
    with mapped(file.text) as data, places(file, data) as place:
        span, body = after_header(data, dialect, format_.header)
        if not format_.header or span is None:  # none is declared, or the file is shorter than it
            return Header((), None, body)
        raw = place(0, span.line, span.start, span.end)
        try:
            text = data[span.start : span.end].decode(file.encoding)
        except UnicodeDecodeError as error:
            return Problem("wrong-header", f"the header cannot be read: {error}", raw, fatal=True)
        if not span.whole:
            why = "a name in the header begins with a quote and does not end so"
            return Problem("wrong-header", why, raw, fatal=True)
    return Header(tuple(name.strip() for name in split(text, format_)), raw, body)


def layout_of(file: Opened, source: Source, format_: CsvFormat) -> Layout | Problem:
    """The template's columns in a file."""
    columns = [column for column in source.columns if not column.from_file_name]
    header = header_of(file, format_)
    if isinstance(header, Problem):
        return header
    if header.raw is not None:
        return _by_name(header.names, header.raw, source, columns, header.body.position)
    if format_.header:  # there is no record that could be read
        width = max(len(columns), 1)
        return Layout({c.name: f"c{i}" for i, c in enumerate(columns, 1)}, width, header.body.position)
    dialect = Dialect.of(format_, file.encoding)
    with mapped(file.text) as data:
        sample = [span for span in spans(data, dialect, header.body, range(1, _SAMPLE + 1)) if span.whole]
        texts = (data[span.start : span.end].decode(file.encoding, errors="replace") for span in sample)
        return _by_position(columns, texts, source, format_, header.body)


def _by_position(
    columns: Sequence[ColumnTemplate], records: Iterable[str], source: Source, format_: CsvFormat, body: Cursor
) -> Layout:
    """Columns in their order, or where `#n` says; the file's records are as wide as most of them."""
    found: dict[str, str] = {}
    number = needed = 0
    for column in columns:
        number = int(column.origin[1:]) if _positional(column.origin) else number + 1
        found[column.name] = f"c{number}"
        needed = max(needed, number)
    nothing = frozenset(("", *format_.nulls))
    rows = [split(text, format_) for text in records]
    counts = Counter(map(len, rows))
    usual = min((count for count in counts if counts[count] == max(counts.values())), default=0)
    # fields at the end that never hold a value are none: many systems end every record with a delimiter
    width = max((_used(row, nothing) for row in rows if len(row) == usual), default=0)
    width = max(width, needed, 1)
    names = [f"#{position}" for position in range(1, width + 1)]
    warnings = _spare(names, found, source, RawRecord(0, 0, 0, 0, ""))
    return Layout(found, width, body.position, warnings, tuple(names))


def _used(fields: list[str], nothing: frozenset[str]) -> int:
    """Fields up to the last that holds a value."""
    return next((number for number in range(len(fields), 0, -1) if fields[number - 1] not in nothing), 0)


def _by_name(
    names: Sequence[str], raw: RawRecord, source: Source, columns: Sequence[ColumnTemplate], body: int
) -> Layout | Problem:
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
