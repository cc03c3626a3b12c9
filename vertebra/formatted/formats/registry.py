"""Which class reads which declared format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vertebra.formatted.formats.csv import Csv
from vertebra.formatted.formats.fixed import Fixed
from vertebra.formatted.formats.json import Json
from vertebra.formatted.formats.port import Format
from vertebra.project import CsvFormat, FileFormat, FixedFormat, JsonFormat, Source

READERS: Mapping[type[FileFormat], Callable[[], Format]] = {
    CsvFormat: Csv,
    FixedFormat: Fixed,
    JsonFormat: Json,
}
"""From a declared format to what reads it."""


def format_of(source: Source) -> Format:
    """The format that reads the files of a source."""
    return READERS[type(source.format)]()
