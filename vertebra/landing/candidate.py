"""Files at an origin: those that could be landed, and those that must be left there."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file at its origin that is new or changed since it was landed last.

    Parameters
    ----------
    name : str
        Under which it is kept: its path below the collector's folder, with `/`.
    origin : str
        Where it was found, as the catalog records it.
    size : int
        Bytes.
    stamp : str
        Size, times and inode, see `stamp`; empty where nothing is remembered about the origin.
    what : str
        `new`, `changed`, or `unfinished` for a batch of a killed process that the next landing mends.
    path : str
        What to open.
    """

    name: str
    origin: str
    size: int
    stamp: str
    what: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A file that stays at its origin, and why."""

    name: str
    origin: str
    why: str


def stamp(facts: os.stat_result) -> str:
    """What tells, without reading a file, that it is as it was: size, modification and change time (ns), inode."""
    return f"{facts.st_size}:{facts.st_mtime_ns}:{facts.st_ctime_ns}:{facts.st_ino}"


def times(stamp_: str) -> tuple[int, int]:
    """Modification and change time in a stamp, in ns since 1970.

    Examples
    --------
    >>> times("12:1700000000000000000:1700000000500000000:99")
    (1700000000000000000, 1700000000500000000)
    """
    _, modified, changed, _ = stamp_.split(":")
    return int(modified), int(changed)
