"""XML and HTML: paths, attributes, namespaces, child tables, spans; nothing is resolved or fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.formatted_place import check_accounts, delivered

XML = """
format: {xml: {records: /orders/order}}
key: [id]
columns:
  - {name: id, from: "@id", type: integer}
  - {name: who, from: customer/name, type: text}
  - {name: vip, from: customer/@vip, type: boolean}
children:
  - name: lines
    from: lines/line
    columns: [{name: item, from: ".", type: text}, {name: n, from: "@n", type: integer}]
"""
ORDERS = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<o:orders xmlns:o="urn:o">
  <o:order id="1"><customer vip="true"><name>J\xe9</name></customer>
    <lines><line n="2">pear</line><line n="x">fig</line></lines></o:order>
  <o:order id="2"><extra>?</extra></o:order>
  <order id="three"><lines><line n="1">plum</line></lines></order>
</o:orders>"""
HTML = """
format: {html: OPTIONS}
columns: [{name: region, type: text}, {name: n, type: integer}]
"""
PAGE = b"""<!doctype html><table><tr><td>other</table>
<table id=t><tr><th colspan=2>2021</th></tr><tr><th>region<th>n</tr>
<tr><td rowspan=2> North&nbsp;<b>sea</b> </td><td>1</td></tr><tr><td>2</td></tr><tr><td></td></tr>
<tr><td>South<td>x</tr></table>"""


def found(template: str, body: bytes) -> tuple[list[Any], list[Any], Any]:
    with delivered(template) as place:
        place.load({"a": body})
        check_accounts(place)
        return place.values(), place.findings(), place.account()


def test_elements_become_tables() -> None:
    with delivered(XML) as place:
        place.load({"a.xml": ORDERS})
        check_accounts(place)
        assert place.values() == [(1, "Jé", True), (2, None, None)]
        assert place.values("lines") == [(1, 1, "pear", 2)]
        (lines,) = place.accounts("lines")
        assert (lines.records, lines.formatted, lines.quarantined, lines.skipped) == (3, 1, 1, {"parent": 1})
        kinds = [(f["type"], f["_record"], f["column_name"], f["value"]) for f in place.findings()]
        assert kinds == [
            ("unknown-field", 0, "", ""),  # in record 2, where its place says
            ("type-mismatch", 1, "lines.n", "x"),
            ("type-mismatch", 3, "id", "three"),
        ]
        assert place.findings()[2]["raw"].startswith('<order id="three">')
        assert (place.findings()[2]["line"], place.findings()[1]["line"]) == (6, 3)


def test_an_element_that_repeats_is_no_single_value() -> None:
    body = b'<orders><order id="1"><customer><name>a</name><name>b</name></customer></order></orders>'
    values, findings, _ = found(XML, body)
    assert not values
    assert findings[0]["reason"] == '"customer/name" stands 2 times: it may be a child table'


LAUGHS = (
    b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><orders><order id="1">&b;</order></orders>'
)


@pytest.mark.parametrize("body", [LAUGHS, LAUGHS.replace(b'"ha"', b'SYSTEM "secret.txt"')])
def test_entities_are_not_resolved(body: bytes) -> None:
    values, findings, account = found(XML, body)
    assert not values
    assert [f["type"] for f in findings if f["severity"] == "rejected"] == ["damaged-xml"]
    assert "entities" in findings[0]["reason"] or "entities" in findings[-1]["reason"]
    assert account.records == account.quarantined


def test_a_cut_document_keeps_what_is_whole() -> None:
    body = b'<orders><order id="1"/><order id="2"/><order id="3"><customer>'
    values, findings, account = found(XML, body)
    assert [row[0] for row in values] == [1, 2]
    assert account.quarantined == 1
    assert {f["type"] for f in findings} == {"damaged-document", "damaged-xml"}


def test_a_huge_text_is_refused_in_little_memory() -> None:
    name = b"x" * (11 << 20)
    body = b'<orders><order id="1"/><order id="2"><customer><name>' + name + b"</name></customer></order></orders>"
    values, findings, account = found(XML, body)
    assert [row[0] for row in values] == [1]
    assert (account.records, account.quarantined) == (2, 1)
    assert {f["type"] for f in findings} == {"damaged-document", "damaged-xml"}


@pytest.mark.parametrize("which", ["2", "t"])
def test_a_table_of_a_page(which: str) -> None:
    values, findings, account = found(HTML.replace("OPTIONS", f'{{table: "{which}", header: 2}}'), PAGE)
    assert values == [("North sea", 1), ("North sea", 2)]
    assert [(f["type"], f["_record"], f["value"], f["raw"]) for f in findings] == [
        ("unread-table", 0, "", ""),
        ("type-mismatch", 3, "x", '{"region": "South", "n": "x"}'),
    ]
    assert (account.records, account.skipped) == (6, {"header": 2, "blank": 1})


def test_a_table_that_is_not_there() -> None:
    _, findings, _ = found(HTML.replace("OPTIONS", "{table: sums}"), PAGE)
    assert 'there is no table "sums"; there are 2, with the ids t' in [f["reason"] for f in findings]


def test_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY x "leaked">')
    body = f'<!DOCTYPE orders SYSTEM "file://{secret}"><orders><order id="1"/></orders>'.encode()
    values, _, _ = found(XML, body)
    assert [row[0] for row in values] == [1]


RECORDS = (
    '<row at="ľ㸾"><n>x</n></row>',
    "<row/>",
    '<row at="ľ>"/>',
    "<row\n at='/>㸾'\n><n>y</n><ľ></ľ></row >",
    f'<row at="{"ľé" * 5_000}" />',
    "<row><n>z</n></row>",
)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_record_lies_where_it_was_delivered(codec: str, mark: str) -> None:
    """In an encoding of two bytes a letter, too: line and bytes are those of the file, not of a copy."""
    template = """
    format: {xml: {records: /rows/row}}
    columns: [{name: n, type: integer, required: true}]
    """
    text = f'<?xml version="1.0" encoding="{codec[:6].rstrip("-")}"?>\n<rows>' + "\n".join(RECORDS) + "\n</rows>"
    body = (mark + text).encode(codec)
    with delivered(template) as place:
        place.load({"a.xml": body})
        check_accounts(place)
        found = [f for f in place.findings() if f["severity"] == "rejected"]
    assert [(f["_record"], f["line"]) for f in found] == [(1, 2), (2, 3), (3, 4), (4, 5), (5, 8), (6, 9)]
    assert [body[f["start_byte"] : f["end_byte"]].decode(codec) for f in found] == list(RECORDS)
    assert [f["raw"] for f in found] == list(RECORDS)
