"""Lend dataset versions to another catalog, so that what is made beside can read them without being seen."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, insert, select

from vertebra.governance import tables as t
from vertebra.governance.datasets import DatasetVersion


def lend(source: Connection, target: Connection, versions: Iterable[DatasetVersion], run_id: int) -> None:
    """Record dataset versions, their datasets and their definitions in an empty catalog, by the same numbers.

    Parameters
    ----------
    source, target : Connection
        Of the catalog that has them, and of the one that gets them.
    versions : iterable of DatasetVersion
        Which.
    run_id : int
        The target's run, which they are put down to.
    """
    lent = tuple(versions)
    _copy(source, target, t.definition, {v.definition_id for v in lent if v.definition_id is not None})
    _copy(source, target, t.dataset, {version.dataset_id for version in lent})
    _copy(source, target, t.dataset_version, {version.id for version in lent}, run_id=run_id)


def _copy(source: Connection, target: Connection, table: Table, numbers: set[int], **other: int) -> None:
    for number in sorted(numbers):
        row = source.execute(select(table).where(table.c.id == number)).mappings().one()
        target.execute(insert(table).values(**{**row, **other}))
