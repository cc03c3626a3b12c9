"""What every engine does. An adapter's test subclasses this and says how to make one; the SQL here is everybody's."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vertebra.engine import Engine
from vertebra.errors import DamageError, QueryError, StepError
from vertebra.table import Column, DataFile, Relation

ROWS = pa.table(
    {
        "n": pa.array([3, 1, None, 2], pa.int64()),
        "x": pa.array([0.5, -1.25, 2.0, None], pa.float64()),
        "s": pa.array(["b", "a", "ü☃", None], pa.string()),
        "d": pa.array([date(2021, 1, 15), None, date(1900, 1, 1), date(2100, 12, 31)], pa.date32()),
        "t": pa.array(
            [datetime(2021, 3, 28, 1, 30, tzinfo=UTC), datetime(2021, 1, 1, 0, 0, 0, 5, tzinfo=UTC), None, None],
            pa.timestamp("us", "UTC"),
        ),
        "m": pa.array([Decimal("1.10"), Decimal("-0.05"), None, Decimal("9999.99")], pa.decimal128(18, 2)),
        "b": pa.array([True, False, None, True], pa.bool_()),
    }
)


def relation(name: str, folder: Path, files: tuple[DataFile, ...], columns: tuple[Column, ...]) -> Relation:
    return Relation(name, columns, tuple(f"{folder}/{file.path}" for file in files))


class EngineContract(ABC):
    """Queries over relations in, Arrow or Parquet out."""

    @abstractmethod
    def make(self, scratch: Path) -> Engine:
        """An engine; `scratch` is there for it alone."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        made = self.make(tmp_path / "scratch")
        yield made
        made.close()

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "zone" / "table"

    def written(self, engine: Engine, folder: Path, table: pa.Table, name: str = "t") -> Relation:
        """A table on disk as a relation."""
        files = engine.write("select * from given", str(folder), "part", tables={"given": table})
        return relation(name, folder, files, engine.columns("select * from given", tables={"given": table}))

    def test_every_type_goes_to_disk_and_back_unchanged(self, engine: Engine, folder: Path) -> None:
        stored = self.written(engine, folder, ROWS)
        assert engine.arrow("select * from t", [stored]).to_pylist() == ROWS.to_pylist()

    def test_what_is_written_is_parquet_that_anybody_reads(self, engine: Engine, folder: Path) -> None:
        stored = self.written(engine, folder, ROWS)
        read = pa.concat_tables(pq.read_table(file) for file in stored.files)
        assert read.to_pylist() == ROWS.to_pylist()
        assert engine.schema(stored.columns).equals(read.schema.remove_metadata())

    def test_a_file_is_described_as_it_is(self, engine: Engine, folder: Path) -> None:
        (file,) = engine.write("select * from given", str(folder), "abc-1/part", tables={"given": ROWS})
        assert file.path.startswith("abc-1/part")
        assert file.path.endswith(".parquet")
        assert (file.rows, file.size) == (4, (folder / file.path).stat().st_size)
        assert dict(file.nulls) == dict.fromkeys(("n", "x", "s", "d", "m", "b"), 1) | {"t": 2}
        assert (file.lower["n"], file.upper["n"]) == (1, 3)
        assert (file.lower["x"], file.upper["x"]) == (-1.25, 2.0)
        assert (file.lower["d"], file.upper["d"]) == ("1900-01-01", "2100-12-31")
        assert file.lower["t"] == "2021-01-01T00:00:00.000005Z"
        assert file.upper["t"] == "2021-03-28T01:30:00.000000Z"

    def test_bounds_that_would_mislead_are_left_out(self, engine: Engine, folder: Path) -> None:
        odd = pa.table({"x": [1.0, float("nan")], "y": [float("inf"), 1.0], "s": ["a" * 500, "b"]})
        (file,) = engine.write("select * from given", str(folder), "part", tables={"given": odd})
        assert not {"x", "y", "s"} & (set(file.lower) | set(file.upper))

    def test_an_empty_result_is_no_file(self, engine: Engine, folder: Path) -> None:
        assert engine.write("select * from given where n > 9", str(folder), "part", tables={"given": ROWS}) == ()
        assert list(folder.rglob("*.parquet")) == []

    def test_a_relation_without_files_is_empty_and_typed(self, engine: Engine) -> None:
        columns = engine.columns("select * from given", tables={"given": ROWS})
        empty = Relation("t", columns, ())
        assert engine.arrow("select * from t", [empty]).num_rows == 0
        assert engine.columns("select n, x + 1 as y from t", [empty]) == engine.columns(
            "select n, x + 1 as y from given", tables={"given": ROWS}
        )

    def test_a_relation_shows_only_its_columns_in_its_order(self, engine: Engine, folder: Path) -> None:
        stored = self.written(engine, folder, ROWS)
        columns = {column.name: column for column in stored.columns}
        narrow = Relation("t", (columns["s"], columns["n"]), stored.files)
        assert engine.arrow("select * from t", [narrow]).column_names == ["s", "n"]
        with pytest.raises(QueryError):
            engine.arrow("select x from t", [narrow])

    def test_rows_come_in_the_order_of_the_files(self, engine: Engine, folder: Path) -> None:
        files: list[DataFile] = []
        for number in (2, 0, 1):
            table = pa.table({"i": pa.array(range(number * 1000, number * 1000 + 1000), pa.int64())})
            files.extend(engine.write("select * from given", str(folder), f"part{number}", tables={"given": table}))
        columns = (Column("i", "BIGINT"),)
        ordered = relation("t", folder, tuple(sorted(files, key=lambda file: file.path)), columns)
        assert engine.arrow("select * from t", [ordered])["i"].to_pylist() == list(range(3000))

    @pytest.mark.parametrize("name", ["with space", "it's", "a[bc]d", "star*", "what?", "ü☃", "{x}", "a=b", "100%"])
    def test_any_folder_will_do(self, engine: Engine, tmp_path: Path, name: str) -> None:
        """And no folder's name is a pattern for another."""
        decoy = pa.table({"n": pa.array([666], pa.int64())})
        for other in ("abd", "acd", "starry", "whatx"):
            self.written(engine, tmp_path / other, decoy)
        stored = self.written(engine, tmp_path / name, ROWS)
        assert engine.arrow("select n from t", [stored]).to_pylist() == ROWS.select(["n"]).to_pylist()

    def test_any_name_will_do(self, engine: Engine, folder: Path) -> None:
        odd = pa.table({'a "b"': pa.array([1], pa.int64()), "select": pa.array([2], pa.int64())})
        stored = self.written(engine, folder, odd)
        assert engine.arrow("select * from t", [stored]).to_pylist() == odd.to_pylist()
        (file,) = engine.write("select * from t", str(folder), "again", [stored])
        assert dict(file.lower) == {'a "b"': 1, "select": 2}

    def test_time_is_utc_whatever_the_machine_thinks(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TZ", "Europe/Belgrade")
        found = engine.arrow("select cast(t as varchar) as s from given where n = 3", tables={"given": ROWS})
        assert found["s"].to_pylist()[0].startswith("2021-03-28 01:30:00")

    def test_nulls_come_last(self, engine: Engine) -> None:
        assert engine.arrow("select n from given order by n", tables={"given": ROWS})["n"].to_pylist() == [
            1,
            2,
            3,
            None,
        ]

    def test_a_stream_gives_the_same_as_the_whole(self, engine: Engine, folder: Path) -> None:
        many = pa.table({"i": pa.array(range(300_000), pa.int64())})
        stored = self.written(engine, folder, many)
        with engine.reader("select i, i * 2 as j from t", [stored]) as reader:
            streamed = reader.read_all()
        assert streamed.equals(engine.arrow("select i, i * 2 as j from t", [stored]).cast(streamed.schema))
        assert streamed.num_rows == 300_000

    def test_types_are_known_without_running(self, engine: Engine) -> None:
        found = engine.columns("select n, s, t from given", tables={"given": ROWS})
        assert [(c.name, c.type) for c in found] == [
            ("n", "BIGINT"),
            ("s", "VARCHAR"),
            ("t", "TIMESTAMP WITH TIME ZONE"),
        ]

    def test_in_order_the_same_files_give_the_same_bits(self, engine: Engine, folder: Path) -> None:
        values = [(-1) ** i * 10.0 ** (i % 33) / (i + 1) for i in range(200_000)]
        stored = self.written(engine, folder, pa.table({"x": values}))
        sums = set()
        for number in range(3):
            (file,) = engine.write("select sum(x) as s from t", str(folder), f"sum{number}", [stored], in_order=True)
            sums.add(pq.read_table(folder / file.path)["s"].to_pylist()[0].hex())
        assert len(sums) == 1

    def test_threads_do_not_see_each_others_relations(self, engine: Engine, tmp_path: Path) -> None:
        stored = [
            self.written(engine, tmp_path / str(number), pa.table({"n": pa.array([number] * 50, pa.int64())}))
            for number in range(4)
        ]
        wrong: list[object] = []

        def ask(number: int) -> None:
            for _ in range(10):
                found = set(engine.arrow("select n from t", [stored[number]])["n"].to_pylist())
                if found != {number}:
                    wrong.append((number, found))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []

    def test_an_engine_that_was_closed_can_be_used_again(self, engine: Engine) -> None:
        for _ in range(2):
            assert engine.arrow("select count(*) as n from given", tables={"given": ROWS})["n"].to_pylist() == [4]
            engine.close()

    @pytest.mark.parametrize("sql", ["selec 1", "select nothing from given", "select * from nowhere", "select (1"])
    def test_a_query_that_cannot_be_read_is_the_users_error(self, engine: Engine, sql: str) -> None:
        with pytest.raises(QueryError) as caught:
            engine.arrow(sql, tables={"given": ROWS})
        assert caught.value.what == "the engine cannot read this query"
        assert "\n" not in caught.value.why
        assert caught.value.next.startswith("mend the query")

    def test_a_value_that_cannot_be_cast_stops_the_step(self, engine: Engine, folder: Path) -> None:
        with pytest.raises(StepError) as caught:
            engine.write("select cast(s as bigint) as n from given", str(folder), "part", tables={"given": ROWS})
        assert caught.value.what == "the engine stopped at a value"
        assert "try_cast" in caught.value.next

    def test_a_file_that_is_gone_is_told(self, engine: Engine, folder: Path) -> None:
        stored = self.written(engine, folder, ROWS)
        for file in stored.files:
            Path(file).unlink()
        with pytest.raises(DamageError) as caught:
            engine.arrow("select * from t", [stored])
        assert caught.value.what == "a data file of a table cannot be read"
        assert caught.value.where.startswith(f"{stored.name}: {folder}")
        assert "\n" not in caught.value.why

    def test_a_type_that_no_table_has_is_refused(self, engine: Engine, folder: Path) -> None:
        with pytest.raises(QueryError) as caught:
            engine.write("select t - t as gap from given", str(folder), "part", tables={"given": ROWS})
        assert caught.value.what == 'the column "gap" cannot be stored'
        assert caught.value.where == "column gap"

    def test_a_query_can_be_interrupted(self, engine: Engine) -> None:
        many = pa.table({"i": pa.array(range(3_000), pa.int64())})
        ended: list[BaseException] = []
        sql = "select sum(sqrt(a.i * b.i + c.i)) as s from given a, given b, given c"  # 27 billion rows

        def ask() -> None:
            try:
                engine.arrow(sql, tables={"given": many})
            except StepError as error:
                ended.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        while thread.is_alive():
            engine.interrupt()
            thread.join(0.05)
        assert [str(error).splitlines()[0] for error in ended] == ["a query was interrupted"]

    def test_an_interrupt_may_come_at_any_moment_of_a_query(self, engine: Engine) -> None:
        told: list[str] = []

        def ask() -> None:
            try:
                engine.arrow("select sum(range) as s from range(300000000)")
            except BaseException as error:  # noqa: BLE001  whatever it is, it has to be the one that is told
                told.append(type(error).__name__)

        for _ in range(40):
            thread = threading.Thread(target=ask)
            thread.start()
            while thread.is_alive():
                engine.interrupt()
        assert told == ["StepError"] * 40
