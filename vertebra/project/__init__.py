"""A project as its user writes it: facts read from its text files, and nothing done with them."""

from vertebra.project.columns import ColumnTemplate
from vertebra.project.file_name import split_file_name
from vertebra.project.formats import CsvFormat, FileFormat, FixedFormat, JsonFormat
from vertebra.project.project import Project, identifier, read_project
from vertebra.project.source import (
    Child,
    FolderCollect,
    Load,
    Source,
    read_source,
    read_sources,
)
from vertebra.project.spelling import EPOCHS

__all__ = [
    "EPOCHS",
    "Child",
    "ColumnTemplate",
    "CsvFormat",
    "FileFormat",
    "FixedFormat",
    "FolderCollect",
    "JsonFormat",
    "Load",
    "Project",
    "Source",
    "identifier",
    "read_project",
    "read_source",
    "read_sources",
    "split_file_name",
]
