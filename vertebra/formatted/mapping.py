"""A file's bytes, mapped, of which no more than a stretch stays in memory as it is gone through."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

_STRETCH = 64 << 20  # bytes after which what lies behind is given back


class Mapped(mmap.mmap):
    """Mapped bytes that are read from the front to the back.

    Pages that were touched count as this process's memory for as long as nothing else needs it; a file of ten
    gigabytes would look like ten gigabytes of memory. So they are given back stretch by stretch; what is asked for
    again is read again.
    """

    _given = 0

    @classmethod
    def of(cls, path: Path) -> Mapped:
        """The bytes of a file that is not empty."""
        with path.open("rb") as handle:
            return cls(handle.fileno(), 0, access=mmap.ACCESS_READ)

    def __getitem__(self, place: Any) -> Any:
        start = place.start if isinstance(place, slice) else place
        if start is not None and start - self._given > _STRETCH:
            self._give(start)
        return super().__getitem__(place)

    def find(self, wanted: Any, start: int = 0, end: int | None = None) -> int:
        """Where bytes stand first; -1 where they do not."""
        last = len(self) if end is None else end
        while last - start > _STRETCH:
            found = super().find(wanted, start, min(start + _STRETCH + len(wanted) - 1, last))
            if found >= 0:
                return found
            start += _STRETCH
            self._give(start)
        return super().find(wanted, start, last)

    def _give(self, position: int) -> None:
        size = position // mmap.PAGESIZE * mmap.PAGESIZE
        if hasattr(mmap, "MADV_DONTNEED"):  # not everywhere; then the system does it when it must
            self.madvise(mmap.MADV_DONTNEED, 0, size)
        self._given = size
