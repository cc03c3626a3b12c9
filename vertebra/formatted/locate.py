"""Find delivered records again by file version and number: line, bytes and text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from vertebra.formatted.formats.opening import opened
from vertebra.formatted.formats.port import RawRecord
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.quarantine import Finder
from vertebra.governance.files import FileVersion
from vertebra.project import Source
from vertebra.workspace import Workspace


def records(ws: Workspace, source: Source, file: FileVersion, numbers: Collection[int]) -> dict[int, RawRecord]:
    """Records of one file version, by number; those that it does not have are left out.

    Raises
    ------
    DamageError
        If the file is not what was landed.
    """
    with opened(ws, source, file) as here:
        own = source.of(file.id)
        return {place.record: place for place in format_of(own).find(here, own, sorted(set(numbers)))}


def finder(ws: Workspace, source: Source, versions: Mapping[int, FileVersion]) -> Finder:
    """What looks up records of several file versions."""

    def find(file_id: int, numbers: Iterable[int]) -> Iterator[RawRecord]:
        with opened(ws, source, versions[file_id]) as here:
            own = source.of(file_id)
            yield from format_of(own).find(here, own, numbers)

    return find
