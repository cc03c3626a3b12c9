"""From a batch to the persistent landing and the catalog; whoever finds a batch with a manifest completes it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from sqlalchemy import Connection

from vertebra.governance import files
from vertebra.governance.files import FileVersion
from vertebra.landing.batch import TEMPORAL, Batch, Entry, read_manifest
from vertebra.storage import Storage
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was done about the batches that killed processes left behind."""

    completed: tuple[Batch, ...] = ()
    fallbacks: tuple[str, ...] = ()


def unfinished(storage: Storage, source: str) -> tuple[str, ...]:
    """The folders of the batches that killed processes left behind, oldest first."""
    prefix = f"{TEMPORAL}/{source}/"
    names = {key.removeprefix(prefix).split("/", 1)[0] for key in storage.keys(prefix.rstrip("/"))}
    return tuple(
        prefix + name for name in sorted(names, key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)])
    )


def resume(ws: Workspace, source: str) -> Resumed:
    """Complete the batches that have a manifest, sweep away those that have none.

    Only the holder of the project's lock calls this: what lies here belongs to a dead process.
    """
    completed: list[Batch] = []
    fallbacks: list[str] = []
    folders = unfinished(ws.storage, source)
    for folder in folders:
        batch = read_manifest(ws.storage, folder)
        if batch is None or _is_recorded(ws, batch):
            continue
        damaged = [entry.name for entry in batch.versions if entry.key and not _is_whole(ws.storage, entry)]
        if damaged:
            fallbacks.append(
                f"swept the unfinished batch {folder}: {damaged[0]} in it is not what arrived; "
                "collected files are collected anew, pushed ones must be pushed again"
            )
            continue
        complete(ws, batch)
        completed.append(batch)
    if folders:
        sweep(ws.storage, source)
    return Resumed(tuple(completed), tuple(fallbacks))


def complete(ws: Workspace, batch: Batch) -> None:
    """Give the new versions of a batch their place in the persistent landing, and record the batch."""
    for entry in batch.versions:
        if entry.key:  # a member is where its archive is
            ws.storage.copy(entry.key, entry.path)
    with ws.catalog.write() as connection:
        record(connection, batch)


def sweep(storage: Storage, source: str) -> None:
    """Empty the temporal landing of a source."""
    storage.remove(f"{TEMPORAL}/{source}")


def record(connection: Connection, batch: Batch) -> None:
    """Record what was delivered, and what its origins looked like, in the transaction of a connection."""
    newest = files.newest_of(connection, batch.source, (entry.name for entry in batch.entries))
    added = files.add_files(connection, [_version(batch, entry, newest.get(entry.name)) for entry in batch.versions])
    numbers = {entry.origin: added[entry.stored] for entry in batch.versions}
    numbers.update((e.origin, newest[e.name].id) for e in batch.entries if e.outcome == "duplicate")
    files.add_deliveries(connection, [_delivery(batch, entry, numbers.get(entry.origin)) for entry in batch.entries])
    seen = [(e.origin, e.stamp, numbers[e.origin]) for e in batch.entries if e.stamp and e.outcome != "left"]
    files.see(connection, batch.source, seen)


def _version(batch: Batch, entry: Entry, before: FileVersion | None) -> dict[str, object]:
    return {
        "source": batch.source,
        "name": entry.name,
        "version": 1 if before is None else before.version + 1,
        "received_at": entry.received_at,
        "sha256": entry.sha256,
        "size": entry.size,
        "origin": entry.origin,
        "path": entry.stored,
    }


def _delivery(batch: Batch, entry: Entry, number: int | None) -> dict[str, object]:
    return {
        "run_id": batch.run_id,
        "source": batch.source,
        "name": entry.name,
        "origin": entry.origin,
        "seen_at": batch.seen_at,
        "sha256": entry.sha256 or None,
        "size": entry.size if entry.sha256 else None,
        "outcome": entry.outcome,
        "note": entry.note,
        "file_id": number,
    }


def _is_recorded(ws: Workspace, batch: Batch) -> bool:
    with ws.catalog.read() as connection:  # one transaction recorded all of its deliveries, or none
        return files.delivered(connection, batch.source, batch.entries[0].name, batch.seen_at)


def _is_whole(storage: Storage, entry: Entry) -> bool:
    """A kill leaves bytes whole; a machine that lost its power may not."""
    if not storage.exists(entry.key):
        return False
    digest = hashlib.sha256()
    with storage.open(entry.key) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest() == entry.sha256
