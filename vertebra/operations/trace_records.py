"""The records that a trace ends at: file, version, number, line, bytes and raw text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vertebra import formatted
from vertebra.errors import DamageError
from vertebra.governance import datasets, files
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.project import Source
from vertebra.project.recorded import recorded_source
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TracedRecord:
    """One record of one file version.

    Parameters
    ----------
    source, file : str
        Name of the source, and of the file under it.
    version : int
        1, 2, … of that file.
    record : int
        1-based data record in it; 0 stands for the whole file.
    line : int
        1-based line on which it begins.
    start, end : int
        Its bytes in the file, decompressed where it is compressed; end exclusive.
    raw : str
        Its text.
    """

    source: str
    file: str
    version: int
    record: int
    line: int
    start: int
    end: int
    raw: str

    def to_json(self) -> dict[str, Any]:
        """The record as `trace --output json` prints it."""
        return {
            "source": self.source,
            "file": self.file,
            "version": self.version,
            "record": self.record,
            "line": self.line,
            "bytes": [self.start, self.end],
            "raw": self.raw,
        }


def read_records(
    ws: Workspace, chosen: Mapping[int, Mapping[int, Iterable[int]]], versions: Mapping[int, DatasetVersion]
) -> tuple[TracedRecord, ...]:
    """Read records back from the files as they were delivered, by the template that formatted them.

    Parameters
    ----------
    ws : Workspace
        Storage and catalog.
    chosen : mapping
        Version of a formatted table to file version to record numbers, in the order that the answer shall have.
    versions : mapping
        Those versions, by number.

    Raises
    ------
    DamageError
        If a file does not hold a record that a table says it comes from.
    """
    with ws.catalog.read() as connection:
        known = files.files_by_id(connection, {file for wanted in chosen.values() for file in wanted})
        bodies = {
            number: datasets.definition_of(connection, version.definition_id)[1]
            for number, version in versions.items()
            if version.definition_id is not None and number in chosen
        }
    found: dict[tuple[int, int], TracedRecord] = {}
    sources: dict[str, int] = {}
    for number, wanted in chosen.items():
        source = recorded_source(bodies[number], f'the recorded template of "{versions[number].name}"')
        for file_id, numbers in wanted.items():
            sources.setdefault(known[file_id].source, len(sources))
            missing = [record for record in numbers if (file_id, record) not in found]
            if missing:  # two tables of one source may lead to the same record
                found.update(_of_file(ws, source, known[file_id], missing))
    ordered = sorted(found.items(), key=lambda item: (sources[item[1].source], item[1].file, item[0]))
    return tuple(record for _, record in ordered)


def _of_file(
    ws: Workspace, source: Source, file: FileVersion, numbers: list[int]
) -> dict[tuple[int, int], TracedRecord]:
    located = formatted.records(ws, source, file, [number for number in numbers if number])
    if 0 in numbers:  # a finding about the whole file
        located[0] = formatted.RawRecord(0, 0, 0, file.size, "")
    lost = sorted(set(numbers) - located.keys())
    if lost:
        raise DamageError(
            f"a file does not hold {len(lost)} of the records that its table names",
            where=f"{ws.storage.url(file.path)}, record {lost[0]}",
            why="its bytes, or the rows of the table, are not what they were",
            next_="restore it from a backup of the storage folder; the landing zone holds every delivered byte",
        )
    return {
        (file.id, number): TracedRecord(
            file.source, file.name, file.version, number, place.line, place.start, place.end, place.raw
        )
        for number, place in located.items()
    }
