"""Files of typed columns keep the contract of a format, sound ones and damaged ones."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from abc import abstractmethod
from contextlib import closing
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from pyarrow import orc

from tests.contract.format_contract import FormatContract
from tests.strategies import bitten

ROW = st.tuples(*[st.one_of(st.none(), st.text(max_size=4))] * 3)
ROWS = st.lists(ROW, max_size=5)
Row = tuple[str | None, str | None, str | None]


def arrow(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * 3
    return pa.table(
        {name: pa.array(c, pa.string()) for name, c in zip("bca", [columns[n] for n in (1, 2, 0)], strict=True)}
    )


def parquet(rows: list[Row]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(arrow(rows), sink, row_group_size=2)
    return sink.getvalue()


def orc_file(rows: list[Row]) -> bytes:
    sink = io.BytesIO()
    orc.write_table(arrow(rows), sink)
    return sink.getvalue()


def avro(rows: list[Row], codec: str = "null") -> bytes:
    fields = [{"name": name, "type": ["null", "string"]} for name in "bca"]
    sink = io.BytesIO()
    records = [dict(zip("abc", row, strict=True)) for row in rows]
    schema = fastavro.parse_schema({"type": "record", "name": "r", "fields": fields})
    fastavro.writer(sink, schema, records, codec=codec, sync_interval=20)
    return sink.getvalue()


def sqlite(rows: list[Row]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("create table t (b, c, a text)")
            connection.executemany("insert into t (a, b, c) values (?, ?, ?)", rows)
            connection.commit()
        return path.read_bytes()


class TypedContract(FormatContract):
    """What they have in common."""

    textual = False

    @abstractmethod
    def body(self, rows: list[Row]) -> bytes:
        """A file."""

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return self.body([*rows])

    def foreign(self) -> bytes:
        return b"a,b,c\n1,2,3\n"


COLUMNS = "{name: a, type: text}, {name: b, type: text}, {name: c, type: text}"


def template(word: str) -> str:
    return f"format: {{{word}: {{}}}}\ncolumns: [{COLUMNS}]\n"


class TestParquet(TypedContract):
    """Row groups of two records."""

    template = template("parquet")
    files = ROWS.map(parquet).flatmap(bitten)

    def body(self, rows: list[Row]) -> bytes:
        return parquet(rows)


class TestOrc(TypedContract):
    """One stripe."""

    template = template("orc")
    files = ROWS.map(orc_file).flatmap(bitten)

    def body(self, rows: list[Row]) -> bytes:
        return orc_file(rows)


class TestAvro(TypedContract):
    """Several blocks."""

    template = template("avro")
    files = st.builds(avro, ROWS, st.sampled_from(["null", "deflate", "bzip2", "xz"])).flatmap(bitten)

    def body(self, rows: list[Row]) -> bytes:
        return avro(rows)


class TestSqlite(TypedContract):
    """The only table of a database."""

    template = template("sqlite")
    files = ROWS.map(sqlite).flatmap(bitten)

    def body(self, rows: list[Row]) -> bytes:
        return sqlite(rows)
