"""How files are written, as a source declares it under `format:`: one file a format or a few that are alike."""

from vertebra.project.formats.columnar import AvroFormat, OrcFormat, ParquetFormat, SqliteFormat
from vertebra.project.formats.csv import CsvFormat
from vertebra.project.formats.declared import FORMATS, FileFormat, read_format
from vertebra.project.formats.documents import DocumentsFormat
from vertebra.project.formats.excel import SHEET, ExcelFormat
from vertebra.project.formats.fixed import FixedFormat
from vertebra.project.formats.json import JsonFormat
from vertebra.project.formats.markup import HtmlFormat, XmlFormat

__all__ = [
    "FORMATS",
    "SHEET",
    "AvroFormat",
    "CsvFormat",
    "DocumentsFormat",
    "ExcelFormat",
    "FileFormat",
    "FixedFormat",
    "HtmlFormat",
    "JsonFormat",
    "OrcFormat",
    "ParquetFormat",
    "SqliteFormat",
    "XmlFormat",
    "read_format",
]
