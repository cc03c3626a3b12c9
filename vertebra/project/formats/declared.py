"""Which word under `format:` declares which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vertebra.document import Section
from vertebra.project.formats.columnar import (
    AvroFormat,
    OrcFormat,
    ParquetFormat,
    SqliteFormat,
    read_avro,
    read_orc,
    read_parquet,
    read_sqlite,
)
from vertebra.project.formats.csv import CsvFormat, read_csv
from vertebra.project.formats.documents import DocumentsFormat, read_documents
from vertebra.project.formats.excel import ExcelFormat, read_excel
from vertebra.project.formats.fixed import FixedFormat, read_fixed
from vertebra.project.formats.json import JsonFormat, read_json
from vertebra.project.formats.markup import HtmlFormat, XmlFormat, read_html, read_xml

FileFormat = (
    CsvFormat
    | FixedFormat
    | JsonFormat
    | ParquetFormat
    | OrcFormat
    | AvroFormat
    | SqliteFormat
    | ExcelFormat
    | XmlFormat
    | HtmlFormat
    | DocumentsFormat
)
"""Any declared format: a frozen dataclass whose `nested` says whether its records nest, so that columns are paths."""

FORMATS: Mapping[str, Callable[[Section], FileFormat]] = {
    "csv": read_csv,
    "fixed": read_fixed,
    "json": read_json,
    "parquet": read_parquet,
    "orc": read_orc,
    "avro": read_avro,
    "sqlite": read_sqlite,
    "excel": read_excel,
    "xml": read_xml,
    "html": read_html,
    "documents": read_documents,
}
"""From the word to what reads the declaration behind it."""


def read_format(top: Section) -> FileFormat:
    """The `format:` of a source.

    Raises
    ------
    ProjectError
        If it is not exactly one known format, rightly declared.
    """
    section: Section = top.section("format").only(tuple(FORMATS))
    if len(section.values) != 1:
        ways = " or ".join(f"`format: {{{word}: {{…}}}}`" for word in ("csv", "json"))
        raise top.error("format", "exactly one format is needed", ways)
    (word,) = section.values
    return FORMATS[word](section.section(word))
