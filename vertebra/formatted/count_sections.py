"""Count the records of a delimited file that holds more than header and data: preamble, footer, several tables.

It takes what `vertebra.formatted.count` finds, all records of a file one after the other, and says what each is. The
rules are those of `vertebra.formatted.formats.sections`, written down there a second time.
"""

from __future__ import annotations

import mmap
from collections import Counter, deque

import numpy as np

from vertebra.project import CsvFormat

_Places = np.ndarray[tuple[int], np.dtype[np.intp]]
_Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


class Sections:
    """Says of each record what it is.

    Parameters
    ----------
    data : mmap
        The file.
    format_ : CsvFormat
        How it is declared.
    encoding : str
        Its encoding.
    """

    def __init__(self, data: mmap.mmap, format_: CsvFormat, encoding: str) -> None:
        self.data, self.format = data, format_
        self.comment = format_.comment.encode(encoding)
        self.until = format_.until.encode(encoding)
        self.hollow = format_.delimiter.encode(encoding) + b" "
        self.found: Counter[str] = Counter()
        self.table, self.inside, self.over = 0, False, False
        self.headers: list[bytes] = []
        self.last: deque[bool] = deque()  # of the last records of the body: do they repeat a header?

    def add(self, starts: _Places, stops: _Places) -> None:
        """Take records in a row: where each begins and where its content ends."""
        blank = stops == starts
        if self.format.empty:
            self._hollow(starts, stops, blank)
        comment = self._commented(starts, blank)
        rest = ~blank & ~comment
        self.found["blank"] += int(np.count_nonzero(blank))
        self.found["comment"] += int(np.count_nonzero(comment))
        if self.format.table:
            rest = self._chosen(blank, rest)
        self._beginning(starts[rest].tolist(), stops[rest].tolist())

    def total(self) -> Counter[str]:
        """Records by what they are, once all are taken."""
        footer = min(self.format.footer, len(self.last))
        self.found["footer"] += footer
        for _ in range(footer):
            self.last.pop()
        self._settle(0)
        return self.found

    def _hollow(self, starts: _Places, stops: _Places, blank: _Flags) -> None:
        """Records of nothing but delimiters and spaces are blank."""
        for place in range(len(starts)):
            start = int(starts[place])
            if not blank[place] and self.data[start : start + 1] in self.hollow:
                blank[place] = not self.data[start : int(stops[place])].strip(self.hollow)

    def _commented(self, starts: _Places, blank: _Flags) -> _Flags:
        found = np.zeros(len(starts), dtype=bool)
        mark = self.comment
        if mark:
            for place, start in enumerate(starts.tolist()):
                found[place] = not blank[place] and self.data[start : start + len(mark)] == mark
        return found

    def _chosen(self, blank: _Flags, rest: _Flags) -> _Flags:
        """Which records stand in the declared table; the others are of another one."""
        found = np.zeros(len(rest), dtype=bool)
        for place in range(len(rest)):
            if blank[place]:
                self.inside = False
            elif rest[place]:
                self.table += not self.inside
                self.inside = True
                found[place] = self.table == self.format.table
        self.found["other table"] += int(np.count_nonzero(rest & ~found))
        return found

    def _beginning(self, starts: list[int], stops: list[int]) -> None:
        """Preamble and header come first."""
        place = 0
        while place < len(starts) and self.found["preamble"] < self.format.skip:
            self.found["preamble"] += 1
            place += 1
        while place < len(starts) and self.found["header"] < self.format.header:
            self.headers.append(self.data[starts[place] : stops[place]])
            self.found["header"] += 1
            place += 1
        if place < len(starts):
            self._body(starts[place:], stops[place:])

    def _body(self, starts: list[int], stops: list[int]) -> None:
        if self.until and not self.over:
            size = len(self.until)
            for place, start in enumerate(starts):
                if self.data[start : start + size] == self.until:
                    self.over = True
                    self.found["footer"] += len(starts) - place
                    starts, stops = starts[:place], stops[:place]
                    break
        elif self.over:
            self.found["footer"] += len(starts)
            return
        if not self.format.repeated and not self.format.footer:
            self.found["data"] += len(starts)
            return
        for start, stop in zip(starts, stops, strict=True):
            self.last.append(self.format.repeated and self.data[start:stop] in self.headers)
        self._settle(self.format.footer)

    def _settle(self, kept: int) -> None:
        """What cannot be footer any more is data, or a repeated header."""
        while len(self.last) > kept:
            self.found["repeated header" if self.last.popleft() else "data"] += 1
