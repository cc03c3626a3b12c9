"""Forget releases and dataset versions, with all that the catalog has about them alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Column, Connection, Table, delete, select, update

from vertebra.governance import tables as t


def pinned(connection: Connection) -> tuple[frozenset[int], frozenset[int]]:
    """The releases and the dataset versions that sandboxes and models name."""
    releases = {*_all(connection, t.sandbox.c.release_id), *_all(connection, t.model.c.release_id)}
    versions = {*_all(connection, t.sandbox_item.c.version_id), *_all(connection, t.model.c.features_id)}
    return frozenset(releases), frozenset(versions)


def named(connection: Connection, releases: Iterable[int]) -> frozenset[int]:
    """The dataset versions of these releases."""
    item = t.release_item.c
    found: set[int] = set()
    for chunk in _chunks(releases):
        found.update(connection.execute(select(item.version_id).where(item.release_id.in_(chunk))).scalars())
    return frozenset(found)


def origins(connection: Connection) -> dict[int, tuple[int, ...]]:
    """Every dataset version that was made from others, and those."""
    found: dict[int, list[int]] = {}
    for row in connection.execute(select(t.dataset_input)):
        found.setdefault(row.version_id, []).append(row.input_id)
    return {number: tuple(inputs) for number, inputs in found.items()}


def versions_of(connection: Connection) -> dict[int, tuple[tuple[int, int], ...]]:
    """Every dataset: the numbers of its versions and of their runs, rising."""
    v = t.dataset_version.c
    found: dict[int, list[tuple[int, int]]] = {number: [] for number in _all(connection, t.dataset.c.id)}
    for row in connection.execute(select(v.dataset_id, v.id, v.run_id).order_by(v.id)):
        found[row.dataset_id].append((row.id, row.run_id))
    return {number: tuple(versions) for number, versions in found.items()}


def forget_releases(connection: Connection, numbers: Sequence[int]) -> None:
    """Forget releases: what they held, the moves to them, and that others came after them."""
    for chunk in _chunks(numbers):
        connection.execute(delete(t.release_item).where(t.release_item.c.release_id.in_(chunk)))
        connection.execute(delete(t.environment_move).where(t.environment_move.c.release_id.in_(chunk)))
        connection.execute(update(t.release).where(t.release.c.parent_id.in_(chunk)).values(parent_id=None))
    _delete(connection, t.release, t.release.c.id, numbers)


def forget_versions(
    connection: Connection, goes: Mapping[int, Sequence[int]], stays: Mapping[int, Sequence[int]]
) -> None:
    """Forget versions, by dataset; all of a dataset where none of it stays.

    The accounts of files stay for the versions that are kept: an account that begins or ends with a version that goes
    begins or ends with the next one that is kept.

    Parameters
    ----------
    goes, stays : mapping
        Dataset to its versions; nothing that stays may have been made from what goes.
    """
    for gone in goes.values():  # of all datasets first: they are made from one another
        _delete(connection, t.dataset_input, t.dataset_input.c.version_id, gone)
    for dataset_id, gone in goes.items():
        _forget(connection, dataset_id, gone, stays[dataset_id])


def _forget(connection: Connection, dataset_id: int, gone: Sequence[int], kept: Sequence[int]) -> None:
    _move_accounts(connection, dataset_id, sorted(gone), sorted(kept))
    for table, column in (
        (t.check_result, t.check_result.c.version_id),
        (t.profile, t.profile.c.version_id),
        (t.dataset_version, t.dataset_version.c.id),
    ):
        _delete(connection, table, column, gone)
    if not kept:
        connection.execute(delete(t.profile_file).where(t.profile_file.c.dataset_id == dataset_id))
        connection.execute(delete(t.dataset).where(t.dataset.c.id == dataset_id))


def _move_accounts(connection: Connection, dataset_id: int, gone: Sequence[int], kept: Sequence[int]) -> None:
    a = t.account.c
    lost = frozenset(gone)
    for row in connection.execute(select(t.account).where(a.dataset_id == dataset_id)).all():
        since = _next(kept, row.since_id)
        until = None if row.until_id is None else _next(kept, row.until_id)
        if since is None or since == until:  # it stood in no version that is kept
            connection.execute(delete(t.account).where(a.id == row.id))
        elif row.since_id in lost or row.until_id in lost:
            connection.execute(update(t.account).where(a.id == row.id).values(since_id=since, until_id=until))


def _next(kept: Sequence[int], number: int) -> int | None:
    place = bisect_left(kept, number)
    return kept[place] if place < len(kept) else None


def _all(connection: Connection, column: Column[int]) -> tuple[int, ...]:
    return tuple(connection.execute(select(column)).scalars())


def _delete(connection: Connection, table: Table, column: Column[int], numbers: Iterable[int]) -> None:
    for chunk in _chunks(numbers):
        connection.execute(delete(table).where(column.in_(chunk)))


def _chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    for begin in range(0, len(ordered), 500):  # SQLite binds a bounded number of values in one statement
        yield ordered[begin : begin + 500]
