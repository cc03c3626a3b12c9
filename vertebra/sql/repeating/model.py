"""What is known of the part that order plays in a query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Single:
    """A relation of which at most one row may match: its columns that are compared must not repeat."""

    relation: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeating:
    """The part that order plays in a query.

    Attributes
    ----------
    ordered : bool
        Can the order in which rows arrive show in the result (a sum of floats, the first of several values)?
    single : tuple of Single
        What has to hold for a row to arrive in the same order, whether all rows are computed or a few.
    why : str
        Why a few rows can come out otherwise than among all; empty when they cannot.
    """

    ordered: bool
    single: tuple[Single, ...] = ()
    why: str = ""
