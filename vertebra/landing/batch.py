"""Batches: what a landing takes in one go, and the manifest that lets the next process complete it.

A batch is a folder `landing/temporal/<source>/<run>-<n>/`. Without a manifest it is unfinished and is swept away;
with one all its bytes have arrived, and whoever finds it can complete it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from vertebra.errors import DamageError
from vertebra.governance.files import FileVersion
from vertebra.landing.candidate import Candidate
from vertebra.storage import Received, Storage
from vertebra.storage.archive import INSIDE

TEMPORAL = "landing/temporal"
PERSISTENT = "landing/persistent"
MANIFEST = "manifest.json"
_MOST_FILES = 5_000  # of one batch: a first landing of millions that is killed loses only its last batch
_MOST_BYTES = 4 << 30


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes of one delivered file.

    Parameters
    ----------
    name, origin, stamp : str
        Of its candidate.
    outcome : str
        `version`, `duplicate` or `left`.
    note : str
        Why it was left.
    key : str
        Its bytes in the batch, below the storage root; empty where it was left.
    sha256, size : str, int
        Of its bytes.
    path : str
        In the persistent landing, below the storage root; only of a version.
    archive : bool
        Is it an archive, whose members are entries of their own behind it?
    received_at : datetime
        UTC.
    """

    name: str
    origin: str
    stamp: str
    outcome: str
    received_at: datetime
    note: str = ""
    key: str = ""
    sha256: str = ""
    size: int = 0
    path: str = ""
    archive: bool = False

    @property
    def stored(self) -> str:
        """The path that the catalog holds: that of an archive ends where those of its members go on."""
        return f"{self.path}{INSIDE}" if self.archive else self.path


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose bytes have all arrived.

    Parameters
    ----------
    key : str
        Its folder, below the storage root.
    source : str
        Of its files.
    run_id : int
        Of the run that received it.
    seen_at : datetime
        UTC; no two batches of a source have the same, so it tells whether a batch is recorded.
    entries : tuple of Entry
        Its files, in the order of their names.
    """

    key: str
    source: str
    run_id: int
    seen_at: datetime
    entries: tuple[Entry, ...]

    @property
    def versions(self) -> tuple[Entry, ...]:
        """Those that become a new version."""
        return tuple(entry for entry in self.entries if entry.outcome == "version")


def split(candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    """Candidates in batches of a bounded size, in their order."""
    batch: list[Candidate] = []
    size = 0
    for candidate in candidates:
        if batch and (len(batch) == _MOST_FILES or size + candidate.size > _MOST_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(candidate)
        size += candidate.size
    if batch:
        yield tuple(batch)


def persistent_path(source: str, received_at: datetime, sha256: str, name: str) -> str:
    """Where a version is kept, below the storage root.

    Examples
    --------
    >>> at = datetime(2026, 1, 3, 10, 15, 0, 123456, UTC)
    >>> persistent_path("meters", at, "4fe1a9c2" + 56 * "0", "L4/2021-01.csv")
    'landing/persistent/meters/2026/01/03/20260103T101500.123456Z-4fe1a9c2/L4/2021-01.csv'
    """
    moment = received_at.astimezone(UTC)
    return f"{PERSISTENT}/{source}/{moment:%Y/%m/%d}/{moment:%Y%m%dT%H%M%S.%f}Z-{sha256[:8]}/{name}"


def judge(
    source: str,
    received: Iterable[tuple[Candidate, str, Received]],
    newest: Mapping[str, FileVersion],
    seen_at: datetime,
) -> Iterator[Entry]:
    """What becomes of received files: the bytes of the newest version again are a duplicate, others a version.

    Bytes that equal only an older version are a new version all the same: the newest delivery is what counts.

    Parameters
    ----------
    source : str
        The source.
    received : iterable of (Candidate, str, Received)
        Each name once; the text is the key of its bytes in the batch.
    newest : mapping
        Newest version by name.
    seen_at : datetime
        UTC.
    """
    for candidate, key, what in received:
        stands = newest.get(candidate.name)
        is_new = stands is None or stands.sha256 != what.sha256
        yield Entry(
            name=candidate.name,
            origin=candidate.origin,
            stamp=candidate.stamp,
            outcome="version" if is_new else "duplicate",
            received_at=seen_at,
            key=key,
            sha256=what.sha256,
            size=what.size,
            path=persistent_path(source, seen_at, what.sha256, candidate.name) if is_new else "",
        )


def write_manifest(storage: Storage, batch: Batch) -> None:
    """Declare that all bytes of a batch have arrived."""
    text = json.dumps(asdict(batch), default=datetime.isoformat, ensure_ascii=True)
    storage.write(f"{batch.key}/{MANIFEST}", text.encode())


def read_manifest(storage: Storage, key: str) -> Batch | None:
    """The batch in a folder; None if it has no manifest.

    Raises
    ------
    DamageError
        If the manifest cannot be understood.
    """
    place = f"{key}/{MANIFEST}"
    if not storage.exists(place):
        return None
    with storage.open(place) as stream:
        data = stream.read()
    try:
        return _batch(json.loads(data))
    except (ValueError, TypeError, KeyError) as error:
        raise DamageError(
            "cannot read the manifest of an unfinished batch",
            where=storage.url(place),
            why=f"{type(error).__name__}: {error}",
            next_=f"remove {storage.url(key)} and run again; push again what was pushed",
        ) from error


def _batch(values: Mapping[str, Any]) -> Batch:
    entries = tuple(
        Entry(**{**entry, "received_at": datetime.fromisoformat(entry["received_at"])}) for entry in values["entries"]
    )
    return Batch(**{**values, "seen_at": datetime.fromisoformat(values["seen_at"]), "entries": entries})
