"""Formats whose files hold named columns: what they share, whatever is inside.

A format gives a `Table`: its names and its records, part by part, as columns of text. What is left to do is the same
for all of them: to find the template's columns among the names, to pass parts on or reject them, and to show a record
as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from vertebra.formatted.count import Count
from vertebra.formatted.formats.declared import Declared
from vertebra.formatted.formats.port import Layout, NoFastWay, Opened, Problem, RawRecord, Streamed
from vertebra.formatted.formats.rejects import Rejects
from vertebra.project import SHEET, ColumnTemplate, Source

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 50  # names shown in a reason


@dataclass(frozen=True, slots=True)
class Part:
    """Records in a row.

    Parameters
    ----------
    record : int
        Number of the first.
    size : int
        How many.
    columns : sequence
        Their raw texts, a `pyarrow` array of strings for each name that was asked for.
    type, reason : str
        Why all of them are rejected; empty where they are not.
    wrong : tuple of (int, str, str)
        Records among them that are rejected: number, type, reason.
    """

    record: int
    size: int
    columns: Sequence[pa.Array] = ()
    type: str = ""
    reason: str = ""
    wrong: tuple[tuple[int, str, str], ...] = ()


class Table(Protocol):
    """An opened file of named columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of its columns, as the file has them."""

    @property
    def warnings(self) -> Sequence[Problem]:
        """What is wrong with the file and rejects no record; complete when all parts were drawn."""

    def parts(self, chosen: Sequence[int]) -> Iterator[Part]:
        """All records in their order, with these columns, by place."""


@dataclass(frozen=True, slots=True)
class Simple:
    """A table made of its names and a function that draws its parts."""

    names: tuple[str, ...]
    draw: Callable[[Sequence[int]], Iterator[Part]]
    warnings: list[Problem] = field(default_factory=list)
    types: Callable[[], tuple[Declared | None, ...]] = tuple  # that the file declares, beside the names

    def parts(self, chosen: Sequence[int]) -> Iterator[Part]:
        """All records, with these columns."""
        return self.draw(chosen)


class _Kept:
    """Tables that `layout` opened and that `stream` will read next, for opening may be most of the work.

    They are bounded by the bytes of their files, of which they hold ten times as much or more.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._tables: dict[Hashable, tuple[Table, int]] = {}
        self._lock = Lock()

    def put(self, key: Hashable, table: Table, size: int) -> None:
        """Keep one; the oldest go where they are too much."""
        with self._lock:
            self._tables[key] = table, size
            while len(self._tables) > 1 and sum(one for _, one in self._tables.values()) > self._size:
                del self._tables[next(iter(self._tables))]

    def take(self, key: Hashable) -> Table | None:
        """Give one away."""
        with self._lock:
            found = self._tables.pop(key, None)
            return found[0] if found else None


_KEPT = _Kept(48 << 20)


def _key(file: Opened, source: Source) -> Hashable:
    about = file.path.stat()
    return file.path, about.st_size, about.st_mtime_ns, source


@dataclass(frozen=True, slots=True)
class Tabular(NoFastWay):
    """A format made of two functions.

    Parameters
    ----------
    table : callable
        Opens a file, or says why the whole of it cannot be read.
    counted : callable
        Counts its records in another way.
    early : bool
        Is opening most of the work, and done beside other work? Then it begins while records are counted.
    """

    table: Callable[[Opened, Source], Table | Problem]
    counted: Callable[[Opened, Source], Count]
    early: bool = False

    def columns(self, file: Opened, source: Source) -> tuple[str, ...]:
        """The names of a file's columns; none where it cannot be read."""
        table = self.table(file, source)
        return () if isinstance(table, Problem) else table.names

    def types(self, file: Opened, source: Source) -> tuple[Declared | None, ...]:
        """The types that a file declares, beside its names; nothing where it declares none."""
        table = self.table(file, source)
        return table.types() if isinstance(table, Simple) else ()

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records, independently of `stream`."""
        if not self.early:
            return self.counted(file, source)
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(self.table, file, source)
            found = self.counted(file, source)
            table = opening.result()
        if not isinstance(table, Problem):
            _KEPT.put(_key(file, source), table, file.path.stat().st_size)
        return found

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Find the template's columns among the file's names."""
        table = _KEPT.take(_key(file, source)) or self.table(file, source)
        if isinstance(table, Problem):
            return table
        _KEPT.put(_key(file, source), table, file.path.stat().st_size)
        return named_layout(table.names, source)

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Part by part; what cannot be read is rejected."""
        import pyarrow as pa

        schema = pa.schema([("_record", pa.int64()), *((f"c{n}", pa.string()) for n in range(1, layout.width + 1))])
        rejects, problems = Rejects(), list[Problem]()
        table = _KEPT.take(_key(file, source)) or self.table(file, source)
        assert not isinstance(table, Problem)  # noqa: S101  there is a layout
        chosen = _chosen(table.names, source)
        nulls = pa.array(sorted(getattr(source.format, "nulls", ())), pa.string())
        wanted = None if only is None else pa.array(sorted(only), pa.int64())

        def draw() -> Iterator[pa.RecordBatch]:
            for part in table.parts(chosen):
                if wanted is None or _touches(part, wanted):
                    batch = _batch(part, schema, nulls, rejects, wanted)
                    if batch is not None:
                        yield batch
            problems.extend(table.warnings)

        return Streamed(draw(), schema, rejects, problems)

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers, as JSON; their lines are their numbers, their bytes are not known."""
        wanted = sorted(set(records))
        table = self.table(file, source) if wanted else None
        if table is None or isinstance(table, Problem):
            return
        at = 0
        for part in table.parts(range(len(table.names))):
            while at < len(wanted) and wanted[at] < part.record + part.size:
                number, at = wanted[at], at + 1
                if number < part.record:
                    continue
                raw = part.reason if part.type else shown(table.names, part.columns, number - part.record)
                yield RawRecord(number, number, 0, 0, raw)
            if at == len(wanted):
                return


def shown(names: Sequence[str], columns: Sequence[pa.Array], row: int) -> str:
    """A record as JSON: names and raw texts."""
    return json.dumps(
        {name: column[row].as_py() for name, column in zip(names, columns, strict=True)}, ensure_ascii=False
    )


def named_layout(names: Sequence[str], source: Source) -> Layout | Problem:
    """Find a template's columns among names, by name or position; raw columns are numbered as `stream` gives them."""
    found: dict[str, str] = {}
    has = f"the file has {len(names)}: {', '.join(names[:_LONGEST])}"
    for number, column in enumerate(_read(source), 1):
        place = _place(names, column)
        if place is None:
            how = "stands twice" if column.origin in names else "is not there"
            return Problem("wrong-header", f'the column "{column.origin}" {how}; {has}', fatal=True)
        found[column.name] = f"c{number}"
    used = {_place(names, column) for column in _read(source)}
    spare = [name for place, name in enumerate(names) if place not in used and name not in (*source.ignore, SHEET)]
    more = f" and {len(spare) - _LONGEST} more" if len(spare) > _LONGEST else ""
    told = f"the template does not name: {', '.join(spare[:_LONGEST])}{more}"
    return Layout(found, len(found), anew=True, warnings=(Problem("unknown-column", told),) if spare else ())


def texts(rows: Iterable[Sequence[str | None]], width: int) -> list[pa.Array]:
    """Columns of rows."""
    import pyarrow as pa

    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * width
    return [pa.array(column, pa.string()) for column in columns]


def checked(record: int, size: int, columns: Sequence[pa.Array]) -> Part:
    """A part of columns from outside: records with a text that is none are rejected."""
    import pyarrow as pa

    found: list[pa.Array] = []
    wrong: dict[int, tuple[int, str, str]] = {}
    for column in columns:
        try:
            column.validate(full=True)
            found.append(column)
        except pa.ArrowInvalid as error:
            values: list[str | None] = []
            for number, value in enumerate(column.cast(pa.binary()).to_pylist(), record):
                try:
                    values.append(None if value is None else value.decode())
                except UnicodeDecodeError:
                    wrong[number] = (number, "broken-encoding", f"a text is not UTF-8: {error}"[:200])
                    values.append(None)
            found.append(pa.array(values, pa.string()))
    return Part(record, size, found, wrong=tuple(wrong[number] for number in sorted(wrong)))


def _read(source: Source) -> list[ColumnTemplate]:
    return [column for column in source.columns if not column.from_file_name]


def _place(names: Sequence[str], column: ColumnTemplate) -> int | None:
    """Where a column stands among the names; None where that cannot be told."""
    if names.count(column.origin) == 1:
        return names.index(column.origin)
    position = column.origin[1:] if column.origin.startswith("#") else ""
    if column.origin not in names and position.isdecimal() and 1 <= int(position) <= len(names):
        return int(position) - 1
    return None


def _chosen(names: Sequence[str], source: Source) -> list[int]:
    return [place for column in _read(source) if (place := _place(names, column)) is not None]


def _touches(part: Part, wanted: pa.Array) -> bool:
    import pyarrow.compute as pc

    inside = pc.and_(pc.greater_equal(wanted, part.record), pc.less(wanted, part.record + part.size))
    return bool(pc.any(inside).as_py())


def _batch(
    part: Part, schema: pa.Schema, nulls: pa.Array, rejects: Rejects, wanted: pa.Array | None
) -> pa.RecordBatch | None:
    """The records of a part that can be read; the others are rejected."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = np.arange(part.record, part.record + part.size)
    if part.type:
        for number in numbers if wanted is None else np.intersect1d(numbers, wanted.to_numpy()):
            rejects.add(int(number), part.type, part.reason)
        return None
    chosen = None if wanted is None else set(wanted.to_pylist())
    for number, type_, reason in part.wrong:
        if chosen is None or number in chosen:
            rejects.add(number, type_, reason)
    columns = [
        pc.if_else(pc.is_in(column, nulls), pa.scalar(None, pa.string()), column) if len(nulls) else column
        for column in part.columns
    ]
    batch = pa.RecordBatch.from_arrays([pa.array(numbers, pa.int64()), *columns], schema=schema)
    keep = np.ones(part.size, dtype=bool) if wanted is None else np.isin(numbers, wanted.to_numpy())
    keep[[number - part.record for number, _, _ in part.wrong]] = False
    return batch if keep.all() else batch.filter(pa.array(keep))
