"""One device's month on its way from sound to delivered, and the record of what was done to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vertebra.simulator import clock
from vertebra.simulator.defects import KINDS, Injected, Kind
from vertebra.simulator.draws import Bools, Ints, Stream
from vertebra.simulator.meter import COLUMNS, Readings

_DEFECT = 5  # purpose in the path of a stream
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Month:
    """One device's month on its way from sound to delivered.

    Parameters
    ----------
    seed, device, month : int
        Which simulation, device (from 0) and month.
    offset : int
        Months since the device's first.
    name, file : str
        Name of the device, path of the file.
    steps : tuple of (int, int)
        From which minute on it is read every how many minutes.
    counter : int
        Its counter at the very start, in steps of 0.01 kWh.
    readings : Readings
        As they stand.
    taken : array of bool
        Readings that a rule has touched, or must not.
    injected : tuple of Injected
        What was done.
    """

    seed: int
    device: int
    month: int
    offset: int
    name: str
    file: str
    steps: tuple[tuple[int, int], ...]
    counter: int
    readings: Readings
    taken: Bools
    injected: tuple[Injected, ...] = ()

    def stream(self, kind: Kind) -> Stream:
        """Random numbers for one kind of defect only."""
        return Stream(self.seed, _DEFECT, KINDS.index(kind), self.device, self.month)

    def step(self, minute: int) -> int:
        """Minutes between readings at a time."""
        return next(step for start, step in reversed(self.steps) if minute >= start)

    def record(self, kind: Kind, first: int, last: int, readings: int, columns: tuple[int, ...] = ()) -> Month:
        """Put one defect more on record, from minute to minute."""
        names = tuple(COLUMNS[column] for column in columns)
        times = clock.minute_text(first), clock.minute_text(last)
        return replace(self, injected=(*self.injected, Injected(self.name, kind, names, *times, readings, self.file)))


def place(month: Month, length: int, stream: Stream) -> int | None:
    """The start of a run of untouched readings with a reading on either side, or nothing."""
    room = len(month.readings) - length - 1
    for _ in range(_TRIES if room > 0 else 0):
        start = 1 + stream.below(room)
        if not month.taken[start - 1 : start + length + 1].any():
            return start
    return None


def overwrite(month: Month, kind: Kind, start: int, length: int, *, columns: tuple[int, ...], new: Ints) -> Month:
    """Put new values into a run of readings and record it."""
    values, taken = month.readings.values.copy(), month.taken.copy()
    values[start : start + length, columns] = new
    taken[start : start + length] = True
    minutes = month.readings.minutes
    done = replace(month, readings=replace(month.readings, values=values), taken=taken)
    return done.record(kind, int(minutes[start]), int(minutes[start + length - 1]), length, columns)
