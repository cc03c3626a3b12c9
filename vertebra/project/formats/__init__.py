"""How files are written, as a source declares it under `format:`: one file a format."""

from vertebra.project.formats.csv import CsvFormat
from vertebra.project.formats.declared import FORMATS, FileFormat, read_format
from vertebra.project.formats.fixed import FixedFormat
from vertebra.project.formats.json import JsonFormat

__all__ = ["FORMATS", "CsvFormat", "FileFormat", "FixedFormat", "JsonFormat", "read_format"]
