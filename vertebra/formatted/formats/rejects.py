"""Records that are wrong before their values are looked at: their numbers and why, in little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 65_536


class Rejects:
    """A log of rejected records; where they are is looked up when it is needed."""

    def __init__(self) -> None:
        self.count = 0
        self._open: list[tuple[int, str, str]] = []
        self._closed: list[pa.RecordBatch] = []

    def add(self, record: int, type_: str, reason: str) -> None:
        """Note one record."""
        self.count += 1
        self._open.append((record, type_, reason))
        if len(self._open) == _CHUNK:
            self._close()

    def arrow(self) -> pa.Table:
        """Columns `record`, `type`, `reason`."""
        import pyarrow as pa

        if self._open:
            self._close()
        return pa.Table.from_batches(self._closed, _schema())

    def _close(self) -> None:
        import pyarrow as pa

        arrays = [
            pa.array(values, kind.type) for values, kind in zip(zip(*self._open, strict=True), _schema(), strict=True)
        ]
        self._closed.append(pa.RecordBatch.from_arrays(arrays, schema=_schema()))
        self._open = []


def _schema() -> pa.Schema:
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())  # few reasons, many records
    return pa.schema([pa.field("record", pa.int64()), pa.field("type", words), pa.field("reason", words)])
