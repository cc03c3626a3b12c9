"""The folder collector: the files below a folder that are new or changed, found without reading one."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vertebra.errors import ProjectError
from vertebra.governance import files
from vertebra.landing.candidate import Candidate, Left, stamp
from vertebra.landing.walk import Found, Refused, identity, walk
from vertebra.project import FolderCollect, Source
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Survey:
    """What a collector found: files to land, in the order of their names, and files that it cannot take."""

    candidates: tuple[Candidate, ...] = ()
    left: tuple[Left, ...] = ()


def survey(ws: Workspace, source: Source) -> Survey:
    """The files below a source's folder that are new or changed since they were landed last.

    Touches nothing and reads no file: a file whose size, times and inode are those that the catalog remembers is
    as it was. Hidden files and folders and names of unfinished downloads are passed over
    (`vertebra.landing.pattern.is_passed_over`), and so is the project's own storage.

    Raises
    ------
    ProjectError
        If the folder does not exist, cannot be listed or is the project's storage.
    """
    collect = source.collect
    if collect is None:
        return Survey()
    items = _items(source.name, collect, ws.project.folder / collect.folder, Path(ws.storage.root))
    found = sorted((item for item in items if isinstance(item, Found)), key=lambda item: item.name)
    refused = sorted((item for item in items if isinstance(item, Refused)), key=lambda item: item.name)
    begin = _begin(collect)
    with ws.catalog.read() as connection:
        known = files.stamps(connection, source.name, [begin + item.name for item in found])
    return Survey(
        tuple(_candidate(item, begin, known) for item in found if stamp(item.facts) != known.get(begin + item.name)),
        tuple(Left(item.name, begin + item.name, item.why) for item in refused),
    )


def _items(source: str, collect: FolderCollect, root: Path, storage: Path) -> list[Found | Refused]:
    try:
        barred = identity(storage) if storage.exists() else None
        if identity(root) == barred:
            raise _unusable(source, collect, f"{root} is where the project keeps its own data")
        return list(walk(root, collect.pattern, barred))
    except OSError as error:
        raise _unusable(source, collect, f"{root}: {error.strerror}") from error


def _unusable(source: str, collect: FolderCollect, why: str) -> ProjectError:
    return ProjectError(
        f'cannot collect the files of "{source}"',
        where=f"{collect.where} collect.folder".lstrip(),
        why=why,
        next_="make the folder and let it be read, or name another under `collect: {folder: …}`",
    )


def _candidate(item: Found, begin: str, known: Mapping[str, str]) -> Candidate:
    origin = begin + item.name
    what = "changed" if origin in known else "new"
    return Candidate(item.name, origin, item.facts.st_size, stamp(item.facts), what, item.path)


def _begin(collect: FolderCollect) -> str:
    """What stands before a file's name in its origin.

    The folder as the project writes it, so that a project that was moved still knows its files.
    """
    folder = posixpath.normpath(collect.folder)
    return "" if folder == "." else posixpath.join(folder, "")
