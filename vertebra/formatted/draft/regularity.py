"""How regular a table is that a dialect makes: its widths, its columns, its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.cutting import Row
from vertebra.project import CsvFormat

GROUP = {
    cells.INTEGER: "number",
    cells.NUMBER: "number",
    cells.WORD: "text",
    cells.TEXT: "text",
    cells.ODD: "text",
    cells.CODE: "code",
}
PLAUSIBLE = {cells.EMPTY: 0.8, cells.NULL: 0.95, cells.WORD: 0.95, cells.CODE: 0.95, cells.TEXT: 0.88, cells.ODD: 0.4}


def typing_of(usual: Sequence[Row], dialect: CsvFormat) -> tuple[float, int, int]:
    """How much the columns look like columns, 0 to 1; how many fields stand in quotes; how many columns are no text."""
    if not usual:
        return 0.0, 0, 0
    total = 0.0
    values = 0
    body = usual[1:] if len(usual) > 1 else usual
    for column in zip(*(row.fields for row in body), strict=True):
        groups: Counter[str] = Counter()
        plausible = 0.0
        for cell in column:
            kind = cells.kind(cell)
            plausible += plausibility(cell, kind, dialect)
            if kind not in (cells.EMPTY, cells.NULL):
                groups[GROUP.get(kind, kind)] += 1
        filled = sum(groups.values())
        purity = max(groups.values()) / filled if filled else 0.8
        values += bool(filled) and purity > 0.8 and groups["text"] < filled / 2
        total += plausible / len(column) * (0.6 + 0.4 * purity)
    quote = dialect.quote
    quoted = sum(
        row.raw.count(quote + dialect.delimiter) + row.raw.endswith(quote) for row in usual if quote in row.raw
    )
    return total / len(usual[0].fields), quoted, values


def plausibility(cell: str, kind: str, dialect: CsvFormat) -> float:
    """Does it look like a value that was meant to be one?"""
    if kind == cells.EMPTY and dialect.delimiter == " ":
        return 0.3
    if kind in (cells.TEXT, cells.ODD):
        text = cell.strip()
        for quote in ('"', "'"):
            if quote != dialect.quote and (text[0] == quote) != (text[-1] == quote) and text.count(quote) % 2:
                return 0.3 if quote == '"' else 0.6
            if text[0] == text[-1] == quote and len(text) > 1 and quote != dialect.quote:
                return 0.7
        if re.search(r"\d,[^\s\d]|[^\s\d],\S", text) and dialect.delimiter != ",":
            return 0.6
    return PLAUSIBLE.get(kind, 1.0)


def leading_values(inside: Sequence[Row]) -> int:
    """Leading fields that are typed alike in nearly all records, whatever stands behind them."""
    body = inside[1:] if len(inside) > 2 else inside
    found = 0
    for place in range(min(len(row.fields) for row in body)):
        groups = Counter(GROUP.get(kind := cells.kind(row.fields[place]), kind) for row in body)
        (most, number), *_ = groups.most_common(1)
        if number < 0.9 * len(body) or most in ("text", cells.EMPTY, cells.NULL):
            break
        found += 1
    return found


def in_runs(inside: Sequence[Row]) -> float:
    """The share of records that stand among others of their width: several tables may stand in one file."""
    lengths = [len(list(group)) for width, group in groupby(len(row.fields) for row in inside) if width > 1]
    return sum(length for length in lengths if length > max(3, len(inside) // 10)) / len(inside)


def inside_of(cut: list[Row], width: int) -> list[Row]:
    """The records without those lines above and below the table that have no delimiter."""
    first, last, most = 0, len(cut), max(1, len(cut) // 2)
    while first < min(most, last) and len(cut[first].fields) < max(2, width // 2):
        first += 1
    while last > max(len(cut) - most, first + 1) and len(cut[last - 1].fields) < max(2, width // 2):
        last -= 1
    return cut[first:last]


def is_padded(cut: Iterable[Row], dialect: CsvFormat) -> bool:
    """Do most delimiters have a space behind them?"""
    if dialect.delimiter[-1] == " " and dialect.delimiter != " ":
        return False
    number = spaced = 0
    enclosed = re.compile(rf"{re.escape(dialect.quote)}[^{re.escape(dialect.quote)}]*{re.escape(dialect.quote)}")
    for row in cut:
        parts = enclosed.sub(dialect.quote * 2, row.raw).split(dialect.delimiter)
        filled = [part for part in parts[1:] if part.strip()]
        number += len(filled) if dialect.delimiter != " " else len(parts) - 1
        spaced += sum(part.startswith(" ") for part in filled)
        if dialect.delimiter == " ":
            spaced += sum(not part for part in parts)
    if dialect.delimiter == " ":
        return number > 0 and spaced / number > 0.2
    return number > 0 and spaced / number > 0.7
