"""Spreadsheets keep the contract of a format, sound ones and damaged ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.contract.format_contract import FormatContract
from tests.office import Error, ods, xlsx
from tests.strategies import bitten


def with_header(rows: list[list[Any]]) -> list[list[Any]]:
    return [["c", "a", "b"], *rows]


CELL: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.text("ab é1\n", max_size=3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.just(Error("#DIV/0!")),
)
ROWS: st.SearchStrategy[list[list[Any]]] = st.lists(st.lists(CELL, max_size=4), max_size=5).map(with_header)
TEMPLATE = """
format: {excel: {}}
columns: [{name: a, type: text}, {name: b, type: text}, {name: c, type: text}]
"""


class TestXlsx(FormatContract):
    """The first sheet of a workbook."""

    textual = False
    template = TEMPLATE
    files = st.one_of(
        ROWS.map(lambda rows: xlsx({"S": rows})),
        ROWS.map(lambda rows: xlsx({"S": rows, "T": rows}, merged=["A2:B3"])).flatmap(bitten),
    )

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return xlsx({"S": [["c", "a", "b"], [], *([c, a, b] for a, b, c in rows)]})

    def foreign(self) -> bytes:
        return b"a,b,c\n1,2,3\n"


class TestOds(TestXlsx):
    """The same in OpenDocument."""

    files = ROWS.map(lambda rows: ods({"S": rows})).flatmap(bitten)

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return ods({"S": [["c", "a", "b"], [], *([c, a, b.replace("\n", " ")] for a, b, c in rows)]})

    def test_a_sound_file_is_read_whole(self, source: object, folder: object) -> None:
        """A line break is a paragraph there: see the unit tests."""


class TestSheets(TestXlsx):
    """Several sheets, two header rows, below a line that is none of the table's."""

    template = TEMPLATE.replace("{}", '{sheets: ["S*"], header: 2, skip: 1}')
    files = st.builds(lambda a, b: xlsx({"S1": [["x"], ["h"], *a], "T": b, "S2": [[], ["h"], *b]}), ROWS, ROWS)

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        body = [[c, a, b] for a, b, c in rows]
        return xlsx(
            {
                "S1": [["note"], ["h", "h", "h"], ["c", "a", "b"], *body[:1]],
                "X": [["q"]],
                "S2": [[], ["h"], ["b", "c", "a"], *([b, c, a] for c, a, b in body[1:])],
            }
        )
