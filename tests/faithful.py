"""Hold every cell of a loaded source against its raw text, rendered back by the template (G3)."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import vertebra as vb
from tests.template_oracle import losses
from vertebra import formatted
from vertebra.formatted.formats.csv_layout import header_of
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.opening import opened
from vertebra.formatted.formats.port import Problem, RawRecord
from vertebra.governance.files import FileVersion, all_files
from vertebra.project import ColumnTemplate, CsvFormat, JsonFormat, Source, split_file_name


@dataclass(slots=True)
class Held:
    """What was held against raw text.

    Parameters
    ----------
    files, records, cells : int
        That were compared.
    lost : Counter
        What rendering loses of a text, all of it in `LOSSES`.
    wrong : list of str
        Cells that do not say what their text says.
    """

    files: int = 0
    records: int = 0
    cells: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Held) -> Self:
        """Both together."""
        self.files += other.files
        self.records += other.records
        self.cells += other.cells
        self.lost += other.lost
        self.wrong += other.wrong
        return self


def hold(bb: vb.Backbone, source: Source, *, records: int, files: int = 0) -> Held:
    """Render cells back and compare: the first records of each file, of about so many files spread over all."""
    with bb.workspace.catalog.read() as connection:
        every = [file for file in all_files(connection, source.name) if not file.is_archive]
    found = Held()
    for file in every[:: max(1, len(every) // files) if files else 1]:
        found += _file(bb, source, file, records)
    return found


def _file(bb: vb.Backbone, source: Source, file: FileVersion, records: int) -> Held:
    form = source.format
    assert isinstance(form, CsvFormat | JsonFormat)
    head = _header(bb, source, file) if isinstance(form, CsvFormat) else []
    raws = formatted.records(bb.workspace, source, file, range(1, records + 1))
    _where_they_say(bb, source, file, raws)
    names = ", ".join(
        f'"{c.name}"::varchar as "{c.name}"' if c.type == "timestamp" else f'"{c.name}"' for c in source.columns
    )
    sql = f"select {names}, _record from {source.name} where _file = {file.id} and _record <= {records}"
    rows = bb.query(sql).arrow().to_pylist()
    fields = split_file_name(source.file_name, file.name) or {}
    found = Held(files=1, records=len(rows))
    seen: dict[tuple[str, str | None, Any], tuple[str, ...]] = {}
    for row in rows:
        raw = raws[row["_record"]].raw
        cells = _json(raw) if isinstance(form, JsonFormat) else split(raw, form)
        for column in source.columns:
            if column.from_file_name:
                text: str | None = fields[column.from_file_name]
            elif isinstance(cells, list):
                text = _cell(column.origins, head, cells)
            else:
                text = next((cells[one] for one in column.origins if one in cells), None)
            case = column.name, text, row[column.name]
            if case not in seen:
                try:
                    seen[case] = held(column, text, row[column.name], form.nulls)
                except (AssertionError, ValueError, ArithmeticError) as error:
                    seen[case] = ()
                    found.wrong.append(f"{file.name}, record {row['_record']}, {column.name}: {error}")
            found.lost.update(seen[case])
            found.cells += 1
    return found


def held(column: ColumnTemplate, raw: str | None, value: Any, nulls: tuple[str, ...]) -> tuple[str, ...]:
    """What rendering a value loses of its text; an error where it does not say the same."""
    if raw is None or raw in nulls or raw in column.nulls:
        assert value is None, f"{raw!r} is no value and became {value!r}"
        return ()
    assert value is not None, f"{raw!r} became no value"
    return losses(column, raw, value)


def _header(bb: vb.Backbone, source: Source, file: FileVersion) -> list[str]:
    form = source.of(file.id).format
    assert isinstance(form, CsvFormat)
    with opened(bb.workspace, source, file) as here:
        found = header_of(here, form)
        assert not isinstance(found, Problem), found
        names = [name.strip() for name in found.names]
        if form.header == 1 and not form.sectioned and not form.comment:
            text = here.text.read_bytes().decode(here.encoding).removeprefix("\ufeff").lstrip("\r\n")
            first = next(iter(text.splitlines()), "")
            if first.count(form.quote or "\0") % 2 == 0:  # no line end inside of a name
                assert names == [name.strip() for name in split(first, form)], file.name
    return names


def _where_they_say(bb: vb.Backbone, source: Source, file: FileVersion, raws: Mapping[int, RawRecord]) -> None:
    """The text of each record stands in the delivered file at the bytes that it names."""
    form = source.of(file.id).format
    assert isinstance(form, CsvFormat | JsonFormat)
    with opened(bb.workspace, source, file) as here:
        data = here.path.read_bytes()
    for one in raws.values():
        text = data[one.start : one.end].decode(form.encoding, "backslashreplace")
        assert text.removeprefix("\ufeff") == one.raw or "\\x" in text, (file.name, one)


def counted(bb: vb.Backbone, source: Source, file: FileVersion) -> int | None:
    """Records of a file that are not blank, by Python's own reader; None where it does not know the grammar."""
    form = source.of(file.id).format
    if not isinstance(form, CsvFormat) or form.comment or form.sectioned or form.padded or len(form.delimiter) > 1:
        return None
    if not form.quote or form.escape != form.quote:
        return None
    with opened(bb.workspace, source, file) as here:
        text = here.text.read_bytes().decode(here.encoding, "replace").removeprefix("\ufeff")
    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, quotechar=form.quote)
    return sum(1 for row in reader if row)


def _cell(origins: tuple[str, ...], head: list[str], cells: list[str]) -> str | None:
    for origin in origins:
        if origin in head:
            return cells[head.index(origin)]
        if origin.startswith("#"):
            return cells[int(origin[1:]) - 1]
    return None


def _json(raw: str) -> dict[str, str]:
    """The values of a record by their paths, each with the digits that stand there; null is none."""
    found: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                walk(one, f"{path}.{key}" if path else key)
        elif value is not None:
            found[path] = value if isinstance(value, str) else _compact(value)

    walk(json.loads(raw, parse_float=_Number, parse_int=_Number), "")
    return found


class _Number(str):
    """The digits of a number."""

    __slots__ = ()


def _compact(value: Any) -> str:
    """JSON without white space between its parts."""
    match value:
        case _Number():
            return str(value)
        case list():
            return f"[{','.join(map(_compact, value))}]"
        case dict():
            return "{" + ",".join(f"{_compact(key)}:{_compact(one)}" for key, one in value.items()) + "}"
        case _:
            return json.dumps(value, ensure_ascii=False)
