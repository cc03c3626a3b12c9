"""The verbs: look at what could be landed, land what a collector finds, push what is handed over."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vertebra.errors import StorageError, UsageError
from vertebra.governance import files
from vertebra.landing.batch import TEMPORAL, Batch, Entry, judge, split, write_manifest
from vertebra.landing.candidate import Candidate, Left
from vertebra.landing.complete import Resumed, complete, record, resume, sweep, unfinished
from vertebra.landing.folder import Survey, survey
from vertebra.landing.receive import receive
from vertebra.landing.settle import settle
from vertebra.landing.unpack import unpacked
from vertebra.project import Source
from vertebra.step import Outcome, Receipt, Way, Work
from vertebra.workspace import Workspace


def look(ws: Workspace, source: Source) -> tuple[Candidate, ...]:
    """What there is to land; touches nothing and reads no file.

    Files at the origin that are new or changed; those that cannot be taken as they are, since the landing will
    report them; and batches that a killed process left unfinished.

    Raises
    ------
    ProjectError
        If the source's folder cannot be listed.
    """
    seen = survey(ws, source)
    refused = (Candidate(left.name, left.origin, 0, "", "new") for left in seen.left)
    batches = (Candidate(key, key, 0, "", "unfinished") for key in unfinished(ws.storage, source.name))
    return (*seen.candidates, *refused, *batches)


def land(ws: Workspace, source: Source, run_id: int, looked: Sequence[Candidate] | None = None) -> Receipt:
    """Collect what is new or changed, and keep it.

    Only one process may land at a time: the caller holds the project's lock.

    Parameters
    ----------
    looked : sequence of Candidate, optional
        What `look` has just found under the same lock. Files are not looked for again then, unless it found more than
        files; each is still left where it is if it is not as it was seen.

    Returns
    -------
    Receipt
        `rows` counts new versions, `size` their bytes; files that were left are fallbacks.

    Raises
    ------
    ProjectError
        If the source's folder cannot be listed.
    StorageError
        If the storage or the catalog refuses; the next landing goes on from there.
    """
    if looked is not None and all(candidate.path for candidate in looked):
        resumed, seen = Resumed(), Survey(tuple(looked))
    else:
        resumed = resume(ws, source.name)
        seen = survey(ws, source)
    seconds = 0.0 if source.collect is None else source.collect.settle
    resting, moving = settle(seen.candidates, seconds)
    return _take(ws, source, run_id, resting, left=(*seen.left, *moving), resumed=resumed)


def push(ws: Workspace, source: Source, paths: Sequence[Path], run_id: int) -> Receipt:
    """Keep files that are handed over, under their base names.

    Raises
    ------
    UsageError
        If one of them is no readable file, or two have the same name.
    StorageError
        As for `land`.
    """
    candidates = _handed(list(dict.fromkeys(paths)))
    resumed = resume(ws, source.name)
    return _take(ws, source, run_id, candidates, left=(), resumed=resumed)


def _take(
    ws: Workspace,
    source: Source,
    run_id: int,
    candidates: Sequence[Candidate],
    *,
    left: Sequence[Left],
    resumed: Resumed,
) -> Receipt:
    batches = list(resumed.completed)
    for number, chunk in enumerate(split(candidates), start=1):
        batches.append(_batch(ws, source, run_id, f"{run_id}-{number}", chunk))
    if left:
        now = datetime.now(UTC)
        entries = tuple(_left(item, now) for item in left)
        batches.append(Batch("", source.name, run_id, now, entries))
        with ws.catalog.write() as connection:
            record(connection, batches[-1])
    return _receipt(batches, resumed)


def _batch(ws: Workspace, source: Source, run_id: int, name: str, candidates: Sequence[Candidate]) -> Batch:
    key = f"{TEMPORAL}/{source.name}/{name}"
    try:
        arrived, left = receive(ws.storage, key, candidates)
    except StorageError:
        with suppress(StorageError):  # give a full disk its space back; if that fails too, the next landing sweeps
            ws.storage.remove(key)
        raise
    with ws.catalog.read() as connection:
        newest = files.newest_of(connection, source.name, (candidate.name for candidate, _, _ in arrived))
    now = datetime.now(UTC)
    kept = list(judge(source.name, arrived, newest, now))
    while any(entry.path and ws.storage.exists(entry.path) for entry in kept):
        now += timedelta(microseconds=1)  # a clock that was set back must not lead to what is kept already
        kept = list(judge(source.name, arrived, newest, now))
    with ws.catalog.read() as connection:
        kept = list(unpacked(connection, ws.storage, source, kept))
    entries = sorted((*kept, *(_left(item, now) for item in left)), key=lambda entry: entry.name)
    batch = Batch(key, source.name, run_id, now, tuple(entries))
    write_manifest(ws.storage, batch)
    complete(ws, batch)
    sweep(ws.storage, source.name)
    return batch


def _left(item: Left, now: datetime) -> Entry:
    return Entry(item.name, item.origin, "", "left", now, note=item.why)


def _handed(paths: Sequence[Path]) -> list[Candidate]:
    twice = [name for name, count in Counter(path.name for path in paths).items() if count > 1]
    if twice:
        raise UsageError(
            "two files would be kept under one name",
            where=twice[0],
            why="a pushed file is kept under its base name, and the newest delivery is what counts",
            next_="push them one after the other, last the one that counts",
        )
    return sorted((_one(path) for path in paths), key=lambda candidate: candidate.name)


def _one(path: Path) -> Candidate:
    where = os.fsencode(path).decode("utf-8", "backslashreplace")
    try:
        facts = path.stat()
        path.name.encode()
    except OSError as error:
        raise _unusable(where, error.strerror or str(error)) from error
    except UnicodeEncodeError as error:
        raise _unusable(where, "its name is no UTF-8") from error
    if not stat.S_ISREG(facts.st_mode):
        raise _unusable(where, "it is a folder" if stat.S_ISDIR(facts.st_mode) else "it is no regular file")
    if not os.access(path, os.R_OK):
        raise _unusable(where, "it may not be read")
    return Candidate(path.name, str(path.absolute()), facts.st_size, "", "new", str(path))


def _unusable(where: str, why: str) -> UsageError:
    return UsageError("cannot push this file", where=where, why=why, next_="name a readable file")


def _receipt(batches: Sequence[Batch], resumed: Resumed) -> Receipt:
    entries = [entry for batch in batches for entry in batch.entries]
    versions = [entry for entry in entries if entry.outcome == "version"]
    duplicates = sum(entry.outcome == "duplicate" for entry in entries)
    return Receipt(
        outcome=Outcome.DONE if versions or duplicates else Outcome.NONE,
        rows=len(versions),
        size=sum(entry.size for entry in versions),
        fallbacks=(*resumed.fallbacks, *_fallbacks(entries)),
        work=Work(Way.FILES, sum(entry.size for entry in versions)) if versions else None,
        notes=(*_notes(duplicates), *(f"completed {batch.key}, left by a killed run" for batch in resumed.completed)),
    )


def _fallbacks(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.outcome == "left":
            yield f"{entry.origin} was left where it is: {entry.note}"


def _notes(duplicates: int) -> Iterator[str]:
    if duplicates:
        yield f"{duplicates} {'file' if duplicates == 1 else 'files'} delivered again with the same bytes"
