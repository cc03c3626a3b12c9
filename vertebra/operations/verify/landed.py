"""Kept (G1): are the bytes of every delivery those that were landed? And of every model those that were saved?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from vertebra.errors import StorageError
from vertebra.governance.files import FileVersion
from vertebra.governance.models import Model
from vertebra.operations.verify.finding import Broken
from vertebra.storage import Storage

_CHUNK = 1 << 22  # bytes


def kept(versions: Iterable[FileVersion]) -> tuple[FileVersion, ...]:
    """The file versions that have bytes of their own: what is in an archive is held with the archive."""
    known = tuple(versions)
    archives = {file.place[0] for file in known if file.is_archive}
    return tuple(file for file in known if file.is_archive or file.place[0] not in archives)


def landed(storage: Storage, versions: Iterable[FileVersion]) -> Iterator[Broken]:
    """Hold the bytes of landed files against their recorded hashes."""
    for file in versions:
        key, inner = file.place
        if inner:
            yield Broken("G1", "landed-file-missing", f"{file.name} is in an archive that is not recorded", file=key)
            continue
        yield from _held(storage, key, _named(file), (file.sha256, file.size), "G1", "landed-file")


def saved(storage: Storage, models: Iterable[Model]) -> Iterator[Broken]:
    """Hold the bytes of models against their recorded hashes."""
    for model in models:
        what = f"the model {model.id} of {model.analysis}"
        yield from _held(storage, model.path, what, (model.sha256, model.size), "G9", "model-file")


def _held(
    storage: Storage, key: str, what: str, recorded: tuple[str, int], promise: str, kind: str
) -> Iterator[Broken]:
    if not storage.exists(key):
        yield Broken(promise, f"{kind}-missing", f"{what} is gone", file=key)
        return
    digest = hashlib.sha256()
    size = 0
    try:
        with storage.open(key) as stream:
            while data := stream.read(_CHUNK):
                digest.update(data)
                size += len(data)
    except (StorageError, OSError) as error:
        yield Broken(promise, f"{kind}-unreadable", f"{what} cannot be read: {error}", file=key)
        return
    if (digest.hexdigest(), size) != recorded:
        was = f"recorded are {recorded[1]} with {recorded[0]}"
        yield Broken(
            promise, f"{kind}-bytes", f"{what} has {size} bytes with the SHA-256 {digest.hexdigest()}; {was}", file=key
        )


def _named(file: FileVersion) -> str:
    return f"{file.name} of {file.source}, version {file.version},"
