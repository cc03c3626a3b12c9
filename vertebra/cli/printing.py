"""The one place that prints: answers and errors, as text or as JSON."""

from __future__ import annotations

import json
import math
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol, TextIO

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.words import cell
from vertebra.errors import VertebraError

_WIDE = 1_000  # characters of a line that goes to a file or a pipe; a terminal has its own width


class Printer(Protocol):
    """Prints what a command answers."""

    def answer(self, answer: Answer) -> None:
        """Print an answer."""

    def error(self, error: VertebraError) -> None:
        """Print an error."""


class JsonPrinter:
    """JSON alone on standard output."""

    def answer(self, answer: Answer) -> None:
        """The data; the first error beside it where something failed."""
        data = answer.data
        if answer.errors and isinstance(data, dict):
            first = answer.errors[0]
            assert isinstance(first, VertebraError)  # noqa: S101  commands collect nothing else
            data = data | {"error": first.to_json()}
        if isinstance(data, list):  # rows, maybe many: one after the other, so that a reader may stop in between
            for number, row in enumerate(data):
                sys.stdout.write(("[" if not number else ", ") + json.dumps(plain(row), ensure_ascii=False))
            _write(sys.stdout, "]" if data else "[]")
        else:
            _write(sys.stdout, json.dumps(plain(data), ensure_ascii=False))

    def error(self, error: VertebraError) -> None:
        """The error as an object."""
        _write(sys.stdout, json.dumps({"error": error.to_json()}, ensure_ascii=False))


class TextPrinter:
    """Answers on standard output, errors on standard error."""

    def answer(self, answer: Answer) -> None:
        """Lines and tables, then the errors."""
        for block in answer.blocks:
            if isinstance(block, str):
                _write(sys.stdout, block)
            else:
                _grid(block)
        for error in answer.errors:
            _write(sys.stderr, str(error))

    def error(self, error: VertebraError) -> None:
        """The error's four lines."""
        _write(sys.stderr, str(error))


def plain(value: Any) -> Any:
    """A value as JSON can carry it without changing it.

    Dates and times in ISO 8601, bytes in hexadecimal digits; a decimal as a number where a double holds all its
    digits and as text where none does; what is not a number as the text `NaN`, `Infinity` or `-Infinity`.

    Examples
    --------
    >>> plain({"a": Decimal("12.50"), "b": float("nan"), "c": date(2021, 1, 15), "d": Decimal(2**70)})
    {'a': 12.5, 'b': 'NaN', 'c': '2021-01-15', 'd': 1180591620717411303424}
    """
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case Decimal():
            if value == value.to_integral_value():
                return int(value)
            return float(value) if Decimal(repr(float(value))) == value else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
    return value


def _write(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def _grid(grid: Grid) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if terminal else _WIDE, highlight=False, soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, title=grid.title or None, title_justify="left", pad_edge=False, show_edge=False)
    for number, name in enumerate(grid.columns):
        right = any(isinstance(row[number], int | float | Decimal) for row in grid.rows)
        table.add_column(Text(name), justify="right" if right else "left", no_wrap=not terminal)
    for row in grid.rows:
        table.add_row(*(Text(cell(value)) for value in row))
    console.print(table)
