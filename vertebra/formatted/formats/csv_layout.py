"""Find a template's columns in a delimited file: by the names in its header, or by position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from vertebra.formatted.formats.columns import by_name, by_position
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Layout, Opened, Problem, RawRecord
from vertebra.formatted.formats.sections import body_spans, opening
from vertebra.formatted.formats.spans import Cursor, Dialect
from vertebra.project import CsvFormat, Source

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
    above : int
        Lines before the header, or before the first record where there is none.
    """

    names: tuple[str, ...]
    raw: RawRecord | None
    body: Cursor
    above: int = 0


def header_of(file: Opened, format_: CsvFormat) -> Header | Problem:
    """The header of a file, or why it cannot be read."""
    dialect = Dialect.of(format_, file.encoding)
    with mapped(file.text) as data, places(file, data) as place:
        begin = opening(data, dialect, format_)
        above = ((begin.header[0].line if begin.header else begin.body.line) - 1) if format_.skip else 0
        if not format_.header or len(begin.header) < format_.header:  # none is declared, or the file is shorter than it
            return Header((), None, begin.body, above)
        span = begin.header[-1]
        raw = place(0, span.line, span.start, span.end)
        records = []
        for span in begin.header if format_.join is not None else begin.header[-1:]:
            try:
                text = data[span.start : span.end].decode(file.encoding)
            except UnicodeDecodeError as error:
                return Problem("wrong-header", f"the header cannot be read: {error}", raw, fatal=True)
            if not span.whole:
                why = "a name in the header begins with a quote and does not end so"
                return Problem("wrong-header", why, raw, fatal=True)
            records.append(split(text, format_))
    return Header(tuple(header_names(records, format_.join)), raw, begin.body, above)


def layout_of(file: Opened, source: Source, format_: CsvFormat) -> Layout | Problem:
    """The template's columns in a file."""
    header = header_of(file, format_)
    found = header if isinstance(header, Problem) else _layout(file, source, format_, header)
    if isinstance(header, Problem) or isinstance(found, Problem):
        return found
    return replace(found, above=header.above)


def _layout(file: Opened, source: Source, format_: CsvFormat, header: Header) -> Layout | Problem:
    columns = [column for column in source.columns if not column.from_file_name]
    if header.raw is not None:
        return by_name(header.names, header.raw, source, columns, header.body.position)
    if format_.header:  # there is no record that could be read
        width = max(len(columns), 1)
        return Layout({c.name: f"c{i}" for i, c in enumerate(columns, 1)}, width, header.body.position)
    rows = _sampled(file, format_)
    nothing = frozenset(("", *format_.nulls))
    # fields at the end that never hold a value are none: many systems end every record with a delimiter
    width = max((_used(row, nothing) for row in rows if len(row) == _usual(rows)), default=0)
    return by_position(columns, width, source, header.body.position)


def usual_fields(file: Opened, format_: CsvFormat) -> int:
    """How many fields most records of a file without a header have, empty ones at their end included."""
    return _usual(_sampled(file, format_))


def _sampled(file: Opened, format_: CsvFormat) -> list[list[str]]:
    """The first records that are whole."""
    dialect = Dialect.of(format_, file.encoding)
    with mapped(file.text) as data:
        begin = opening(data, dialect, format_)
        found = body_spans(data, dialect, format_, begin, range(1, _SAMPLE + 1))
        sample = [span for span in found if span.whole]
        texts = [data[span.start : span.end].decode(file.encoding, errors="replace") for span in sample]
    return [split(text, format_) for text in texts]


def _usual(rows: Sequence[Sequence[str]]) -> int:
    """Fields of most records; the fewer where as many have more."""
    counts = Counter(map(len, rows))
    return min((count for count in counts if counts[count] == max(counts.values())), default=0)


def header_names(records: Sequence[Sequence[str]], join: str | None) -> list[str]:
    """The names of the columns, from the values of the header records.

    Examples
    --------
    >>> header_names([["", "2020", "2020"], ["city", "heat", "cold"]], " ")
    ['city', '2020 heat', '2020 cold']
    """
    if join is None:
        return [name.strip() for name in records[-1]]
    parts = zip_longest(*records, fillvalue="")
    return [join.join(text for part in column if (text := part.strip())) for column in parts]


def _used(fields: list[str], nothing: frozenset[str]) -> int:
    """Fields up to the last that holds a value."""
    return next((number for number in range(len(fields), 0, -1) if fields[number - 1] not in nothing), 0)
