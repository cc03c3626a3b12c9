"""A template for a file of which no more is known than its format and its columns: every column as text."""

from __future__ import annotations

from collections.abc import Sequence

from vertebra.project import ColumnTemplate, FileFormat, Load, Source


def probe(format_: FileFormat, names: Sequence[str]) -> Source:
    """A source with the columns `c1`, `c2`, … for the columns of these names, or paths, each in its place."""
    return by_place(format_, names if format_.nested else places(names))


def by_place(format_: FileFormat, origins: Sequence[str]) -> Source:
    """The same for columns that are found as `origins` say."""
    columns = tuple(ColumnTemplate(f"c{number}", origin, "text") for number, origin in enumerate(origins, 1))
    return Source("draft", "", "", None, "", format_, Load.LATEST, (), columns, (), (), "draft")


def places(names: Sequence[str]) -> list[str]:
    """How a template finds columns of these names: by their place where that is no name.

    Examples
    --------
    >>> places(["a", "", "b", "b"])
    ['a', '#2', '#3', '#4']
    """
    able = [name and names.count(name) == 1 and not name.startswith("file_name.") for name in names]
    return [name if fits else f"#{at}" for at, (name, fits) in enumerate(zip(names, able, strict=True), 1)]
