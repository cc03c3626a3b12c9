"""Text in columns of fixed width keeps the contract of a format."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.contract.format_contract import FormatContract
from tests.strategies import delimited


class FixedContract(FormatContract):
    """With a header that names the columns."""

    template = """
format: {fixed: {edges: [0, 12, 20], header: 1}}
columns: [{name: a, type: text}, {name: b, type: text}, {name: c, type: text}]
"""
    files = st.one_of(
        delimited().map(lambda body: b"a           b       c\n" + body),
        delimited(),
        st.binary(max_size=60).map(lambda body: b"a           b       c\r" + body),
    )
    head = "a           b       c\n"
    single_line = True

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return (self.head + "".join(f"{a:12}{b:8}{c}\n" for a, b, c in rows)).encode()

    def foreign(self) -> bytes:
        return b"x           y       z\n1           2       3\n"


class TestFixed(FixedContract):
    """As it comes."""


class TestFixedWithSurroundings(FixedContract):
    """A preamble, comments and a footer."""

    template = FixedContract.template.replace("header: 1", 'header: 1, skip: 1, footer: 2, comment: "#"')
    files = FixedContract.files.map(lambda body: b"made by X\n" + body)

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return b"made by X\n# note\n" + super().sound(rows) + b"the\nend\n"

    def foreign(self) -> bytes:
        return b"made by X\n" + super().foreign()
