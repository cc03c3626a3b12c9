"""A project as its user writes it: facts read from its text files, and nothing done with them."""

from vertebra.project.columns import ColumnTemplate
from vertebra.project.file_name import split_file_name
from vertebra.project.formats import (
    SHEET,
    AvroFormat,
    CsvFormat,
    DocumentsFormat,
    ExcelFormat,
    FileFormat,
    HtmlFormat,
    JsonFormat,
    OrcFormat,
    ParquetFormat,
    SqliteFormat,
    XmlFormat,
)
from vertebra.project.project import Project, identifier, read_project
from vertebra.project.source import (
    POSITION,
    Child,
    FolderCollect,
    Load,
    Source,
    read_source,
    read_sources,
)

__all__ = [
    "POSITION",
    "SHEET",
    "AvroFormat",
    "Child",
    "ColumnTemplate",
    "CsvFormat",
    "DocumentsFormat",
    "ExcelFormat",
    "FileFormat",
    "FolderCollect",
    "HtmlFormat",
    "JsonFormat",
    "Load",
    "OrcFormat",
    "ParquetFormat",
    "Project",
    "Source",
    "SqliteFormat",
    "XmlFormat",
    "identifier",
    "read_project",
    "read_source",
    "read_sources",
    "split_file_name",
]
