"""`vertebra peek`: CSV on standard output, what is not certain on standard error."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.contract.test_columnar_formats import parquet, sqlite
from tests.office import xlsx, zipped

MESSY = 'Report;;\n\nid;name;amount\n1;"a; b";1,5\n2;c\n3;d;2,5\n4;é;3,5\n\nSource: office\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "messy.csv"
    path.write_bytes(MESSY.encode("cp1252"))
    return path


def peek(*words: object) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "vertebra.cli", "peek", *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_table_as_csv_and_the_rest_on_standard_error(file: Path) -> None:
    status, out, err = peek(file)
    assert status == 0
    assert out == 'id,name,amount\r\n1,a; b,"1,5"\r\n2,c,\r\n3,d,"2,5"\r\n4,é,"3,5"\r\n'
    assert "line 5: it has 2 fields instead of 3: the last ones are empty\n" in err
    assert "format.csv.skip: 1, 85% sure: titles or notes stand above the table\n" in err
    assert "format.csv.footer: 1, 80% sure: notes stand below the table\n" in err


def test_json_has_the_declared_format_and_the_decisions(file: Path) -> None:
    status, out, err = peek(file, "--output", "json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found["columns"] == ["id", "name", "amount"]
    assert found["rows"][1] == ["2", "c", ""]
    assert found["format"]["csv"]["delimiter"] == ";"
    assert found["format"]["csv"]["encoding"] == "cp1252"
    assert found["remarks"] == [{"line": 5, "reason": "it has 2 fields instead of 3: the last ones are empty"}]
    skip = next(one for one in found["decisions"] if one["about"] == "format.csv.skip")
    assert skip["evidence"] == [{"file": "messy.csv", "line": 1, "text": "Report;;"}]


def test_a_template_says_how_to_read_it(file: Path, tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text(
        'source: t\nformat: {csv: {delimiter: ";", encoding: cp1252, skip: 1, header: 0}}\n'
        "columns: [{name: a, type: text}, {name: b, type: text}, {name: c, type: text}]\n"
    )
    status, out, _ = peek(file, "--template", template)
    assert status == 0
    assert out.splitlines()[:2] == ["id,name,amount", '1,a; b,"1,5"']
    assert out.splitlines()[-1] == "Source: office,,"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("nowhere.csv",),
            ['there is no file "nowhere.csv"', "nothing stands under that name", "give the path of one file"],
        ),
        ((".",), ['there is no file "."', "it is a folder", "give the path of one file"]),
        (
            ("x", "--template", "y", "--source", "z"),
            ["--template and --source exclude each other", "give one of the two"],
        ),
    ],
)
def test_wrong_use_is_told_in_four_lines(words: tuple[str, ...], told: list[str]) -> None:
    status, out, err = peek(*words)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 4
    assert all(text in err for text in told)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04rest", "an archive that holds no file that can be read, or a damaged one"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(range(200)), "no text but a 7z archive"),
        (bytes(range(256)) * 20, "no text but binary data of an unknown kind"),
    ],
)
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    status, out, err = peek(path)
    assert (status, out) == (2, "")
    assert f"it is {kind}" in err
    assert len(err.strip().splitlines()) == 4


ROWS: list[tuple[str | None, str | None, str | None]] = [("1", "x", "2024-01-31"), ("2", None, "a,b")]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b'{"a": 1, "b": {"c": [1, {"d": "\xc3\xa9"}]}}\n{"a": null}\n', ["a,b.c", '1,"[1,{""d"":""\u00e9""}]"', ","]),
        (b"<r><i n='1'><a>x</a></i><i n='2'/></r>", ["@n,a", "1,x", "2,"]),
        (b"<!doctype html><table><tr><th>id<th>b<tr><td>1<td>2</table>", ["id,b", "1,2"]),
        (parquet(ROWS), ["b,c,a", "x,2024-01-31,1", ',"a,b",2']),
        (sqlite(ROWS), ["b,c,a", "x,2024-01-31,1", ',"a,b",2']),
        (xlsx({"S": [["id", "born"], [1, date(2024, 1, 31)]]}), ["id,born,_sheet", "1,2024-01-31,S"]),
        (gzip.compress(b"a;b\n1;2\n3;4\n"), ["a,b", "1,2", "3,4"]),
        (zipped({"in/x.csv": "a;b\n1;2\n3;4\n"}), ["a,b", "1,2", "3,4"]),
    ],
)
def test_any_format_as_csv(tmp_path: Path, data: bytes, lines: list[str]) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    status, out, err = peek(path)
    assert status == 0, err
    assert out == "".join(f"{line}\r\n" for line in lines)


def test_records_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": \n{"a": 2}\n')
    status, out, err = peek(path)
    assert (status, out) == (0, "a\r\n1\r\n2\r\n")
    assert "line 2: Expecting value: the record is left out" in err


def test_a_template_reads_other_formats_too(tmp_path: Path) -> None:
    path, template = tmp_path / "x.json", tmp_path / "t.yaml"
    path.write_bytes(b'{"rows": [{"a": 1, "b": 2}]}')
    template.write_text(
        "source: t\nformat: {json: {shape: array, records: rows}}\ncolumns: [{name: x, from: b, type: text}]\n"
    )
    status, out, err = peek(path, "--template", template)
    assert (status, out) == (0, "b\r\n2\r\n")
    assert 'the template does not name "a"' in err


def test_a_source_that_is_not_there(file: Path, tmp_path: Path) -> None:
    status, _, err = peek(file, "--source", "metres", "--project", tmp_path)
    assert status == 2
    assert 'there is no source "metres"' in err
