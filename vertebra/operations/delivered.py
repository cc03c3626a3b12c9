"""Which files are meant to be drafted from, and how a source would find them again."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.logical import Given
from vertebra.landing.pattern import matches
from vertebra.landing.walk import Found, walk

_WORDS = frozenset(("readme", "license", "licence", "notice", "changelog", "copying", "authors"))
_CODE = frozenset((".md", ".rst", ".py", ".sh", ".yaml", ".yml"))
_DOCUMENTS = "documents"
_PAPERS = frozenset(
    (
        ".pdf",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".tif",
        ".tiff",
        ".bmp",
        ".webp",
        ".doc",
        ".docx",
        ".odt",
        ".ppt",
        ".pptx",
    )
)
_NO_DATA = _PAPERS | {".html", ".htm"}
_MOST = 0.6  # share of the files of a folder that have one ending


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Files to draft from.

    Parameters
    ----------
    given : tuple of Given
        The files, by name.
    collect : mapping or None
        What the source says about them; None where they can only be pushed.
    decisions : tuple of Decision
        How that was found.
    """

    given: tuple[Given, ...]
    collect: Mapping[str, Any] | None
    decisions: tuple[Decision, ...]


def deliveries(project: Path, paths: Sequence[Path]) -> Deliveries:
    """The files below some folders, or named themselves.

    Raises
    ------
    UsageError
        If there is none, or they are of several kinds.
    """
    single: dict[Path, None] = {}
    below: dict[Path, None] = {}
    for path in paths:
        whole = path.absolute()
        if whole.is_dir():
            below |= dict.fromkeys(Path(item.path) for item in walk(whole, "**") if isinstance(item, Found))
        elif whole.is_file():
            single[whole] = None
        else:
            raise UsageError(
                f'there is no file or folder "{path}"',
                where=str(whole.parent),
                why="nothing of that name is there",
                next_=f"look what is there: ls {whole.parent}",
            )
    kept, left = kept_of(sorted(path for path in below if path not in single))
    files = sorted([*single, *kept])
    if not files:
        raise UsageError(
            "there is nothing to draft from",
            where=", ".join(map(str, paths)),
            why="no file that a collector would take lies there",
            next_="name a folder with files, or files: vertebra draft PATH --source NAME",
        )
    root = Path(os.path.commonpath([file.parent for file in files]))
    given = tuple(Given(file.relative_to(root).as_posix(), file) for file in files)
    collect, decisions = _collect(project, root, given)
    if left:
        shown = tuple(Evidence(file.name, 0, "") for file in left[:5])
        why = f"{len(left)} other files lie there and were left out"
        decisions = (*decisions, Decision("collect.pattern", collect and collect["pattern"], 0.9, why, shown))
    return Deliveries(given, collect, decisions)


def kept_of(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Files with the ending that most have, and the others."""
    named = [file for file in files if file.stem.lower() not in _WORDS and file.suffix.lower() not in _CODE]
    able = [file for file in named if file.suffix.lower() not in _NO_DATA]
    if all(file.suffix.lower() == ".txt" for file in able):  # which is data as well as a document
        able = named if len(able) <= (1 - _MOST) * len(named) else able
    kinds = Counter(_family(file) for file in able)
    if not kinds:
        return [], list(files)
    (most, count), *_ = kinds.most_common()
    if count < _MOST * len(able):
        some = ", ".join(f"{number} {ending or 'without an ending'}" for ending, number in kinds.most_common(5))
        raise UsageError(
            "these files are of several kinds",
            where=os.path.commonpath([file.parent for file in able]),
            why=f"by their endings: {some}",
            next_="draft each kind by itself: vertebra draft FOLDER/*.csv --source NAME",
        )
    if most == _DOCUMENTS:  # of which any file is one
        return list(files), []
    kept = [file for file in able if _family(file) == most]
    return kept, [file for file in files if file not in frozenset(kept)]


def _family(file: Path) -> str:
    """Its ending; documents have one together."""
    return _DOCUMENTS if file.suffix.lower() in _PAPERS else _ending(file)


def _ending(file: Path) -> str:
    return "".join(
        file.suffixes[-2:] if file.suffix.lower() in (".gz", ".bz2", ".zst", ".xz", ".lz4") else file.suffixes[-1:]
    )


def _collect(
    project: Path, root: Path, given: Sequence[Given]
) -> tuple[Mapping[str, Any] | None, tuple[Decision, ...]]:
    """Folder and pattern that find these files and no others."""
    names = [one.name for one in given]
    again = [name for name, count in Counter(name.rsplit("/", 1)[-1] for name in names).items() if count > 1]
    if again:
        why = "files come again under their name: push each generation in its order, vertebra push NAME FILE…"
        return None, (Decision("collect", None, 0.6, why, tuple(Evidence(name, 0, "") for name in again[:3])),)
    folder = root.relative_to(project).as_posix() if root.is_relative_to(project) else root.as_posix()
    there = {item.name for item in walk(root, "**") if isinstance(item, Found)}
    for pattern in _patterns(names):
        if {name for name in there if matches(pattern.split("/"), name.split("/"))} == set(names):
            return {"folder": folder, "pattern": pattern}, ()
    why = "no pattern finds these files and no others in their folder: push them, vertebra push NAME FILE…"
    return None, (Decision("collect", None, 0.5, why),)


def _patterns(names: Sequence[str]) -> list[str]:
    """Patterns that could be meant, the more general first."""
    deep = "**/" if any("/" in name for name in names) else ""
    last = [PurePosixPath(name).name for name in names]
    ending = _ending(Path(last[0]))
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*last, strict=False))
    prefix = glob.escape("".join(letters[0] for letters in same).rstrip("0123456789"))
    if len(names) == 1:
        return [f"*{ending}", glob.escape(names[0])] if ending else [glob.escape(names[0])]
    return [f"{deep}*{ending}", f"{deep}{prefix}*{ending}", f"{deep}*"]
