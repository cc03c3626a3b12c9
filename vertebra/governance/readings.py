"""What the texts of views say, remembered: parsing a thousand of them takes seconds, looking them up does not.

A reading follows from the text and the code that reads it alone, and its digest is of both. So nothing here can be
out of date, and all of it may be thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from vertebra.governance import tables as t

_AT_ONCE = 500  # values in one statement


def readings(connection: Connection) -> dict[str, dict[str, Any]]:
    """All that is remembered, by digest."""
    return {row.digest: row.body for row in connection.execute(select(t.reading))}


def remember(connection: Connection, found: Mapping[str, Mapping[str, Any]], gone: Iterable[str]) -> None:
    """Add readings by digest, and forget those that no file has any more."""
    forgotten = list(gone)
    for begin in range(0, len(forgotten), _AT_ONCE):
        connection.execute(delete(t.reading).where(t.reading.c.digest.in_(forgotten[begin : begin + _AT_ONCE])))
    if found:
        connection.execute(insert(t.reading), [{"digest": digest, "body": body} for digest, body in found.items()])
