"""Which values of nested records become columns, and which of them could be tables of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from vertebra.formatted.draft.decision import Decision
from vertebra.project import Child


@dataclass(frozen=True, slots=True)
class Nested:
    """Values of which a record has several.

    Parameters
    ----------
    path : str
        As a child table names it.
    instead : str
        Path of the column of the records that holds them as text where there is no child table.
    paths : tuple of str
        Of the columns of the child table.
    deep : bool
        Do they lie in values of which a record has several, too?
    """

    path: str
    instead: str
    paths: tuple[str, ...]
    deep: bool = False


def stands(path: str) -> bool:
    """Can a child table be made of a path? The places of its values need names that differ."""
    positions = Child("", path, ()).positions
    return len(set(positions)) == len(positions)


@dataclass(frozen=True, slots=True)
class Fields:
    """What the records of some files hold.

    Parameters
    ----------
    paths : tuple of str
        Of the columns, those of `nested` included.
    nested : tuple of Nested
        What could be a table.
    ignore : tuple of str
        What no template can name, or what stands in another column.
    decisions : tuple of Decision
        What is to be said.
    """

    paths: tuple[str, ...]
    nested: tuple[Nested, ...] = ()
    ignore: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = field(default=())
