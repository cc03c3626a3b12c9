"""Which class reads which declared format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vertebra.formatted.formats.avro import AVRO
from vertebra.formatted.formats.csv import Csv
from vertebra.formatted.formats.documents import DOCUMENTS
from vertebra.formatted.formats.excel import EXCEL
from vertebra.formatted.formats.fixed import Fixed
from vertebra.formatted.formats.html import HTML
from vertebra.formatted.formats.json import Json
from vertebra.formatted.formats.json import child_streams as json_children
from vertebra.formatted.formats.orc import ORC
from vertebra.formatted.formats.parquet import PARQUET
from vertebra.formatted.formats.port import Format, Opened, Streamed
from vertebra.formatted.formats.sqlite import SQLITE
from vertebra.formatted.formats.xml import Xml
from vertebra.formatted.formats.xml import child_streams as xml_children
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

READERS: Mapping[type[FileFormat], Callable[[], Format]] = {
    AvroFormat: lambda: AVRO,
    CsvFormat: Csv,
    FixedFormat: Fixed,
    DocumentsFormat: lambda: DOCUMENTS,
    ExcelFormat: lambda: EXCEL,
    HtmlFormat: lambda: HTML,
    JsonFormat: Json,
    OrcFormat: lambda: ORC,
    ParquetFormat: lambda: PARQUET,
    SqliteFormat: lambda: SQLITE,
    XmlFormat: Xml,
}
"""From a declared format to what reads it."""


def format_of(source: Source) -> Format:
    """The format that reads the files of a source."""
    return READERS[type(source.format)]()


_CHILDREN: Mapping[type[FileFormat], Callable[[Opened, Source, Child], tuple[Streamed, Streamed]]] = {
    JsonFormat: json_children,
    XmlFormat: xml_children,
}


def child_streams(file: Opened, source: Source, child: Child) -> tuple[Streamed, Streamed]:
    """The values of a nested array (`_record`, `_position`, `c1`, …), and by another count how many each record has.

    Only formats whose records nest have any.
    """
    return _CHILDREN[type(source.format)](file, source, child)
