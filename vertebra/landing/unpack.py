"""Archives: kept as they came, each file in them a version of its own that points into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from vertebra.governance import files
from vertebra.landing.batch import Entry
from vertebra.landing.pattern import is_passed_over, matches
from vertebra.project import ExcelFormat, Source
from vertebra.storage import Storage
from vertebra.storage.archive import INSIDE, Member, is_archive, members

ALL = "**/*"


def unpacked(connection: Connection, storage: Storage, source: Source, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries, those of archives followed by those of their members.

    A member whose bytes are those of its newest version is a duplicate, whatever the bytes of its archive.
    """
    pattern = source.collect.members if source.collect else ALL
    workbooks = isinstance(source.format, ExcelFormat)  # zip files themselves: a damaged one is told by their reader
    for entry in entries:
        place = Path(storage.url(entry.key))
        if entry.outcome != "version" or not pattern or not is_archive(place, damaged=not workbooks):
            yield entry
            continue
        yield replace(entry, archive=True)
        found = [one for one in members(place) if not one.name or is_wanted(one.name, pattern.split("/"))]
        newest = files.newest_of(connection, source.name, (_name(entry, one) for one in found if one.name))
        for one in found:
            stands = newest.get(_name(entry, one))
            yield _entry(entry, one, stands is None or stands.sha256 != one.sha256)


def is_wanted(name: str, pattern: Sequence[str]) -> bool:
    """Is a member of an archive taken: not hidden, no trace of a system, and named as the pattern says?"""
    parts = name.replace(INSIDE, "/").split("/")
    return "__MACOSX" not in parts and not any(map(is_passed_over, parts)) and matches(pattern, parts)


def _name(archive: Entry, member: Member) -> str:
    return f"{archive.name}/{member.name.replace(INSIDE, '/')}"


def _entry(archive: Entry, member: Member, is_new: bool) -> Entry:  # noqa: FBT001  the third of three facts
    outcome = "left" if member.why else "version" if is_new else "duplicate"
    return Entry(
        name=_name(archive, member),
        origin=f"{archive.origin}{INSIDE}{member.name}",
        stamp="",
        outcome=outcome,
        received_at=archive.received_at,
        note=member.why,
        sha256=member.sha256,
        size=member.size,
        path=f"{archive.path}{INSIDE}{member.name}" if outcome == "version" else "",
    )
