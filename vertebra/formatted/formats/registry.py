"""Which class reads which declared format."""

from __future__ import annotations

from vertebra.formatted.formats.csv import Csv
from vertebra.formatted.formats.json import Json
from vertebra.formatted.formats.port import Format
from vertebra.project import CsvFormat, Source


def format_of(source: Source) -> Format:
    """The format that reads the files of a source."""
    return Csv() if isinstance(source.format, CsvFormat) else Json()
