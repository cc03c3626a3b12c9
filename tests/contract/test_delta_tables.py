"""Delta Lake keeps the contract of tables; another reader of Delta counts the rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from tests.contract.tables_contract import KEY, SCHEMA, TablesContract, data
from vertebra.storage import DeltaTables, LocalStorage


class TestDeltaTables(TablesContract):
    """In a local folder."""

    def make(self, folder: Path) -> DeltaTables:
        return DeltaTables(LocalStorage(folder), {})

    def rows(self, tables: DeltaTables, key: str, version: int) -> int:
        table = DeltaTable(tables.storage.url(key), version=version)
        files = [path.removeprefix("file://") for path in table.file_uris()]
        with duckdb.connect() as connection:
            return sum(connection.read_parquet([file]).shape[0] for file in files)

    def test_the_commit_carries_the_steps_identity(self, tables: DeltaTables) -> None:
        tables.publish(KEY, [data(tables, "a.parquet")], SCHEMA, "i1")
        tables.publish(KEY, [data(tables, "b.parquet")], SCHEMA, "i2")
        table = DeltaTable(tables.storage.url(KEY))
        assert [commit["vertebra.identity"] for commit in table.history()] == ["i2", "i1"]
        assert table.transaction_version("i2") is not None

    def test_statistics_let_other_readers_skip_files(self, tables: DeltaTables) -> None:
        tables.publish(KEY, [data(tables, "a.parquet", 3)], SCHEMA, "i1")
        (row,) = pa.table(DeltaTable(tables.storage.url(KEY)).get_add_actions(flatten=True)).to_pylist()
        assert (row["num_records"], row["min.n"], row["max.n"], row["null_count.s"]) == (3, 0, 2, 0)
