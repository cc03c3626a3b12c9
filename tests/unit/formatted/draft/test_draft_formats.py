"""Files of every format drafted and then run: every record is loaded, with a balanced account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from vertebra.errors import UsageError
from vertebra.operations.draft import DraftReport
from vertebra.project import read_source

Files = dict[str, bytes]


def drafted(folder: Path, files: Files, **more: Any) -> DraftReport:
    (folder / "vertebra.yaml").write_text("name: drafts\n")
    for name, body in files.items():
        path = folder / "deliveries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return vb.draft(folder / "deliveries", "things", folder, **more)


def loaded(folder: Path, *queries: str) -> list[list[tuple[Any, ...]]]:
    """What stands after a run in which every record was loaded and nothing was found wrong."""
    with vb.open(folder) as bb:
        report = bb.run()
        accounts = [a for step in report.steps if step.receipt for a in step.receipt.accounts]
        assert accounts
        assert all(a.balance == 0 and a.quarantined == 0 for a in accounts)
        assert bb.query("select type, reason from things_quarantine").arrow().to_pylist() == []
        return [[tuple(row.values()) for row in bb.query(sql).arrow().to_pylist()] for sql in queries]


def said(report: DraftReport, about: str) -> Any:
    return next(one for one in report.decisions if one.about == about)


LINES = b'{"id": 1, "born": "2024-01-31", "who": {"name": "A"}, "zip": "0123"}\n{"id": 2, "who": null, "zip": ""}\n'


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (LINES, "lines"),
        (b"[" + LINES.replace(b"}\n{", b"},\n{") + b"]", "array"),
        (LINES.replace(b', "born"', b',\n "born"'), "documents"),
        (LINES.decode().encode("utf-16"), "lines"),
    ],
)
def test_json_of_every_shape(tmp_path: Path, body: bytes, shape: str) -> None:
    report = drafted(tmp_path, {"a.json": body})
    assert said(report, "format").value == "json"
    assert said(report, "format.json.shape").value == shape
    assert report.records == 2
    (rows,) = loaded(tmp_path, "select id, born::varchar, who_name, zip from things order by id")
    assert rows == [(1, "2024-01-31", "A", "0123"), (2, None, None, "")]


def test_arrays_of_objects_become_tables_where_the_record_has_a_key(tmp_path: Path) -> None:
    body = b"".join(
        b'{"order": "A%d", "lines": [{"n": 1, "price": 1.5}, {"n": 2, "price": 2}], "tags": ["x"], '
        b'"rates": {%s}}\n' % (n, b", ".join(b'"2024-01-%02d": {"v": %d}' % (d, d) for d in range(1, 10)))
        for n in range(3)
    )
    report = drafted(tmp_path, {"a.jsonl": body})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert source.key == ("order_",)
    assert [(c.name, c.origin, [(x.name, x.type) for x in c.columns]) for c in source.children] == [
        ("things_lines", "lines", [("n", "integer"), ("price", "decimal")]),
        ("things_rates", "rates{}", [("name", "date"), ("v", "integer")]),
    ]
    assert [c.origin for c in source.columns] == ["order", "tags"]
    assert "# tags, 90% sure: an array of values is kept as JSON" in report.text
    lines, rates = loaded(
        tmp_path,
        "select count(*), sum(price)::double from things_lines",
        "select count(*), min(name)::varchar from things_rates",
    )
    assert lines == [(6, 10.5)]
    assert rates == [(27, "2024-01-01")]


def test_arrays_without_a_key_stay_text_and_that_is_said(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.json": b'[{"a": 1, "b": [{"c": 1}]}, {"a": 1, "b": [{"c": 2}]}]'})
    assert "b: a record has several of them: they stay one text, since a table of their own needs a key" in report.text
    (rows,) = loaded(tmp_path, "select * from things order by all")
    assert rows == [(1, '[{"c":1}]'), (1, '[{"c":2}]')]


def test_records_inside_of_a_document_and_what_stands_beside_them(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.json": b'{"page": 1, "data": {"rows": [{"a": 1}, {"a": 2}, {"a": 4}]}}'})
    assert said(report, "format.json.records").value == "data.rows"
    assert "what stands beside it is not read: 'page'" in report.text
    assert loaded(tmp_path, "select sum(a) from things") == [[(7,)]]


def test_a_field_of_several_types_is_kept_as_it_is_written(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.jsonl": b'{"a": 1, "#b": 2}\n{"a": {"c": 2}}\n{"a": "x"}\n{"a": [1]}\n'})
    assert "# a, 80% sure: it holds values and arrays and objects: each is kept as it is written" in report.text
    assert said(report, "ignore").value == ["#b"]
    (rows,) = loaded(tmp_path, "select a from things order by a")
    assert rows == [("1",), ("[1]",), ("x",), ('{"c":2}',)]


def test_json_without_objects_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.json": b"[1, 2, 3]"})
    assert caught.value.why == "no record of it has a field that a column could hold"


def test_files_of_several_kinds_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.dat": LINES, "b.dat": b"a,b\n1,2\n", "c.dat": LINES})
    assert caught.value.why == "by their content: 2 JSON (a.dat, …), 1 text (b.dat)"
    assert "draft each kind by itself" in caught.value.next


def test_binary_data_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(tmp_path, {"a.dat": bytes(range(256)) * 20})
    assert str(caught.value).splitlines()[0].endswith('"a.dat" is of no kind that can be read')
    assert caught.value.why == "it is no text but binary data of an unknown kind"
    assert not (tmp_path / "sources").exists()
