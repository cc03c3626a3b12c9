"""DuckDB, the embedded engine."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vertebra.engine.damage import undamaged
from vertebra.engine.statistics import data_file
from vertebra.engine.types import stored
from vertebra.errors import QueryError, StepError, StorageError, VertebraError
from vertebra.table import Column, DataFile, Relation

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_ROW_GROUP = 122_880  # rows; DuckDB's default, written down so that an update does not change our files
# two rewritings of DuckDB 2.0.0 that are wrong: `common_subplan` loses rows of `union all` branches that share a join
# under another filter, `join_elimination` breaks down at a semi join above an outer join (tests/unit/engine holds both)
_UNSOUND = "common_subplan,join_elimination"
# what turns joins round, by guesses at how many rows there are
_TURNING = "join_order,build_side_probe_side"
_PARQUET = "v2"  # its encodings halve the files of measurements, and take less time to write and to read than v1's


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
            "disabled_optimizers": _UNSOUND,
        }
        self._lock = threading.Lock()
        self._cursors: set[duckdb.DuckDBPyConnection] = set()  # that run a query now
        # DuckDB sets its threads for a whole database, so what runs on one thread has a database of its own
        self._connections: dict[tuple[bool, bool], duckdb.DuckDBPyConnection] = {}

    def _connection(self, *, in_order: bool, as_written: bool) -> duckdb.DuckDBPyConnection:
        import duckdb

        mode = (in_order, as_written)
        if mode not in self._connections:
            settings = dict(self._settings)
            if in_order or as_written:
                name = f"{'-in-order' * in_order}{'-as-written' * as_written}"
                settings["temp_directory"] = f"{self._settings['temp_directory']}{name}"
            if in_order:
                settings["threads"] = 1
            if as_written:
                settings["disabled_optimizers"] = f"{_UNSOUND},{_TURNING}"
            with told():
                self._connections[mode] = duckdb.connect(config=settings)
        return self._connections[mode]

    @contextmanager
    def _cursor(
        self,
        relations: Iterable[Relation],
        tables: Mapping[str, pa.Table] | None,
        *,
        in_order: bool = False,
        as_written: bool = False,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            cursor = self._connection(in_order=in_order, as_written=as_written).cursor()
            self._cursors.add(cursor)
        try:
            with told():
                cursor.execute("set TimeZone = 'UTC'")
                for name, table in (tables or {}).items():
                    cursor.register(name, table)
                known = tuple(relations)
                for relation in known:
                    with undamaged((relation,), binding=True):
                        cursor.execute(f"create or replace temp view {quote(relation.name)} as {scan(relation)}")
                with undamaged(known):
                    yield cursor
        finally:
            with self._lock:
                self._cursors.discard(cursor)
            cursor.close()

    def arrow(
        self,
        sql: str,
        relations: Iterable[Relation] = (),
        tables: Mapping[str, pa.Table] | None = None,
        *,
        in_order: bool = False,
    ) -> pa.Table:
        """The result of a query."""
        with self._cursor(relations, tables, in_order=in_order) as cursor:
            return cursor.sql(sql).to_arrow_table()

    def reader(
        self,
        sql: str,
        relations: Iterable[Relation] = (),
        tables: Mapping[str, pa.Table] | None = None,
        *,
        in_order: bool = False,
    ) -> pa.RecordBatchReader:
        """The result of a query as a stream."""
        import pyarrow as pa

        schema = self.schema(self.columns(sql, relations := tuple(relations), tables))

        def batches() -> Iterator[pa.RecordBatch]:
            with self._cursor(relations, tables, in_order=in_order) as cursor:
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
        *,
        columns: Sequence[Column] | None = None,
        in_order: bool = False,
        as_written: bool = False,
    ) -> tuple[DataFile, ...]:
        """Write a query's result as one Parquet file `<folder>/<prefix>.parquet`; none for an empty result."""
        place = f"{folder}/{prefix}.parquet"
        _make_folder(Path(place).parent)
        with self._cursor(relations, tables, in_order=in_order, as_written=as_written) as cursor:
            if columns is None:
                columns = [Column(row[0], row[1]) for row in cursor.execute(f"describe {sql}").fetchall()]
            types = {c.name: stored(c.name, c.type) for c in columns}
            body = sql
            if any(types[c.name] != c.type for c in columns):
                casts = ", ".join(f"{quote(n)}::{kind} as {quote(n)}" for n, kind in types.items())
                body = f"select {casts} from ({sql})"
            written = cursor.execute(
                f"copy ({body}) to {literal(place)} "
                f"(format parquet, compression snappy, row_group_size {_ROW_GROUP}, "
                f"parquet_version {_PARQUET}, return_stats)"
            ).fetchall()
        files = tuple(data_file(row, f"{prefix}.parquet", types) for row in written)
        kept = tuple(file for file in files if file.rows)
        if not kept:
            Path(place).unlink(missing_ok=True)
        return kept

    def interrupt(self) -> None:
        """End every query that runs now."""
        with self._lock:
            for cursor in self._cursors:
                cursor.interrupt()

    def close(self) -> None:
        """Give back memory and temporary files."""
        with self._lock:
            while self._connections:
                self._connections.popitem()[1].close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "cannot make a table's folder",
            where=str(folder),
            why=error.strerror or str(error),
            next_="look at the disk's space (df) and the folder's permissions (ls -ld), then type the same again",
        ) from error


def scan(relation: Relation) -> str:
    """The SQL that reads a relation's files, typed and in order."""
    nulls = ", ".join(f"null::{c.type} as {quote(c.name)}" for c in relation.columns)
    empty = f"select {nulls} where false"
    if not relation.files:
        return empty
    names = ", ".join(quote(c.name) for c in relation.columns)
    files = ", ".join(exactly(file) for file in relation.files)
    if relation.uneven:
        rows = f"from ({empty} union all by name from read_parquet([{files}], union_by_name = true))"
    else:
        rows = f"from read_parquet([{files}])"
    ordered = f" order by {', '.join(quote(name) for name in relation.order)}" if relation.order else ""
    chosen = f" where {relation.where}" if relation.where else ""
    return f"select {names} {rows}{chosen}{ordered}"


def quote(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted."""
    return "'" + text.replace("'", "''") + "'"


def exactly(path: str) -> str:
    """A file as `read_parquet`, `read_csv` and their like open it, quoted: none of its characters is a pattern.

    Examples
    --------
    >>> exactly("/srv/heat[1]/a*.parquet")
    "'/srv/heat[[]1]/a[*].parquet'"
    """
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", path))


@contextmanager
def told() -> Iterator[None]:
    """Say in four lines what the engine refused."""
    import duckdb

    try:
        yield
    except VertebraError:
        raise
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        where, why = _refusal(str(error))
        raise StorageError(
            "the engine cannot read, write or hold its data",
            where=where,
            why=why,
            next_="look at the disk's space and permissions, or raise `engine: {memory: …}` in vertebra.yaml",
        ) from error
    except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
        raise QueryError(
            "the engine cannot read this query",
            where=_line(error),
            why=str(error).split("\n\nLINE")[0].replace("\n", " "),
            next_="mend the query; `vertebra status` lists the datasets and their columns",
        ) from error
    except duckdb.InterruptException as error:
        raise StepError(
            "a query was interrupted", where="SQL", why="the run was stopped", next_="type the same command again"
        ) from error
    except UnicodeDecodeError as error:  # what the engine says quotes bytes of a file that are no UTF-8
        said = bytes(error.object).decode("utf-8", "backslashreplace")
        raise StepError(
            "the engine stopped at a value",
            where="SQL",
            why=said.split("\n\nLINE")[0].replace("\n", " "),
            next_="look at the file: it holds bytes that are no UTF-8",
        ) from error
    except duckdb.Error as error:
        raise StepError(
            "the engine stopped at a value",
            where=_line(error),
            why=str(error).split("\n\nLINE")[0].replace("\n", " "),
            next_="guard the expression, for example with try_cast(…) or a where clause",
        ) from error


def _line(error: Exception) -> str:
    """Where in the query's text the engine stopped, if it says so."""
    found = re.search(r"\n\nLINE (\d+):", str(error))
    return f"SQL:{found[1]}" if found else "SQL"


def _refusal(text: str) -> tuple[str, str]:
    """The file that was refused, where there is one, and why; DuckDB wraps what a writing thread met into JSON.

    Examples
    --------
    >>> _refusal('IO Error: Cannot open file "/srv/a.parquet": Read-only file system')
    ('/srv/a.parquet', 'Cannot open file: Read-only file system')
    >>> _refusal("Out of Memory Error: could not allocate block of size 256.0 KiB")
    ('the engine', 'Out of Memory Error: could not allocate block of size 256.0 KiB')
    """
    said = text.splitlines()[0]
    if inner := re.search(r'"exception_message":("(?:[^"\\]|\\.)*")', said):
        said = str(json.loads(inner[1]))
    said = said.removeprefix("IO Error: ")
    file = re.search(r' "([^"]+)"', said)
    return (file[1], said.replace(file[0], "", 1)) if file else ("the engine", said)
