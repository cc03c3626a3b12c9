"""Look at a file as a template reads it, without a project and without landing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import CERTAIN, Decision
from vertebra.formatted.draft.files import bare, physical_of
from vertebra.formatted.draft.peek import peek
from vertebra.formatted.draft.peek_lines import peek_lines
from vertebra.formatted.draft.peek_table import peek_table
from vertebra.formatted.draft.peeked import Peeked
from vertebra.formatted.draft.physical import Physical
from vertebra.formatted.draft.plain import plain
from vertebra.formatted.formats.opening import opened_at
from vertebra.formatted.formats.sniffing import columns_of
from vertebra.project import CsvFormat, FileFormat, FixedFormat


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
        return not isinstance(self.format, CsvFormat | FixedFormat) or self.format.header > 0

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
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="vertebra-")))
        inner, told = bare(path, scratch)
        found = found or physical_of([inner], scratch, "peek")
        format_ = found.format
        if isinstance(format_, CsvFormat | FixedFormat):
            readable, encoding = stack.enter_context(plain(inner.path, format_.encoding))
            records, width = _text(readable, format_, encoding), found.width
        else:
            opened = stack.enter_context(opened_at(inner.path, format_, scratch, inner.name))
            names = found.names or columns_of(opened, format_)
            records, width = peek_table(opened, format_, names), len(names)
        yield Look(inner.name, format_, width, (*told, *found.decisions), records)


def _text(path: Path, format_: CsvFormat | FixedFormat, encoding: str) -> Iterator[Peeked]:
    if isinstance(format_, CsvFormat):
        return peek(path, format_, encoding)
    return peek_lines(path, format_, encoding)


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
    paths = tuple(dict.fromkeys(one.origin for one in declared.columns if not one.from_file_name))
    return Physical(declared.format, paths if declared.format.nested else (), len(declared.columns), ())
