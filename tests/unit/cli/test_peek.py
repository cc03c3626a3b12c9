"""`vertebra peek`: CSV on standard output, what is not certain on standard error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
        (b"PK\x03\x04rest", "a ZIP archive, or a workbook that is one"),
        (bytes(range(256)) * 20, "binary data of an unknown kind"),
    ],
)
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    status, out, err = peek(path)
    assert (status, out) == (2, "")
    assert f"it is no text but {kind}" in err
    assert "say with --template how it is to be read" in err


def test_a_source_that_is_not_there(file: Path, tmp_path: Path) -> None:
    status, _, err = peek(file, "--source", "metres", "--project", tmp_path)
    assert status == 2
    assert 'there is no source "metres"' in err
