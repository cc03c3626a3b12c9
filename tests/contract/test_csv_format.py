"""Delimited text keeps the contract of a format, in several dialects."""

from __future__ import annotations

import csv
import io

from hypothesis import strategies as st

from tests.contract.format_contract import FormatContract
from tests.strategies import delimited


class CsvContract(FormatContract):
    """With a header that names the columns in another order than the template."""

    template = """
format: {csv: {}}
columns: [{name: a, type: text}, {name: b, type: text}, {name: c, type: text}]
"""
    files = st.one_of(
        delimited().map(lambda body: b"c,a,b\n" + body),
        delimited(),
        delimited().map(lambda body: b'"b","c","a"\r\n' + body),
    )
    header: tuple[str, ...] = ("c", "a", "b")
    options: dict[str, object] = {}  # noqa: RUF012  never changed

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        target = io.StringIO(newline="")
        writer = csv.writer(target, lineterminator="\n", **self.options)  # type: ignore[arg-type]
        if self.header:
            writer.writerow(self.header)
        order = [("a", "b", "c").index(name) for name in self.header or ("a", "b", "c")]
        writer.writerows([[row[place] for place in order] for row in rows])
        return target.getvalue().encode()

    def foreign(self) -> bytes:
        return b"x;y;z\n1;2;3\n"


class TestCsv(CsvContract):
    """As it comes."""


class TestCsvWithoutAHeader(CsvContract):
    """Columns by their order."""

    template = CsvContract.template.replace("{}", "{header: 0}")
    files = delimited()
    header = ()


class TestCsvWithComments(CsvContract):
    """Comments, and another text for no value."""

    template = CsvContract.template.replace("{}", '{comment: "#", nulls: ["NA", ""]}')


class TestCsvWithEscapes(CsvContract):
    """A backslash escapes a quote."""

    template = CsvContract.template.replace("{}", "{escape: '\\'}")
    options = {"doublequote": False, "escapechar": "\\", "quoting": csv.QUOTE_ALL}  # noqa: RUF012  never changed


class TestCsvWithSeveralHeaderLines(CsvContract):
    """The last of them names the columns."""

    template = CsvContract.template.replace("{}", "{header: 2}")
    files = delimited().map(lambda body: b"made by X\nc,a,b\n" + body)

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return b"made by X\n" + super().sound(rows)

    def foreign(self) -> bytes:
        return b"made by X\nx;y;z\n1;2;3\n"


class TestCsvWithSurroundings(CsvContract):
    """A preamble, two header records that name the columns together, a repeated header, a footer."""

    template = """
format: {csv: {skip: 1, header: 2, join: "-", repeated: true, footer: 1, empty: true}}
columns: [{name: a, from: x-a, type: text}, {name: b, from: x-b, type: text}, {name: c, from: y-c, type: text}]
"""
    files = delimited().map(lambda body: b"made by X\ny,x,x\nc,a,b\n,,\n" + body)

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        head, *body = super().sound(rows).splitlines(keepends=True)
        return b"".join([b"made by X\n\ny,x,x\n", head, *body[:1], head, b", ,\n", *body[1:], b"the end\n"])

    def foreign(self) -> bytes:
        return b"made by X\n1,1,1\nx,y,z\n1,2,3\nend\n"


class TestCsvWithSeveralTables(CsvContract):
    """The second of them, up to a mark."""

    template = CsvContract.template.replace("{}", '{table: 2, until: "total"}')
    files = delimited().map(lambda body: b"p;q\n1;2\n\nc,a,b\n" + body)

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return b"p;q\n1;2\n\n" + super().sound(rows) + b"total,1,2\n3,4,5\n\nx,y,z\n"

    def foreign(self) -> bytes:
        return b"p;q\n\nx;y;z\n1;2;3\n"


class TestCsvWithALongDelimiter(CsvContract):
    """Two characters between fields, spaces behind them."""

    template = CsvContract.template.replace("{}", '{delimiter: "::", padded: true}')
    files = delimited().map(lambda body: b"c:: a::b\n" + body.replace(b",", b"::"))

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        records = [("c", "a", "b"), *((c, a, b) for a, b, c in rows)]
        quoted = [[f'"{cell.replace(QUOTE, QUOTE * 2)}"' for cell in record] for record in records]
        return "".join("::  ".join(record) + "\n" for record in quoted).encode()


QUOTE = '"'
