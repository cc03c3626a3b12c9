"""Values that did not fit their column: does a wider type, or a further pattern, take all of them?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vertebra.formatted.draft.logical.dates import instant
from vertebra.formatted.draft.logical.numbers import number
from vertebra.formatted.draft.logical.values import Reading, Values
from vertebra.formatted.drift.evolve import PATTERN, WIDENED
from vertebra.formatted.drift.texts import values_of
from vertebra.formatted.parquet import scan
from vertebra.governance.evolutions import Evolution
from vertebra.project import ColumnTemplate, Source
from vertebra.table import FILE, DataFile
from vertebra.workspace import Workspace

_TEXTS = 20_000  # different values of a column that are looked at; of more nothing is concluded
_SURE = 0.9  # of what a pattern reads: an order of day and month that could be another is not added
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_DIGITS = 38
_INTEGER = 19  # digits of the largest integer


@dataclass(frozen=True, slots=True)
class Misfits:
    """Values that did not fit one column."""

    column: ColumnTemplate
    values: Values
    file: int


def misfits(
    ws: Workspace, source: Source, folder: str, findings: tuple[DataFile, ...], *, without: Collection[int] = ()
) -> Iterator[Misfits]:
    """The values that a load rejected for their type, column by column.

    Parameters
    ----------
    folder : str
        Of the quarantine.
    findings : tuple of DataFile
        What the load found.
    without : collection of int
        File versions that are left out.
    """
    if not findings:
        return
    others = f" and {FILE} not in ({', '.join(map(str, sorted(without)))})" if without else ""
    rows = ws.engine.arrow(
        f"select column_name as c, min({FILE}) as f, list(distinct value order by value) as texts "
        f"from {scan(folder, findings)} where type = 'type-mismatch'{others} group by c order by c"
    ).to_pylist()
    columns = {column.name: column for column in source.columns}
    for row in rows:
        if row["c"] in columns and len(row["texts"]) <= _TEXTS:
            column = columns[row["c"]]
            yield Misfits(column, values_of(column.name, row["texts"]), row["f"])


def widened(source: Source, found: Misfits, file: str) -> Evolution | None:
    """The change that takes all of the values, if there is one."""
    column = found.column
    match column.type:
        case "integer" | "decimal" if not column.from_file_name:
            return _number(source, found, file)
        case "date" | "timestamp" if not column.from_file_name:
            return _pattern(source, found, file)
        case _:
            return None


def _number(source: Source, found: Misfits, file: str) -> Evolution | None:
    column = found.column
    reading = number(found.values)
    if reading is None or reading.misfits or not _alike(column, reading):
        return None
    kind = _wider(column, reading)
    if kind is None:
        return None
    shown = _shown(found.values)
    told = kind["type"] if kind["type"] != "decimal" else f"decimal({kind['precision']},{kind['scale']})"
    text = f"{source.name}: {column.name} holds {shown} in {file}: it is {told} now"
    body = {"column": column.name, "was": [column.type, column.precision, column.scale], **kind}
    return Evolution(source.name, WIDENED, body, text, found.file)


def _wider(column: ColumnTemplate, reading: Reading) -> dict[str, Any] | None:
    """The type that takes what stands and what came."""
    if column.type == "integer" and reading.type == "double":
        return {"type": "double", "precision": 0, "scale": 0}
    digits = _DECIMAL.fullmatch(reading.type)
    before = column.precision - column.scale if column.type == "decimal" else _INTEGER
    if digits is None:
        return None
    whole, scale = int(digits[1]) - int(digits[2]), max(int(digits[2]), column.scale)
    if column.type == "integer":  # a reading leaves room in front of the point that the values do not need
        whole = 0
    precision = max(before, whole) + scale
    return {"type": "decimal", "precision": precision, "scale": scale} if precision <= _DIGITS else None


def _alike(column: ColumnTemplate, reading: Reading) -> bool:
    """Are the numbers written as the column says?"""
    said: Mapping[str, Any] = reading.settings
    wanted = {"decimal": column.decimal, "group": column.group, "prefix": column.prefix, "suffix": column.suffix}
    return all(said.get(key, "." if key == "decimal" else "") == value for key, value in wanted.items())


def _pattern(source: Source, found: Misfits, file: str) -> Evolution | None:
    column = found.column
    reading = instant(found.values)
    if reading is None or reading.misfits or reading.type != column.type or reading.confidence < _SURE:
        return None
    formats = [pattern for pattern in reading.settings.get("format", ()) if pattern not in column.formats]
    if not formats or not column.formats:
        return None
    shown = ", ".join(f"`{pattern}`" for pattern in formats)
    text = f"{source.name}: {column.name} is written {_shown(found.values)} in {file}: {shown} is read too now"
    return Evolution(source.name, PATTERN, {"column": column.name, "formats": formats}, text, found.file)


def _shown(values: Values) -> str:
    texts = list(values.counts)
    more = f" and {len(texts) - 2} more" if len(texts) > 2 else ""
    return ", ".join(map(repr, texts[:2])) + more
