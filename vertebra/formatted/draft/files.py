"""Delivered files without their compression, and how they are written, whatever their kind."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from vertebra.errors import UsageError
from vertebra.formatted.draft.physical import Physical, detect
from vertebra.formatted.draft.structured import recognised, structure_of
from vertebra.formatted.draft.structured.recognise import of_one_kind
from vertebra.formatted.formats.decompress import compression, decompress
from vertebra.formatted.formats.opening import opened_at


@dataclass(frozen=True, slots=True)
class Given:
    """A delivered file.

    Parameters
    ----------
    name : str
        As decisions show it and as the file name's fields are read from it.
    path : Path
        Where it lies.
    """

    name: str
    path: Path


def decompressed(given: Sequence[Given], scratch: Path) -> tuple[Given, ...]:
    """The files that hold something, decompressed into `scratch` where they are compressed.

    An empty one says nothing, and a load takes it for what it is.

    Raises
    ------
    UsageError
        If all are empty, or one is damaged.
    """
    plain = [_plain(one, scratch) if compression(one.path) else one for one in given]
    found = tuple(one for one in plain if one.path.stat().st_size)
    if not found:
        raise UsageError(
            "there is nothing to draft from",
            where=", ".join(str(one.path) for one in given[:3]),
            why="every file is empty",
            next_="name files that hold records: vertebra draft FILE… --source NAME",
        )
    return found


def _plain(one: Given, scratch: Path) -> Given:
    scratch.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=scratch, prefix="plain-", suffix=".plain", delete=False) as handle:
        target = Path(handle.name)
    kind = compression(one.path)
    problem = decompress(one.path, target, kind)
    if problem:
        raise UsageError(
            f'cannot draft from "{one.name}"',
            where=str(one.path),
            why=f"it is compressed with {kind} and damaged: {problem.reason}",
            next_="leave the file out, or have it delivered again",
        )
    return replace(one, path=target)


def physical_of(given: Sequence[Given], scratch: Path) -> Physical:
    """How files of one kind are written: what their content says that they are, or else text.

    Raises
    ------
    UsageError
        If they are of several kinds, or one is of none that can be read.
    """
    formats = [recognised(one.path, one.name) for one in given]
    where = str(given[0].path.parent)
    of_one_kind([(one.name, format_) for one, format_ in zip(given, formats, strict=True)], where)
    known = [one for one in formats if one is not None]
    if not known:
        return detect([one.path for one in given])
    with ExitStack() as stack:
        files = [
            stack.enter_context(opened_at(one.path, format_, scratch, one.name))
            for one, format_ in zip(given, known, strict=True)
        ]
        found = structure_of(files, known)
    names = found.fields.paths if found.fields else ()
    return Physical(found.format, names, len(names), found.decisions, found.fields)
