"""Gather raw records into Arrow batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 65_536
_SOME = 512  # rows that become Arrow together: texts are gone before the garbage collector looks at their rows
_CHARACTERS = 1 << 26  # a batch of very long records stays bounded, too


class Batches:
    """Raw records on their way into batches.

    Parameters
    ----------
    width : int
        Raw columns `c1`, `c2`, ….
    nulls : iterable of str
        Texts that mean "no value".
    extra : tuple of str
        Integer columns between `_record` and them.
    """

    def __init__(self, width: int, nulls: Iterable[str] = (), extra: tuple[str, ...] = ()) -> None:
        import pyarrow as pa

        numbers = [pa.field(name, pa.int64()) for name in ("_record", *extra)]
        self.schema = pa.schema([*numbers, *(pa.field(f"c{n}", pa.string()) for n in range(1, width + 1))])
        self._nulls = pa.array(sorted(nulls), pa.string())
        self._rows: list[tuple[int | str | None, ...]] = []
        self._parts: list[list[pa.Array]] = []
        self._count = self._size = 0

    @property
    def full(self) -> bool:
        """Is it time to take a batch?"""
        return self._count >= _ROWS or self._size >= _CHARACTERS

    def add(self, record: int, fields: Sequence[str | None], extra: tuple[int, ...] = ()) -> None:
        """Add one record."""
        self._rows.append((record, *extra, *fields))
        self._count += 1
        self._size += sum(map(len, filter(None, fields)))
        if len(self._rows) == _SOME:
            self._settle()

    def take(self) -> pa.RecordBatch:
        """What was added since the last batch, maybe nothing."""
        import pyarrow as pa

        if self._rows or not self._parts:
            self._settle()
        columns = [pa.concat_arrays(parts) for parts in zip(*self._parts, strict=True)]
        self._parts, self._count, self._size = [], 0, 0
        return self.of(columns)

    def _settle(self) -> None:
        """Make Arrow of the rows."""
        import pyarrow as pa

        columns: list[Sequence[Any]] = list(zip(*self._rows, strict=True)) or [()] * len(self.schema)
        self._parts.append([pa.array(values, kind.type) for values, kind in zip(columns, self.schema, strict=True)])
        self._rows.clear()

    def of(self, columns: Iterable[Any]) -> pa.RecordBatch:
        """A batch of whole columns, in the order of the schema."""
        import pyarrow as pa
        import pyarrow.compute as pc

        arrays = []
        for values, kind in zip(columns, self.schema, strict=True):
            array = pa.array(values, kind.type)
            if kind.type == pa.string() and len(self._nulls):
                array = pc.if_else(pc.is_in(array, self._nulls), None, array)
            arrays.append(array)
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)
