"""What a command answers: data for scripts, and the same as lines and tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on the screen; numbers are set to the right."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers.

    Parameters
    ----------
    data : Any
        For `--output json`: JSON values, dates, decimals and bytes.
    blocks : sequence of str or Grid
        For people.
    errors : sequence of VertebraError
        What failed all the same; told on standard error.
    status : int
        Exit status.
    """

    data: Any
    blocks: Sequence[str | Grid] = ()
    errors: Sequence[Exception] = field(default=())
    status: int = 0
