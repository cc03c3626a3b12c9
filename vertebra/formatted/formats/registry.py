"""Which class reads which declared format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vertebra.formatted.formats.avro import AVRO
from vertebra.formatted.formats.csv import Csv
from vertebra.formatted.formats.excel import EXCEL
from vertebra.formatted.formats.json import Json
from vertebra.formatted.formats.orc import ORC
from vertebra.formatted.formats.parquet import PARQUET
from vertebra.formatted.formats.port import Format
from vertebra.formatted.formats.sqlite import SQLITE
from vertebra.project import (
    AvroFormat,
    CsvFormat,
    ExcelFormat,
    FileFormat,
    JsonFormat,
    OrcFormat,
    ParquetFormat,
    Source,
    SqliteFormat,
)

READERS: Mapping[type[FileFormat], Callable[[], Format]] = {
    AvroFormat: lambda: AVRO,
    CsvFormat: Csv,
    ExcelFormat: lambda: EXCEL,
    JsonFormat: Json,
    OrcFormat: lambda: ORC,
    ParquetFormat: lambda: PARQUET,
    SqliteFormat: lambda: SQLITE,
}
"""From a declared format to what reads it."""


def format_of(source: Source) -> Format:
    """The format that reads the files of a source."""
    return READERS[type(source.format)]()
