"""The benchmark's files: deterministic, and as large as they say."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from vertebra.errors import UsageError
from vertebra.simulator import bulk

if TYPE_CHECKING:
    from pathlib import Path

# Of D001_2022-01.csv with seed 7 and 1000 rows.
GOLDEN = "30fea4e81e7ecf082174c7077ee5fbe4a8a75c1bd8774b31fd80d22461c797ee"

LINE = re.compile(r"D\d{3},\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d\.\d{1,3},\d\d\.\d{1,2},\d{5,6}\.\d{1,2},(ok|low|fault)")


def test_bytes_are_the_golden_ones(tmp_path: Path) -> None:
    made = bulk(tmp_path, files=1, rows=1_000, seed=7)
    assert made.files[0].path == "D001_2022-01.csv"
    assert made.files[0].sha256 == GOLDEN


def test_lines_are_as_declared_and_about_49_bytes_long(tmp_path: Path) -> None:
    made = bulk(tmp_path, files=14, rows=5_000, seed=1)
    assert made.rows == 70_000
    assert len({(file.device, file.month) for file in made.files}) == 14
    assert sum(file.size for file in made.files) / made.rows == pytest.approx(49, abs=1)
    for file in made.files:
        header, *lines = (tmp_path / file.path).read_text(encoding="ascii").splitlines()
        assert header == "device,measured_at,flow,temperature,energy,status"
        assert all(LINE.fullmatch(line) for line in lines)
        assert len({line[5:24] for line in lines}) == len(lines) == file.rows


def test_the_counter_never_falls_within_a_device(tmp_path: Path) -> None:
    made = bulk(tmp_path, files=12, rows=2_000, seed=1)
    energy: list[float] = []
    for file in made.files:
        with (tmp_path / file.path).open(newline="") as lines:
            energy.extend(float(record["energy"]) for record in csv.DictReader(lines))
    assert energy == sorted(energy)


def test_all_three_words_of_status_are_there(tmp_path: Path) -> None:
    made = bulk(tmp_path, files=1, rows=20_000, seed=1)
    words = [line.rsplit(",", 1)[1] for line in (tmp_path / made.files[0].path).read_text().splitlines()[1:]]
    assert words.count("ok") > words.count("low") > words.count("fault") > 10


def test_fewer_rows_are_the_first_of_more(tmp_path: Path) -> None:
    for rows in (100, 1_000):
        bulk(tmp_path / str(rows), files=2, rows=rows, seed=1)
    short, long = ((tmp_path / rows / "D001_2022-02.csv").read_bytes() for rows in ("100", "1000"))
    assert long.startswith(short)


def test_no_rows_are_a_header(tmp_path: Path) -> None:
    made = bulk(tmp_path, files=1, rows=0, seed=1)
    content = (tmp_path / made.files[0].path).read_bytes()
    assert content == b"device,measured_at,flow,temperature,energy,status\n"


@pytest.mark.parametrize(("files", "rows"), [(0, 10), (1, -1), (1, 60_481), (11_989, 1)])
def test_what_cannot_be_made_is_refused(tmp_path: Path, files: int, rows: int) -> None:
    with pytest.raises(UsageError) as caught:
        bulk(tmp_path, files=files, rows=rows, seed=1)
    assert caught.value.what == f"{files} files of {rows} rows cannot be made"
    assert "a month of every 40 seconds has 60480 rows" in caught.value.why
