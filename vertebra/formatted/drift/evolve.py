"""The template that is in force: the declared one, and what files changed about it since.

What is declared goes first: a change that its author has written into the source meanwhile changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from vertebra.governance.evolutions import Evolution
from vertebra.project import ColumnTemplate, CsvFormat, Drift, FixedFormat, Source
from vertebra.project.recorded import recorded_column, recorded_format

ADDED = "column-added"  # {column: a template}: a file has a column that nothing names
MOVED = "column-renamed"  # {column, origin}: a column stands under another name in a file
GONE = "column-gone"  # {column}: a file has no such column
WIDENED = "type-widened"  # {column, was, type, precision, scale}
WRITTEN = "file-format"  # {file, format}: one file version is written otherwise than the source declares
PATTERN = "format-added"  # {column, formats}: a further way to write a date or timestamp


def evolved(source: Source, changes: Iterable[Evolution]) -> Source:
    """The source with the changes that stand, in their order; as it is declared where it does not evolve."""
    if source.drift is not Drift.EVOLVE:
        return source
    for change in changes:
        if change.undone_at is None:
            source = _changed(source, change)
    return source


def _changed(source: Source, change: Evolution) -> Source:
    body = change.body
    if change.kind == ADDED:
        return _with_column(source, recorded_column(body["column"]))
    if change.kind == WRITTEN:
        return _with_variant(source, body)
    column = next((column for column in source.columns if column.name == body["column"]), None)
    if column is None:  # it left the template
        return source
    columns = tuple(_column(column, change) if other is column else other for other in source.columns)
    return replace(source, columns=columns)


def _with_variant(source: Source, body: Mapping[str, Any]) -> Source:
    """What is declared of values holds for every file, however it is written."""
    format_ = recorded_format(body["format"])
    assert isinstance(format_, CsvFormat | FixedFormat)  # noqa: S101  no other is ever written down
    format_ = replace(format_, nulls=source.format.nulls, decimal=source.format.decimal)
    if format_ == source.format:
        return source
    return replace(source, variants={**source.variants, body["file"]: format_})


def _with_column(source: Source, column: ColumnTemplate) -> Source:
    named = {origin for other in source.columns for origin in other.origins}
    taken = {other.name for other in source.columns}
    if column.origin in named or column.origin in source.ignore or column.name in taken:
        return source
    return replace(source, columns=(*source.columns, column))


def _column(column: ColumnTemplate, change: Evolution) -> ColumnTemplate:
    body = change.body
    match change.kind:
        case "column-renamed":
            known = body["origin"] in column.origins
            return column if known else replace(column, others=(*column.others, body["origin"]))
        case "column-gone":
            return replace(column, optional=True)
        case "type-widened":
            same = [column.type, column.precision, column.scale] == body["was"]
            kind = {key: body[key] for key in ("type", "precision", "scale")}
            return replace(column, **kind) if same else column
        case "format-added":
            more = tuple(pattern for pattern in body["formats"] if pattern not in column.formats)
            return replace(column, formats=(*column.formats, *more))
        case _:
            message = f"the catalog holds a change of the kind {change.kind}"
            raise AssertionError(message)


def about(change: Evolution) -> tuple[str, ...]:
    """What a change is about: one that stands, or was taken back, is not made again."""
    body = change.body
    match change.kind:
        case "file-format":
            return change.kind, str(body["file"])
        case "column-added":
            return change.kind, body["column"]["origin"]
        case "column-renamed":
            return change.kind, body["column"], body["origin"]
        case "column-gone":
            return change.kind, body["column"]
        case "type-widened":
            return change.kind, body["column"], body["type"], str(body["precision"]), str(body["scale"])
        case _:
            return change.kind, body["column"], *body["formats"]


def as_json(column: ColumnTemplate) -> dict[str, Any]:
    """A column's template as JSON values."""
    return asdict(column)
