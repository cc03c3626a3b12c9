"""Look at a file as a template reads it, without a project and without landing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import CERTAIN, Decision
from vertebra.formatted.draft.kinds import TEXT, kind_of
from vertebra.formatted.draft.peek import peek
from vertebra.formatted.draft.peek_lines import peek_lines
from vertebra.formatted.draft.peeked import Peeked
from vertebra.formatted.draft.physical import Physical, detect
from vertebra.formatted.draft.plain import plain
from vertebra.project import CsvFormat, FileFormat, FixedFormat

_HEAD = 1 << 13


@dataclass(frozen=True, slots=True)
class Look:
    """A file that is being looked at.

    Parameters
    ----------
    name : str
        Of the file.
    format : FileFormat
        As which it is read.
    width : int
        Columns.
    decisions : tuple of Decision
        How that was found; none where a template says it.
    records : iterator of Peeked
        Its table.
    """

    name: str
    format: FileFormat
    width: int
    decisions: tuple[Decision, ...]
    records: Iterator[Peeked]

    @property
    def headed(self) -> bool:
        """Does the table begin with a header?"""
        return isinstance(self.format, CsvFormat | FixedFormat) and self.format.header > 0

    def doubts(self) -> list[Decision]:
        """What is not certain."""
        return [one for one in self.decisions if one.confidence < CERTAIN]

    def declared(self) -> dict[str, Any]:
        """The format as JSON, every setting of it."""
        word = type(self.format).__name__.removesuffix("Format").lower()
        return {word: asdict(self.format)}


@contextmanager
def look(path: Path, template: Path | None = None, source: str | None = None, project: Path = Path()) -> Iterator[Look]:
    """Look at a file.

    Parameters
    ----------
    path : Path
        The file.
    template : Path or None
        A template to read it by.
    source : str or None
        The source whose template reads it.
    project : Path
        Folder of the project in which that source is.

    Raises
    ------
    UsageError
        If there is no such file or source, or it is of a kind that cannot be shown.
    """
    if not path.is_file():
        raise UsageError(
            f'there is no file "{path}"',
            where="vertebra peek",
            why="it is a folder" if path.is_dir() else "nothing stands under that name",
            next_="give the path of one file",
        )
    found = _declared(template, source, project)
    if found is None:
        with path.open("rb") as handle:
            kind = kind_of(handle.read(_HEAD))
        if kind != TEXT:
            raise UsageError(
                f'"{path}" cannot be shown as a table',
                where="vertebra peek",
                why=f"it is no text but {kind}",
                next_="take out of it what is text, or say with --template how it is to be read",
            )
        found = detect([path])
    format_ = found.format
    if not isinstance(format_, CsvFormat | FixedFormat):
        raise UsageError(
            f'"{path}" cannot be shown as a table',
            where="vertebra peek",
            why=f"it is {type(format_).__name__.removesuffix('Format')}",
            next_="vertebra draft, then vertebra run and vertebra query",
        )
    with plain(path, format_.encoding) as (readable, encoding):
        if isinstance(format_, CsvFormat):
            records = peek(readable, format_, encoding)
        else:
            records = peek_lines(readable, format_, encoding)
        yield Look(path.name, format_, found.width, found.decisions, records)


def _declared(template: Path | None, source: str | None, project: Path) -> Physical | None:
    """What a template says."""
    if template is not None:
        from vertebra.project import read_source

        declared = read_source(template)
    elif source is not None:
        from vertebra.errors import nearest
        from vertebra.project import read_sources

        known = read_sources(project)
        if source not in known:
            raise UsageError(
                f'there is no source "{source}"',
                where=str(project),
                why=f"it has {', '.join(known) or 'none'}",
                next_=nearest(source, known),
            )
        declared = known[source]
    else:
        return None
    return Physical(declared.format, (), len(declared.columns), ())
