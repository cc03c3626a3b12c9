"""A record of a table that is looked at, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """A record that was not simply read.

    Parameters
    ----------
    line : int
        1-based.
    reason : str
        Why not, and what was made of it.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Peeked:
    """A record of the table, the header first where there is one.

    Parameters
    ----------
    fields : tuple of str
        Its cells.
    remark : Remark or None
        What is to be said about it.
    """

    fields: tuple[str, ...]
    remark: Remark | None = None
