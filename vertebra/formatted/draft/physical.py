"""How files of one kind are written: which format, and all that its declaration says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vertebra.formatted.draft.decision import Decision
from vertebra.formatted.draft.delimited import delimited
from vertebra.formatted.draft.sample import sample_of
from vertebra.project import FileFormat


@dataclass(frozen=True, slots=True)
class Physical:
    """How files of one kind are written.

    Parameters
    ----------
    format : FileFormat
        Ready to stand in a `Source`.
    names : tuple of str
        Column names as the file has them; none where it has none.
    width : int
        Columns of most records.
    decisions : tuple of Decision
        How all of it was found.
    """

    format: FileFormat
    names: tuple[str, ...]
    width: int
    decisions: tuple[Decision, ...]


def detect(paths: Sequence[Path]) -> Physical:
    """Find out how files of one kind are written."""
    found = delimited(sample_of(paths[0]))
    return Physical(found.format, found.names, found.table.width, found.decisions)
