"""Tables: Delta Lake folders whose commits name files that an engine has written already."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from vertebra.errors import DamageError, StorageError
from vertebra.storage.port import Storage
from vertebra.table import DataFile

if TYPE_CHECKING:
    import deltalake
    import pyarrow as pa

_IDENTITY = "vertebra.identity"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a Delta table: its number and its files."""

    version: int
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class DeltaTables:
    """The Delta tables below a storage's root.

    Parameters
    ----------
    storage : Storage
        Where they are.
    options : mapping
        Credentials and settings of Delta's own object store.
    """

    storage: Storage
    options: Mapping[str, str]

    def snapshot(self, key: str, version: int | None = None) -> Snapshot:
        """The files of one version of a table, its newest by default.

        Raises
        ------
        DamageError
            If the table or that version cannot be read.
        """
        table = self._load(key, version)
        return Snapshot(table.version(), tuple(_files(table)))

    def publish(
        self, key: str, files: Iterable[DataFile], schema: pa.Schema, identity: str, *, same_rows: bool = False
    ) -> int:
        """Make exactly these files the table, in one commit; the number of the new version.

        What an unfinished earlier attempt may have committed is taken out by the same commit, and a commit of
        the same identity over the same files is recognised and not repeated.

        Parameters
        ----------
        key : str
            The table's folder.
        files : iterable of DataFile
            All files of the new version; those that stand already are kept, the rest must lie in the folder.
        schema : pyarrow.Schema
            Of the new version.
        identity : str
            Of the step that publishes, kept with the commit as an application transaction.
        same_rows : bool
            Do the files that come hold the rows of those that go? Whoever follows the log then knows of no change.
        """
        from deltalake import DeltaTable, Schema
        from deltalake.exceptions import DeltaError
        from deltalake.transaction import CommitProperties, Transaction, create_table_with_add_actions

        wanted = {file.path: file for file in files}
        properties = CommitProperties(
            custom_metadata={_IDENTITY: identity}, app_transactions=[Transaction(identity, int(time.time() * 1000))]
        )
        url = self.storage.url(key)
        delta_schema = Schema.from_arrow(schema)
        try:
            if not DeltaTable.is_deltatable(url, dict(self.options)):
                actions = [_add(file) for file in wanted.values()]
                create_table_with_add_actions(
                    url, delta_schema, actions, storage_options=dict(self.options), commit_properties=properties
                )
                return 0
            table = self._load(key, None)
            if table.schema() != delta_schema:
                create_table_with_add_actions(
                    url,
                    delta_schema,
                    [_add(file) for file in wanted.values()],
                    mode="overwrite",
                    storage_options=dict(self.options),
                    commit_properties=properties,
                )
                return self._load(key, None).version()
            return _change(table, wanted, properties, same_rows=same_rows)
        except (DeltaError, OSError) as error:
            raise StorageError(
                "cannot commit to a table",
                where=url,
                why=_why(error),
                next_="look at the disk's space and the folder's permissions, then run again",
            ) from error

    def url(self, key: str, file: DataFile) -> str:
        """Place of a data file, as engines open it."""
        return self.storage.url(f"{key}/{file.path}")

    def _load(self, key: str, version: int | None) -> deltalake.DeltaTable:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        url = self.storage.url(key)
        try:
            return DeltaTable(url, version=version, storage_options=dict(self.options))
        except (DeltaError, OSError) as error:
            raise DamageError(
                "cannot read a table",
                where=url if version is None else f"{url}, version {version}",
                why=_why(error),
                next_="restore it from a backup of the storage folder; the landing zone holds every delivered byte",
            ) from error


def _why(error: Exception) -> str:
    """What Delta says: it sets the words and their cause below one another, with arrows and colours."""
    lines = (re.sub(r"\x1b\[[0-9;]*m|↳", "", line).strip() for line in str(error).splitlines())
    return ": ".join(line for line in lines if line)


def _change(table: deltalake.DeltaTable, wanted: Mapping[str, DataFile], properties: Any, *, same_rows: bool) -> int:
    from deltalake.transaction import RemoveAction

    stands = {file.path: file for file in _files(table)}
    now = int(time.time() * 1000)
    gone = [
        RemoveAction(path, data_change=not same_rows, deletion_timestamp=now, size=file.size, partition_values={})
        for path, file in stands.items()
        if path not in wanted
    ]
    come = [_add(file, same_rows=same_rows) for path, file in wanted.items() if path not in stands]
    if not gone and not come:
        return table.version()
    table.create_write_transaction([*come, *gone], "append", table.schema(), commit_properties=properties)
    table.update_incremental()
    return table.version()


def _add(file: DataFile, *, same_rows: bool = False) -> Any:
    from deltalake.transaction import AddAction

    stats = {
        "numRecords": file.rows,
        "minValues": dict(file.lower),
        "maxValues": dict(file.upper),
        "nullCount": dict(file.nulls),
    }
    return AddAction(
        file.path, file.size, {}, int(time.time() * 1000), data_change=not same_rows, stats=json.dumps(stats)
    )


def _files(table: deltalake.DeltaTable) -> Iterable[DataFile]:
    import pyarrow as pa

    actions = pa.RecordBatchReader.from_stream(table.get_add_actions(flatten=False)).read_all()
    facts = actions.select(["path", "num_records", "size_bytes"]).to_pylist()
    lower, upper, nulls = (_statistics(actions, name) for name in ("min", "max", "null_count"))
    for number, row in enumerate(facts):
        yield DataFile(
            unquote(row["path"]),  # the log keeps paths as URIs
            row["num_records"],
            row["size_bytes"],
            _bounds(lower, number),
            _bounds(upper, number),
            {name: values[number] for name, values in nulls.items() if isinstance(values[number], int)},
        )


def _statistics(actions: pa.Table, name: str) -> dict[str, list[Any]]:
    """One kind of statistic: column to its values, one a file."""
    if name not in actions.column_names:
        return {}
    found: dict[str, list[Any]] = {field.name: [] for field in actions.schema.field(name).type}
    for chunk in actions[name].chunks:
        for column, values in zip(found, chunk.flatten(), strict=True):
            found[column] += _values(values)
    return found


def _values(values: pa.Array) -> list[Any]:
    """What an array holds; instants are counted from 1970, for to make them of an array Arrow imports pandas."""
    import pyarrow as pa

    if not pa.types.is_timestamp(values.type):
        found: list[Any] = values.to_pylist()
        return found
    if values.type.unit != "us":  # pragma: no cover  Delta has microseconds only
        values = values.cast(pa.timestamp("us"))
    counts = values.view(pa.int64()).to_pylist()
    return [None if count is None else _EPOCH + timedelta(microseconds=count) for count in counts]


def _bounds(statistics: Mapping[str, list[Any]], number: int) -> dict[str, Any]:
    """Bounds of one file as the JSON values that they were written as."""
    found: dict[str, Any] = {}
    for name, values in statistics.items():
        match values[number]:
            case datetime() as value:
                found[name] = value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            case date() as value:
                found[name] = value.isoformat()
            case int() | float() | str() as value:
                found[name] = value
            case _:  # a nested column, or none: Delta allows a bound to be left out
                continue
    return found
