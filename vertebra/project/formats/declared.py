"""Which word under `format:` declares which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vertebra.document import Section
from vertebra.project.formats.csv import CsvFormat, read_csv
from vertebra.project.formats.fixed import FixedFormat, read_fixed
from vertebra.project.formats.json import JsonFormat, read_json

FileFormat = CsvFormat | FixedFormat | JsonFormat
"""Any declared format: a frozen dataclass whose `nested` says whether its records nest, so that columns are paths."""

FORMATS: Mapping[str, Callable[[Section], FileFormat]] = {
    "csv": read_csv,
    "fixed": read_fixed,
    "json": read_json,
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
