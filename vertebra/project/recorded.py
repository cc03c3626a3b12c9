"""A source as the catalog recorded its template, whatever its file says today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from vertebra.project.columns import ColumnTemplate
from vertebra.project.formats import FileFormat
from vertebra.project.source import Child, Drift, Load, Source

_FORMATS = {kind.__name__: kind for kind in get_args(FileFormat)}


def recorded_source(body: str, where: str) -> Source:
    """The source whose `template()`, with its name beside it, stands in the catalog.

    Parameters
    ----------
    body : str
        The recorded definition, JSON.
    where : str
        What to call the place in errors.

    Returns
    -------
    Source
        With all that decides how a file becomes rows; without description, owner and collector.
    """
    found: Mapping[str, Any] = json.loads(body)
    return Source(
        name=found["source"],
        description="",
        owner="",
        collect=None,
        file_name=found["file_name"],
        format=recorded_format(found["format"]),
        load=Load(found["load"]),
        key=tuple(found["key"]),
        columns=_columns(found["columns"]),
        children=tuple(Child(c["name"], c["from"], _columns(c["columns"])) for c in found["children"]),
        ignore=(),
        where=where,
        drift=Drift(found.get("drift", "freeze")),
        variants={int(number): recorded_format(body) for number, body in found.get("variants", {}).items()},
    )


def recorded_format(found: Mapping[str, Any]) -> FileFormat:
    """A format from JSON values: its kind, and its settings."""
    ((kind, settings),) = found.items()
    format_: FileFormat = _FORMATS[kind](**_tuples(settings))
    return format_


def recorded_column(found: Mapping[str, Any]) -> ColumnTemplate:
    """A column's template from JSON values."""
    return ColumnTemplate(**_tuples(found))


def _columns(found: list[dict[str, Any]]) -> tuple[ColumnTemplate, ...]:
    return tuple(recorded_column(column) for column in found)


def _tuples(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
