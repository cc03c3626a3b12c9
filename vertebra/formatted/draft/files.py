"""Delivered files without their compression, and how they are written, whatever their kind."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.physical import Physical, detect
from vertebra.formatted.draft.structured import recognised, structure_of
from vertebra.formatted.draft.structured.recognise import MARKS, of_one_kind
from vertebra.formatted.formats.decompress import compression, decompress
from vertebra.formatted.formats.documents import NAMES
from vertebra.formatted.formats.opening import opened_at
from vertebra.formatted.formats.sniffing import sniff
from vertebra.project import DocumentsFormat
from vertebra.storage.archive import is_archive, member, members

_MOST = 0.6  # share of the files that makes all of them documents


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


def _documents(given: Sequence[Given]) -> Physical | None:
    """Most of the files are documents: then all of them are, whatever they hold."""
    others = [one for one in given if not isinstance(sniff(one.path), DocumentsFormat)]
    if len(others) > (1 - _MOST) * len(given):
        return None
    format_, count = DocumentsFormat(), len(given) - len(others)
    shown = tuple(Evidence(one.name, 0, MARKS[DocumentsFormat]) for one in given[:3])
    said = [Decision("format", "documents", 0.99, f"{count} of {len(given)} files are documents or images", shown)]
    if others:
        told = tuple(Evidence(one.name, 0, "it is a document, too") for one in others[:5])
        said.append(Decision("format.documents", len(others), 0.8, "the other files become documents, too", told))
    return Physical(format_, NAMES, len(NAMES), tuple(said))


def bare(path: Path, scratch: Path) -> tuple[Given, tuple[Decision, ...]]:
    """A file without its compression; of an archive the first member, and what is to be said about the others.

    Raises
    ------
    UsageError
        If it is damaged, or holds nothing.
    """
    one, told = Given(path.name, path), tuple[Decision, ...]()
    if is_archive(path):
        inside = [inner for inner in members(path) if not inner.why and "__MACOSX" not in inner.name]
        if not inside:
            raise UsageError(
                f'"{path}" cannot be shown as a table',
                where="vertebra peek",
                why="it is an archive that holds no file that can be read, or a damaged one",
                next_="look into it: unzip -l FILE, or tar -tf FILE",
            )
        name = inside[0].name
        target = scratch / f"member{Path(name).suffix}"
        with member(path, name) as stream, target.open("wb") as sink:
            shutil.copyfileobj(stream, sink)
        one = Given(name, target)
        others = ", ".join(inner.name for inner in inside[1:6])
        why = f"the first of {len(inside)} members; not shown: {others}" if others else "the only member"
        told = (Decision("member", name, 0.5 if others else 1.0, why),)
    return (_plain(one, scratch) if compression(one.path) else one), told


def physical_of(given: Sequence[Given], scratch: Path, verb: str = "draft") -> Physical:
    """How files of one kind are written: what their content says that they are, or else text.

    Parameters
    ----------
    given : sequence of Given
        The files.
    scratch : Path
        Folder for what is made on the way.
    verb : str
        The command that asks, for errors.

    Raises
    ------
    UsageError
        If they are of several kinds, or one is of none that can be read.
    """
    if documents := _documents(given):
        return documents
    formats = [recognised(one.path, one.name, verb) for one in given]
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
