"""Which file versions are meant: a name as text, checked against what was landed and what a release holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from vertebra.errors import UnknownNameError, UsageError, nearest
from vertebra.governance import accounts, files
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.table import PROVENANCE
from vertebra.workspace import Workspace


def files_meant(
    ws: Workspace, text: str, source: str | None, release: int, contents: Mapping[str, DatasetVersion]
) -> tuple[FileVersion, ...]:
    """The file version of `NAME` (the newest of the release) or `NAME@VERSION`; of an archive also what is in it.

    Parameters
    ----------
    ws : Workspace
        The project.
    text : str
        What was typed.
    source : str or None
        The source that the file is of; needed only where several have one of this name.
    release : int
        In which of its tables the file has to stand.
    contents : mapping
        The datasets of the release.

    Raises
    ------
    UnknownNameError
        If there is no such file or version, or no table of the release holds it.
    UsageError
        If files of several sources have the name.
    """
    with ws.catalog.read() as connection:
        name, asked, found = text, "", files.of_name(connection, text)
        before, sign, after = text.rpartition("@")
        if not found and sign and after.isdecimal():
            name, asked, found = before, after, files.of_name(connection, before)
        if source is not None:
            found = tuple(one for one in found if one.source == source)
        if not found:
            raise _unknown(name, source, files.all_names(connection), contents)
        meant: tuple[FileVersion, ...] = ()
        standing: tuple[int, ...] = ()
        chosen = _versions(name, asked, found)
        for file in reversed(chosen):  # the newest that the release holds
            meant = (file, *(files.inside(connection, file) if file.is_archive else ()))
            standing = accounts.releases_with(connection, [one.id for one in meant])
            if release in standing:
                return meant
    raise _not_there(meant[0], found, release, standing)


def _versions(name: str, asked: str, found: Sequence[FileVersion]) -> Sequence[FileVersion]:
    sources = sorted({one.source for one in found})
    if len(sources) > 1:
        raise UsageError(
            f"{len(sources)} sources have a file {name}",
            where=f"vertebra impact {name}",
            why=f"they are {', '.join(sources)}, and each is a file of its own",
            next_=f"vertebra impact {name}{'@' * bool(asked)}{asked} --source {sources[0]}",
        )
    chosen = [one for one in found if not asked or one.version == int(asked)]
    if not chosen:
        raise UnknownNameError(
            f"{name} has no version {asked}",
            where=f"vertebra impact {name}@{asked}",
            why=f"of the source {sources[0]} it has {_listed(found)}",
            next_=f"vertebra impact {name}@{found[-1].version}",
        )
    return chosen


def _listed(found: Sequence[FileVersion]) -> str:
    numbers = [str(one.version) for one in found]
    if len(numbers) == 1:
        return f"version {numbers[0]} alone"
    return f"versions {numbers[0]} to {numbers[-1]}"


def _unknown(
    name: str, source: str | None, known: Collection[str], contents: Mapping[str, DatasetVersion]
) -> UnknownNameError:
    dataset = contents.get(name)
    if dataset is not None:
        shown = [column for column in dataset.grain or [c.name for c in dataset.columns] if column not in PROVENANCE]
        return UnknownNameError(
            f"no file is called {name}",
            where=f"vertebra impact {name}",
            why="it is a dataset, and which of its rows are meant is not said",
            next_=f"vertebra impact {name} {' '.join(f'{column}=…' for column in shown)}",
        )
    return UnknownNameError(
        f"no file is called {name}" + (f" in the source {source}" if source else ""),
        where=f"vertebra impact {name}",
        why="a file has the name under which it was landed, with its folders" if known else "nothing was landed yet",
        next_=nearest(name, known) if known else "vertebra run",
    )


def _not_there(
    file: FileVersion, found: Sequence[FileVersion], release: int, standing: Sequence[int]
) -> UnknownNameError:
    shown = f"{file.name}@{file.version}"
    what, where = f"{shown} stands in no table", f"release {release}"
    if not standing:
        return UnknownNameError(
            what, where=where, why="it was landed, and is in no release yet", next_="vertebra run, and ask again"
        )
    newer = found[-1].version
    why = f"it last stood in release {standing[-1]}"
    if standing[0] > release:
        why = f"it came with release {standing[0]}"
    elif newer > file.version:
        why += f"; its newest version is {newer}"
    return UnknownNameError(what, where=where, why=why, next_=f"vertebra impact {shown} --release {standing[-1]}")
