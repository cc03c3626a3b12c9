"""What Hypothesis draws for the tests: delimited files and JSON documents, sound ones and damaged ones."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from vertebra.project import CsvFormat

PIECES = (
    "a",
    "b",
    " ",
    '"',
    '""',
    ",",
    "\n",
    "\r\n",
    "\r",
    "1",
    "é",
    '"q"',
    '"a,b"',
    '"l\nm"',
    "_",
    "NA",
    "\\",
    "\0",
    "#",
    "'",
)
FRAGMENTS = (
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    " ",
    "\n",
    "a",
    "1",
    "null",
    '"a"',
    '{"a":1}',
    "\u00a0",
    "\x0c",
    "\ud800",
)


def dialects() -> st.SearchStrategy[CsvFormat]:
    """Dialects with a comma: any mix of header, quote, escape, comment and nulls."""

    def build(quote: str, escape: str, comment: str, header: int, nulls: tuple[str, ...]) -> CsvFormat:
        format_ = CsvFormat(quote=quote, escape=quote, comment=comment, header=header, nulls=nulls)
        return format_ if escape == "quote" else replace(format_, escape=escape)

    return st.builds(
        build,
        quote=st.sampled_from(['"', '"', '"', "'", ""]),
        escape=st.sampled_from(["quote", "quote", "", "\\"]),
        comment=st.sampled_from(["", "", "#"]),
        header=st.sampled_from([0, 1, 1, 2]),
        nulls=st.sampled_from([("",), ("NA",), ("", "NA"), ()]),
    )


def sectioned() -> st.SearchStrategy[CsvFormat]:
    """Dialects whose files hold more than header and data."""
    return st.builds(
        replace,
        dialects(),
        skip=st.sampled_from([0, 0, 1, 3]),
        header=st.sampled_from([0, 1, 1, 2]),
        repeated=st.booleans(),
        until=st.sampled_from(["", "", "", "a", "b,", '"']),
        footer=st.sampled_from([0, 0, 1, 2, 9]),
        table=st.sampled_from([0, 0, 0, 1, 2, 3]),
        empty=st.booleans(),
        padded=st.booleans(),
        delimiter=st.sampled_from([",", ",", ",", " ", ",,", ",a", "a,a", ", "]),
    )


@st.composite
def delimited(draw: st.DrawFn, width: int = 3, rows: int = 6) -> bytes:
    """A file of about so many columns: mostly tidy, sometimes damaged."""
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    plain = st.text("ab 1é\t_", max_size=3)
    quoted = st.lists(st.sampled_from(["a", " ", ",", "\n", "\r\n", '""', "é"]), max_size=3).map(
        lambda parts: f'"{"".join(parts)}"'
    )
    wild = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
    tidy = draw(st.booleans())
    field = st.one_of(plain, quoted) if tidy else st.one_of(plain, quoted, wild)
    lines = []
    for _ in range(draw(st.integers(0, rows))):
        count = width if tidy else draw(st.sampled_from([width, width, width, width - 1, width + 1]))
        lines.append(",".join(draw(field) for _ in range(count)))
        if not tidy and draw(st.integers(0, 5)) == 0:
            lines.append(draw(st.sampled_from(["", "", "#x,y", '# "'])))
    text = end.join(lines) + draw(st.sampled_from([end, end, ""]))
    data = (draw(st.sampled_from(["", "", "", "\ufeff"])) + text).encode()
    if not tidy and data and draw(st.integers(0, 4)) == 0:
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.sampled_from([b"\xff", b"\xc3", b"\x80", b"\0"])) + data[place:]
    return data


def json_values(depth: int = 2) -> st.SearchStrategy[Any]:
    """Any JSON value, texts that look like structure among them."""
    leaves = st.sampled_from([1, -2.5, 1e30, "x", "a,b", "[", '"', "\\", "é", "", "]}", None, True, False])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "a.b", 'x"y']), inner, max_size=3)
        ),
        max_leaves=3 * depth,
    )


@st.composite
def damaged(draw: st.DrawFn, text: str, times: int = 3) -> str:
    """A text with some characters gone, some put in, or its end cut off."""
    for _ in range(draw(st.integers(0, times))):
        place = draw(st.integers(0, len(text)))
        match draw(st.integers(0, 3)):
            case 0:
                text = text[:place] + text[place + 1 :]
            case 1:
                text = text[:place]
            case _:
                text = text[:place] + draw(st.sampled_from(FRAGMENTS)) + text[place:]
    return text


@st.composite
def json_documents(draw: st.DrawFn, path: str, record: st.SearchStrategy[Any]) -> str:
    """A document with records at a dotted path, maybe damaged."""
    document: Any = draw(st.lists(record, max_size=4))
    for name in reversed(path.split(".") if path else []):
        document = {**draw(st.dictionaries(st.sampled_from(["m", "z"]), json_values(), max_size=2)), name: document}
    text = json.dumps(document, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    return draw(damaged(text))


@st.composite
def bitten(draw: st.DrawFn, data: bytes, times: int = 2) -> bytes:
    """A file with some bytes others, gone or too many, or its end cut off; mostly left alone."""
    for _ in range(draw(st.sampled_from([0, 0, *range(times + 1)]))):
        place = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 4)):
            case 0:
                data = data[:place]
            case 1:
                data = data[:place] + data[place + 1 :]
            case 2:
                data = data[:place] + draw(st.binary(max_size=4)) + data[place:]
            case _:
                data = data[:place] + draw(st.binary(min_size=1, max_size=1)) + data[place + 1 :]
    return data
