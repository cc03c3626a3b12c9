"""How the sources' templates changed with their files, and how a change is taken back."""

from __future__ import annotations

from dataclasses import dataclass

from vertebra.errors import UnknownNameError
from vertebra.governance import evolutions, files
from vertebra.governance.evolutions import Evolution
from vertebra.governance.files import FileVersion
from vertebra.operations.definitions import source_named
from vertebra.operations.lock import lock
from vertebra.project import read_sources
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DriftRecord:
    """One change of a template, and the file because of which it was made."""

    change: Evolution
    file: FileVersion


def drifted(ws: Workspace, source: str | None = None) -> tuple[DriftRecord, ...]:
    """Every change that files made to the templates of one source or of all, oldest first.

    Raises
    ------
    UnknownNameError
        If the project has no such source.
    """
    if source is not None:
        source_named(read_sources(ws.project.folder), source)
    with ws.catalog.read() as connection:
        found = evolutions.evolutions(connection, source)
        known = files.files_by_id(connection, {one.file_id for one in found})
    return tuple(DriftRecord(one, known[one.file_id]) for one in found)


def undo(ws: Workspace, source: str | None, number: int, *, wait: float = 0.0) -> DriftRecord:
    """Take a change back; the next run reads what that concerns again, and does not make it once more.

    Parameters
    ----------
    source : str, optional
        Whose change it must be.
    number : int
        Of the change, as `drifted` tells it.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    UnknownNameError
        If there is no such change that stands.
    LockedError
        If another process is writing.
    """
    with lock(ws.storage.root, "drift", wait):
        standing = {one.change.number: one for one in drifted(ws, source) if one.change.undone_at is None}
        if number not in standing:
            numbers = ", ".join(map(str, standing))
            raise UnknownNameError(
                f"there is no change {number} that stands",
                where=f"the drift of {source or 'all sources'}",
                why=f"those that stand: {numbers}" if numbers else "no file changed a template, or all was taken back",
                next_="vertebra drift",
            )
        with ws.catalog.write() as connection:
            evolutions.undo(connection, number)
    return standing[number]
