"""Which names below a folder a collector takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase, translate

_UNFINISHED = (".part", ".tmp", ".crdownload", "~")


def matches(pattern: Sequence[str], name: Sequence[str]) -> bool:
    """Does a glob match a name, both split at `/`? `**` stands for any number of folders, none included.

    Examples
    --------
    >>> matches(["**", "*.csv"], ["a.csv"]), matches(["**", "*.csv"], ["L4", "2021", "a.csv"])
    (True, True)
    >>> matches(["*.csv"], ["L4", "a.csv"])
    False
    """
    match pattern:
        case []:
            return not name
        case ["**", *rest]:
            return any(matches(rest, name[begin:]) for begin in range(len(name) + 1))
        case [first, *rest]:
            return bool(name) and fnmatchcase(name[0], first) and matches(rest, name[1:])
        case _:  # pragma: no cover  a sequence is empty or not
            return False


def in_folder(pattern: Sequence[str], folder: Sequence[str]) -> Callable[[str], bool]:
    """What tells whether a glob matches names that lie in a folder, so that the folder is looked at once for all.

    Examples
    --------
    >>> wanted = in_folder(["**", "*.csv"], ["L4", "2021"])
    >>> wanted("a.csv"), wanted("a.txt")
    (True, False)
    """
    *folders, last = pattern
    if last == "**":
        return lambda name: matches(pattern, [*folder, name])
    if matches(folders, folder):
        fits = re.compile(translate(last)).match
        return lambda name: fits(name) is not None
    return lambda _: False


def depth(pattern: Sequence[str]) -> int | None:
    """How many folders deep names can lie that a glob matches; None for any."""
    return None if "**" in pattern else len(pattern) - 1


def is_passed_over(part: str) -> bool:
    """Is this a file or folder that no collector takes: hidden, or by its name still being written?

    Names that begin with a dot, and names that end in `.part`, `.tmp`, `.crdownload` or `~`.

    Examples
    --------
    >>> [part for part in (".git", "a.csv", "a.csv.part", "a.csv~") if not is_passed_over(part)]
    ['a.csv']
    """
    return part.startswith(".") or part.endswith(_UNFINISHED)
