"""Simulate deliveries: the first round, and later rounds with late and corrected files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vertebra.errors import UsageError
from vertebra.simulator import clock
from vertebra.simulator.building import building
from vertebra.simulator.defects import Defects, Injected
from vertebra.simulator.deliveries import DeliveredFile, Deliveries, deliver
from vertebra.simulator.draws import Bools, Stream
from vertebra.simulator.files import meter_file, weather_file
from vertebra.simulator.injection import repaired, spoil
from vertebra.simulator.meter import AMBIENT, MWH, measure
from vertebra.simulator.month import Month
from vertebra.simulator.plan import Plan, plan
from vertebra.simulator.weather import Weather, weather

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CORRECTED = 7  # purpose in the path of a stream
_KWH = MWH // 1000
_HEAT = 600  # tenths of kW times minutes in a kWh
_SHIFT = 4  # tenths of a degree by which a correction mends `t_amb`


def simulate(
    folder: Path,
    *,
    devices: int = 2,
    months: int = 24,
    start: str = "2022-01",
    seed: int,
    step_minutes: int = 60,
    defects: Defects | None = None,
) -> Deliveries:
    """Write the first round of deliveries of some heat meters, and of the weather.

    Parameters
    ----------
    folder : Path
        Where `meters/<device>/<device>_<yyyy-mm>.csv` and `weather/sim_<yyyy-mm>.csv` are written.
    devices : int
        Heat meters, named S1, S2 and so on.
    months : int
        Months from the start on.
    start : str
        First month, `yyyy-mm`.
    seed : int
        The same seed makes the same bytes, on any machine. More devices or months leave the files of
        the others as they are.
    step_minutes : int
        Minutes between readings, a divisor of 60.
    defects : Defects or None
        What goes wrong; None for `Defects()`, which is near the real deliveries.

    Returns
    -------
    Deliveries
        The files, and every defect in them.

    Raises
    ------
    UsageError
        When a number cannot be simulated, or other deliveries stand in the folder.
    StorageError
        When a file cannot be written.
    """
    asked = plan(
        seed=seed,
        devices=devices,
        months=months,
        start=start,
        step_minutes=step_minutes,
        defects=defects or Defects(),
    )
    held, air = asked.late(), weather(seed, asked.start, months)
    files: list[DeliveredFile] = []
    injected: list[Injected] = []
    for device in range(devices):
        for sound in _months(asked, device, air):
            if (device, sound.offset) in held:
                injected.append(_late(sound))
                continue
            month = spoil(sound, asked.defects)
            files.append(_deliver(folder, month))
            injected.extend(month.injected)
    for at in range(asked.start, asked.start + months):
        content, rows, phantoms = weather_file(air, at, phantom=asked.defects.weather_phantom_hour)
        if rows:
            path, text = f"weather/sim_{clock.month_text(at)}.csv", clock.month_text(at)
            files.append(deliver(folder, path, content, kind="weather", device="", month=text, rows=rows))
            injected.extend(Injected("weather", "phantom-hour", (), when, when, 1, path) for when in phantoms)
    return Deliveries(folder, tuple(files), tuple(injected))


def redeliver(
    folder: Path,
    *,
    round: int,  # noqa: A002  the word for it
    seed: int,
    devices: int = 2,
    months: int = 24,
    start: str = "2022-01",
    step_minutes: int = 60,
    defects: Defects | None = None,
) -> Deliveries:
    """Write a later round: the file that was late, and a correction of one that was delivered.

    The corrected file has its old name. Its zeros and spikes are mended, and `t_amb` is 0.4 degrees
    higher for some time.

    Parameters
    ----------
    folder : Path
        Where `simulate` wrote, called with the same other arguments.
    round : int
        Which round, from 1. Late files arrive one in a round, until there are none left.
    seed, devices, months, start, step_minutes, defects
        As for `simulate`.

    Returns
    -------
    Deliveries
        The files of this round, and every defect in them, `corrected-file` with the changed readings.

    Raises
    ------
    UsageError
        When a number cannot be simulated, or the file to be corrected was not delivered.
    StorageError
        When a file cannot be written.
    """
    asked = plan(
        seed=seed,
        devices=devices,
        months=months,
        start=start,
        step_minutes=step_minutes,
        defects=defects or Defects(),
    )
    if round < 1:
        raise UsageError(
            f"{round} is no round of redelivery",
            where="round of the simulator",
            why="round 0 is what simulate writes",
            next_="give 1 or more",
        )
    held = asked.late()
    stream = Stream(seed, _CORRECTED, round)
    there = [(n, m) for n in range(devices) for m in range(months) if (n, m) not in held[round - 1 :]]
    sound = _month(asked, *there[stream.below(len(there))])
    if not (folder / sound.file).exists():
        raise UsageError(
            f"{sound.file} was not delivered, so it cannot be corrected",
            where=str(folder / sound.file),
            why="a correction follows a delivery with the same seed, devices, months and start",
            next_="call simulate with the same arguments first",
        )
    late = [spoil(_month(asked, device, offset), asked.defects) for device, offset in held[round - 1 : round]]
    corrected = _correct(sound, asked.defects, stream)
    files = [*(_deliver(folder, month) for month in late), _deliver(folder, corrected, correct=True)]
    injected = [defect for month in (*late, corrected) for defect in month.injected]
    return Deliveries(folder, tuple(files), tuple(injected))


def _months(asked: Plan, device: int, air: Weather) -> Iterator[Month]:
    """The sound months of a device, in order: the counter goes on from month to month."""
    name = f"S{device + 1}"
    first = building(asked.seed, device).counter
    heat = first * _HEAT
    for offset in range(asked.months):
        at = asked.start + offset
        readings, heat = measure(asked.seed, device, at, steps=asked.steps, weather=air, counter=heat)
        yield Month(
            seed=asked.seed,
            device=device,
            month=at,
            offset=offset,
            name=name,
            file=f"meters/{name}/{name}_{clock.month_text(at)}.csv",
            steps=asked.steps,
            counter=first * _KWH,
            readings=readings,
            taken=np.zeros(len(readings), dtype=bool),
        )


def _month(asked: Plan, device: int, offset: int) -> Month:
    air = weather(asked.seed, asked.start, asked.months)
    return next(month for month in _months(asked, device, air) if month.offset == offset)


def _correct(sound: Month, defects: Defects, stream: Stream) -> Month:
    """The month without the defects that a correction mends, and with its outdoor sensor mended."""
    before, after = spoil(sound, defects), spoil(sound, repaired(defects))
    values = after.readings.values.copy()
    length = max(6, len(values) // 20)
    start = stream.below(max(len(values) - length, 1))
    values[start : start + length, AMBIENT] += _SHIFT
    mended = replace(after, readings=replace(after.readings, values=values))
    changed: Bools = (values != before.readings.values).any(axis=1)
    minutes = mended.readings.minutes[changed]
    return mended.record("corrected-file", int(minutes[0]), int(minutes[-1]), int(changed.sum()), (AMBIENT,))


def _late(month: Month) -> Injected:
    minutes = month.readings.minutes
    return month.record("late-file", int(minutes[0]), int(minutes[-1]), len(minutes)).injected[-1]


def _deliver(folder: Path, month: Month, *, correct: bool = False) -> DeliveredFile:
    return deliver(
        folder,
        month.file,
        meter_file(month),
        kind="meters",
        device=month.name,
        month=clock.month_text(month.month),
        rows=len(month.readings),
        correct=correct,
    )
