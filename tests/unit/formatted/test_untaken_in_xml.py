"""What an XML document holds and no column and no child table takes is told, wherever it stands, with its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.formats.port import Layout, Opened
from vertebra.formatted.formats.registry import format_of
from vertebra.project import read_source

TEMPLATE = """
format: {{xml: {{records: /orders/order}}}}
key: [id]
ignore: {ignore}
columns: [{{name: id, from: "@id", type: integer}}{columns}]
children: [{children}]
"""
LINES = "{name: lines, from: lines/line, columns: [{name: sku, from: sku, type: text}]}"
WORDS = '{name: words, from: word, columns: [{name: word, from: ".", type: text}]}'
FIRST = '<order id="1"><lines><line><sku>a</sku></line></lines><word>x</word></order>'


def told(
    folder: Path, record: str, columns: str = "", children: str = f"{LINES}, {WORDS}", ignore: Sequence[str] = ()
) -> list[str]:
    """The paths that a reading says nothing takes, each at the second record, with its line and bytes."""
    again = record.replace("<order ", '<order xmlns:n="u" ', 1).replace(" at=", " n:at=", 1)
    body = f"<orders>\n{FIRST}\n{record}\n{again}</orders>".encode()
    path, template = folder / "orders.xml", folder / "orders.yaml"
    path.write_bytes(body)
    text = TEMPLATE.format(columns=columns, children=children, ignore=json.dumps(list(ignore)))
    template.write_text(f"source: orders\n{text}")
    source, file = read_source(template), Opened(path, path, "utf-8", "utf-8")
    layout = format_of(source).layout(file, source)
    assert isinstance(layout, Layout)
    stream = format_of(source).stream(file, source, layout)
    assert sum(batch.num_rows for batch in stream.batches) == 3
    for one in stream.problems:
        assert (one.type, one.fatal, one.at.record, one.at.line, one.at.raw) == ("unknown-field", False, 2, 3, record)
        assert body[one.at.start : one.at.end].decode() == record
    return [one.reason.removeprefix('the template does not name "').removesuffix('"') for one in stream.problems]


@pytest.mark.parametrize(
    ("record", "paths"),
    [
        ('<order id="2" at="x"/>', ["@at"]),
        ('<order id="2">free</order>', ["."]),
        ('<order id="2"><word>a</word> free <word>b</word></order>', ["."]),
        ('<order id="2"><new/></order>', ["new"]),
        ('<order id="2"><new> </new><new>1</new></order>', ["new"]),
        ('<order id="2"><new x="1"/></order>', ["new/@x"]),
        ('<order id="2"><new x="1">5</new></order>', ["new", "new/@x"]),
        ('<order id="2"><new><a>1</a>text<b y="2"/></new></order>', ["new/.", "new/a", "new/b/@y"]),
        ('<order id="2"><lines n="2"/></order>', ["lines/@n"]),
        ('<order id="2"><lines>text</lines></order>', ["lines"]),
        ('<order id="2"><lines><line><sku>a</sku>text</line></lines></order>', ["lines/line[]/."]),
        ('<order id="2"><lines><line>text</line></lines></order>', ["lines/line[]/."]),
        ('<order id="2"><lines><line n="1"><sku>a</sku></line></lines></order>', ["lines/line[]/@n"]),
        ('<order id="2"><lines><line/><line><qty>1</qty></line></lines></order>', ["lines/line[]/qty"]),
        ('<order id="2"><lines><line><sku u="kg">a</sku></line></lines></order>', ["lines/line[]/sku/@u"]),
        ('<order id="2"><lines><line><tags><t>a</t><t>b</t></tags></line></lines></order>', ["lines/line[]/tags/t"]),
        ('<order id="2"><lines><note>a</note></lines></order>', ["lines/note"]),
        ('<order id="2"><word><b>a</b> and <i at="c">b</i></word></order>', []),
        ('<order id="2"><word lang="en">a</word></order>', ["word[]/@lang"]),
        ('<order id="2"><word lang="en"><b>a</b></word></order>', []),
        ('<order id="2"><!-- text --> <?or this?> </order>', []),
    ],
)
def test_what_nothing_takes_is_told(tmp_path: Path, record: str, paths: list[str]) -> None:
    assert sorted(told(tmp_path, record)) == paths
    assert not told(tmp_path, record, ignore=paths)
    assert not told(tmp_path, record, ignore=[path.replace("[]", "") for path in paths])


def test_a_column_that_takes_an_element_takes_its_attributes_only_with_elements_in_it(tmp_path: Path) -> None:
    price = ", {name: price, from: price, type: text}"
    assert told(tmp_path, '<order id="2"><price unit="EUR">5</price></order>', price) == ["price/@unit"]
    assert told(tmp_path, '<order id="2"><price unit="EUR"><net>5</net></price></order>', price) == []
    both = f'{price}, {{name: unit, from: "price/@unit", type: text}}'
    assert told(tmp_path, '<order id="2"><price unit="EUR">5</price></order>', both) == []


def test_what_is_left_out_is_left_out_with_all_that_is_in_it_or_its_own_text_alone(tmp_path: Path) -> None:
    record = '<order id="2"><new a="1">text<b>1</b></new></order>'
    assert sorted(told(tmp_path, record)) == ["new/.", "new/@a", "new/b"]
    assert told(tmp_path, record, ignore=["new"]) == []
    assert told(tmp_path, record, ignore=["new/."]) == ["new/@a", "new/b"]
    assert told(tmp_path, record, ignore=["new/*"]) == ["new/@a", "new/."]


def test_a_star_in_a_path_takes_what_it_leads_to(tmp_path: Path) -> None:
    column = ', {name: a, from: "*/a", type: text}'
    assert told(tmp_path, '<order id="2"><new><a>1</a><b>2</b></new><old/></order>', column) == ["new/b", "old"]


def test_no_more_is_told_than_somebody_reads() -> None:
    record = '<order id="2">' + "".join(f"<n{number}/>" for number in range(150)) + "</order>"
    with delivered(TEMPLATE.format(columns="", children=LINES, ignore="[]")) as place:
        place.load({"a.xml": f"<orders>{record}</orders>".encode()})
        reasons = [one["reason"] for one in place.findings()]
        assert len(reasons) == 101
        assert "the template does not name 100 paths, which are told, and more" in reasons


@pytest.mark.parametrize(
    ("aside", "paths", "line"),
    [
        ("<header><day>x</day></header>", ["/orders/header"], 2),
        ("<refund id='7'/><refund/>", ["/orders/refund"], 2),
        ("text", ["/orders/."], 2),
        ("<more><order/></more>", ["/orders/more"], 2),
    ],
)
def test_what_stands_beside_the_records_is_told(aside: str, paths: list[str], line: int) -> None:
    for body in (f"<orders>\n{aside}{FIRST}</orders>", f"<orders>{FIRST}\n{aside}</orders>"):
        with delivered(TEMPLATE.format(columns="", children=f"{LINES}, {WORDS}", ignore="[]")) as place:
            place.load({"a.xml": body.encode()})
            check_accounts(place)
            found = [(one["type"], one["reason"], one["line"], one["start_byte"]) for one in place.findings()]
            at = body.index(aside)
            assert found == [("unknown-field", f'the template does not name "{path}"', line, at) for path in paths]
        with delivered(TEMPLATE.format(columns="", children=f"{LINES}, {WORDS}", ignore=f'["{paths[0]}"]')) as place:
            place.load({"a.xml": body.encode()})
            assert not place.findings()


def test_attributes_above_the_records_are_told_but_where_a_schema_is() -> None:
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"'
    body = f'<orders day="x" {schema}>{FIRST}</orders>'
    with delivered(TEMPLATE.format(columns="", children=f"{LINES}, {WORDS}", ignore="[]")) as place:
        place.load({"a.xml": body.encode()})
        assert [one["reason"] for one in place.findings()] == ['the template does not name "/orders/@day"']


def test_a_document_of_other_records_is_told() -> None:
    with delivered(TEMPLATE.format(columns="", children=LINES, ignore="[]")) as place:
        place.load({"a.xml": b"<export><order/></export>"})
        assert sorted(one["type"] for one in place.findings()) == ["empty-file", "unknown-field"]


def test_an_element_that_says_it_is_nothing_and_holds_something_is_not_nothing() -> None:
    nil = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"'
    price = ", {name: price, from: price, type: integer}"
    prices = f'<order id="1"><price {nil}> </price></order><order id="2"><price {nil}>5</price></order>'
    with delivered(TEMPLATE.format(columns=price, children=LINES, ignore="[]")) as place:
        place.load({"a.xml": f"<orders>{prices}</orders>".encode()})
        assert place.values() == [(1, None), (2, 5)]
        assert not place.findings()


def test_what_repeats_in_a_child_is_shown_as_it_is_written() -> None:
    child = (
        '{name: lines, from: line, columns: [{name: t, from: t, type: text}, {name: k, from: "t/@k", type: integer}]}'
    )
    lines = ("<t>a</t><t>b</t>", '<t k="1"/><t k="2"/>', '<t k="3">c</t>')
    record = f'<order id="1">{"".join(f"<line>{line}</line>" for line in lines)}</order>'
    with delivered(TEMPLATE.format(columns="", children=child, ignore="[]")) as place:
        place.load({"a.xml": f"<orders>{record}</orders>".encode()})
        check_accounts(place)
        assert place.values("lines") == [(1, 1, "<t>a</t><t>b</t>", None), (1, 3, "c", 3)]
        assert [(one["column_name"], one["value"]) for one in place.findings()] == [("lines.k", '<t k="1"/><t k="2"/>')]
