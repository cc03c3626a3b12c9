"""A source as its user declares it: how its files are collected, read, typed and loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from vertebra.document import Section, read_yaml
from vertebra.errors import ProjectError, nearest
from vertebra.project.columns import ColumnTemplate, read_columns
from vertebra.project.file_name import file_name_fields
from vertebra.project.formats import FileFormat, read_format
from vertebra.project.project import identifier

POSITION = "_position"
"""Column of a child table: a value's 1-based place in its array."""


class Load(StrEnum):
    """Which rows of the delivered files stand in the table."""

    LATEST = "latest"  # of the newest version of each file name
    APPEND = "append"  # of every version of every file
    REPLACE = "replace"  # of the newest file only
    UPSERT = "upsert"  # the newest row per key, from every version of every file


class Drift(StrEnum):
    """What becomes of files that are not as the template says."""

    EVOLVE = "evolve"  # the table follows: columns come, types widen, no value is lost
    FREEZE = "freeze"  # the table stays as declared; what does not fit is a finding
    RESCUE = "rescue"  # the table stays as declared; what does not fit stands beside the row, as JSON


RESCUED = "_rescued"
"""Column of a table that rescues: what did not fit its row, as a JSON object of raw texts; null where all did."""


@dataclass(frozen=True, slots=True)
class FolderCollect:
    """Files below a folder.

    Parameters
    ----------
    folder : str
        Relative to the project's folder, or absolute.
    pattern : str
        Glob below the folder, `**` for any depth.
    settle : float
        Seconds for which size and time of a file must not change before it is taken.
    where : str
        File and line of `folder`, for errors.
    members : str
        Glob of the files in archives that are taken; empty where archives stay closed.
    """

    folder: str
    pattern: str
    settle: float
    where: str = ""
    members: str = "**/*"


@dataclass(frozen=True, slots=True)
class Child:
    """A nested array of objects that becomes a table of its own.

    Its rows carry the parent's key columns, and `_position`, their 1-based place in the array. A path that goes
    through arrays, `orders[].lines`, or in XML `order[]/lines/line`, makes a row of each value in them, which carries
    the places of all of them; one that goes through an object whose names are data, `prices{}`, makes a row of each
    member.

    Parameters
    ----------
    name : str
        Of the child table.
    origin : str
        Dotted path of the array in the parent's record.
    columns : tuple of ColumnTemplate
        Its columns, paths relative to an element.
    """

    name: str
    origin: str
    columns: tuple[ColumnTemplate, ...]

    @property
    def levels(self) -> tuple[str, ...]:
        """Paths from one array or object to the next; one of an object ends with `{}`."""
        parts = re.split(r"\[\][./]|(?<=\{\})\.", self.origin)
        return tuple(part.removesuffix("[]") for part in parts)

    @property
    def positions(self) -> tuple[str, ...]:
        """Columns that say where a value lies, the innermost last."""
        sign = "/" if "[]/" in self.origin else "."
        names = (part.removesuffix("{}").rpartition(sign)[2] for part in self.levels[:-1])
        outer = (re.sub(r"\W+", "_", name).lower() for name in names)
        return (*(f"{name}{POSITION}" for name in outer), POSITION)


@dataclass(frozen=True, slots=True)
class Source:
    """A source, its template and its load rule.

    Parameters
    ----------
    name, description, owner : str
        Of the source; its table has the same name.
    collect : FolderCollect or None
        Where its files are found; None where they are only pushed.
    file_name : str
        Form of its files' names, with fields in braces.
    format : FileFormat
        How its files are written.
    load : Load
        Which rows of the delivered files stand in the table.
    key : tuple of str
        Columns that identify a record; empty where nothing is taken for a duplicate.
    columns : tuple of ColumnTemplate
        Of the table.
    children : tuple of Child
        Nested arrays that become tables.
    ignore : tuple of str
        Columns or fields of the files that are left out on purpose; any other that is not named is a warning.
    where : str
        File and line of the declaration.
    drift : Drift
        What becomes of files that are not as the template says.
    stop_above : float
        Share of a load's records in quarantine, 0 to 1, above which nothing of the load is published.
    variants : mapping
        File versions that are written otherwise than `format` says, and how each is; no source file declares them.
    """

    name: str
    description: str
    owner: str
    collect: FolderCollect | None
    file_name: str
    format: FileFormat
    load: Load
    key: tuple[str, ...]
    columns: tuple[ColumnTemplate, ...]
    children: tuple[Child, ...]
    ignore: tuple[str, ...]
    where: str
    drift: Drift = Drift.EVOLVE
    stop_above: float = 1.0
    variants: Mapping[int, FileFormat] = field(default_factory=dict, hash=False)

    def of(self, file_id: int) -> Source:
        """The source as it reads one file version."""
        format_ = self.variants.get(file_id)
        return self if format_ is None else replace(self, format=format_)

    def template(self) -> dict[str, Any]:
        """What decides how a file becomes rows, as JSON values: the template and nothing else of the source."""
        return {
            "file_name": self.file_name,
            "format": _body(self.format),
            "load": str(self.load),
            "key": list(self.key),
            "columns": [column.meaning() for column in self.columns],
            "children": [
                {"name": child.name, "from": child.origin, "columns": [c.meaning() for c in child.columns]}
                for child in self.children
            ],
            **({"drift": str(self.drift)} if self.drift is Drift.RESCUE else {}),  # the others have the same columns
            **({"variants": variants} if (variants := self._variants()) else {}),
        }

    def _variants(self) -> dict[str, Any]:
        return {str(number): _body(format_) for number, format_ in sorted(self.variants.items())}


def _body(format_: FileFormat) -> dict[str, Any]:
    return {type(format_).__name__: asdict(format_)}


_LONGEST_SETTLE = 3600  # seconds

_KEYS = (
    "source",
    "description",
    "owner",
    "collect",
    "file_name",
    "format",
    "load",
    "key",
    "columns",
    "children",
    "ignore",
    "drift",
    "stop_above",
)


def read_sources(folder: Path) -> dict[str, Source]:
    """The sources of a project folder, by name, in the order of their names.

    Raises
    ------
    ProjectError
        If a file cannot be used, or two declare the same table.
    """
    found: dict[str, Source] = {}
    tables: dict[str, str] = {}
    for path in sorted((folder / "sources").glob("*.y*ml")):
        source = read_source(path, f"sources/{path.name}")
        for table in (source.name, *(child.name for child in source.children)):
            if table in tables:
                raise ProjectError(
                    f'the table "{table}" is declared twice',
                    where=source.where,
                    why=f"{tables[table]} declares it too",
                    next_="rename one of the two",
                )
            tables[table] = source.where
        found[source.name] = source
    return found


def read_source(path: Path, shown: str | None = None) -> Source:
    """Read one source file.

    Raises
    ------
    ProjectError
        If it cannot be used; the error names file, line and key.
    """
    top = read_yaml(path, shown).only(_KEYS)
    name = identifier(top, "source")
    if name.endswith("_quarantine"):
        raise top.error("source", "names that end in _quarantine are kept for what is quarantined", "another name")
    file_name = top.text("file_name", "")
    fields = file_name_fields(top, file_name)
    format_ = read_format(top)
    columns = read_columns(top, fields, format_.decimal, nested=format_.nested)
    load = Load(top.choice("load", tuple(Load), "latest"))
    key = top.texts("key", ())
    names = [column.name for column in columns]
    for part in key:
        if part not in names:
            raise top.error("key", f'"{part}" is no column', nearest(part, names))
    if load is Load.UPSERT and not key:
        raise top.error("load", "upsert needs a key to know which row is meant", "add `key: [column, …]`")
    return Source(
        name=name,
        description=top.text("description", ""),
        owner=top.text("owner", ""),
        collect=_collect(top),
        file_name=file_name,
        format=format_,
        load=load,
        key=key,
        columns=columns,
        children=_children(top, format_, key),
        ignore=top.texts("ignore", ()),
        where=f"{top.file}:{top.line}",
        drift=Drift(top.choice("drift", tuple(Drift), "evolve")),
        stop_above=_share(top, "stop_above", 1.0),
    )


def _share(top: Section, key: str, default: float) -> float:
    """A share between 0 and 1, written as `1%` or `0.01`."""
    value = top.get(key, default)
    text = str(value).strip()
    number, per = (text[:-1], 100.0) if text.endswith("%") else (text, 1.0)
    try:
        found = float(number) / per
    except ValueError:
        found = -1.0
    if isinstance(value, bool) or not 0 <= found <= 1:
        raise top.error(key, f"{value!r} is no share of the records", f"write for example `{key}: 1%`")
    return found


def _collect(top: Section) -> FolderCollect | None:
    section = top.section("collect", None)
    if section is None:
        return None
    section.only(("folder", "pattern", "settle", "members"))
    settle = section.number("settle", 0.5)
    if not 0 <= settle <= _LONGEST_SETTLE:
        raise section.error("settle", f"{settle} is no number of seconds to wait", "0 to 3600, for example `0.5`")
    return FolderCollect(
        section.text("folder"),
        section.text("pattern", "**/*"),
        float(settle),
        f"{section.file}:{section.lines['folder']}",
        section.text("members", "**/*"),
    )


def _children(top: Section, format_: FileFormat, key: tuple[str, ...]) -> tuple[Child, ...]:
    sections = top.sections("children", ())
    if not sections:
        return ()
    if not format_.nested:
        raise top.error("children", "only nested records, as in JSON, have children", "take `children:` away")
    if not key:
        raise top.error("children", "child rows need a key of their parent to refer to", "add `key: [column, …]`")
    found = []
    for section in sections:
        section.only(("name", "from", "columns"))
        columns = read_columns(section, frozenset(), format_.decimal, nested=True)
        twice = sorted({column.name for column in columns} & set(key))
        if twice:
            raise section.error("columns", f'"{twice[0]}" comes with the parent\'s key already', "rename the column")
        child = Child(identifier(section, "name"), section.text("from"), columns)
        taken = sorted({column.name for column in columns} & set(child.positions))
        if taken or len(set(child.positions)) < len(child.positions):
            why = f'"{taken[0]}" is the place of its array' if taken else "two of its arrays have one name"
            raise section.error("from", why, "rename the column, or read the inner array as text")
        found.append(child)
    return tuple(found)
