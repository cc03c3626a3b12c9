"""Make the profile of a dataset version: read the files that are new, and put them to what is known of the others."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from vertebra.governance import datasets, profiles
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.governance.profiles import ProfileRecord
from vertebra.profile.facts import Key, Profile
from vertebra.profile.hyperloglog import estimate
from vertebra.profile.part import Part, fold, nothing
from vertebra.profile.reading import Wanted, part_of
from vertebra.profile.stored import packed, unpacked
from vertebra.profile.summary import column_profile, correlations, exact_distinct, looks_unique, rank_error
from vertebra.sql import quote
from vertebra.table import PROVENANCE, DataFile
from vertebra.workspace import Workspace, in_order

_EDITION = 1  # of what is measured: another number, and what was measured before is measured again
_CERTAIN = 200_000  # rows up to which it is looked up whether a column that seems to identify every row does

YES, LIKELY, NO = "yes", "likely", "no"


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What was measured of a dataset version.

    Parameters
    ----------
    part : Part
        All that is known.
    profile : Profile
        What it says.
    settings, chain : str
        Fingerprints of what was measured and of the files in their order.
    new : mapping
        Files that were read for it, by path.
    paths : frozenset of str
        All files that the version has.
    """

    part: Part
    profile: Profile
    settings: str
    chain: str
    new: Mapping[str, Part]
    paths: frozenset[str]


def make(ws: Workspace, version: DatasetVersion, *, every: bool) -> Made:
    """Measure a dataset version; nothing is recorded.

    Files never change and what is known of two is put together into what is known of both, so only files that no
    profile of this dataset has seen yet are read.

    Parameters
    ----------
    every : bool
        Is every row looked at one by one? Else a sample of those of large files.
    """
    begun = time.perf_counter()
    with ws.catalog.read() as connection:
        key = declared_key(connection, version)
        wanted = _wanted(version, key, every=every)
        settings = _settings(wanted)
        base = profiles.newest(connection, version.dataset_id, settings)
        files = sorted(ws.tables.snapshot(version.path, version.table_version).files, key=in_order)
        chain = _chain(files)
        begin, left = _beginning(base, files, wanted)
        known = profiles.of_files(connection, version.dataset_id, settings, [file.path for file in left])
    new = _read(ws, version, [file for file in left if file.path not in known], wanted)
    parts = [new[file.path] if file.path in new else unpacked(known[file.path]) for file in left]
    part = fold(parts, begin)
    unique = _unique(ws, version, part)
    profile = profile_of(version, part, key, unique)
    profile = replace(profile, seconds=round(time.perf_counter() - begun, 6))
    return Made(part, profile, settings, chain, new, frozenset(file.path for file in files))


def record(ws: Workspace, version: DatasetVersion, made: Made, run_id: int, *, every: bool) -> ProfileRecord:
    """Record what was measured, in one transaction."""
    now = datetime.now(UTC)
    found = ProfileRecord(
        version_id=version.id,
        settings=made.settings,
        mode="all" if every else "sample",
        rows=made.part.rows,
        looked=made.part.looked,
        files=version.files,
        measured=len(made.new),
        chain=made.chain,
        seconds=made.profile.seconds,
        body=json.loads(json.dumps(replace(made.profile, made_at=now).to_json())),
        state=packed(made.part),
        made_at=now,
        run_id=run_id,
    )
    with ws.catalog.write() as connection:
        profiles.record(connection, version.dataset_id, found, {p: packed(part) for p, part in made.new.items()})
        profiles.forget(connection, version.dataset_id, made.settings, made.paths)
    return found


def recorded(connection: Connection, version: DatasetVersion, found: ProfileRecord) -> tuple[Part, Profile]:
    """What was measured of a version, and what it says, from its record."""
    part = unpacked(found.state)
    unique = {column["name"]: column["unique"] for column in found.body["columns"]}
    profile = profile_of(version, part, declared_key(connection, version), unique)
    return part, replace(profile, made_at=found.made_at, seconds=found.seconds)


def declared_key(connection: Connection, version: DatasetVersion) -> tuple[str, ...]:
    """The columns of a version that were declared to identify its rows; none where nothing was declared."""
    if version.zone != "formatted":
        return version.grain
    body = datasets.definition_of(connection, version.definition_id)[1] if version.definition_id else "{}"
    declared = json.loads(body)
    key = tuple(declared.get("key", ())) if declared.get("source") == version.name else ()
    names = {column.name for column in version.columns}
    return key if names.issuperset(key) else ()


def profile_of(version: DatasetVersion, part: Part, key: tuple[str, ...], unique: Mapping[str, str]) -> Profile:
    """What a version's part says."""
    whole = part.looked >= part.rows
    names = [column for column in version.columns if column.name not in PROVENANCE]
    columns = tuple(
        column_profile(column, part.columns[column.name], part.rows, whole=whole, unique=unique.get(column.name, NO))
        for column in names
    )
    return Profile(
        dataset=version.name,
        zone=version.zone,
        description="",
        version=version.id,
        rows=part.rows,
        files=version.files,
        size=version.size,
        looked=part.looked,
        error=rank_error(part) if part.rows else 0.0,
        columns=columns,
        key=_key(version, part, key, whole=whole),
        correlations=correlations(part.together),
        correlated=part.together.names if part.together else (),
    )


def _wanted(version: DatasetVersion, key: tuple[str, ...], *, every: bool) -> Wanted:
    columns = tuple(column for column in version.columns if column.name not in PROVENANCE)
    names = {column.name for column in columns}
    return Wanted(columns, key if len(key) > 1 and names.issuperset(key) else (), every)


def _settings(wanted: Wanted) -> str:
    columns = [(column.name, column.type) for column in wanted.columns]
    return fingerprint("profile", _EDITION, columns, list(wanted.key), wanted.every)


def _chain(files: Sequence[DataFile]) -> str:
    return fingerprint("files", [file.path for file in files])


def _beginning(
    base: ProfileRecord | None, files: Sequence[DataFile], wanted: Wanted
) -> tuple[Part, Sequence[DataFile]]:
    """What is known of the first files together, where an earlier version began with them; and the others."""
    if base is not None and base.chain == _chain(files[: base.files]):
        return unpacked(base.state), files[base.files :]
    return nothing(tuple(column.name for column in wanted.columns)), files


def _read(ws: Workspace, version: DatasetVersion, files: Sequence[DataFile], wanted: Wanted) -> dict[str, Part]:
    """What is known of each of these files, several at once."""
    if not files or not wanted.columns:
        names = tuple(column.name for column in wanted.columns)
        return {file.path: replace(nothing(names), rows=file.rows, looked=file.rows) for file in files}
    with ThreadPoolExecutor(min(len(files), ws.project.threads or os.cpu_count() or 1)) as pool:
        jobs = {file.path: pool.submit(part_of, ws, ws.tables.url(version.path, file), file, wanted) for file in files}
        return {path: job.result() for path, job in jobs.items()}


def _unique(ws: Workspace, version: DatasetVersion, part: Part) -> dict[str, str]:
    """Which columns identify every row, looked up row by row where the table is not large."""
    columns = [column for column in version.columns if column.name in part.columns]
    candidates = [c for c in columns if looks_unique(c, part.columns[c.name], part.rows)]
    whole = part.looked >= part.rows
    listed = {c.name: exact_distinct(part.columns[c.name], whole=whole) for c in candidates}
    open_ = [c for c in candidates if listed[c.name] is None]
    found = {c.name: YES if listed[c.name] == part.rows else NO for c in candidates}
    if part.rows > _CERTAIN:
        return found | dict.fromkeys((c.name for c in open_), LIKELY)
    if open_:
        texts = ", ".join(f"count(distinct {quote(c.name)})" for c in open_)
        row = ws.engine.arrow(f"select {texts} from {quote(version.name)}", [ws.relation(version)])
        counts = [row.column(number)[0].as_py() for number in range(len(open_))]
        found |= {c.name: YES if n == part.rows else NO for c, n in zip(open_, counts, strict=True)}
    return found


def _key(version: DatasetVersion, part: Part, key: tuple[str, ...], *, whole: bool) -> Key | None:
    if not key:
        return None
    how = (
        "the load keeps one record for each key"
        if version.zone == "formatted"
        else "checked row by row before the version was published"
    )
    if len(key) == 1 and key[0] in part.columns:
        column = part.columns[key[0]]
        exact = exact_distinct(column, whole=whole)
        number = estimate(column.registers) if exact is None else exact
        return Key(key, min(number, part.rows), exact is not None, unique=True, how=how)
    number = min(estimate(part.key), part.rows) if part.key is not None else part.rows
    return Key(key, number, distinct_exact=False, unique=True, how=how)
