"""Which class reads which declared format; a format's libraries and code are imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from vertebra.project import (
    AvroFormat,
    Child,
    CsvFormat,
    DocumentsFormat,
    ExcelFormat,
    FileFormat,
    FixedFormat,
    HtmlFormat,
    JsonFormat,
    OrcFormat,
    ParquetFormat,
    Source,
    SqliteFormat,
    XmlFormat,
)

if TYPE_CHECKING:
    from vertebra.formatted.formats.port import Format, Opened, Streamed

READERS: Mapping[type[FileFormat], tuple[str, str]] = {
    AvroFormat: ("avro", "AVRO"),
    CsvFormat: ("csv", "CSV"),
    FixedFormat: ("fixed", "FIXED"),
    DocumentsFormat: ("documents", "DOCUMENTS"),
    ExcelFormat: ("excel", "EXCEL"),
    HtmlFormat: ("html", "HTML"),
    JsonFormat: ("json", "JSON"),
    OrcFormat: ("orc", "ORC"),
    ParquetFormat: ("parquet", "PARQUET"),
    SqliteFormat: ("sqlite", "SQLITE"),
    XmlFormat: ("xml", "XML"),
}
"""From a declared format to the module beside this one and the name in it of what reads it."""


def module_of(source: Source) -> str:
    """The module that reads the files of a source."""
    return f"vertebra.formatted.formats.{READERS[type(source.format)][0]}"


def format_of(source: Source) -> Format:
    """The format that reads the files of a source."""
    found: Format = getattr(import_module(module_of(source)), READERS[type(source.format)][1])
    return found


def child_streams(file: Opened, source: Source, child: Child) -> tuple[Streamed, Streamed]:
    """The values of a nested array (`_record`, `_position`, `c1`, …), and by another count how many each record has.

    Only formats whose records nest have any.
    """
    match source.format:
        case JsonFormat():
            from vertebra.formatted.formats.json import child_streams as streams
        case _:
            from vertebra.formatted.formats.xml import child_streams as streams
    return streams(file, source, child)
