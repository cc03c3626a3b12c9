"""What every kind of table does: versions that name files, published in one commit. A test says how to make some."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertebra.errors import DamageError, StorageError
from vertebra.storage import DeltaTables, Snapshot
from vertebra.table import DataFile

KEY = "formatted/meters"
SCHEMA = pa.schema([("n", pa.int64()), ("s", pa.string()), ("t", pa.timestamp("us", "UTC"))])
WIDER = SCHEMA.append(pa.field("x", pa.float64()))
_ONCE_FOR_EACH_ADAPTER = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors, HealthCheck.too_slow]


def data(tables: DeltaTables, name: str, rows: int = 3, key: str = KEY, schema: pa.Schema = SCHEMA) -> DataFile:
    """A file in a table's folder that no version names yet."""
    columns = {"n": range(rows), "s": [name] * rows, "t": [0] * rows, "x": [0.5] * rows}
    table = pa.table({field.name: pa.array(columns[field.name]).cast(field.type) for field in schema}, schema=schema)
    path = Path(tables.storage.url(f"{key}/{name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    lower = {"n": 0, "s": name, "t": "1970-01-01T00:00:00.000000Z"}
    upper = {"n": rows - 1, "s": name, "t": "1970-01-01T00:00:00.000000Z"}
    return DataFile(name, rows, path.stat().st_size, lower, upper, dict.fromkeys(schema.names, 0))


def names(snapshot: Snapshot) -> list[str]:
    return sorted(file.path for file in snapshot.files)


class TablesContract(ABC):
    """Tables below a storage."""

    @abstractmethod
    def make(self, folder: Path) -> DeltaTables:
        """Tables in a folder that is there for them alone."""

    @abstractmethod
    def rows(self, tables: DeltaTables, key: str, version: int) -> int:
        """Rows of a version, counted by somebody else's reader."""

    @pytest.fixture
    def tables(self, tmp_path: Path) -> DeltaTables:
        return self.make(tmp_path / "storage")

    def test_a_first_version_has_its_files_as_they_were_described(self, tables: DeltaTables) -> None:
        files = {file.path: file for file in (data(tables, "p/a.parquet"), data(tables, "p/b.parquet", 5))}
        number = tables.publish(KEY, files.values(), SCHEMA, "i1")
        snapshot = tables.snapshot(KEY)
        assert snapshot.version == number == 0
        assert {file.path: file for file in snapshot.files} == files
        assert self.rows(tables, KEY, number) == 8

    def test_a_version_is_exactly_the_files_that_were_given(self, tables: DeltaTables) -> None:
        a, b, c = (data(tables, f"{name}.parquet") for name in "abc")
        first = tables.publish(KEY, [a, b], SCHEMA, "i1")
        second = tables.publish(KEY, [b, c], SCHEMA, "i2")
        assert (names(tables.snapshot(KEY, first)), names(tables.snapshot(KEY, second))) == (
            ["a.parquet", "b.parquet"],
            ["b.parquet", "c.parquet"],
        )
        assert second == first + 1
        assert [self.rows(tables, KEY, number) for number in (first, second)] == [6, 6]

    def test_an_older_version_stays_as_it_was(self, tables: DeltaTables) -> None:
        a, b = data(tables, "a.parquet"), data(tables, "b.parquet")
        first = tables.publish(KEY, [a], SCHEMA, "i1")
        before = tables.snapshot(KEY, first)
        tables.publish(KEY, [b], SCHEMA, "i2")
        tables.publish(KEY, [], SCHEMA, "i3")
        assert tables.snapshot(KEY, first) == before
        assert self.rows(tables, KEY, first) == 3

    def test_a_table_may_be_empty_at_first_and_later(self, tables: DeltaTables) -> None:
        first = tables.publish(KEY, [], SCHEMA, "i1")
        assert tables.snapshot(KEY, first).files == ()
        second = tables.publish(KEY, [data(tables, "a.parquet")], SCHEMA, "i2")
        third = tables.publish(KEY, [], SCHEMA, "i3")
        assert [self.rows(tables, KEY, number) for number in (first, second, third)] == [0, 3, 0]

    def test_the_same_again_is_no_new_version(self, tables: DeltaTables) -> None:
        files = [data(tables, "a.parquet"), data(tables, "b.parquet")]
        first = tables.publish(KEY, files, SCHEMA, "i1")
        assert tables.publish(KEY, files, SCHEMA, "i1") == first
        assert tables.publish(KEY, reversed(files), SCHEMA, "i1") == first
        assert tables.snapshot(KEY).version == first

    def test_what_an_unfinished_attempt_committed_is_taken_out(self, tables: DeltaTables) -> None:
        """It committed, then was killed before the catalog heard of it; the next attempt has other file names."""
        a, dead, again = (data(tables, f"{name}.parquet") for name in ("a", "dead", "again"))
        tables.publish(KEY, [a], SCHEMA, "i1")
        tables.publish(KEY, [a, dead], SCHEMA, "i2")
        number = tables.publish(KEY, [a, again], SCHEMA, "i2")
        assert names(tables.snapshot(KEY, number)) == ["a.parquet", "again.parquet"]
        assert self.rows(tables, KEY, number) == 6

    def test_a_new_schema_replaces_files_and_columns_in_one_version(self, tables: DeltaTables) -> None:
        old = tables.publish(KEY, [data(tables, "a.parquet")], SCHEMA, "i1")
        wide = data(tables, "b.parquet", 4, schema=WIDER)
        new = tables.publish(KEY, [wide], WIDER, "i2")
        assert names(tables.snapshot(KEY)) == ["b.parquet"]
        assert names(tables.snapshot(KEY, old)) == ["a.parquet"]
        assert [self.rows(tables, KEY, number) for number in (old, new)] == [3, 4]

    def test_a_reader_sees_one_version_or_the_next_never_half(self, tables: DeltaTables) -> None:
        pairs = [[data(tables, f"{number}-{half}.parquet") for half in "ab"] for number in range(8)]
        tables.publish(KEY, pairs[0], SCHEMA, "i0")
        seen: list[list[str]] = []

        def write() -> None:
            for number, pair in enumerate(pairs[1:], start=1):
                tables.publish(KEY, pair, SCHEMA, f"i{number}")

        writer = threading.Thread(target=write)
        writer.start()
        while writer.is_alive():
            seen.append(names(tables.snapshot(KEY)))
        writer.join()
        whole = [sorted(file.path for file in pair) for pair in pairs]
        assert all(found in whole for found in seen)
        assert names(tables.snapshot(KEY)) == whole[-1]

    def test_tables_do_not_know_of_each_other(self, tables: DeltaTables) -> None:
        tables.publish(KEY, [data(tables, "a.parquet")], SCHEMA, "i1")
        other = "quarantine/it's 100% ü"
        tables.publish(other, [data(tables, "b.parquet", key=other)], SCHEMA, "i1")
        assert (names(tables.snapshot(KEY)), names(tables.snapshot(other))) == (["a.parquet"], ["b.parquet"])

    @pytest.mark.parametrize(
        "name", ["with space.parquet", "100%.parquet", "a=b.parquet", "p/ü☃.parquet", "a+b#c.parquet"]
    )
    def test_any_file_name_will_do(self, tables: DeltaTables, name: str) -> None:
        file = data(tables, name)
        number = tables.publish(KEY, [file], SCHEMA, "i1")
        (stands,) = tables.snapshot(KEY).files
        assert stands.path == name
        assert Path(tables.url(KEY, stands)).is_file()
        assert tables.publish(KEY, [file], SCHEMA, "i1") == number
        assert self.rows(tables, KEY, number) == 3
        gone = tables.publish(KEY, [], SCHEMA, "i2")
        assert (names(tables.snapshot(KEY)), self.rows(tables, KEY, gone)) == ([], 0)

    @settings(max_examples=12, deadline=None, suppress_health_check=_ONCE_FOR_EACH_ADAPTER)
    @given(history=st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=6))
    def test_any_history_can_be_read_back(self, tables: DeltaTables, history: list[set[int]]) -> None:
        key = f"t/{abs(hash(str(history)))}"
        files = [data(tables, f"{number}.parquet", number + 1, key) for number in range(6)]
        versions: list[tuple[int, set[int]]] = []
        for step, chosen in enumerate(history):
            versions.append((tables.publish(key, [files[n] for n in chosen], SCHEMA, f"i{step}"), chosen))
        for number, chosen in versions:
            snapshot = tables.snapshot(key, number)
            assert {file.path: file.rows for file in snapshot.files} == {f"{n}.parquet": n + 1 for n in chosen}
            assert self.rows(tables, key, number) == sum(n + 1 for n in chosen)

    def test_a_table_that_is_not_there_is_told(self, tables: DeltaTables) -> None:
        with pytest.raises(DamageError) as caught:
            tables.snapshot("formatted/never")
        assert caught.value.what == "cannot read a table"
        assert caught.value.where == tables.storage.url("formatted/never")
        assert caught.value.next.startswith("restore it from a backup of the storage folder")

    def test_a_version_that_is_not_there_is_told(self, tables: DeltaTables) -> None:
        tables.publish(KEY, [], SCHEMA, "i1")
        with pytest.raises(DamageError) as caught:
            tables.snapshot(KEY, 99)
        assert caught.value.where == f"{tables.storage.url(KEY)}, version 99"

    def test_a_place_where_no_table_can_be_is_told(self, tables: DeltaTables) -> None:
        tables.storage.write("formatted", b"a file where a folder is needed")
        with pytest.raises(StorageError) as caught:
            tables.publish(KEY, _nothing(), SCHEMA, "i1")
        assert caught.value.what == "cannot commit to a table"
        assert caught.value.where == tables.storage.url(KEY)
        assert caught.value.next == "look at the disk's space and the folder's permissions, then run again"


def _nothing() -> Iterable[DataFile]:
    return ()
