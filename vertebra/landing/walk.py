"""What lies below a folder: regular files whose names a pattern matches, and what could not be looked at."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vertebra.landing.pattern import depth, is_passed_over, matches


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file: its name below the folder, where it is, and what the file system says of it."""

    name: str
    path: str
    facts: os.stat_result


@dataclass(frozen=True, slots=True)
class Refused:
    """A name that could not be looked at, and why; what is no UTF-8 in it is escaped."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class _Folder:
    name: str
    is_link: bool


def walk(root: Path, pattern: str, barred: tuple[int, int] | None = None) -> Iterator[Found | Refused]:
    """Everything below a folder that a pattern matches, in no order.

    Symbolic links are followed. No folder is entered twice, so circles end; a file is found by its own path before
    a link's, since links to folders wait until all real folders were entered.

    Parameters
    ----------
    root : Path
        The folder.
    pattern : str
        Glob with `/` and `**`.
    barred : tuple of int, optional
        `identity` of a folder that is not entered.

    Raises
    ------
    OSError
        If the folder itself cannot be listed; what is below it and cannot be is `Refused`.
    """
    segments = pattern.split("/")
    deepest = depth(segments)
    entered = set() if barred is None else {barred}
    folders, links = deque([""]), deque[str]()
    while folders or links:
        prefix = folders.popleft() if folders else links.popleft()
        try:
            entries = _enter(root / prefix, entered)
        except OSError as error:
            if not prefix:
                raise
            yield Refused(_shown(prefix), f"the folder cannot be listed: {error.strerror}")
            continue
        for entry in entries:
            match _look(segments, prefix, entry):
                case _Folder(name, is_link):
                    if deepest is None or name.count("/") < deepest:
                        (links if is_link else folders).append(f"{name}/")
                case Found() | Refused() as item:
                    yield item


def identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from all others, by whatever path it is reached."""
    facts = folder.stat()
    return facts.st_dev, facts.st_ino


def _enter(folder: Path, entered: set[tuple[int, int]]) -> list[os.DirEntry[str]]:
    own = identity(folder)
    if own in entered:
        return []
    entered.add(own)
    with os.scandir(folder) as listing:
        return sorted((entry for entry in listing if not is_passed_over(entry.name)), key=lambda entry: entry.name)


def _look(pattern: Sequence[str], prefix: str, entry: os.DirEntry[str]) -> Found | Refused | _Folder | None:
    name = prefix + entry.name
    is_wanted = matches(pattern, name.split("/"))
    try:
        facts = entry.stat()
    except OSError as error:  # it vanished meanwhile, or is a link that leads nowhere or round in a circle
        return Refused(_shown(name), f"it cannot be looked at: {error.strerror}") if is_wanted else None
    if stat.S_ISDIR(facts.st_mode):
        return _Folder(name, entry.is_symlink())
    if not is_wanted or not stat.S_ISREG(facts.st_mode):
        return None
    return Found(name, entry.path, facts) if _is_text(name) else Refused(_shown(name), "its name is no UTF-8")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # Python stands in surrogates for bytes that are no UTF-8
        return False
    return True


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
