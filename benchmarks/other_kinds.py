"""The benchmark's readings as other kinds of files, made once from the delimited ones."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.deliveries import DATA, Shape, main_load

if TYPE_CHECKING:
    from pathlib import Path

SHEET_ROWS = 60_000
"""Readings of a workbook."""


def json_shape(files: int) -> Shape:
    """As many readings as a quarter of the main load has: JSON says every name again."""
    return main_load(max(files // 4, 1))


def excel_shape(files: int) -> Shape:
    """A few of them: a workbook is ten times slower to read than text."""
    return Shape(max(files // 10, 1), SHEET_ROWS)


def json_lines(shape: Shape) -> list[Path]:
    """The readings of a shape as JSON lines."""
    return _made(shape, "jsonl")


def workbooks(shape: Shape) -> list[Path]:
    """The readings of a shape as workbooks."""
    return _made(shape, "xlsx")


def _made(shape: Shape, kind: str) -> list[Path]:
    folder = DATA / "deliveries" / f"{shape.folder.name}-{kind}"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(path, folder / f"{path.stem}.{kind}") for path in shape.paths()]
    missing = [pair for pair in wanted if not pair[1].exists()]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_as_json if kind == "jsonl" else _as_workbook, *zip(*missing, strict=True)) if missing else ())
    return [path for _, path in wanted]


def _as_json(source: Path, target: Path) -> None:
    part = target.with_suffix(".part")
    with source.open(newline="", encoding="utf-8") as rows, part.open("w", encoding="utf-8") as out:
        for row in csv.DictReader(rows):
            numbers = {name: float(row[name]) if row[name] else None for name in ("flow", "temperature", "energy")}
            out.write(json.dumps({**row, **numbers}) + "\n")
    part.rename(target)


def _as_workbook(source: Path, target: Path) -> None:
    from datetime import datetime

    import xlsxwriter

    part = target.with_suffix(".part")
    book = xlsxwriter.Workbook(str(part))
    sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    with source.open(newline="", encoding="utf-8") as rows:
        for number, row in enumerate(csv.reader(rows)):
            for place, text in enumerate(row):
                if number and place == 1:
                    at = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  as the file says it
                    sheet.write_datetime(number, place, at, moment)
                elif number and place in (2, 3, 4) and text:
                    sheet.write_number(number, place, float(text))
                elif text:
                    sheet.write_string(number, place, text)
    book.close()
    part.rename(target)
