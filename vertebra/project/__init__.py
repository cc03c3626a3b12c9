"""A project as its user writes it: facts read from its text files, and nothing done with them."""

from vertebra.project.columns import ColumnTemplate, engine_type, type_named
from vertebra.project.file_name import split_file_name
from vertebra.project.formats import (
    SHEET,
    AvroFormat,
    CsvFormat,
    DocumentsFormat,
    ExcelFormat,
    FileFormat,
    FixedFormat,
    HtmlFormat,
    JsonFormat,
    OrcFormat,
    ParquetFormat,
    SqliteFormat,
    XmlFormat,
)
from vertebra.project.project import TESTS, Project, identifier, is_test_file, read_project, sqlite_in
from vertebra.project.source import (
    POSITION,
    RESCUED,
    Child,
    Drift,
    FolderCollect,
    Load,
    Source,
    read_source,
    read_sources,
)
from vertebra.project.spelling import EPOCHS

__all__ = [
    "EPOCHS",
    "POSITION",
    "RESCUED",
    "SHEET",
    "TESTS",
    "AvroFormat",
    "Child",
    "ColumnTemplate",
    "CsvFormat",
    "DocumentsFormat",
    "Drift",
    "ExcelFormat",
    "FileFormat",
    "FixedFormat",
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
    "engine_type",
    "identifier",
    "is_test_file",
    "read_project",
    "read_source",
    "read_sources",
    "split_file_name",
    "sqlite_in",
    "type_named",
]
