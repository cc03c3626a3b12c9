"""XML and HTML keep the contract of a format, sound and damaged."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.contract.format_contract import FormatContract
from tests.strategies import bitten

COLUMNS = "columns: [{name: a, type: text}, {name: b, type: text}, {name: c, type: text}]\n"
PIECES = (
    *(
        "<r>",
        "</r>",
        "<i>",
        "</i>",
        "<i/>",
        "<i a='>'/>",
        "<a>",
        "</a>",
        "<b>x</b>",
        "<c/>",
        "x",
        "é",
        " ",
        "\n",
        "&lt;",
        "&",
    ),
    *(
        "<!-- <i> -->",
        "<![CDATA[<i>]]>",
        "<?p ?>",
        "<",
        ">",
        '"',
        "\0",
        "<n:i xmlns:n='u'>",
        "</n:i>",
        "<n:i>",
        "<r><i>1</i></r>",
    ),
)


class TestXml(FormatContract):
    """Elements one below the root."""

    template = "format: {xml: {records: /r/i, nulls: []}}\n" + COLUMNS
    files = st.one_of(
        st.lists(st.sampled_from(PIECES), max_size=10).map(lambda parts: f"<r>{''.join(parts)}</r>".encode()),
        st.lists(st.sampled_from(PIECES), max_size=10).map("".join).map(str.encode),
        st.just(b"<r>\n<i><a>1</a><b>2</b></i><i><c>3</c></i>\n<i/></r>").flatmap(bitten),
    )

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        items = (
            "<i>" + "".join(f"<{n}>{escape(v)}</{n}>" for n, v in zip("abc", row, strict=True)) + "</i>" for row in rows
        )
        return f"<?xml version='1.0'?>\n<r>\n{''.join(items)}</r>".encode()

    def foreign(self) -> bytes:
        return b"a,b,c\n1,2,3\n"


CELLS = ("<td>1</td>", "<td>", "</td>", "<th colspan=2>x</th>", "<td rowspan=2>y</td>", "&nbsp;", " ")
ROWS = (
    "<tr>",
    "</tr>",
    "<table>",
    "</table>",
    "<tr><td>1<td>2",
    "<tr><td><table><tr><td>in</table></tr>",
    "text",
    "<!-- <tr> -->",
)


class TestHtml(FormatContract):
    """The first table."""

    textual = False
    template = "format: {html: {}}\n" + COLUMNS
    files = st.one_of(
        st.lists(st.sampled_from((*CELLS, *ROWS)), max_size=8).map(
            lambda parts: f"<html><table><tr><th>c<th>a<th>b</tr>{''.join(parts)}</table>".encode()
        ),
        st.just(b"<table><tr><th>c<th>a<th>b</tr>\n<tr><td>1<td>2<td>3</tr><tr><td>4</tr></table>").flatmap(bitten),
    )

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        order = [(c, a, b) for a, b, c in rows]
        body = "".join("<tr>" + "".join(f"<td>{escape(v)}</td>" for v in row) + "</tr>" for row in order)
        return f"<html><body><table><tr><th>c</th><th>a</th><th>b</th></tr>{body}</table></body></html>".encode()

    def test_a_sound_file_is_read_whole(self, source: object, folder: object) -> None:
        """White space has no meaning in HTML: see the unit tests."""

    def foreign(self) -> bytes:
        return b"a,b,c\n1,2,3\n"
