"""Files that are written otherwise than their source declares: in another dialect or encoding, below other titles.

Such a file shows by its columns, which are not found, or by many records that cannot be cut or decoded. How it is
written is then drafted from it alone. The least change that lets it be read is taken, and none where the file is not
of the template's kind, or where what can be read already speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vertebra.formatted.draft.decision import CERTAIN, Decision
from vertebra.formatted.draft.kinds import TEXT, kind_of
from vertebra.formatted.draft.logical.numbers import number
from vertebra.formatted.draft.physical import Physical, detect
from vertebra.formatted.drift.evolve import WRITTEN
from vertebra.formatted.drift.kin import found_in, missing_in, of_this_kind
from vertebra.formatted.drift.loaded import Loaded
from vertebra.formatted.drift.texts import texts_of
from vertebra.formatted.drift.ways import same_encoding, told, ways
from vertebra.formatted.formats.opening import ascii_family, opened, opened_at
from vertebra.formatted.formats.port import Layout
from vertebra.formatted.formats.registry import format_of
from vertebra.formatted.parquet import scan
from vertebra.formatted.quarantine import Severity
from vertebra.governance.evolutions import Evolution
from vertebra.governance.files import FileVersion
from vertebra.project import ColumnTemplate, CsvFormat, Drift, FileFormat, FixedFormat, Source, split_file_name
from vertebra.table import FILE, RECORD
from vertebra.workspace import Workspace

_MANY = 0.1  # share of a file's records that cannot be cut or decoded: then it may be written otherwise
_FEWER = 0.5  # share of those that may still be so if it is read in another way
_RECORDS = 5_000  # of a file of which nothing can be read so far that are looked at
_UNREADABLE = ("broken-encoding", "damaged-quotes", "too-few-fields", "too-many-fields")
_HEAD = 1 << 13
_NUMBERS = ("integer", "double", "decimal")


def written_otherwise(ws: Workspace, source: Source, loaded: Loaded) -> Iterator[Evolution]:
    """The files of a load that are written otherwise than the source declares, and how; each is looked at once."""
    if not isinstance(source.format, CsvFormat | FixedFormat) or not source.format.header:
        return
    shares = _unreadable(ws, loaded)
    for file in loaded.files:
        share = None if file.id in loaded.refused else shares.get(file.id, 0.0)
        if (share is not None and share <= _MANY) or file.id in loaded.settled or file.id in source.variants:
            continue
        if split_file_name(source.file_name, file.name) is None:
            continue  # no way of reading it makes it one of the source's files
        found = _found(ws, source, file, share)
        if found is None:
            continue
        format_, how = found
        commas = _other_numbers(ws, source, file, format_)
        if commas is None:
            continue
        text = f"{source.name}: {file.name} is written {how}: it is read so"
        if commas:
            text += f"; the decimal sign of {', '.join(commas)} is another there: those records stay in quarantine"
        body = {"file": file.id, "format": {type(format_).__name__: asdict(format_)}}
        yield Evolution(source.name, WRITTEN, body, text, file.id)


def _unreadable(ws: Workspace, loaded: Loaded) -> Mapping[int, float]:
    """The share of each file's records that could not be cut or decoded."""
    if not loaded.findings:
        return {}
    rows = ws.engine.arrow(
        f"select {FILE} as f, count(distinct {RECORD}) as n from {scan(loaded.quarantine, loaded.findings)} "
        f"where severity = '{Severity.REJECTED}' and {RECORD} > 0 and type in {_UNREADABLE} group by f"
    ).to_pylist()
    return {row["f"]: row["n"] / loaded.records[row["f"]] for row in rows if loaded.records.get(row["f"])}


@dataclass(frozen=True, slots=True)
class _Read:
    """What comes out of a file if it is read in one way: its columns, and the share of records that does not."""

    names: tuple[str, ...]
    lost: float


def _found(ws: Workspace, source: Source, file: FileVersion, share: float | None) -> tuple[FileFormat, str] | None:
    """How a file is written, and that in words; None where that is not otherwise, or nothing better is found.

    `share` is that of its records that could not be read, None where its columns were not found.
    """
    probe = replace(source, columns=(), key=(), children=(), file_name="", ignore=(), drift=Drift.FREEZE, variants={})
    limit, most = (_RECORDS, _FEWER) if share is None else (None, _FEWER * share)
    with opened(ws, source, file, verify=False) as here:
        if (here.problem and here.problem.fatal) or not _is_text(here.path):
            return None
        if share is None and (now := _read(ws, probe, here.path, 0)) and _meant(source, now.names, strictly=False):
            return None  # its columns have other names: that is another change
        found = detect([here.path])
        letters = _letters(here.path)
        stays = _stays(source.format.encoding, found, letters)
        if letters.utf_8 and not stays and not found.format.encoding.startswith("utf"):
            return None  # some of it is UTF-8: the rest is damaged, or of another encoding
        best: tuple[float, FileFormat] | None = None
        for way in ways(source.format, found.format, stays=stays):
            read = _read(ws, replace(probe, format=way), here.path, limit)
            if read is None or not _meant(source, read.names) or read.lost > most:
                continue
            if best is None or read.lost < best[0]:
                best = read.lost, way
            if read.lost <= _MANY:
                break
    return (best[1], told(source.format, best[1], _doubts(source, found, best[1]))) if best else None


def _is_text(path: Path) -> bool:
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    return bool(head) and kind_of(head) == TEXT


@dataclass(frozen=True, slots=True)
class _Letters:
    """Lines with letters outside of ASCII: those that are UTF-8, and all others."""

    utf_8: int
    other: int

    @property
    def none(self) -> bool:
        return not self.utf_8 and not self.other


def _letters(path: Path) -> _Letters:
    utf_8 = other = 0
    with path.open("rb") as handle:
        for line in handle:
            if line.isascii():
                continue
            try:
                line.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
            except UnicodeDecodeError:
                other += 1
            else:
                utf_8 += 1
    return _Letters(utf_8, other)


def _read(ws: Workspace, probe: Source, path: Path, limit: int | None) -> _Read | None:
    """Read so many records of a file as text, or all of them; None where its header cannot be read."""
    with opened_at(path, probe.format, ws.scratch) as here:
        form = format_of(probe)
        layout = form.layout(here, probe)
        if not isinstance(layout, Layout) or not layout.names:
            return None
        if limit == 0:
            return _Read(layout.names, 0.0)
        records = form.count(here, probe).data
        stream = form.stream(here, probe, layout, None if limit is None else range(1, limit + 1))
        for _ in stream.batches:
            pass
        looked = records if limit is None else min(limit, records)
        return _Read(layout.names, stream.rejects.count / looked if looked else 0.0)


def _meant(source: Source, names: tuple[str, ...], *, strictly: bool = True) -> bool:
    """Are a template's columns there, by name, in a file; with those of its key and those that may not be empty?"""
    missing = missing_in(source, names)
    if not found_in(source, names) or not of_this_kind(source, names, missing):
        return False
    return not strictly or not any(column.required or column.name in source.key for column in missing)


def _stays(declared: str, found: Physical, letters: _Letters) -> bool:
    """Is a file in the declared encoding, as far as can be told?

    What is nothing but ASCII does not speak against it, and neither does a guess between two encodings of one byte a
    letter: either of them reads everything.
    """
    name = found.format.encoding
    if same_encoding(declared, name) or (letters.none and name == "utf-8" and ascii_family(declared)):
        return True
    one_byte = all(ascii_family(one) and not one.startswith(("utf", "ascii")) for one in (declared, name))
    return one_byte and _doubted(found) is not None


def _doubted(found: Physical) -> Decision | None:
    """The decision about an encoding, where it is not certain."""
    decision = next((one for one in found.decisions if one.about.endswith(".encoding")), None)
    return decision if decision and decision.confidence < CERTAIN else None


def _doubts(source: Source, found: Physical, way: FileFormat) -> str:
    """Which other encodings a file may be in, where that is not certain."""
    decision = _doubted(found)
    if decision is None or same_encoding(way.encoding, source.format.encoding):
        return ""
    others = " or ".join(str(one.value) for one in decision.alternatives[:2])
    return f"it could be {others}, too" if others else "that is not certain"


def _other_numbers(ws: Workspace, source: Source, file: FileVersion, format_: FileFormat) -> list[str] | None:
    """Columns of numbers that have another decimal sign in a file; None where it may be taken for a group's."""
    own = replace(source, variants={**source.variants, file.id: format_})
    texts = texts_of(ws, own, file)
    found = []
    for column in source.columns if texts else ():
        name = next((origin for origin in column.origins if texts and origin in texts.values), None)
        if texts is None or name is None or not _is_number(column):
            continue
        reading = number(texts.values[name])
        if column.group in (".", ",") and any(column.group in text for text in texts.values[name].counts):
            sure = reading is not None and reading.confidence >= CERTAIN
            if not sure or reading is None or reading.settings.get("group") != column.group:
                return None
        sign = reading.settings.get("decimal", ".") if reading and reading.type != "integer" else column.decimal
        if sign != column.decimal:
            found.append(column.name)
    return found


def _is_number(column: ColumnTemplate) -> bool:
    return column.type in _NUMBERS and not column.from_file_name
