"""DuckDB keeps the contract of an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.engine_contract import ROWS, EngineContract
from vertebra.engine import DuckDBEngine
from vertebra.errors import StorageError


class TestDuckDBEngine(EngineContract):
    """With two threads, as on a small machine."""

    def make(self, scratch: Path) -> DuckDBEngine:
        return DuckDBEngine(scratch, memory="500MB", threads=2)

    def test_it_keeps_its_hands_off_the_network(self, engine: DuckDBEngine) -> None:
        sql = "select name, value from duckdb_settings() where name like 'auto%_known_extensions' order by name"
        assert engine.arrow(sql)["value"].to_pylist() == ["false", "false"]

    def test_too_little_memory_is_told(self, tmp_path: Path) -> None:
        engine = DuckDBEngine(tmp_path, memory="1KB")
        with pytest.raises(StorageError) as caught:
            engine.arrow("select list(i order by hash(i)) from range(100000) r(i)")
        assert caught.value.why.startswith("Out of Memory Error")
        assert "engine: {memory: …}" in caught.value.next
        engine.close()

    @pytest.mark.parametrize(
        ("expression", "stored"),
        [
            ("123::hugeint", "decimal128(38, 0)"),
            ("18446744073709551615::ubigint", "decimal128(20, 0)"),
            ("4294967295::uinteger", "int64"),
            ("uuid()", "string"),
            ("null", "int32"),
            ("'a'::enum('a', 'b')", "string"),
            ("[1::uinteger]", "list<l: int64>"),
        ],
    )
    def test_a_type_that_no_table_has_is_widened(
        self, engine: DuckDBEngine, folder: Path, expression: str, stored: str
    ) -> None:
        (file,) = engine.write(f"select {expression} as v", str(folder), "part")
        columns = engine.columns(f"select {expression} as v")
        assert str(engine.schema(columns).field("v").type) == stored
        read = engine.arrow(f"select v from read_parquet('{folder}/{file.path}')")
        assert str(read.schema.field("v").type) == stored

    def test_a_folder_that_cannot_be_made_is_told(self, engine: DuckDBEngine, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(StorageError) as caught:
            engine.write("select * from given", str(tmp_path / "file" / "t"), "part", tables={"given": ROWS})
        assert caught.value.what == "cannot make a table's folder"
