"""Text in columns of fixed width: the blank columns that run through all lines tell where they begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vertebra.formatted.draft.cutting import Row
from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.dialect import Tried, is_values
from vertebra.formatted.draft.sample import Sample
from vertebra.formatted.draft.structure import table_of
from vertebra.project import FixedFormat

_LINES = 2_000
_SURE = 8  # lines from which on one blank column is no accident
_DELIMITED = 0.3  # a delimiter that scores as much is one


@dataclass(frozen=True, slots=True)
class Widths:
    """A file of fixed widths as it was found.

    Parameters
    ----------
    format : FixedFormat
        Its declaration.
    names : tuple of str
        Of its columns.
    decisions : tuple of Decision
        How it was found.
    """

    format: FixedFormat
    names: tuple[str, ...]
    decisions: tuple[Decision, ...]


def widths(sample: Sample, found: Sequence[Tried]) -> Widths | None:
    """Find out where the columns begin; None where a delimiter says it better.

    Parameters
    ----------
    sample : Sample
        The file.
    found : sequence of Tried
        Its dialects, the best first.
    """
    best = found[0]
    if best.width > 1 and best.format.delimiter != " " and best.score >= _DELIMITED:
        return None
    lines = [(number, line) for number, line in enumerate(sample.text.splitlines(), 1) if line.strip()][:_LINES]
    longest = max((len(line) for _, line in lines), default=0)
    body = [line for _, line in lines if len(line) > longest * 0.5]
    if (
        is_values(body)
        or len(body) < 3
        or len(body) < len(lines) * 0.6
        or longest > 2_000
        or any("\t" in line for line in body)
    ):
        return None
    edges = edges_of(body)
    regular = best.width == len(edges) and best.share > 0.8
    finer = best.width > len(edges) and best.score >= _DELIMITED
    if len(edges) < 2 or regular or finer:
        return None
    rows = [Row(number, line, tuple(_cut(line, edges))) for number, line in lines]
    table = table_of(rows, width=len(edges))
    if not any(column.coded for column in table.columns):
        return None  # prose has blanks below each other by chance
    behind = len(rows) - table.end if not sample.tail else 0
    header = 1 if table.body > table.begin else 0
    format_ = FixedFormat(edges, header, table.body - header, behind, sample.encoding.name)
    names = rows[table.body - 1].fields if header else ()
    first = rows[table.begin]
    evidence = (Evidence(sample.path.name, first.line, first.raw[:120]),)
    why = f"in {len(body)} lines nothing stands before these characters"
    sure = 0.9 if len(body) >= _SURE else 0.7
    decisions = (
        Decision("format.fixed.encoding", sample.encoding.name, sample.encoding.confidence, sample.encoding.why),
        Decision("format.fixed.edges", list(edges), sure, why, evidence),
        Decision("format.fixed.header", header, 0.9, table.reasons.get("header", ""), evidence),
    )
    return Widths(format_, names, decisions)


def edges_of(lines: Sequence[str]) -> tuple[int, ...]:
    """Where columns begin.

    Examples
    --------
    >>> edges_of(["New York   12  a b", "Rome      123  c", "Oslo        1  d e"])
    (0, 9, 15)
    """
    longest = max(map(len, lines))
    blank = [True] * longest
    for line in lines:
        for place in _filled(line):
            blank[place] = False
    gutters = [gap for gap in _gaps(blank) if gap[0] > 0 and gap[1] < longest]
    if len(lines) < _SURE:
        gutters = [gap for gap in gutters if gap[1] - gap[0] > 1 or _values(lines, gap[1])]
    return (0, *(_edge(lines, begin, end) for begin, end in gutters))


def _filled(line: str) -> Iterable[int]:
    return (place for place, character in enumerate(line) if character != " ")


def _gaps(blank: Sequence[bool]) -> list[tuple[int, int]]:
    """Stretches of blank columns."""
    changes = [place for place, (a, b) in enumerate(pairwise((False, *blank, False))) if a != b]
    return list(zip(changes[::2], changes[1::2], strict=True))


def _edge(lines: Sequence[str], begin: int, end: int) -> int:
    """The first character of a column behind a gap: where all begin, or where longer ones would on the left."""
    starting = sum(line[end : end + 1] not in ("", " ") for line in lines)
    there = sum(line[end:].strip() != "" for line in lines)
    return end if starting >= 0.9 * there else begin + 1


def _values(lines: Sequence[str], begin: int) -> bool:
    """Does a digit or a sign stand behind a gap in most lines?"""
    return sum(line[begin:].lstrip()[:1] in "0123456789+-." for line in lines) > len(lines) / 2


def _cut(line: str, edges: Sequence[int]) -> list[str]:
    return [line[begin:end].strip(" ") for begin, end in zip(edges, [*edges[1:], None], strict=True)]
