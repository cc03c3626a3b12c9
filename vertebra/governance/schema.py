"""What the catalog's tables are made of: one set of tables, its types, its keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Dialect, ForeignKey, Integer, MetaData, String, Table, TypeDecorator

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """A UTC instant, kept as ISO 8601 text with microseconds, which sorts as time does."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002  the signature is SQLAlchemy's
        """To text; a local time without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a zone"
            raise ValueError(message)
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """From text."""
        return None if value is None else datetime.fromisoformat(value)


def key() -> Column[int]:
    """The column that numbers the rows of a table."""
    return Column("id", Integer, primary_key=True)


def ref(name: str, target: str, *, null: bool = False, index: bool = False) -> Column[int]:
    """A column that names a row of another table."""
    return Column(name, Integer, ForeignKey(target), nullable=null, index=index)


def inserted(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert one row; the number that it got."""
    key = connection.execute(table.insert().values(**values)).inserted_primary_key
    if key is None:  # pragma: no cover  SQLAlchemy returns none only for statements of many rows
        message = f"{table.name} gave no key"
        raise TypeError(message)
    return int(key[0])
