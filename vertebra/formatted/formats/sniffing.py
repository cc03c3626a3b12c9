"""Which kind of file is this, and which columns has it? By its content alone; text without a structure is left open."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from vertebra.formatted.formats import avro, documents, excel, html, orc, parquet, sqlite, xml
from vertebra.formatted.formats.declared import Declared
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.registry import format_of
from vertebra.project import FileFormat, JsonFormat, Load, Source

_HEAD = 1 << 16


def sniff(path: Path) -> FileFormat | None:
    """The format of a file that is not compressed; None where it is text that may be delimited, or unknown.

    What is found is the format with its options as they are by default, or as far as the content says them.
    """
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    for detector in DETECTORS:
        found = detector(head, path)
        if found is not None:
            return found
    return None


def sniff_json(head: bytes, path: Path) -> JsonFormat | None:
    """JSON: an array, one record a line, or documents one behind the other."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8-sig", "ignore").lstrip(" \t\r\n")
    if not text.startswith(("[", "{")):
        return None
    found = _shape(text, whole=len(head) == path.stat().st_size)
    return replace(found, encoding="utf-16") if found and wide else found


def _shape(text: str, *, whole: bool) -> JsonFormat | None:
    if text.startswith("["):
        return JsonFormat(shape="array") if _begins(text, whole=whole) else None
    first, feed, rest = text.partition("\n")
    if feed and rest.strip() and _is_object(first):
        return JsonFormat(shape="lines")
    decoder = json.JSONDecoder()
    try:
        _, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        return JsonFormat(shape="array") if not whole and _begins(text, whole=False) else None
    behind = text[end:].strip()
    if behind.startswith("{"):
        return JsonFormat(shape="documents")
    return JsonFormat(shape="lines" if "\n" not in text[:end] else "array") if not behind else None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _begins(text: str, *, whole: bool) -> bool:
    """Does a text begin as JSON does? Its first value is looked at, for the rest of it may not be there."""
    try:
        json.loads(text)
    except RecursionError:
        return True
    except json.JSONDecodeError as error:
        return (not whole and error.pos > len(text) * 3 // 4) or (not whole and "Unterminated" in error.msg)
    return True


Detector = Callable[[bytes, Path], FileFormat | None]
DETECTORS: tuple[Detector, ...] = (
    parquet.sniff,
    orc.sniff,
    avro.sniff,
    sqlite.sniff,
    excel.sniff,
    documents.sniff,
    html.sniff,
    xml.sniff,
    sniff_json,
)
"""In this order; the first that does not decline is right."""


@runtime_checkable
class Named(Protocol):
    """A reader that tells the columns of a file without a template."""

    def columns(self, file: Opened, source: Source) -> tuple[str, ...]:
        """Names of the file's columns, or paths of the values in its records; none where it cannot be read."""


@runtime_checkable
class Typed(Protocol):
    """A reader that tells the types that a file declares."""

    def types(self, file: Opened, source: Source) -> tuple[Declared | None, ...]:
        """Of the file's columns; none where it declares none."""


def column_names(path: Path, format_: FileFormat) -> tuple[str, ...]:
    """The columns of a file that no template describes yet: what a template's `from` may name.

    Of a format that finds them by other means, as delimited text, there are none.
    """
    return columns_of(Opened(path, path, "utf-8", "utf-8", name=path.name), format_)


def columns_of(file: Opened, format_: FileFormat) -> tuple[str, ...]:
    """The same of a file that is open."""
    source = untold(format_)
    reader = format_of(source)
    return reader.columns(file, source) if isinstance(reader, Named) else ()


def types_of(file: Opened, format_: FileFormat) -> tuple[Declared | None, ...]:
    """The types that a file declares, one for each of its columns; nothing where its format knows none."""
    source = untold(format_)
    reader = format_of(source)
    return reader.types(file, source) if isinstance(reader, Typed) else ()


def untold(format_: FileFormat) -> Source:
    """A source of which nothing is known but its format."""
    return Source("draft", "", "", None, "", format_, Load.LATEST, (), (), (), (), "")
