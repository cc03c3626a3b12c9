"""Rules about values: sensors not connected, a counter's false jump, frozen runs, zeros and spikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vertebra.simulator.defects import FROZEN_READINGS, RUN_READINGS, Defects, Kind, chosen
from vertebra.simulator.draws import Ints
from vertebra.simulator.meter import (
    AMBIENT,
    COLUMNS,
    ENERGY,
    POWER,
    REFERENCE,
    RETURN,
    RETURN_2,
    SUPPLY,
    SUPPLY_2,
)
from vertebra.simulator.month import Month, overwrite, place

_SENTINEL, _SET_POINT = -399, 800  # tenths of a degree
_OTHER_REGISTER = 16_843_009  # 168.43009 MWh, where the real counter began
_HEAT_METER = (SUPPLY, RETURN, ENERGY, POWER)
_ALL = tuple(range(len(COLUMNS)))
_SPIKED = (SUPPLY,) * 14 + (RETURN,) * 3 + (SUPPLY_2,) * 2 + (RETURN_2,)  # shares as measured
_NOTHING: Ints = np.zeros(1, dtype=np.int64)
_SPIKE = 150  # tenths of a degree to either neighbour


def sentinel(month: Month, defects: Defects) -> Month:
    """Sensors that are not connected yet when a device is new."""
    if month.offset or not chosen(month.device, defects.sentinel):
        return month
    length = min(356, len(month.readings) // 2)
    values = np.zeros(len(COLUMNS), dtype=np.int64)
    values[[AMBIENT, SUPPLY_2, RETURN_2]], values[REFERENCE] = _SENTINEL, _SET_POINT
    return overwrite(month, "sentinel", 0, length, columns=_ALL, new=values)


def false_jump(month: Month, defects: Defects) -> Month:
    """Show another register before the jump; the zeros in between are the jump's own."""
    if month.offset > 1 or not chosen(month.device, defects.false_jump):
        return month
    values, taken, minutes = month.readings.values.copy(), month.taken.copy(), month.readings.minutes
    stream = month.stream("false-jump")
    length = min(20 + stream.below(70), len(minutes) // 4)
    start = place(month, length, stream) or 1
    jump = start + length if month.offset else len(minutes)
    # readings whose counter is 0 already stay so
    values[:jump, ENERGY] -= np.minimum(month.counter - _OTHER_REGISTER, values[:jump, ENERGY])
    if month.offset:
        values[start:jump, _HEAT_METER] = 0
        taken[start - 1 : jump + 1] = True
    done = replace(month, readings=replace(month.readings, values=values), taken=taken)
    if not month.offset:
        return done
    return done.record("false-jump", int(minutes[start - 1]), int(minutes[jump]), length, _HEAT_METER)


def frozen(month: Month, defects: Defects) -> Month:
    """Runs in which every value is that of the first reading."""
    stream = month.stream("frozen")
    for _ in range(stream.count(defects.frozen)):
        length = min(stream.measure(FROZEN_READINGS), len(month.readings) // 2)
        start = place(month, length, stream)
        if start is not None and length >= 6:
            values = month.readings.values[start]
            month = overwrite(month, "frozen", start, length, columns=_ALL, new=values)
    return month


def _zeros(month: Month, kind: Kind, rate: float) -> Month:
    stream = month.stream(kind)
    for _ in range(stream.count(rate)):
        alone = kind == "counter-zero" or (kind == "all-zero" and stream.one() < 0.85)
        length = 1 if alone else min(stream.measure(RUN_READINGS), len(month.readings) // 3)
        start = place(month, length, stream)
        if start is not None:
            columns = _ALL if kind == "all-zero" else _HEAT_METER
            month = overwrite(month, kind, start, length, columns=columns, new=_NOTHING)
    return month


def counter_zero_runs(month: Month, defects: Defects) -> Month:
    """Runs in which the heat meter did not answer."""
    return _zeros(month, "counter-zero-run", defects.counter_zero_run)


def counter_zero(month: Month, defects: Defects) -> Month:
    """Single readings in which the heat meter did not answer."""
    return _zeros(month, "counter-zero", defects.counter_zero)


def all_zero(month: Month, defects: Defects) -> Month:
    """Readings in which nothing answered."""
    return _zeros(month, "all-zero", defects.all_zero)


def zero_temperature(month: Month, defects: Defects) -> Month:
    """Single readings of 0 degrees."""
    stream = month.stream("zero-temperature")
    for _ in range(stream.count(defects.zero_temperature)):
        column = REFERENCE if stream.one() < 0.15 else AMBIENT
        start = place(month, 1, stream)
        if start is not None:
            month = overwrite(month, "zero-temperature", start, 1, columns=(column,), new=_NOTHING)
    return month


def spikes(month: Month, defects: Defects) -> Month:
    """Single readings far off both neighbours."""
    stream = month.stream("spike")
    for _ in range(stream.count(defects.spike)):
        column = _SPIKED[stream.below(len(_SPIKED))]
        up, size = stream.one() < 0.6, _SPIKE + stream.below(250)
        start = place(month, 1, stream)
        if start is not None:
            beside = month.readings.values[[start - 1, start + 1], column]
            low = int(beside.min()) - size
            new = low if low > 0 and not up else int(beside.max()) + size
            month = overwrite(month, "spike", start, 1, columns=(column,), new=np.array([new]))
    return month
