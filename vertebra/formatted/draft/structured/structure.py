"""How files of one recognised format are declared, and what their columns are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.structured.fields import Fields
from vertebra.formatted.draft.structured.json_files import json_structure
from vertebra.formatted.draft.structured.recognise import MARKS
from vertebra.formatted.draft.structured.tables import excel_structure, html_structure, sqlite_structure
from vertebra.formatted.draft.structured.xml_fields import xml_structure
from vertebra.formatted.formats.port import Opened
from vertebra.project import ExcelFormat, FileFormat, HtmlFormat, JsonFormat, SqliteFormat, XmlFormat

__all__ = ["Structure", "structure_of"]


@dataclass(frozen=True, slots=True)
class Structure:
    """How files of one kind are written.

    Parameters
    ----------
    format : FileFormat
        Ready to stand in a `Source`.
    fields : Fields or None
        Columns of all files, where records nest; None where each file names its own.
    decisions : tuple of Decision
        How it was found.
    """

    format: FileFormat
    fields: Fields | None
    decisions: tuple[Decision, ...]


Detector = Callable[[Sequence[Opened], Sequence[FileFormat]], tuple[FileFormat, Fields | None, tuple[Decision, ...]]]
DETECTORS: Mapping[type[FileFormat], Detector] = {
    ExcelFormat: excel_structure,
    HtmlFormat: html_structure,
    JsonFormat: json_structure,
    SqliteFormat: sqlite_structure,
    XmlFormat: xml_structure,
}
"""What is to be found out of a format beyond that it is one."""


def structure_of(files: Sequence[Opened], formats: Sequence[FileFormat]) -> Structure:
    """The declaration of files of one format.

    Parameters
    ----------
    files : sequence of Opened
        All of them.
    formats : sequence of FileFormat
        Of each, as it was recognised.

    Raises
    ------
    UsageError
        If they cannot be read together.
    """
    detect = DETECTORS.get(type(formats[0]))
    format_, fields, decisions = detect(files, formats) if detect else (formats[0], None, ())
    if fields is not None and not fields.paths:
        raise UsageError(
            "there is nothing to draft from",
            where=", ".join(file.name for file in files[:3]),
            why="no record of it has a field that a column could hold",
            next_="name files that hold records, for example objects with names: vertebra draft FILE… --source NAME",
        )
    word = type(format_).__name__.removesuffix("Format").lower()
    shown = tuple(Evidence(file.name, 0, MARKS[type(format_)]) for file in files[:3])
    sure = Decision("format", word, 0.99, MARKS[type(format_)], shown)
    return Structure(format_, fields, (sure, *decisions))
