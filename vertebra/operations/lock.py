"""One writer per project: a lock that dies with its process, and says who holds it."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Literal

from vertebra.errors import LockedError, StorageError

_POLL = 0.1  # seconds between two looks at a lock that is waited for


@contextmanager
def lock(root: str, command: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the project's lock.

    It is an advisory lock of the operating system on `<root>/lock` (`flock`), so a killed process leaves none behind.
    Readers never take it.

    Parameters
    ----------
    root : str
        The storage's root.
    command : str
        What the holder does, for others to read.
    wait : float
        Seconds to wait for another holder; 0 for not at all.

    Raises
    ------
    LockedError
        If another process holds it, naming that process.
    StorageError
        If the file cannot be made.
    """
    path = Path(root) / "lock"
    with _opened(path) as file:
        _take(file, path, wait)
        holder = {
            "pid": os.getpid(),
            "host": platform.node(),
            "command": command,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        _write(file, path, json.dumps(holder).encode())
        try:
            yield
        finally:
            _write(file, path, b"")  # closing the file gives the lock back


def holder(root: str) -> dict[str, str]:
    """Who holds the project's lock now: pid, host, command, since; empty if nobody does.

    Raises
    ------
    StorageError
        If the file cannot be read.
    """
    path = Path(root) / "lock"
    if not path.exists():
        return {}
    with _opened(path, "rb") as file:
        if _free(file, shared=True):
            return {}
        return _read(path)


@contextmanager
def _opened(path: Path, mode: Literal["ab", "rb"] = "ab") -> Iterator[FileIO]:
    try:
        if mode == "ab":
            path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open(mode, buffering=0)  # unbuffered: what a full disk refused is not tried again by closing
    except OSError as error:
        raise _refused(path, error) from error
    with file:
        yield file


def _take(file: FileIO, path: Path, wait: float) -> None:
    end = time.monotonic() + max(wait, _POLL)  # `holder` may have it for an instant: one more try, always
    while not _free(file, shared=False):
        if time.monotonic() >= end:
            raise _locked(path, wait)
        time.sleep(_POLL)


def _free(file: FileIO, *, shared: bool) -> bool:
    """Try to lock; a shared try does not disturb another one that only looks."""
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(file: FileIO, path: Path, text: bytes) -> None:
    try:
        file.truncate(0)
        file.write(text)
    except OSError as error:
        raise _refused(path, error) from error


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8") or "{}")
    except json.JSONDecodeError:  # read while it was being written; the lock is held all the same
        return {"pid": "?"}
    return {key: str(value) for key, value in found.items()} or {"pid": "?"}


def _locked(path: Path, wait: float) -> LockedError:
    who = _read(path)
    told = (
        "another process is writing"
        if who["pid"] == "?"
        else f"process {who['pid']} on {who['host']} runs `vertebra {who['command']}` since {who['since']}"
    )
    return LockedError(
        "somebody else is writing to this project",
        where=str(path),
        why=told if not wait else f"{told}; waited {wait:g} seconds",
        next_="wait for it to end, or let this command wait: --wait 600",
    )


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        "cannot lock the project",
        where=str(path),
        why=error.strerror or str(error),
        next_="look at the disk's space (df) and the folder's permissions (ls -ld), then type the same again",
    )
