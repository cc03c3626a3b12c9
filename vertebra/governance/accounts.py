"""In which releases the records of file versions stand."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, or_, select

from vertebra.governance import tables as t


def releases_with(connection: Connection, files: Collection[int]) -> tuple[int, ...]:
    """The releases in a table of which one of these file versions stands, be it with records in quarantine only."""
    a, item = t.account.c, t.release_item.c
    stands = and_(
        item.dataset_id == a.dataset_id,
        item.version_id >= a.since_id,
        or_(a.until_id.is_(None), item.version_id < a.until_id),
    )
    query = select(item.release_id).join(t.account, stands).where(a.file_id.in_(sorted(files))).distinct()
    return tuple(sorted(connection.execute(query).scalars()))
