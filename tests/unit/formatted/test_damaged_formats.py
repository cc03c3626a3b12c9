"""Damaged files of every format: never a crash, never a broken account, never what nobody is told of."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.test_columnar_formats import avro, orc_file, parquet, sqlite
from tests.formatted_place import check_accounts, delivered
from tests.office import Error, ods, xlsx
from tests.strategies import bitten
from vertebra.errors import UsageError
from vertebra.formatted.formats import extras
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.sniffing import column_names, types_of
from vertebra.project import AvroFormat, FileFormat, OrcFormat, ParquetFormat

COLUMNS = "columns: [{name: a, type: text}, {name: b, type: integer}, {name: c, type: text}]\n"
ROWS: list[tuple[str | None, str | None, str | None]] = [("x", str(n), "é") for n in range(9)]
SHEET: list[list[Any]] = [["a", "b", "c"], *[["x", float(n), "é"] for n in range(9)], [Error("#REF!"), 1.5]]
JSON = "".join(json.dumps(dict(zip("abc", row, strict=True))) + "\n" for row in ROWS).encode()
XML = b"<r>" + b"".join(b"<i><a>%d</a><b>%d</b></i>\n" % (n, n) for n in range(9)) + b"</r>"
HTML = b"<table><tr><th>a<th>b<th>c</tr>" + b"<tr><td>x<td>1<td>y</tr>" * 9 + b"</table>"
SAMPLES: dict[str, tuple[str, bytes]] = {
    "parquet": ("parquet: {}", parquet(ROWS)),
    "orc": ("orc: {}", orc_file(ROWS)),
    "avro": ("avro: {}", avro(ROWS, "deflate")),
    "sqlite": ("sqlite: {}", sqlite(ROWS)),
    "xlsx": ("excel: {}", xlsx({"S": SHEET})),
    "ods": ("excel: {}", ods({"S": SHEET})),
    "xml": ("xml: {records: /r/i}", XML),
    "html": ("html: {}", HTML),
    "documents": ("documents: {}", b"%PDF-1.4\n%%EOF"),
    "json lines": ("json: {}", JSON),
    "json array": ("json: {shape: array}", b"[" + JSON.strip().replace(b"\n", b",") + b"]"),
    "json documents": ("json: {shape: documents}", JSON),
    "gzip": ("json: {}", gzip.compress(JSON)),
    "bz2": ("json: {}", bz2.compress(JSON)),
    "xz": ("json: {}", lzma.compress(JSON)),
    "csv": ("csv: {}", b"a,b,c\n" + b'x,1,"y"\n' * 9),
}
MANY = 200 if os.environ.get("VERTEBRA_LONG") else 3


def template(format_: str) -> str:
    columns = COLUMNS
    if format_ == "documents: {}":
        columns = "columns: [{name: path, type: text}, {name: text, type: text}]\n"
    return f"format: {{{format_}}}\n{columns}"


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("kind", SAMPLES)
@given(data=st.data())
def test_a_bitten_file_breaks_no_account(kind: str, data: st.DataObject) -> None:
    format_, body = SAMPLES[kind]
    files = data.draw(st.lists(bitten(body, 4), min_size=8, max_size=8))
    with delivered(template(format_)) as place:
        place.load({f"{number}": file for number, file in enumerate(files)})
        check_accounts(place)


@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind != "documents"])
def test_every_cut_is_told(kind: str) -> None:
    format_, body = SAMPLES[kind]
    cuts = [len(body) * part // 8 for part in range(1, 8)]
    with delivered(template(format_)) as place:
        place.load({f"{cut}": body[:cut] for cut in cuts})
        check_accounts(place)
        told = {finding["_file"] for finding in place.findings()}
        whole = {a.file_id for a in place.accounts() if a.formatted == len(ROWS)}
        if kind not in ("json lines", "json documents", "csv", "html"):  # what is cut between two records looks whole
            assert told | whole == set(place.files())


@pytest.mark.parametrize("kind", SAMPLES)
def test_another_kind_of_file_is_told(kind: str) -> None:
    format_, _ = SAMPLES[kind]
    others = {name.replace(" ", "-"): body for name, (other, body) in SAMPLES.items() if other != format_}
    with delivered(template(format_)) as place:
        place.load({**others, "zeros": b"\0" * 5000, "empty": b""})
        check_accounts(place)


@pytest.mark.parametrize("kind", ["parquet", "orc", "avro"])
def test_any_damaged_byte_of_a_file_without_records_is_told_or_does_no_harm(kind: str, tmp_path: Path) -> None:
    body = {"parquet": parquet, "orc": orc_file, "avro": avro}[kind]([])
    formats: dict[str, FileFormat] = {"parquet": ParquetFormat(), "orc": OrcFormat(), "avro": AvroFormat()}
    format_ = formats[kind]
    path = tmp_path / "a"
    for place in range(len(body)):
        path.write_bytes(body[:place] + bytes([body[place] ^ 0x84]) + body[place + 1 :])
        names = column_names(path, format_)
        assert len(types_of(Opened(path, path, "utf-8", "utf-8"), format_)) in (0, len(names))


def test_a_hundred_thousand_columns() -> None:
    names = [f"n{number}" for number in range(100_000)]
    wide = json.dumps(dict.fromkeys([*names, "a"], 1)).encode()
    with delivered("format: {json: {}}\ncolumns: [{name: a, type: integer}]\n") as place:
        place.load({"w": wide})
        assert place.values() == [(1,)]
        assert 1 <= len(place.findings()) <= 101
    sink = io.BytesIO()
    pq.write_table(pa.table({name: [1] for name in [*names[:20_000], "a"]}), sink)
    with delivered("format: {parquet: {}}\ncolumns: [{name: a, type: integer}]\n") as place:
        place.load({"w": sink.getvalue()})
        assert place.values() == [(1,)]
        (finding,) = place.findings()
        assert finding["reason"].endswith("and 19950 more")


def test_a_cell_of_many_megabytes_is_read_or_told() -> None:
    text = "x" * (40 << 20)
    with delivered("format: {json: {}}\ncolumns: [{name: a, type: text}]\n") as place:
        place.load({"big": json.dumps({"a": text}).encode() + b'\n{"a": "y"}\n'})
        check_accounts(place)
        assert [row[0][:1] for row in place.values()] == ["x", "y"]
        assert len(place.values()[0][0]) == len(text)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4 << 20


@pytest.mark.parametrize(
    ("format_", "body", "extra"),
    [
        ("excel", SAMPLES["xlsx"][1], "excel"),
        ("xml", XML, "xml"),
        ("html", HTML, "xml"),
        ("avro", SAMPLES["avro"][1], "avro"),
    ],
)
def test_a_library_that_is_not_there_is_told_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, format_: str, body: bytes, extra: str
) -> None:
    def missing(name: str) -> Callable[[], None]:
        raise ImportError(f"No module named '{name}'")

    monkeypatch.setattr(extras, "import_module", missing)
    with delivered(f"format: {{{format_}: {{}}}}\n{COLUMNS}") as place, pytest.raises(UsageError) as caught:
        place.load({"f": body})
    assert caught.value.what.startswith("a library is needed to read this format: ")
    assert caught.value.where == "this Python environment"
    assert caught.value.why.startswith("No module named")
    assert caught.value.next == f"pip install 'vertebra[{extra}]'"


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with delivered(template("json: {}"), tmp_path) as place:
        place.load({"a.gz": gzip.compress(JSON)})
        assert list(place.ws.scratch.rglob("*.plain")) == []
