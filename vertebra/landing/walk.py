"""What lies below a folder: regular files whose names a pattern matches, and what could not be looked at."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from vertebra.landing.pattern import depth, in_folder, is_passed_over


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
        is_wanted = in_folder(segments, prefix.split("/")[:-1])
        for entry in entries:
            item = _look(is_wanted, prefix, entry)
            if not isinstance(item, _Folder):
                if item is not None:
                    yield item
            elif deepest is None or item.name.count("/") < deepest:
                (links if item.is_link else folders).append(f"{item.name}/")


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
        return sorted((entry for entry in listing if not is_passed_over(entry.name)), key=attrgetter("name"))


def _look(is_wanted: Callable[[str], bool], prefix: str, entry: os.DirEntry[str]) -> Found | Refused | _Folder | None:
    name = prefix + entry.name
    try:
        facts = entry.stat()
    except OSError as error:  # it vanished meanwhile, or is a link that leads nowhere or round in a circle
        why = f"it cannot be looked at: {error.strerror}"
        return Refused(_shown(name), why) if is_wanted(entry.name) else None
    if stat.S_ISDIR(facts.st_mode):
        return _Folder(name, entry.is_symlink())
    if not stat.S_ISREG(facts.st_mode) or not is_wanted(entry.name):
        return None
    return Found(name, entry.path, facts) if _is_text(name) else Refused(_shown(name), "its name is no UTF-8")


def _is_text(name: str) -> bool:
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:  # Python stands in surrogates for bytes that are no UTF-8
        return False
    return True


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
