"""Delimited files as people find them: tables that look real, in any dialect, with what stands around them, and damage.

Everything is drawn from a seed; each file comes with the table that a careful reader takes from it.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

_CITIES = (
    "Berlin", "Łódź", "São Paulo", "New York", "Novi Sad", "St. John's", "Köln", "'s-Hertogenbosch", "Orléans", "Graz",
    "Winston-Salem", "Málaga", "L'Aquila", "Bath", "Ústí nad Labem", "Reykjavík", "York", "Nice", "Ulm", "Gent",
)  # fmt: skip
_NAMES = (
    "Anna",
    "Jörg",
    "O'Brien",
    "Smith, John",
    "Müller",
    "de la Cruz",
    "Nguyễn",
    "D'Angelo",
    "Lee",
    "García",
    "Kim",
)
_WORDS = (
    "payment", "services", "repair of roof", "consulting, external", "office supplies", "travel", "training; 2 days",
    'the so-called "new" plan', "grants", "IT", "phase 2/3", "salaries", "don't know", "see note 4", "heating",
    '5" pipe',
)  # fmt: skip
_UNITS = ("kWh", "m", "EUR", "%", "pcs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be made.

    Parameters
    ----------
    delimiter, quote, escape : str
        Its dialect.
    """

    delimiter: str
    quote: str = '"'
    escape: str = '"'
    decimal: str = "."
    end: str = "\n"
    encoding: str = "utf-8"
    header: int = 1
    preamble: int = 0
    footer: int = 0
    second: bool = False
    padded: bool = False
    quoting: str = "minimal"


@dataclass(slots=True)
class Made:
    """A file and what it holds.

    Parameters
    ----------
    data : bytes
        The file.
    wanted : Wanted
        How it is written.
    table : list of list of str
        Its records, the header first where it has one.
    damage : list of int
        Places in `table` of the records that were damaged.
    """

    data: bytes
    wanted: Wanted
    table: list[list[str]]
    damage: list[int] = field(default_factory=list)


def made(seed: int, *, damage: bool = False) -> Made:
    """The file of a seed."""
    draw = random.Random(seed)
    wanted = _wanted(draw)
    kinds = [draw.choice(list(_CELLS)) for _ in range(draw.choice((1, 2, 3, 3, 4, 5, 6, 8, 12)))]
    if draw.random() < 0.7 and len(kinds) > 1:
        kinds[0] = draw.choice(("number", "code", "date", "city", "year"))
    number = draw.choice((1, 2, 3, 5, 8, 20, 60, 200))
    makers = [_Column(kind, wanted, draw) for kind in kinds]
    rows = [[one.cell(place) for one in makers] for place in range(number)]
    rows = [row for row in rows if any(row)]  # a record of nothing is blank
    names = _names(kinds)
    head = [names] if wanted.header else []
    units = [_unit(kind, draw) for kind in kinds]
    if wanted.header == 2 and any(units):
        head.append(units)
    table = [*_joined(head), *rows]
    lines = [_line(row, wanted, draw) for row in (*head, *rows)]
    damaged = _damage(lines, rows, wanted, draw, len(head)) if damage else []
    before, after = _around(wanted, len(kinds), draw)
    text = wanted.end.join([*before, *lines, *after]) + (wanted.end if draw.random() < 0.9 else "")
    shift = len(_joined(head))
    return Made(text.encode(wanted.encoding, "replace"), wanted, table, [place + shift for place in damaged])


def _wanted(draw: random.Random) -> Wanted:
    delimiter = draw.choice((",", ",", ",", ";", ";", "\t", "\t", "|", ";", "||", "^", "~"))
    decimal = "," if delimiter in (";", "\t", "|") and draw.random() < 0.5 else "."
    encoding = draw.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"))
    quote = draw.choice(('"', '"', '"', '"', '"', "'"))
    return Wanted(
        delimiter,
        quote=quote,
        escape="\\" if draw.random() < 0.1 else quote,
        decimal=decimal,
        end=draw.choice(("\n", "\n", "\r\n", "\r\n", "\r")),
        encoding=encoding,
        header=draw.choice((1, 1, 1, 1, 1, 0, 2)),
        preamble=draw.choice((0, 0, 0, 0, 1, 2, 4)),
        footer=draw.choice((0, 0, 0, 0, 1, 3)),
        padded=delimiter == "," and draw.random() < 0.1,
        quoting=draw.choice(("minimal", "minimal", "all", "texts")),
    )


@dataclass(slots=True)
class _Column:
    kind: str
    wanted: Wanted
    draw: random.Random

    def cell(self, place: int) -> str:
        draw = self.draw
        if self.kind != "empty" and place and draw.random() < 0.04:
            return draw.choice(("", "", "n/a"))
        text = _CELLS[self.kind](draw)
        if self.kind == "decimal":
            return text.replace(".", self.wanted.decimal)
        return text.replace(",", "") if self.kind == "big" and self.wanted.decimal == "," else text


def _moment(draw: random.Random) -> str:
    return f"20{draw.randint(10, 24)}-{draw.randint(1, 12):02}-03 {draw.randint(0, 23):02}:{draw.randint(0, 59):02}"


_CELLS: dict[str, Callable[[random.Random], str]] = {
    "number": lambda draw: str(draw.randint(0, 5000)),
    "decimal": lambda draw: f"{draw.uniform(-50, 900):.2f}",
    "date": lambda draw: f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/20{draw.randint(10, 24)}",
    "time": _moment,
    "city": lambda draw: draw.choice(_CITIES),
    "name": lambda draw: draw.choice(_NAMES),
    "text": lambda draw: " ".join(draw.choice(_WORDS) for _ in range(draw.randint(1, 4))),
    "code": lambda draw: f"{draw.choice('ABC')}{draw.choice('XYZ')}-{draw.randint(100, 999)}",
    "money": lambda draw: f"£{draw.randint(1, 900)}.{draw.randint(0, 99):02}",
    "empty": lambda _: "",
    "flag": lambda draw: draw.choice(("Yes", "No")),
    "year": lambda draw: str(draw.randint(1990, 2024)),
    "link": lambda draw: f"https://example.org/x?a={draw.randint(1, 99)}",
    "big": lambda draw: f"{draw.randint(1000, 999999):,}",
}


_CALLED = {
    "number": "Count",
    "decimal": "Mean value",
    "date": "Date",
    "time": "Updated at",
    "city": "City",
    "name": "Name",
    "text": "Description",
    "code": "ID",
    "money": "Amount",
    "empty": "Comments",
    "flag": "Active",
    "year": "Year",
    "link": "URL",
    "big": "Total",
}


def _names(kinds: list[str]) -> list[str]:
    return [_CALLED[kind] + (f" {place}" if kinds.index(kind) != place else "") for place, kind in enumerate(kinds)]


def _unit(kind: str, draw: random.Random) -> str:
    return f"[{draw.choice(_UNITS)}]" if kind in ("number", "decimal", "money", "big") else ""


def _joined(head: list[list[str]]) -> list[list[str]]:
    return [[" ".join(part for part in column if part) for column in zip(*head, strict=True)]] if head else []


def _line(row: list[str], wanted: Wanted, draw: random.Random) -> str:
    delimiter = wanted.delimiter + (" " if wanted.padded else "")
    return delimiter.join(_field(cell, wanted) for cell in row)


def _field(cell: str, wanted: Wanted) -> str:
    quote, escape = wanted.quote, wanted.escape
    texts = any(one.isalpha() for one in cell)
    needed = wanted.delimiter in cell or quote in cell or "\n" in cell or (wanted.padded and cell.startswith(" "))
    if wanted.quoting == "all" or needed or (wanted.quoting == "texts" and texts):
        inner = cell if escape == quote else cell.replace(escape, escape * 2)
        return quote + inner.replace(quote, escape + quote) + quote
    return cell


def _damage(lines: list[str], rows: list[list[str]], wanted: Wanted, draw: random.Random, head: int) -> list[int]:
    """One record in thirty loses or gains a separator."""
    found = []
    for place, row in enumerate(rows):
        if len(row) > 2 and len(rows) > 10 and draw.random() < 0.03:
            at = draw.randrange(1, len(row))
            fields = [_field(cell, wanted) for cell in row]
            parts = fields[:at], fields[at:]
            glue = draw.choice(("", wanted.delimiter * 2))
            lines[place + head] = wanted.delimiter.join(parts[0]) + glue + wanted.delimiter.join(parts[1])
            found.append(place)
    return found


def _around(wanted: Wanted, width: int, draw: random.Random) -> tuple[list[str], list[str]]:
    """Titles above, notes below."""
    if width < 3:
        return [], []
    fill = wanted.delimiter * (width - 1) if draw.random() < 0.5 else ""
    titles = ["Annual report", "Prepared by: finance department", "Run on 03/04/2021 12:30", "All figures in thousands"]
    before = [title + fill for title in titles[: wanted.preamble]]
    if before and draw.random() < 0.5:
        before.append(fill)
    notes = ["Source: national statistics", "* provisional", "Note: rounded to the nearest unit"]
    after = [note + fill for note in notes[: wanted.footer]]
    if after and draw.random() < 0.5:
        after.insert(0, fill)
    return before, after


def as_csv(table: list[list[str]]) -> str:
    """A table as plain CSV."""
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows(table)
    return target.getvalue()
