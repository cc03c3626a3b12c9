"""Which characters structure a delimited text: tried out, each scored by how regular a table it makes.

A dialect is good if most records get the same number of fields (consistency of patterns) and if what stands in one
column looks alike and like a value (consistency of types): the idea of van den Burg, Nazábal and Sutton, "Wrangling
messy CSV files by detecting row and type patterns", 2019. The score here differs: it leaves lines above and below the
table out, weighs every column by its purity, and lets "one column" compete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from vertebra.formatted.draft import cells
from vertebra.formatted.draft.candidates import RARE, STRONG, WEAK, dialects
from vertebra.formatted.draft.cutting import Row, rows
from vertebra.formatted.draft.regularity import (
    GROUP,
    PLAUSIBLE,
    in_runs,
    inside_of,
    is_padded,
    leading_values,
    typing_of,
)
from vertebra.project import CsvFormat

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
    found = [_try(text, dialect) for dialect in dialects(text, lines)]
    found = _rivals([one for one in found if one.width > 1 and one.score > 0])
    strong = max((one.score for one in found if one.format.delimiter in STRONG), default=0.0)
    single = _single(lines)
    if strong < single.score * 1.5 and not is_values(lines):
        weak = [_try(text, dialect) for dialect in dialects(text, lines, weak=True)]
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


def _try(text: str, dialect: CsvFormat) -> Tried:
    """Score a dialect."""
    cut = [row for row in rows(text, dialect, limit=_ROWS) if row.raw.strip()]
    padded = is_padded(cut, dialect)
    if padded:
        dialect = replace(dialect, padded=True)
        cut = [row for row in rows(text, dialect, limit=_ROWS) if row.raw.strip()]
    if not cut:
        return Tried(dialect, 0.0, 0, 0, 0.0)
    widths = Counter(len(row.fields) for row in cut if row.whole)
    width = max(widths, key=lambda w: (widths[w] * (w - 1) ** 0.5, w), default=1)
    if width < 2:
        return Tried(dialect, 0.0, 1, 0, 1.0)
    inside = inside_of(cut, width)
    usual = [row for row in inside if row.whole and len(row.fields) == width]
    broken = sum(not row.whole for row in inside) / len(inside)
    typed = leading_values(inside)
    share = max(len(usual) / len(inside), 0.9 * in_runs(inside), _floor(dialect.delimiter, typed))
    typing, quoted, values = typing_of(usual, dialect)
    if (dialect.padded or dialect.delimiter == " ") and not values and not quoted and _prose(cut, dialect):
        typing *= 0.6
    score = (share * (1 - 0.5 * broken)) ** 1.5 * typing**2 * (1 - 1 / width) * _prior(dialect.delimiter, typed)
    score *= _headed(cut, width) * _quoting(dialect, quoted, broken)
    if dialect.delimiter in WEAK and typed < 3:
        score *= 0.0 if len(usual) < 2 <= len(cut) else min(1.0, 1.6 * len(usual) / len(cut))
    first = cut[0]
    return Tried(dialect, score, width, quoted, len(usual) / len(cut), first.whole and len(first.fields) == width)


def _prior(delimiter: str, typed: int) -> float:
    if delimiter == " " and typed > 2:  # words of prose are no numbers
        return 0.9
    return _PRIOR.get(delimiter, 0.9 if delimiter in RARE or len(delimiter) > 1 else _OTHER)


def _prose(cut: Sequence[Row], dialect: CsvFormat) -> bool:
    """May it stand in prose? Not where it cuts the first line without a space behind it."""
    first = cut[0].raw
    return dialect.delimiter == " " or dialect.delimiter not in first or dialect.delimiter + " " in first


def _floor(delimiter: str, typed: int) -> float:
    """Text without quotes may hold the delimiter; with leading columns of values it is a table all the same."""
    if typed < 3:
        return 0.0
    return 0.7 if delimiter == " " else 0.35


def _quoting(dialect: CsvFormat, quoted: int, broken: float) -> float:
    """An unusual quote must be used, an escape must be needed."""
    if dialect.quote == '"' and dialect.escape == '"':
        return 1.0
    if dialect.quote == '"':
        return 1.001 if quoted else 0.9
    return 1.01 - broken * 0.2 if quoted else 0.5


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
        groups[GROUP.get(kind, kind)] += 1
        cut = any(one in line and not re.search(re.escape(one) + " ", line) for one in STRONG)
        total += 0.3 if cut and kind in (cells.TEXT, cells.ODD) else PLAUSIBLE.get(kind, 1.0)
    score = total / len(body) * (0.6 + 0.4 * max(groups.values()) / len(body)) if body else 1.0
    # what stands in the lines must not cut them; where nothing does, a comma is what others would expect
    enclosed = sum(len(line) > 1 and line[0] == "'" == line[-1] for line in body)
    quote = "'" if enclosed > 2 and enclosed > 0.8 * len(body) else '"'
    open_ = [re.sub(rf"{quote}[^{quote}]*{quote}", "", line) for line in body]
    absent = next((one for one in (*STRONG, "\x1f") if not any(one in line for line in open_)), ",")
    return Tried(CsvFormat(delimiter=absent, quote=quote, escape=quote), _SINGLE * score, 1, 0, 1.0)
