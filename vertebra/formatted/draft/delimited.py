"""Delimited text: its dialect and its structure, as a declared format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from vertebra.formatted.draft.cutting import Row, rows
from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.dialect import Tried, tried
from vertebra.formatted.draft.headers import named
from vertebra.formatted.draft.records import filled
from vertebra.formatted.draft.sample import Sample
from vertebra.formatted.draft.structure import Table, table_of
from vertebra.formatted.draft.wrapped import Wrapped, wrapped
from vertebra.formatted.formats.csv_layout import header_names
from vertebra.project import CsvFormat

_TRIED = 1 << 17  # characters that are tried with each dialect
_ROWS = 200_000
_COMMENTS = ("#", "%", "!")
_SHOWN = 120
_TWO = 2  # columns: fewer are no table that a delimiter makes
_FOOTER = 20  # records below a table that are counted rather than found by how they begin
_UNSAID = re.compile("[\r\n\0\ufffd\ud800-\udfff]")  # ends a line, or is no text in the file's encoding


@dataclass(frozen=True, slots=True)
class Delimited:
    """A delimited file as it was found.

    Parameters
    ----------
    format : CsvFormat
        Its declaration.
    names : tuple of str
        Of its columns.
    table : Table
        Where its table is.
    rows : sequence of Row
        Its records that are not blank, as far as they were looked at.
    decisions : tuple of Decision
        How it was found.
    """

    format: CsvFormat
    names: tuple[str, ...]
    table: Table
    rows: Sequence[Row]
    decisions: tuple[Decision, ...]


def delimited(sample: Sample) -> Delimited:
    """Find out how a delimited text is written."""
    name = sample.path.name
    found = tried_of(sample)
    best = found[0]
    format_ = replace(best.format, encoding=sample.encoding.name)
    cut = [row for row in rows(sample.text, format_, limit=_ROWS) if row.raw]
    format_, cut = _comments(format_, cut, best.width)
    kept = [row for row in cut if not _hollow(row, format_)]
    table = table_of(kept, width=best.width)
    format_ = replace(format_, empty=len(kept) < len(cut))
    inside = wrapped(kept)
    if inside is not None and best.width < _TWO:  # the lines are one column, and what they hold tells of a header
        reasons = {**table.reasons, "header": "as the records inside of the lines tell"}
        table = replace(table, body=table.begin + min(inside.header, 1), reasons=reasons)
    format_ = _sections(format_, kept, table, sample)
    header = [row.fields for row in kept[table.begin : table.body]]
    names = names_of(header, format_, table.width)
    decisions = (
        _encoding(sample, name),
        *_dialect(found, name, kept),
        *_inside(inside, name, kept),
        *_structure(format_, kept, table, name),
    )
    return Delimited(format_, names, table, kept, decisions)


@lru_cache(maxsize=1)
def tried_of(sample: Sample) -> list[Tried]:
    """The dialects of a file, the best first."""
    return tried(_part(sample.text))


def names_of(header: Sequence[Sequence[str]], format_: CsvFormat, width: int) -> tuple[str, ...]:
    """The names of the columns; where the header is wider than the records, an empty name too many is left out."""
    if not header:
        return ()
    names = header_names(header, format_.join)
    while len(names) > width and "" in names:
        names.remove("")
    return (*names, *[""] * (width - len(names)))


def _hollow(row: Row, format_: CsvFormat) -> bool:
    """Is a record nothing but delimiters and spaces?"""
    return not row.raw.strip(format_.delimiter + " ")


def _part(text: str) -> str:
    """Text that is tried: the beginning, and some of the middle where it is long."""
    if len(text) <= _TRIED:
        return text
    cut = max(text.rfind("\n", 0, _TRIED), text.rfind("\r", 0, _TRIED)) + 1
    return text[: cut or _TRIED]


def _comments(format_: CsvFormat, cut: Sequence[Row], width: int) -> tuple[CsvFormat, list[Row]]:
    """Lines that a sign marks as comments: above the table, or few, and none of them as wide as the records."""
    for sign in _COMMENTS:
        marked = [row for row in cut if row.raw.startswith(sign)]
        if not marked or len(marked) * 2 > len(cut) or sign in format_.delimiter:
            continue
        wide = width > 1 and any(len(row.fields) == width for row in marked)
        leading = all(row.raw.startswith(sign) for row in cut[: len(marked)])
        spaced = sum(row.raw[1:2] in (" ", "", sign if width > 1 else " ") for row in marked) > len(marked) / 2
        below = cut[len(marked)] if leading and len(marked) < len(cut) else None
        if wide and spaced and below and len(below.fields) == width and named(below):
            return replace(format_, comment=sign), list(cut[len(marked) :])  # the header stands below them
        if not wide and ((leading and (width > 1 or spaced)) or (spaced and width > 1)):
            return replace(format_, comment=sign), [row for row in cut if not row.raw.startswith(sign)]
    return format_, list(cut)


def _sections(format_: CsvFormat, kept: Sequence[Row], table: Table, sample: Sample) -> CsvFormat:
    """What stands above and below the table, as it is declared."""
    header = table.body - table.begin
    format_ = replace(
        format_,
        skip=table.begin,
        header=header,
        join=" " if header > 1 else None,
        repeated=any(kept[place].raw in {row.raw for row in kept[table.begin : table.body]} for place in table.repeats),
    )
    behind = len(kept) - table.end
    if not behind:
        return replace(format_, footer=_footer_of_tail(format_, table, sample) if sample.tail else 0)
    short = behind <= _FOOTER and not table.reasons.get("tables") and not sample.tail
    until = "" if short else _prefix(kept, table)
    return replace(format_, until=until, footer=0 if until else behind)


def _prefix(kept: Sequence[Row], table: Table) -> str:
    """The shortest beginning of the first record behind the table that no record of the table has."""
    first = _UNSAID.split(kept[table.end].raw, maxsplit=1)[0]
    body = [row.raw for row in kept[table.body : table.end]]
    for size in (20, 40, 80, len(first)):
        text = first[: min(size, len(first))]
        if text and not any(raw.startswith(text) for raw in body):
            return text
    return ""


def _footer_of_tail(format_: CsvFormat, table: Table, sample: Sample) -> int:
    """The records at the end of a long file that are no part of its table."""
    last = [row for row in rows(sample.tail, format_) if row.raw and not _hollow(row, format_)]
    usual = [filled(row) for row in last if len(row.fields) == table.width]
    number = 0
    if table.width > 2 and usual:
        for row in reversed(last):
            if len(row.fields) < table.width / 2 or (filled(row) == 1 and sorted(usual)[len(usual) // 2] > 2):
                number += 1
            else:
                break
    return number if number < len(last) else 0


def _encoding(sample: Sample, name: str) -> Decision:
    found = sample.encoding
    return Decision(
        "format.csv.encoding",
        found.name,
        found.confidence,
        found.why,
        (Evidence(name, 0, f"{sample.size:,} bytes"),),
        tuple(Alternative(other, sure) for other, sure in found.others),
    )


def _dialect(found: Sequence[Tried], name: str, kept: Sequence[Row]) -> Iterable[Decision]:
    best = found[0]
    line = kept[0].line if kept else 0
    evidence = (Evidence(name, line, kept[0].raw[:_SHOWN] if kept else ""),)
    if best.width < _TWO:
        why = "no character cuts the lines into columns; a comma stands in for it"
        yield Decision("format.csv.delimiter", best.format.delimiter, 0.5, why, evidence, _others(found[1:], best))
        yield Decision("format.csv.quote", best.format.quote, 0.5, "as most files have it", evidence)
        return
    second = next((one for one in found[1:] if one.format.delimiter != best.format.delimiter), None)
    sure = 0.99 if second is None else max(0.5, 0.99 - 0.5 * (second.score / best.score) ** 2)
    why = f"it cuts {best.share:.0%} of the records into {best.width} fields"
    yield Decision(
        "format.csv.delimiter", best.format.delimiter, round(sure, 2), why, evidence, _others(found[1:], best)
    )
    if best.format.padded:
        yield Decision("format.csv.padded", value=True, confidence=0.95, why="spaces stand behind the delimiters")
    rival = next((one for one in found[1:] if one.format.delimiter == best.format.delimiter), None)
    quoted = f"{best.quoted} fields stand in it" if best.quoted else "no field stands in quotes; as most files have it"
    sure = 0.99 if rival is None else max(0.5, 0.99 - 0.5 * (rival.score / best.score) ** 2)
    yield Decision("format.csv.quote", best.format.quote, round(sure if best.quoted else min(sure, 0.95), 2), quoted)
    if best.format.escape != best.format.quote:
        yield Decision("format.csv.escape", best.format.escape, 0.95, "quotes inside of values stand behind it")


def _inside(inside: Wrapped | None, name: str, kept: Sequence[Row]) -> Iterable[Decision]:
    if inside is None:
        return
    what = f"a record of {inside.inner.width} fields with {inside.inner.format.delimiter!r} between them"
    why = f"each line stands in quotes as one field, which holds {what}: no format can declare that"
    other = Alternative("without the outer quotes", 0.5, "have the files delivered so, or split the text in a view")
    yield Decision(
        "format.csv.lines", "in quotes", 0.5, why, (Evidence(name, kept[0].line, kept[0].raw[:_SHOWN]),), (other,)
    )


def _others(found: Sequence[Tried], best: Tried) -> tuple[Alternative, ...]:
    seen = {best.format.delimiter}
    others = []
    for one in found:
        if one.format.delimiter not in seen and best.score:
            seen.add(one.format.delimiter)
            why = f"{one.share:.0%} of the records would have {one.width} fields"
            others.append(Alternative(one.format.delimiter, round(min(0.5, one.score / best.score / 2), 2), why))
    return tuple(others[:3])


def _structure(format_: CsvFormat, kept: Sequence[Row], table: Table, name: str) -> Iterable[Decision]:
    def at(place: int) -> tuple[Evidence, ...]:
        return (Evidence(name, kept[place].line, kept[place].raw[:_SHOWN]),) if place < len(kept) else ()

    if format_.comment:
        yield Decision(
            "format.csv.comment", format_.comment, 0.9, "lines that begin with it are not as wide as records"
        )
    if format_.skip:
        yield Decision("format.csv.skip", format_.skip, 0.85, "titles or notes stand above the table", at(0))
    typed = any(column.coded for column in table.columns)
    sure = 0.97 if typed else 0.7
    yield Decision(
        "format.csv.header", format_.header, sure, table.reasons.get("header", "the file is empty"), at(table.begin)
    )
    if format_.join is not None:
        yield Decision(
            "format.csv.join", format_.join, 0.8, "several header records name the columns together", at(table.begin)
        )
    if format_.repeated:
        yield Decision(
            "format.csv.repeated",
            value=True,
            confidence=0.95,
            why="the header stands again",
            evidence=at(table.repeats[0]),
        )
    if format_.footer:
        yield Decision("format.csv.footer", format_.footer, 0.8, "notes stand below the table", at(table.end))
    if format_.until:
        why = table.reasons.get("tables", "what stands below it has another shape")
        yield Decision("format.csv.until", format_.until, 0.7, why, at(table.end))
    if format_.empty:
        yield Decision("format.csv.empty", value=True, confidence=0.95, why="some records hold nothing but delimiters")
