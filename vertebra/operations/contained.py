"""Archives among delivered files: their members are what is drafted from."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.logical import Given
from vertebra.landing.pattern import matches
from vertebra.landing.unpack import ALL, is_wanted
from vertebra.operations.delivered import Deliveries, kept_of
from vertebra.storage.archive import INSIDE, Member, is_archive, member, members


def unpacked(found: Deliveries, scratch: Path) -> Deliveries:
    """Deliveries in which each archive is its members, taken out into `scratch`.

    Raises
    ------
    UsageError
        If an archive is damaged, or its members are of several kinds.
    """
    archives = [one for one in found.given if is_archive(one.path)]
    if not archives:
        return found
    held = {one.path: _members(one) for one in archives}
    every = {(one, inner.name): _shown(inner) for one in archives for inner in held[one.path] if not inner.why}
    kept, left = kept_of(sorted({Path(name) for name in every.values()}))
    wanted = {path.as_posix() for path in kept}
    plain = [one for one in found.given if one.path not in held]
    folder = scratch / "members"
    folder.mkdir(parents=True, exist_ok=True)
    taken = [
        _taken(one, inner, name, folder / f"{number}{Path(name).suffix}")
        for number, ((one, inner), name) in enumerate(every.items())
        if name in wanted
    ]
    if not taken:
        raise UsageError(
            "there is nothing to draft from",
            where=", ".join(str(one.path) for one in archives[:3]),
            why="no file that could be data lies in the archive",
            next_="name files, or archives that hold some: vertebra draft PATH --source NAME",
        )
    said = _said(found, archives, [inner for some in held.values() for inner in some if inner.why], left, wanted)
    pattern = _pattern(wanted, left)
    collect = {**found.collect, "members": pattern} if found.collect and pattern != ALL else found.collect
    return replace(found, given=(*plain, *taken), collect=collect, decisions=(*found.decisions, *said))


def _members(one: Given) -> list[Member]:
    """What an archive holds, hidden files left out."""
    found = list(members(one.path))
    damaged = next((inner for inner in found if not inner.name), None)
    if damaged:
        raise UsageError(
            f'cannot draft from "{one.name}"',
            where=str(one.path),
            why=damaged.why,
            next_="leave the file out, or have it delivered again",
        )
    return [inner for inner in found if is_wanted(inner.name, ALL.split("/"))]


def _shown(inner: Member) -> str:
    return inner.name.replace(INSIDE, "/")


def _taken(one: Given, inner: str, name: str, target: Path) -> Given:
    with member(one.path, inner) as stream, target.open("wb") as sink:
        shutil.copyfileobj(stream, sink)
    return Given(f"{one.name}/{name}", target)


def _pattern(wanted: set[str], left: Sequence[Path]) -> str:
    """A pattern that takes the members of one kind and no others."""
    endings = {Path(name).suffix for name in wanted}
    pattern = f"**/*{endings.pop()}" if left and len(endings) == 1 else ALL
    fits = not any(matches(pattern.split("/"), path.parts) for path in left)
    return pattern if fits else ALL


def _said(
    found: Deliveries, archives: Sequence[Given], refused: Sequence[Member], left: Sequence[Path], wanted: set[str]
) -> list[Decision]:
    shown = tuple(Evidence(one.name, 0, "an archive") for one in archives[:3])
    said = [Decision("collect.archives", len(archives), 0.99, f"{len(wanted)} of their members are the files", shown)]
    if left:
        told = tuple(Evidence(path.as_posix(), 0, "") for path in left[:5])
        pattern = _pattern(wanted, left)
        why = f"{len(left)} other members are left out: {', '.join(path.as_posix() for path in left[:5])}"
        if pattern == ALL or not found.collect:
            why += "; no pattern says so: a load reads them by this template, too"
        said.append(Decision("collect.members", pattern, 0.9 if pattern != ALL else 0.5, why, told))
    if refused:
        told = tuple(Evidence(inner.name, 0, inner.why) for inner in refused[:5])
        said.append(Decision("collect.refused", len(refused), 0.8, "members that no load can take", told))
    return said
