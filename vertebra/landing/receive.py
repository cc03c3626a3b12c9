"""Copy candidates into a batch of the temporal landing; none is taken that changed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from vertebra.landing.candidate import Candidate, Left, stamp
from vertebra.storage import Received, Storage

_THREADS = 2  # one reads and writes while the other hashes; more do not help a disk


def receive(
    storage: Storage, batch: str, candidates: Sequence[Candidate]
) -> tuple[list[tuple[Candidate, str, Received]], list[Left]]:
    """Copy files into a batch's folder.

    Returns
    -------
    list of (Candidate, str, Received)
        What arrived, its key, and what it was, in the order of the candidates.
    list of Left
        Files that changed, vanished or could not be read meanwhile.

    Raises
    ------
    StorageError
        If the storage refuses.
    """
    keys = [f"{batch}/{number:06}" for number in range(len(candidates))]
    with ThreadPoolExecutor(min(_THREADS, len(candidates))) as pool:
        futures = [
            pool.submit(_receive, storage, key, candidate) for key, candidate in zip(keys, candidates, strict=True)
        ]
        try:
            results = [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # a full disk is not asked again for every file
            raise
    arrived: list[tuple[Candidate, str, Received]] = []
    left: list[Left] = []
    for candidate, key, result in zip(candidates, keys, results, strict=True):
        if isinstance(result, Received):
            arrived.append((candidate, key, result))
        else:
            left.append(Left(candidate.name, candidate.origin, result))
    return arrived, left


def _receive(storage: Storage, key: str, candidate: Candidate) -> Received | str:
    """What arrived, or why the file is left."""
    try:
        with open(candidate.path, "rb", buffering=0) as source:  # noqa: PTH123  a path of text is what was found
            before = os.fstat(source.fileno())
            if candidate.stamp and stamp(before) != candidate.stamp:
                return "it is still being written"
            received = storage.receive(key, source)
        after = os.stat(candidate.path)  # noqa: PTH116  the same; by its path, so that another file in its place shows
    except OSError as error:
        storage.remove(key)
        return f"it cannot be read: {error.strerror}"
    if stamp(after) != stamp(before) or received.size != before.st_size:
        storage.remove(key)
        return "it changed while it was copied"
    return received
