"""What a load knows of its files, and where a column was seen before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vertebra.formatted.drift.kin import unnamed
from vertebra.governance import datasets, files
from vertebra.governance.files import FileVersion
from vertebra.project import Source
from vertebra.table import DataFile
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load knows of its files.

    Parameters
    ----------
    files : sequence of FileVersion
        That it read, oldest first.
    names : mapping
        The columns that each of those has that could be read, where they are known.
    refused : frozenset of int
        Those whose columns were not found.
    quarantine : str
        Folder of the quarantine.
    findings : tuple of DataFile
        What is wrong with the others.
    records : mapping
        Data records of each file that was read as a whole.
    settled : frozenset of int
        Those of which it was found out before how they are written, even if that was taken back.
    """

    files: Sequence[FileVersion]
    names: Mapping[int, tuple[str, ...] | None]
    refused: frozenset[int]
    quarantine: str
    findings: tuple[DataFile, ...]
    records: Mapping[int, int] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()


def as_declared(source: Source, loaded: Loaded) -> bool:
    """Is every file as its template says, so that there is nothing to consider?"""
    strange = (names is not None and unnamed(source, names) for names in loaded.names.values())
    return not loaded.refused and not loaded.findings and not any(strange)


def newest_with(ws: Workspace, source: Source, loaded: Loaded, origins: Sequence[str]) -> FileVersion | None:
    """The newest file that has a column under one of its names: of this load, or of what stood before it."""
    own = [file for file in loaded.files if set(origins).intersection(loaded.names.get(file.id) or ())]
    if own:
        return max(own, key=lambda file: file.id)
    with ws.catalog.read() as connection:
        head = datasets.head(connection, source.name)
        standing = datasets.standing_names(connection, head.dataset_id) if head else {}
        numbers = [number for number, names in standing.items() if names and set(origins).intersection(names)]
        return files.files_by_id(connection, [max(numbers)])[max(numbers)] if numbers else None
