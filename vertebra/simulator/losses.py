"""Rules about records: hours that the clock skips, steps that change, gaps, and an empty column."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vertebra.simulator import clock
from vertebra.simulator.defects import GAP_HOURS, Defects, Kind, chosen
from vertebra.simulator.meter import POWER
from vertebra.simulator.month import Month, place


def clock_change(month: Month, defects: Defects) -> Month:
    """List the hour that the local clock skips, or shows twice and is read once."""
    year, march, october = month.month // 12, month.month % 12 == 2, month.month % 12 == 9
    lost = clock.skipped_hour(year) if march else clock.repeated_hour(year)
    if not (march or october) or not defects.clock_change:
        return month
    kind: Kind = "spring-hour-missing" if march else "autumn-hour-missing"
    step = month.step(lost)
    return month.record(kind, lost, lost + clock.HOUR, clock.HOUR // step)


def phantom_hour(month: Month, defects: Defects) -> Month:
    """A reading in the hour that summer time skips, or else that hour on record."""
    if month.month % 12 != 2 or month.stream("phantom-hour").one() >= defects.phantom_hour:
        return clock_change(month, defects)
    skipped = clock.skipped_hour(month.month // 12)
    at = int(np.searchsorted(month.readings.minutes, skipped))
    readings = replace(
        month.readings,
        minutes=np.insert(month.readings.minutes, at, skipped),
        values=np.insert(month.readings.values, at, month.readings.values[at - 1], axis=0),
    )
    taken = np.insert(month.taken, at, True)
    taken[at - 1 : at + 2] = True
    return replace(month, readings=readings, taken=taken).record("phantom-hour", skipped, skipped, 1)


def finer_step(month: Month, _defects: Defects) -> Month:
    """List the change to a finer step."""
    minutes = month.readings.minutes
    for start, _ in month.steps:
        if minutes[0] < start <= minutes[-1]:
            month = month.record("finer-step", start, int(minutes[-1]), int((minutes >= start).sum()))
    return month


def gaps(month: Month, defects: Defects) -> Month:
    """Hours to weeks without readings; the heat shows in the first one after."""
    stream = month.stream("gap")
    for _ in range(stream.count(defects.gap)):
        missing = stream.measure(GAP_HOURS) * clock.HOUR
        minutes = month.readings.minutes
        length = missing // month.step(int(minutes[0]))
        start = place(month, min(length, len(minutes) // 2), stream)
        if start is None:
            continue
        end = int(np.searchsorted(minutes, min(minutes[start - 1] + missing, minutes[-2])))
        if end <= start or month.taken[start - 1 : end + 1].any():
            continue
        keep = np.ones(len(minutes), dtype=bool)
        keep[start:end] = False
        taken = month.taken.copy()
        taken[[start - 1, end]] = True
        done = replace(month, readings=month.readings.keep(keep), taken=taken[keep])
        month = done.record("gap", int(minutes[start - 1]), int(minutes[end]), end - start)
    return month


def empty_power(month: Month, defects: Defects) -> Month:
    """Months whose power was not recorded."""
    if month.offset >= defects.empty_power_months or not chosen(month.device, defects.empty_power):
        return month
    minutes = month.readings.minutes
    done = replace(month, readings=replace(month.readings, powerless=True))
    return done.record("empty-power", int(minutes[0]), int(minutes[-1]), len(minutes), (POWER,))
