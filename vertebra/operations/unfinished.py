"""What a crash left behind: found by looking at the last runs only, and swept away before anything new is made."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

from vertebra import formatted
from vertebra.governance import datasets, runs
from vertebra.governance.datasets import DatasetVersion
from vertebra.project import read_sources
from vertebra.step import Kind
from vertebra.workspace import Workspace

REPAIR, COMPACT = "repair-", "compact-"
"""Begin of the folders that a repair and a compaction write to: versions of earlier runs name what is in them."""


def sweep(ws: Workspace, run_id: int) -> tuple[str, ...]:
    """Take away the data files of steps that did not end well, in this run's predecessors or in itself.

    A step writes into folders `<identity>-<run>` of its tables. Where no recorded version of that run names a file
    of such a folder, nobody ever will: the folder goes. Should the table's own log already name it (a crash between
    the commit and the catalog), the recorded files are committed again first, so that whoever reads the table
    without the catalog sees what is recorded.

    Parameters
    ----------
    ws : Workspace
        The project; its lock is held.
    run_id : int
        This run.

    Returns
    -------
    tuple of str
        The folders that were taken away, below the storage's root.
    """
    with ws.catalog.read() as connection:
        crashed = dict.fromkeys(runs.crashed_steps(connection, run_id))
    gone: dict[str, None] = {}
    for run, kind, name in crashed:
        for path in _paths(ws, Kind(kind), name):
            gone.update(dict.fromkeys(_sweep_table(ws, path, run)))
    return tuple(gone)


def sweep_scratch(root: Path) -> None:
    """Take away temporary files of engines whose process on this machine is dead.

    Each works in folders `scratch-<host>-<pid>-…` of its own, since readers run beside a writer.
    """
    from vertebra.storage import LocalStorage

    here = f"scratch-{platform.node()}-"
    for folder in root.glob(f"{here}*"):
        pid = folder.name.removeprefix(here).split("-")[0]
        if pid.isdecimal() and not _alive(int(pid)):
            LocalStorage(root).remove(folder.name)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process: it lives
        return True
    return True


def _paths(ws: Workspace, kind: Kind, name: str) -> Iterator[str]:
    """Folders of the tables that a step may have written to."""
    match kind:
        case Kind.FORMAT:
            source = read_sources(ws.project.folder).get(name)
            # where the source's file is gone since, its child tables are not known any more: all are looked at
            for table in formatted.table_names(source) if source else ws.storage.folders("formatted"):
                yield f"formatted/{table}"
            yield f"quarantine/{name}"
        case Kind.VIEW:
            yield from (f"exploitation/{name}", f"quarantine/{name}")
        case Kind.FEATURES | Kind.TRAIN | Kind.PREDICT:
            yield from (f"analysis/{name}/{table}" for table in ws.storage.folders(f"analysis/{name}"))
        case Kind.COMPACT:
            with ws.catalog.read() as connection:
                version = datasets.head(connection, name)
            assert version is not None  # noqa: S101  it was compacted
            yield version.path
        case Kind.LAND | Kind.REMOVE:  # landing resumes by itself; a removal writes nothing
            return


def _sweep_table(ws: Workspace, path: str, run: int) -> Iterator[str]:
    folders = [folder for folder in ws.storage.folders(path) if folder.endswith(f"-{run}")]
    if not folders:
        return
    with ws.catalog.read() as connection:
        head = datasets.head_at(connection, path)
        older = any(folder.startswith((REPAIR, COMPACT)) for folder in folders)
        recorded = datasets.all_at(connection, path) if older else datasets.of_run(connection, path, run)
    if head is None:  # its first version never came to be
        ws.storage.remove(path)
        yield path
        return
    end_with(ws, head)
    kept = _folders(ws, recorded)
    for folder in folders:
        if folder not in kept:
            ws.storage.remove(f"{path}/{folder}")
            yield f"{path}/{folder}"


def _folders(ws: Workspace, versions: Iterable[DatasetVersion]) -> set[str]:
    return {file.path.split("/")[0] for v in versions for file in ws.tables.snapshot(v.path, v.table_version).files}


def end_with(ws: Workspace, head: DatasetVersion) -> None:
    """Make the table's log end with the files that the catalog recorded last."""
    recorded = ws.tables.snapshot(head.path, head.table_version)
    newest = ws.tables.snapshot(head.path)
    if {file.path for file in newest.files} != {file.path for file in recorded.files}:
        ws.tables.publish(head.path, recorded.files, ws.engine.schema(head.columns), head.identity)
