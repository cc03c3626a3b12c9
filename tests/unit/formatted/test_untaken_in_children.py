"""What the elements of nested arrays hold and no child table takes is told, at whatever depth."""

import pytest

from tests.formatted_place import check_accounts, delivered

TEMPLATE = """
format: {{json: {{shape: {shape}}}}}
key: [id]
ignore: {ignore}
columns: [{{name: id, from: id, type: integer}}]
children: [{children}]
"""
RECORD = b'{"id": 1, "lines": [{"sku": "a"}, {"sku": "b", "qty": 3, "tags": [{"t": 1, "u": 2}]}]}'
LINES = "{name: lines, from: lines, columns: [{name: sku, from: sku, type: text}]}"
TAGS = '{name: tags, from: "lines[].tags", columns: [{name: t, from: t, type: text}]}'


@pytest.mark.parametrize("shape", ["array", "lines"])
@pytest.mark.parametrize(
    ("children", "ignore", "told"),
    [
        (LINES, "[]", ["lines[].qty", "lines[].tags"]),
        (LINES, '["lines[].qty", "lines[].tags"]', []),
        (f"{LINES}, {TAGS}", "[]", ["lines[].qty", "lines[].tags[].u"]),
        (TAGS, "[]", ["lines[].qty", "lines[].sku", "lines[].tags[].u"]),
        ('{name: lines, from: lines, columns: [{name: whole, from: ".", type: text}]}', "[]", []),
    ],
)
def test_what_nothing_takes_is_told_once_a_file(shape: str, children: str, ignore: str, told: list[str]) -> None:
    body = RECORD + b"\n" + RECORD.replace(b"1", b"7", 1)
    data = body if shape == "lines" else b"[" + body.replace(b"\n", b",\n") + b"]"
    with delivered(TEMPLATE.format(shape=shape, children=children, ignore=ignore)) as place:
        place.load({"orders.json": data})
        check_accounts(place)
        findings = place.findings()
        assert sorted(one["reason"] for one in findings) == [f'the template does not name "{path}"' for path in told]
        assert {(one["type"], one["severity"], one["line"], one["raw"]) for one in findings} <= {
            ("unknown-field", "warning", 1, RECORD.decode())
        }


def test_what_stands_beside_the_records_of_a_document_is_told() -> None:
    template = (
        "format: {{json: {{shape: array, records: data.rows}}}}\nignore: {}\ncolumns: [{{name: id, type: integer}}]\n"
    )
    body = b'{"meta": {"page": 1}, "data": {"rows": [{"id": 1}], "next": "x"}}'
    for ignore, told in (
        ("[]", ["/data.next", "/meta"]),
        ('["/meta"]', ["/data.next"]),
        ('["/meta", "/data.next"]', []),
    ):
        with delivered(template.format(ignore)) as place:
            place.load({"a.json": body})
            check_accounts(place)
            found = [(one["type"], one["reason"]) for one in place.findings()]
            assert found == [("unknown-field", f'the template does not name "{path}"') for path in told]
