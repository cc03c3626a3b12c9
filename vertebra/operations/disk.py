"""How much of the disk is used: by zone, by dataset, by release."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from vertebra.governance import datasets, releases
from vertebra.governance import tables as t
from vertebra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """Bytes of a dataset.

    Parameters
    ----------
    name, zone : str
        Of the dataset.
    versions, files : int
        That are recorded, and data files that stand.
    size : int
        Bytes of these files and of the table's log.
    newest : int
        Bytes of the files of its newest version.
    unnamed : int
        Bytes of files that no recorded version names; `vertebra retain` takes them away.
    """

    name: str
    zone: str
    versions: int
    files: int
    size: int
    newest: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class ReleaseUse:
    """Bytes of a release: of all files that it names, and of those that no other release names."""

    release: int
    environments: tuple[str, ...]
    size: int
    alone: int


@dataclass(frozen=True, slots=True)
class Use:
    """Bytes on the disk: by top folder of the storage, by dataset, by release (newest first)."""

    zones: dict[str, int]
    datasets: tuple[DatasetUse, ...]
    releases: tuple[ReleaseUse, ...]


def disk(ws: Workspace) -> Use:
    """Look at every file of the storage, and at what names it."""
    sizes = {key: ws.storage.size(key) for key in ws.storage.keys("") if ws.storage.exists(key)}
    zones: Counter[str] = Counter()
    for key, size in sizes.items():
        zones[key.split("/")[0] if "/" in key else "catalog and settings"] += size
    with ws.catalog.read() as connection:
        ids = connection.execute(select(t.dataset_version.c.id)).scalars().all()
        versions = datasets.versions(connection, ids)
        known = releases.releases(connection)
        held = {one.number: set(releases.version_ids(connection, one.number).values()) for one in known}
        pointing = releases.environments(connection)
    files = {
        number: {f"{v.path}/{file.path}" for file in ws.tables.snapshot(v.path, v.table_version).files}
        for number, v in versions.items()
    }
    named = {number: set().union(*(files[one] for one in ids)) for number, ids in held.items()}
    shared = Counter(key for keys in named.values() for key in keys)
    return Use(
        dict(sorted(zones.items())),
        tuple(_datasets(versions, files, sizes)),
        tuple(
            ReleaseUse(
                one.number,
                tuple(sorted(name for name, number in pointing.items() if number == one.number)),
                sum(sizes.get(key, 0) for key in named[one.number]),
                sum(sizes.get(key, 0) for key in named[one.number] if shared[key] == 1),
            )
            for one in known
        ),
    )


def _datasets(
    versions: dict[int, datasets.DatasetVersion], files: dict[int, set[str]], sizes: dict[str, int]
) -> list[DatasetUse]:
    own: dict[str, list[int]] = {}
    for number in sorted(versions):
        own.setdefault(versions[number].name, []).append(number)
    found = []
    for name, numbers in sorted(own.items()):
        newest = versions[numbers[-1]]
        there = {key: size for key, size in sizes.items() if key.startswith(f"{newest.path}/")}
        data = {key for key in there if "/_delta_log/" not in key}
        named = set().union(*(files[number] for number in numbers))
        found.append(
            DatasetUse(
                name,
                newest.zone,
                len(numbers),
                len(data),
                sum(there.values()),
                sum(sizes.get(key, 0) for key in files[numbers[-1]]),
                sum(there[key] for key in data - named),
            )
        )
    return found
