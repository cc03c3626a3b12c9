"""Arrays in arrays and elements that repeat in elements that repeat are drafted as child tables of child tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import vertebra as vb
from tests.unit.formatted.draft.test_draft_formats import drafted, loaded
from vertebra.formatted.draft.structured.fields import Nested
from vertebra.formatted.draft.structured.json_fields import json_fields
from vertebra.project import read_source

GOLDEN = Path(__file__).parents[3] / "golden" / "draft_nested"


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.xml"])
def test_child_tables_of_child_tables(tmp_path: Path, name: str) -> None:
    """The sources that are drafted of these files stand beside them."""
    report = drafted(tmp_path, {name: (GOLDEN / name).read_bytes()})
    assert report.text == (GOLDEN / f"{name}.yaml").read_text(encoding="utf-8")


def cells(folder: Path) -> Counter[str]:
    """All values of all tables of a source but keys and places, as text; those of an array in a cell one by one."""
    source = read_source(folder / "sources" / "things.yaml")
    tables = {"things": source.columns, **{child.name: child.columns for child in source.children}}
    queries = [
        f"select {', '.join(f'{c.name}::varchar' for c in columns)} from {table}" for table, columns in tables.items()
    ]
    texts = (text for rows in loaded(folder, *queries) for row in rows for text in row if text is not None)
    return Counter(one for text in texts for one in (values(json.loads(text)) if text[0] == "[" else [text]))


def values(found: Any) -> Iterator[str]:
    """The values in a JSON document, as text."""
    match found:
        case dict():
            found = list(found.values())
            yield from values(found)
        case list():
            for one in found:
                yield from values(one)
        case str() | int() | float():
            yield str(found)


def test_every_value_of_nested_json_stands_in_one_cell(tmp_path: Path) -> None:
    body = (GOLDEN / "orders.jsonl").read_bytes()
    drafted(tmp_path, {"a.jsonl": body})
    assert cells(tmp_path) == Counter(value for line in body.splitlines() for value in values(json.loads(line)))


def texts(element: ET.Element) -> Iterator[str]:
    """The attributes and texts in an XML document; text with elements in it is one."""
    yield from element.attrib.values()
    if len(element) and (element.text or "").strip():
        yield ET.tostring(element, encoding="unicode").strip()
        return
    for child in element:
        yield from texts(child)
    if text := (element.text or "").strip():
        yield text


def test_every_value_of_nested_xml_stands_in_one_cell(tmp_path: Path) -> None:
    body = (GOLDEN / "orders.xml").read_bytes()
    drafted(tmp_path, {"a.xml": body})
    assert cells(tmp_path) == Counter(text for record in ET.fromstring(body) for text in texts(record))


def test_rows_of_all_levels_meet_by_key_and_places(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.xml": (GOLDEN / "orders.xml").read_bytes()})
    (rows,) = loaded(
        tmp_path,
        "select c.name, o.no, l.sku, t.value from things_order_lines_line_tag t "
        "join things_order_lines_line l on (l.things_id, l.order_position, l._position) "
        "= (t.things_id, t.order_position, t.line_position) "
        "join things_order o on (o.things_id, o._position) = (t.things_id, t.order_position) "
        "join things c on c.id = t.things_id order by all",
    )
    assert rows == [
        ("a", "A-1", "p", "blue"),
        ("a", "A-1", "p", "red"),
        ("a", "A-2", "t", "green"),
        ("c", "C-1", "r", "red"),
    ]


def test_what_has_no_names_for_its_places_stays_text() -> None:
    fields = json_fields([{"a": [{"a": [{"a": [{"b": 1}]}]}]}])
    assert fields.nested == (Nested("a[].a", "a", ("a",), deep=True),)


def test_a_second_load_makes_the_same_keys(tmp_path: Path) -> None:
    body = (GOLDEN / "orders.jsonl").read_bytes()
    drafted(tmp_path, {"a.jsonl": body})
    query = "select things_id, orders_position, lines_position, _position, t from things_orders_lines_tags order by all"
    (first,) = loaded(tmp_path, query)
    (tmp_path / "deliveries" / "a.jsonl").write_bytes(body.replace(b'"name": "b"', b'"name": "bb"'))
    with vb.open(tmp_path) as bb:
        bb.run()
        assert [tuple(row.values()) for row in bb.query(query).arrow().to_pylist()] == first
