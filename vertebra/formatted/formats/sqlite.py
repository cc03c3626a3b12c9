"""A table or query of a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote as url

from vertebra.formatted.count import Count
from vertebra.formatted.formats.arrow_text import text_of
from vertebra.formatted.formats.beside import unread
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, texts
from vertebra.project import Source, SqliteFormat
from vertebra.sql import quote

_MAGIC = b"SQLite format 3\0"
_ROWS = 10_000
_UNREADABLE = (sqlite3.DatabaseError, OverflowError)


class _Text(bytes):
    """The bytes of a text, to be told from bytes that are none."""

    __slots__ = ()


def sniff(head: bytes, path: Path) -> SqliteFormat | None:
    """SQLite, by its first bytes."""
    del path
    return SqliteFormat() if head.startswith(_MAGIC) else None


def _connect(file: Opened) -> sqlite3.Connection:
    """The file, read only; nothing in its schema is run that reads anything else."""
    connection = sqlite3.connect(f"file:{url(str(file.path))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.text_factory = _Text  # so that a text that is none is a finding
    connection.execute("pragma trusted_schema = off")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    return connection


def _query(connection: sqlite3.Connection, form: SqliteFormat) -> str:
    """What is read, or a ValueError that says why not."""
    if form.query:
        return form.query.rstrip("; \n")
    tables = _tables(connection)
    if form.table and form.table not in tables:
        raise ValueError(f'there is no table "{form.table}"; there are: {", ".join(tables[:50])}')
    if not form.table and len(tables) != 1:
        raise ValueError(f"`table` does not say which one is meant; there are: {', '.join(tables[:50])}")
    return f"select * from {quote(form.table or tables[0])}"


def sizes_of(file: Opened) -> dict[str, int] | Problem:
    """The tables of a database and their rows."""
    with closing(_connect(file)) as connection:
        try:
            return {
                name: int(connection.execute(f"select count(*) from {quote(name)}").fetchone()[0])
                for name in _tables(connection)
            }
        except _UNREADABLE as error:
            return Problem("damaged-sqlite", f"it cannot be read as SQLite: {error}", fatal=True)


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!'"
    )
    return sorted(row[0].decode(errors="replace") for row in rows)


def _count(file: Opened, source: Source) -> Count:
    """What the database counts by itself."""
    with closing(_connect(file)) as connection:
        try:
            query = _query(connection, _form(source))
            return Count(int(connection.execute(f"select count(*) from ({query})").fetchone()[0]))
        except (*_UNREADABLE, ValueError):
            return Count(0)


def _table(file: Opened, source: Source) -> Table | Problem:
    with closing(_connect(file)) as connection:
        try:
            query = _query(connection, _form(source))
            number = int(connection.execute(f"select count(*) from ({query})").fetchone()[0])
            reads = _reads(connection, query)
            names = tuple(one[0] for one in connection.execute(f"select * from ({query}) limit 0").description)
            others = [(name,) for name in _tables(connection) if name not in reads]
        except (*_UNREADABLE, ValueError) as error:
            return Problem("damaged-sqlite", f"it cannot be read as SQLite: {error}", fatal=True)

    def draw(chosen: Sequence[int]) -> Iterator[Part]:
        record = 1
        with closing(_connect(file)) as again:
            try:
                cursor = again.execute(query)
                while rows := cursor.fetchmany(_ROWS):
                    yield _part(rows, record, chosen)
                    record += len(rows)
            except _UNREADABLE as error:
                yield Part(
                    record, max(number + 1 - record, 0), type="damaged-sqlite", reason=f"it cannot be read: {error}"
                )

    return Simple(names, draw, [*unread("table", others, source)])


def _reads(connection: sqlite3.Connection, query: str) -> set[str]:
    """The tables that a query reads."""
    found: set[str] = set()

    def allowed(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            found.add(table)
        return sqlite3.SQLITE_OK

    connection.set_authorizer(allowed)
    connection.execute(f"select * from ({query}) limit 0")
    connection.set_authorizer(None)
    return found


def _part(rows: list[tuple[object, ...]], record: int, chosen: Sequence[int]) -> Part:
    found: list[list[str | None]] = []
    wrong: list[tuple[int, str, str]] = []
    for number, row in enumerate(rows, record):
        try:
            found.append([_text(row[place]) for place in chosen])
        except UnicodeDecodeError as error:
            wrong.append((number, "broken-encoding", f"a text is not UTF-8: {error.reason}"))
            found.append([None] * len(chosen))
    return Part(record, len(rows), texts(found, len(chosen)), wrong=tuple(wrong))


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode() if isinstance(value, _Text) else text_of(value)


def _form(source: Source) -> SqliteFormat:
    assert isinstance(source.format, SqliteFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


SQLITE: Format = Tabular(_table, _count)
