"""DuckDB, the embedded engine."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.engine.statistics import data_file
from vertebra.engine.types import stored
from vertebra.errors import QueryError, StepError, StorageError, VertebraError
from vertebra.table import Column, DataFile, Relation

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_ROW_GROUP = 122_880  # rows; DuckDB's default, written down so that an update does not change our files


class DuckDBEngine:
    """One in-memory DuckDB shared by all threads; each call has a cursor of its own.

    Parameters
    ----------
    scratch : Path
        Folder for what does not fit into memory.
    memory : str
        Limit, for example `1GB`.
    threads : int
        Worker threads.
    """

    def __init__(self, scratch: Path, *, memory: str = "1GB", threads: int | None = None) -> None:
        self._settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": threads or os.cpu_count() or 1,
            "preserve_insertion_order": True,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,  # nothing is fetched while it runs
            "autoload_known_extensions": False,
            "default_null_order": "nulls_last",
        }
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def _cursor(
        self, relations: Iterable[Relation], tables: Mapping[str, pa.Table] | None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        import duckdb

        with self._lock:
            if self._connection is None:
                self._connection = duckdb.connect(config=self._settings)
            cursor = self._connection.cursor()
        try:
            cursor.execute("set TimeZone = 'UTC'")
            for name, table in (tables or {}).items():
                cursor.register(name, table)
            for relation in relations:
                cursor.execute(f"create or replace temp view {quote(relation.name)} as {scan(relation)}")
            with told():
                yield cursor
        finally:
            cursor.close()

    def arrow(
        self, sql: str, relations: Iterable[Relation] = (), tables: Mapping[str, pa.Table] | None = None
    ) -> pa.Table:
        """The result of a query."""
        with self._cursor(relations, tables) as cursor:
            return cursor.sql(sql).to_arrow_table()

    def reader(
        self, sql: str, relations: Iterable[Relation] = (), tables: Mapping[str, pa.Table] | None = None
    ) -> pa.RecordBatchReader:
        """The result of a query as a stream."""
        import pyarrow as pa

        schema = self.schema(self.columns(sql, relations := tuple(relations), tables))

        def batches() -> Iterator[pa.RecordBatch]:
            with self._cursor(relations, tables) as cursor:
                yield from cursor.sql(sql).to_arrow_reader(_ROW_GROUP)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def columns(
        self, sql: str, relations: Iterable[Relation] = (), tables: Mapping[str, pa.Table] | None = None
    ) -> tuple[Column, ...]:
        """Names and types of a query's result, without running it."""
        with self._cursor(relations, tables) as cursor:
            rows = cursor.execute(f"describe {sql}").fetchall()
        return tuple(Column(row[0], row[1]) for row in rows)

    def schema(self, columns: Iterable[Column]) -> pa.Schema:
        """The Arrow schema of columns, as `write` stores them."""
        casts = ", ".join(f"null::{stored(c.name, c.type)} as {quote(c.name)}" for c in columns)
        with self._cursor((), None) as cursor:
            return cursor.sql(f"select {casts} limit 0").to_arrow_table().schema

    def write(
        self,
        sql: str,
        folder: str,
        prefix: str,
        relations: Iterable[Relation] = (),
        tables: Mapping[str, pa.Table] | None = None,
    ) -> tuple[DataFile, ...]:
        """Write a query's result as one Parquet file `<folder>/<prefix>.parquet`; none for an empty result."""
        place = f"{folder}/{prefix}.parquet"
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        with self._cursor(relations, tables) as cursor:
            described = cursor.execute(f"describe {sql}").fetchall()
            types = {row[0]: stored(row[0], row[1]) for row in described}
            body = sql
            if any(types[row[0]] != row[1] for row in described):
                casts = ", ".join(f"{quote(n)}::{kind} as {quote(n)}" for n, kind in types.items())
                body = f"select {casts} from ({sql})"
            written = cursor.execute(
                f"copy ({body}) to {literal(place)} "
                f"(format parquet, compression snappy, row_group_size {_ROW_GROUP}, return_stats)"
            ).fetchall()
        files = tuple(data_file(row, f"{prefix}.parquet", types) for row in written)
        kept = tuple(file for file in files if file.rows)
        if not kept:
            Path(place).unlink(missing_ok=True)
        return kept

    def close(self) -> None:
        """Give back memory and temporary files."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def scan(relation: Relation) -> str:
    """The SQL that reads a relation's files, typed and in order."""
    if not relation.files:
        nulls = ", ".join(f"null::{c.type} as {quote(c.name)}" for c in relation.columns)
        return f"select {nulls} where false"
    names = ", ".join(quote(c.name) for c in relation.columns)
    files = ", ".join(literal(file) for file in relation.files)
    return f"select {names} from read_parquet([{files}])"


def quote(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def told() -> Iterator[None]:
    """Say in four lines what the engine refused."""
    import duckdb

    try:
        yield
    except VertebraError:
        raise
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise StorageError(
            "the engine cannot read, write or hold its data",
            where=_first(error),
            why=str(error),
            next_="look at the disk's space and permissions, or raise `engine: {memory: …}` in vertebra.yaml",
        ) from error
    except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
        raise QueryError(
            "the engine cannot read this query",
            where="SQL",
            why=str(error).split("\n\nLINE")[0].replace("\n", " "),
            next_="mend the query; `vertebra status` lists the datasets and their columns",
        ) from error
    except duckdb.Error as error:
        raise StepError(
            "the engine stopped at a value",
            where="SQL",
            why=str(error).replace("\n", " "),
            next_="guard the expression, for example with try_cast(…) or a where clause",
        ) from error


def _first(error: Exception) -> str:
    return str(error).split(":")[0]
