"""JSON keeps the contract of a format, as lines and as an array."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from tests.contract.format_contract import FormatContract
from tests.strategies import FRAGMENTS, damaged, json_documents, json_values

RECORD = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), json_values(), max_size=4)


class TestJsonLines(FormatContract):
    """One record a line."""

    template = """
format: {json: {shape: lines, nulls: ["NA"]}}
columns: [{name: a, type: text}, {name: b, type: text}, {name: c, type: text}]
"""
    files = st.builds(
        lambda lines, end, mark: mark + end.join(lines).encode("utf-8", "surrogatepass"),
        st.lists(
            st.one_of(
                RECORD.map(json.dumps).flatmap(lambda text: damaged(text, 1)),
                st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join),
            ),
            max_size=5,
        ),
        st.sampled_from(["\n", "\r\n", "\n\n"]),
        st.sampled_from([b"", b"\xef\xbb\xbf"]),
    )

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return "\n".join(json.dumps(dict(zip("abc", row, strict=True)), ensure_ascii=False) for row in rows).encode()

    def foreign(self) -> bytes:
        return b"a,b,c\n1,2,3\n"


class TestJsonArray(TestJsonLines):
    """An array somewhere in a document."""

    template = TestJsonLines.template.replace("lines", "array, records: x.data")
    files = st.one_of(
        json_documents("x.data", RECORD), st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join)
    ).map(lambda text: text.encode("utf-8", "surrogatepass"))

    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        return b'{"n": 3, "x": {"data": [' + super().sound(rows).replace(b"\n{", b",\n{") + b"]}}"

    def foreign(self) -> bytes:
        return b'{"success": false}'


class TestJsonDocuments(TestJsonLines):
    """Documents one behind the other, on as many lines as they like."""

    template = TestJsonLines.template.replace("lines", "documents")
    files = st.one_of(
        st.lists(
            RECORD.map(lambda one: json.dumps(one, indent=1)).flatmap(lambda text: damaged(text, 1)), max_size=4
        ).map("\n".join),
        st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join),
    ).map(lambda text: text.encode("utf-8", "surrogatepass"))
