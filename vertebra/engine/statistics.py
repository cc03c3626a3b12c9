"""From what DuckDB's `copy … (return_stats)` hands back to the facts of a data file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from vertebra.table import DataFile

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
_TEXTS = {"VARCHAR", "DATE"}
_LONG = 64  # characters; a longer bound is left out, Delta allows that


def data_file(row: tuple[Any, ...], path: str, types: Mapping[str, str]) -> DataFile:
    """The facts of one written file.

    Parameters
    ----------
    row : tuple
        File name, rows, bytes, footer bytes, statistics by quoted column name, …
    path : str
        Below the table's folder.
    types : mapping
        Column to its type.
    """
    lower: dict[str, Any] = {}
    upper: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for quoted, facts in (row[4] or {}).items():
        name = quoted[1:-1].replace('""', '"')
        kind = types.get(name)  # parts of nested columns are named "a"."b" and have none
        if kind is None or (kind.startswith("STRUCT(") and kind.endswith(")")):
            continue  # Delta wants the nulls of a struct field by field, and takes no statistic at all otherwise
        nulls[name] = int(facts["null_count"])
        bounds = _bound(kind, facts, "min"), _bound(kind, facts, "max")
        if None not in bounds:
            lower[name], upper[name] = bounds
    return DataFile(path, int(row[1]), int(row[2]), lower, upper, nulls)


def _bound(kind: str, facts: Mapping[str, str], end: str) -> Any:
    """A bound as a JSON value, or None where there is none that is exact."""
    text = facts.get(end)
    if text is None or facts.get(f"{end}_is_exact") != "true":
        return None
    if kind in _INTEGERS:
        return int(text)
    if kind == "DOUBLE":
        value = float(text)
        return value if facts.get("has_nan") == "false" and math.isfinite(value) else None
    if kind in _TEXTS:
        return text if len(text) <= _LONG else None
    if kind == "TIMESTAMP WITH TIME ZONE" and re.fullmatch(r"\d{4}-.*\+00", text):
        # DuckDB prints microseconds only where there are any
        day, clock = text.removesuffix("+00").split(" ")
        seconds, _, fraction = clock.partition(".")
        return f"{day}T{seconds}.{fraction.ljust(6, '0')}Z"
    return None
