"""Which format each file has, by its content alone; that files are of one kind; what is of none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vertebra.errors import UsageError
from vertebra.formatted.draft.kinds import TEXT, kind_of
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.sniffing import columns_of, sniff
from vertebra.project import (
    AvroFormat,
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

_HEAD = 1 << 13
WORDS: Mapping[type[FileFormat], str] = {
    AvroFormat: "Avro",
    DocumentsFormat: "documents",
    ExcelFormat: "workbooks",
    HtmlFormat: "HTML",
    JsonFormat: "JSON",
    OrcFormat: "ORC",
    ParquetFormat: "Parquet",
    SqliteFormat: "SQLite databases",
    XmlFormat: "XML",
}
"""What files of a format are called."""
MARKS: Mapping[type[FileFormat], str] = {
    AvroFormat: "its first bytes are those of Avro: Obj 1",
    DocumentsFormat: "its first bytes are those of a document or an image",
    ExcelFormat: "it is a container with a workbook in it",
    HtmlFormat: "it begins as a page does",
    JsonFormat: "it begins as JSON and can be read so",
    OrcFormat: "its first bytes are those of ORC: ORC",
    ParquetFormat: "its first bytes are those of Parquet: PAR1",
    SqliteFormat: "its first bytes are those of SQLite: SQLite format 3",
    XmlFormat: "it begins as XML and can be read so",
}
"""How a format is told."""


def recognised(path: Path, name: str, verb: str = "draft") -> FileFormat | None:
    """The format of a file that is not compressed; None where it is text.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        As it is called in an error.
    verb : str
        The command that asks.

    Raises
    ------
    UsageError
        If it is neither text nor of a kind that can be read.
    """
    found = sniff(path)
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    if isinstance(found, XmlFormat) and not _is_xml(path, head, found):
        found = None
    if found is None and (kind := kind_of(head)) != TEXT:
        raise UsageError(
            f'"{name}" is of no kind that can be read',
            where=f"vertebra {verb}",
            why=f"it is no text but {kind}",
            next_="leave it out, or say how it is to be read in a source of your own (docs/formats.md)",
        )
    return found


def _is_xml(path: Path, head: bytes, format_: XmlFormat) -> bool:
    """Is what begins with a tag XML? Where it says so itself, or can be read."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        return True
    return bool(columns_of(Opened(path, path, "utf-8", "utf-8", name=path.name), format_))


def of_one_kind(found: Sequence[tuple[str, FileFormat | None]], where: str) -> None:
    """See that files are of one kind.

    Parameters
    ----------
    found : sequence of (str, FileFormat or None)
        Their names and formats.
    where : str
        What an error shows as their place.

    Raises
    ------
    UsageError
        If they are of several; it names them.
    """
    kinds: dict[str, list[str]] = {}
    for name, format_ in found:
        kinds.setdefault("text" if format_ is None else WORDS[type(format_)], []).append(name)
    if len(kinds) > 1:
        some = sorted(kinds.items(), key=lambda item: -len(item[1]))
        told = ", ".join(f"{len(names)} {kind} ({names[0]}{', …' if len(names) > 1 else ''})" for kind, names in some)
        raise UsageError(
            "these files are of several kinds",
            where=where,
            why=f"by their content: {told}",
            next_="draft each kind by itself, naming its files: vertebra draft FILE… --source NAME",
        )
