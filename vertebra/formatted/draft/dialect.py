"""Which characters structure a delimited text: tried out, each scored by how regular a table it makes.

A dialect is good if most records get the same number of fields (consistency of patterns) and if what stands in one
column looks alike and like a value (consistency of types): the idea of van den Burg, Nazábal and Sutton, "Wrangling
messy CSV files by detecting row and type patterns", 2019. The score here differs: it leaves lines above and below the
table out, weighs every column by its purity, and lets "one column" compete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.cutting import Row, rows
from vertebra.project import CsvFormat

STRONG = (",", ";", "\t", "|")
_RARE = ("^", "~", "¦", "§", "¬", "þ", "\x1f", "\x01", "\x1e", "\x02", "\x07", "\x1c")  # hardly ever in a value
_WEAK = (" ", ":", "#", "&", "*", "=", "!", "%", "@", "/", "\\", "$", "+", "`")
_PRIOR = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 0.97,
    " ": 0.5,
    ":": 0.4,
    "/": 0.2,
    "#": 0.5,
    "=": 0.4,
    "*": 0.5,
    "%": 0.3,
}
_OTHER = 0.6
_ROWS = 600  # records that are tried with each dialect
_SINGLE = 0.2  # what "one column" scores at most: less than any regular table
_SYMBOLS = re.compile(r"[|;:~^#!&*<>@,¦=]{2,4}|\t{2}|(?<=\S) [|;] (?=\S)")
_RUN = re.compile(r"[^\w\s\"']")
_GROUP = {
    cells.INTEGER: "number",
    cells.NUMBER: "number",
    cells.WORD: "text",
    cells.TEXT: "text",
    cells.ODD: "text",
    cells.CODE: "code",
}
_PLAUSIBLE = {cells.EMPTY: 0.8, cells.NULL: 0.95, cells.WORD: 0.95, cells.CODE: 0.95, cells.TEXT: 0.88, cells.ODD: 0.4}


@dataclass(frozen=True, slots=True)
class Tried:
    """A dialect and how well it does.

    Parameters
    ----------
    format : CsvFormat
        Delimiter, quote, escape and `padded` of it count.
    score : float
        0 to 1.
    width : int
        Fields of most records.
    quoted : int
        Fields that stand in quotes.
    share : float
        Of the records that have that width.
    headed : bool
        Has the first record that width, too?
    """

    format: CsvFormat
    score: float
    width: int
    quoted: int
    share: float
    headed: bool = True


def tried(text: str) -> list[Tried]:
    r"""All dialects that a text may be written in, the best first; the last resort, one column, among them.

    Examples
    --------
    >>> best = tried("a;b\n1,5;2,5\n3,5;4,5\n")[0]
    >>> best.format.delimiter, best.width
    (';', 2)
    """
    lines = [line for line in islice(re.split(r"\r\n|\n|\r", text), 4000) if line.strip()]
    found = [_try(text, dialect) for dialect in _dialects(text, lines)]
    found = _rivals([one for one in found if one.width > 1 and one.score > 0])
    strong = max((one.score for one in found if one.format.delimiter in STRONG), default=0.0)
    single = _single(lines)
    if strong < single.score * 1.5 and not is_values(lines):
        weak = [_try(text, dialect) for dialect in _dialects(text, lines, weak=True)]
        found += [one for one in weak if one.width > 1 and one.score > 0]
    return sorted([*found, single], key=lambda one: -one.score)


def _rivals(found: list[Tried]) -> list[Tried]:
    """Where one delimiter makes a table of all lines, one that fails on the first of them stands inside of values."""
    if not any(one.headed and one.share == 1 and one.score > 0.03 for one in found):
        return found
    return [one if one.headed else replace(one, score=one.score * 0.1) for one in found]


def is_values(lines: Sequence[str]) -> bool:
    """Is a line a value as it stands? Then nothing rare in it cuts it: not the colon of a time, for example."""
    body = lines[1:_ROWS] or lines
    return sum(cells.kind(line) in cells.TYPED for line in body) > 0.8 * len(body)


def _dialects(text: str, lines: Sequence[str], *, weak: bool = False) -> Iterator[CsvFormat]:
    """What is worth trying."""
    for delimiter in _present(_WEAK, lines) if weak else (*_strong(lines), *_present(_RARE, lines), *_several(lines)):
        for quote in _quotes(text, delimiter):
            escapes = ('"', "\\") if quote and "\\" + quote in text else ('"',)
            for escape in escapes:
                yield CsvFormat(delimiter=delimiter, quote=quote, escape=escape if escape == "\\" else quote)


def _strong(lines: Sequence[str]) -> list[str]:
    several = "".join(_several(lines))
    return [one for one in STRONG if one not in several and any(one in line for line in lines)]


def _present(these: Iterable[str], lines: Sequence[str]) -> list[str]:
    """Those that stand in most lines."""
    needed = max(1, len(lines) * 0.5)
    return [one for one in these if sum(one in line for line in lines) >= needed]


def _several(lines: Sequence[str]) -> list[str]:
    """Delimiters of several characters: they stand in most lines, and no part of them stands alone."""
    seen: Counter[str] = Counter()
    for line in lines[:300]:
        runs = set(_SYMBOLS.findall(line))
        seen.update(runs | {run[:2] for run in runs if run[:2] == run[2:]})
    found = []
    for one, number in seen.most_common(6):
        first = one.strip()[:1]
        having = sum(first in line for line in lines[:300])
        if (
            len(one.strip()) < 1
            or (one.strip() in STRONG and one != f" {one.strip()} ")
            or number < max(2, having * 0.7) <= len(lines)
        ):
            continue
        if having >= len(lines[:300]) * 0.3 and all(
            line.count(first) == line.count(one) * one.count(first) for line in lines[:300]
        ):
            found.append(one)
    return found


def _quotes(text: str, delimiter: str) -> Iterator[str]:
    """Quotes that enclose a field somewhere; the double quote always."""
    yield '"'
    d = re.escape(delimiter)
    for quote in ("'", "`"):
        if quote == delimiter or quote not in text:
            continue
        inner = rf"(?:[^{quote}\\\r\n]|{quote}{quote}|\\.)*+"
        found = re.findall(rf"(?:^|{d}|\r) *{quote}({inner}){quote}(?={d}|\r|\n|\Z)", text, re.MULTILINE)
        if len(found) > 1 or any(delimiter in one or quote in one for one in found):
            yield quote


def _try(text: str, dialect: CsvFormat) -> Tried:
    """Score a dialect."""
    cut = [row for row in rows(text, dialect, limit=_ROWS) if row.raw.strip()]
    padded = _padded(cut, dialect)
    if padded:
        dialect = replace(dialect, padded=True)
        cut = [row for row in rows(text, dialect, limit=_ROWS) if row.raw.strip()]
    if not cut:
        return Tried(dialect, 0.0, 0, 0, 0.0)
    widths = Counter(len(row.fields) for row in cut if row.whole)
    width = max(widths, key=lambda w: (widths[w] * (w - 1) ** 0.5, w), default=1)
    if width < 2:
        return Tried(dialect, 0.0, 1, 0, 1.0)
    inside = _inside(cut, width)
    usual = [row for row in inside if row.whole and len(row.fields) == width]
    broken = sum(not row.whole for row in inside) / len(inside)
    typed = _leading(inside)
    share = max(len(usual) / len(inside), 0.9 * _runs(inside), _floor(dialect.delimiter, typed))
    typing, quoted, values = _typing(usual, dialect)
    if (dialect.padded or dialect.delimiter == " ") and not values and not quoted and _prose(cut, dialect):
        typing *= 0.6
    score = (share * (1 - 0.5 * broken)) ** 1.5 * typing**2 * (1 - 1 / width) * _prior(dialect.delimiter, typed)
    score *= _headed(cut, width) * _quoting(dialect, quoted, broken)
    if dialect.delimiter in _WEAK and typed < 3:
        score *= 0.0 if len(usual) < 2 <= len(cut) else min(1.0, 1.6 * len(usual) / len(cut))
    first = cut[0]
    return Tried(dialect, score, width, quoted, len(usual) / len(cut), first.whole and len(first.fields) == width)


def _prior(delimiter: str, typed: int) -> float:
    if delimiter == " " and typed > 2:  # words of prose are no numbers
        return 0.9
    return _PRIOR.get(delimiter, 0.9 if delimiter in _RARE or len(delimiter) > 1 else _OTHER)


def _prose(cut: Sequence[Row], dialect: CsvFormat) -> bool:
    """May it stand in prose? Not where it cuts the first line without a space behind it."""
    first = cut[0].raw
    return dialect.delimiter == " " or dialect.delimiter not in first or dialect.delimiter + " " in first


def _floor(delimiter: str, typed: int) -> float:
    """Text without quotes may hold the delimiter; with leading columns of values it is a table all the same."""
    if typed < 3:
        return 0.0
    return 0.7 if delimiter == " " else 0.35


def _runs(inside: Sequence[Row]) -> float:
    """The share of records that stand among others of their width: several tables may stand in one file."""
    lengths = [len(list(group)) for width, group in groupby(len(row.fields) for row in inside) if width > 1]
    return sum(length for length in lengths if length > max(3, len(inside) // 10)) / len(inside)


def _leading(inside: Sequence[Row]) -> int:
    """Leading fields that are typed alike in nearly all records, whatever stands behind them."""
    body = inside[1:] if len(inside) > 2 else inside
    found = 0
    for place in range(min(len(row.fields) for row in body)):
        groups = Counter(_GROUP.get(kind := cells.kind(row.fields[place]), kind) for row in body)
        (most, number), *_ = groups.most_common(1)
        if number < 0.9 * len(body) or most in ("text", cells.EMPTY, cells.NULL):
            break
        found += 1
    return found


def _quoting(dialect: CsvFormat, quoted: int, broken: float) -> float:
    """An unusual quote must be used, an escape must be needed."""
    if dialect.quote == '"' and dialect.escape == '"':
        return 1.0
    if dialect.quote == '"':
        return 1.001 if quoted else 0.9
    return 1.01 - broken * 0.2 if quoted else 0.5


def _padded(cut: Iterable[Row], dialect: CsvFormat) -> bool:
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


def _inside(cut: list[Row], width: int) -> list[Row]:
    """The records without those lines above and below the table that have no delimiter."""
    first, last, most = 0, len(cut), max(1, len(cut) // 2)
    while first < min(most, last) and len(cut[first].fields) < max(2, width // 2):
        first += 1
    while last > max(len(cut) - most, first + 1) and len(cut[last - 1].fields) < max(2, width // 2):
        last -= 1
    return cut[first:last]


def _typing(usual: Sequence[Row], dialect: CsvFormat) -> tuple[float, int, int]:
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
            plausible += _plausible(cell, kind, dialect)
            if kind not in (cells.EMPTY, cells.NULL):
                groups[_GROUP.get(kind, kind)] += 1
        filled = sum(groups.values())
        purity = max(groups.values()) / filled if filled else 0.8
        values += bool(filled) and purity > 0.8 and groups["text"] < filled / 2
        total += plausible / len(column) * (0.6 + 0.4 * purity)
    quote = dialect.quote
    quoted = sum(
        row.raw.count(quote + dialect.delimiter) + row.raw.endswith(quote) for row in usual if quote in row.raw
    )
    return total / len(usual[0].fields), quoted, values


def _plausible(cell: str, kind: str, dialect: CsvFormat) -> float:
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
    return _PLAUSIBLE.get(kind, 1.0)


def _headed(cut: Sequence[Row], width: int) -> float:
    """A first record of one field above records of two makes the second one doubtful."""
    if width == 2 and len(cut) > 2 and len(cut[0].fields) == 1 and all(len(row.fields) != 1 for row in cut[1:]):
        return 0.25
    return 1.0


def _single(lines: Sequence[str]) -> Tried:
    """The file as one column."""
    body = lines[1:_ROWS] or lines
    groups: Counter[str] = Counter()
    total = 0.0
    for line in body:
        kind = cells.kind(line)
        groups[_GROUP.get(kind, kind)] += 1
        cut = any(one in line and not re.search(re.escape(one) + " ", line) for one in STRONG)
        total += 0.3 if cut and kind in (cells.TEXT, cells.ODD) else _PLAUSIBLE.get(kind, 1.0)
    score = total / len(body) * (0.6 + 0.4 * max(groups.values()) / len(body)) if body else 1.0
    # what stands in the lines must not cut them; where nothing does, a comma is what others would expect
    enclosed = sum(len(line) > 1 and line[0] == "'" == line[-1] for line in body)
    quote = "'" if enclosed > 2 and enclosed > 0.8 * len(body) else '"'
    open_ = [re.sub(rf"{quote}[^{quote}]*{quote}", "", line) for line in body]
    absent = next((one for one in (*STRONG, "\x1f") if not any(one in line for line in open_)), ",")
    return Tried(CsvFormat(delimiter=absent, quote=quote, escape=quote), _SINGLE * score, 1, 0, 1.0)
