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
