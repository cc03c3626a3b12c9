"""From what was found about a column to its template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vertebra.formatted.draft.logical.values import Reading
from vertebra.project import ColumnTemplate

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def template_of(name: str, origins: Sequence[str], reading: Reading, **words: Any) -> ColumnTemplate:
    """The template of a column as it can be read.

    Parameters
    ----------
    name : str
        In the table.
    origins : sequence of str
        Where it comes from.
    reading : Reading
        Its type, and how it is written.
    words : Any
        What else the template says: `timezone`, `optional`, `unit`, `semantic`, `personal`.
    """
    return _template(name, origins, {"type": reading.type, **reading.settings}, words)


def rival_of(template: ColumnTemplate, value: Mapping[str, Any]) -> ColumnTemplate:
    """The template of an alternative, which reads the same column."""
    return _template(template.name, template.origins, value, {"nulls": template.nulls, "timezone": template.timezone})


def _template(name: str, origins: Sequence[str], value: Mapping[str, Any], words: Mapping[str, Any]) -> ColumnTemplate:
    kind, precision, scale = value["type"], 0, 0
    if found := _DECIMAL.fullmatch(kind):
        kind, precision, scale = "decimal", int(found[1]), int(found[2])
    settings = {key: value[key] for key in ("decimal", "group", "prefix", "suffix", "unit") if key in value}
    lists = {key: tuple(value[key]) for key in ("true", "false", "nulls") if key in value}
    zone = {"timezone": words.get("timezone") or "UTC"} if kind == "timestamp" else {}
    given = {key: text for key, text in words.items() if text and key != "timezone"}
    return ColumnTemplate(
        name=name,
        origin=origins[0],
        type=kind,
        precision=precision,
        scale=scale,
        formats=tuple(value.get("format", ())),
        others=tuple(origins[1:]),
        **{**settings, **lists, **zone, **given},
    )
