"""What kind a file is, and its columns, are found in its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.test_columnar_formats import avro, orc_file, parquet, sqlite
from tests.office import ods, xlsx, zipped
from tests.unit.formatted.test_documents import pdf, picture
from vertebra.formatted.formats.sniffing import column_names, sniff
from vertebra.project import (
    AvroFormat,
    DocumentsFormat,
    ExcelFormat,
    FileFormat,
    HtmlFormat,
    JsonFormat,
    OrcFormat,
    ParquetFormat,
    SqliteFormat,
    XmlFormat,
)

ROWS: list[tuple[str | None, str | None, str | None]] = [("1", "2", "3")]
SHEET = [["c", "a", "b"], ["1", "2", "3"]]


@pytest.mark.parametrize(
    ("body", "format_", "names"),
    [
        (parquet(ROWS), ParquetFormat(), ("b", "c", "a")),
        (orc_file(ROWS), OrcFormat(), ("b", "c", "a")),
        (avro(ROWS), AvroFormat(), ("b", "c", "a")),
        (sqlite(ROWS), SqliteFormat(), ("b", "c", "a")),
        (xlsx({"S": SHEET}), ExcelFormat(), ("c", "a", "b", "_sheet")),
        (ods({"S": SHEET}), ExcelFormat(), ("c", "a", "b", "_sheet")),
        (b"<!DOCTYPE html><table><tr><th>a<th>b</tr></table>", HtmlFormat(), ("a", "b")),
        (b'<?xml version="1.0"?><r><i id="1"><a>2</a><b><c/></b></i></r>', XmlFormat(), ("@id", "a", "b/c")),
        (b'{"a": 1, "b": {"c": 2}}\n{"d": []}\n', JsonFormat(), ("a", "b.c", "d")),
        (b'[{"a": 1}, {"b": 2}]', JsonFormat(shape="array"), ("a", "b")),
        (b'{\n "a": 1\n}\n{\n "b": 2\n}', JsonFormat(shape="documents"), ("a", "b")),
        (b'{\n "a": 1\n}\n', JsonFormat(shape="array"), ("a",)),
        (b'[{"a": "' + b"x" * 100_000 + b'"}]', JsonFormat(shape="array"), ("a",)),
        (b"a,b\n1,2\n", None, ()),
        (b"{not json}\n", None, ()),
        (b"[section]\nkey=value\n", None, ()),
        (b"", None, ()),
        (b"\x00\x01", None, ()),
        (zipped({"a.csv": "a,b\n"}), None, ()),
    ],
)
def test_kinds_of_files(tmp_path: Path, body: bytes, format_: FileFormat | None, names: tuple[str, ...]) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    assert sniff(path) == format_
    if format_:
        assert column_names(path, format_) == names


@pytest.mark.parametrize("body", [pdf(), picture("PNG"), picture("JPEG")])
def test_documents(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    assert sniff(path) == DocumentsFormat()
