"""Drafts of XML leave nothing out that they do not name: a load of the same files has nothing to tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from tests.unit.formatted.draft.test_draft_formats import drafted, loaded

ASIDE = b"""<shop day="2024-01-02" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b">
<head><by>me</by></head>free
<orders n="2"><order id="1"><who>A</who></order><order id="2"><who>B</who></order><sum>2</sum></orders></shop>"""


def test_what_stands_beside_the_records_is_left_out_by_name(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.xml": ASIDE})
    assert 'ignore: ["/shop/@day", "/shop/.", "/shop/head", "/shop/orders/@n", "/shop/orders/sum"]' in report.text
    (rows,) = loaded(tmp_path, "select id, who from things order by id")
    assert rows == [(1, "A"), (2, "B")]


def test_what_comes_beside_them_later_is_told(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.xml": ASIDE})
    refund = b"<refund id='3'/>"
    (tmp_path / "deliveries" / "b.xml").write_bytes(ASIDE.replace(b"<sum>", refund + b"<sum>"))
    with vb.open(tmp_path) as bb:
        bb.run()
        found = bb.query("select reason, line from things_quarantine where severity = 'warning'").arrow().to_pylist()
    assert found == [{"reason": 'the template does not name "/shop/orders/refund"', "line": 3}]


@pytest.mark.parametrize(
    ("records", "query", "rows"),
    [
        (
            '<r id="1"><p>a <b>c</b></p></r><r id="2"><p>d</p></r>',
            "select p from things order by id",
            [("<p>a <b>c</b></p>",), ("d",)],
        ),
        (
            '<r id="1"><p><b>c</b><i/></p></r><r id="2"><p>x<i/></p></r>',
            "select p from things order by id",
            [("<p><b>c</b><i/></p>",), ("<p>x<i/></p>",)],
        ),
        ('<r id="1">t<a>1</a></r><r id="2"/>', "select record from things order by id", [('<r id="1">t<a>1</a></r>',)]),
        (
            '<r id="1"><p n="1">a <b>c</b></p><p>d</p></r><r id="2"/>',
            "select value, n from things_p order by _position",
            [('<p n="1">a <b>c</b></p>', 1), ("d", None)],
        ),
        (
            '<r id="1"><p><a>1</a></p></r><r id="2"><p/></r>',
            "select p_a from things order by id",
            [(1,), (None,)],
        ),
    ],
)
def test_text_with_elements_in_it_stays_whole(
    tmp_path: Path, records: str, query: str, rows: list[tuple[Any, ...]]
) -> None:
    drafted(tmp_path, {"a.xml": f"<c>{records}</c>".encode()})
    (found,) = loaded(tmp_path, query)
    assert found[: len(rows)] == rows
