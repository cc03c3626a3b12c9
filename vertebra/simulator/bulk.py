"""The benchmark's files: many, large, plain, made fast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from vertebra.errors import UsageError
from vertebra.simulator import clock, text
from vertebra.simulator.deliveries import Deliveries, deliver
from vertebra.simulator.draws import Ints, Stream, whole

if TYPE_CHECKING:
    from pathlib import Path

HEADER: Final = "device,measured_at,flow,temperature,energy,status\n"
STEP: Final = 40  # seconds
MOST_ROWS: Final = 28 * 86_400 // STEP  # of a February

_BULK = 8  # purpose in the path of a stream
_START = "2022-01"
_MONTHS = 12  # of each device, before the next device follows
_STATUS = ("ok", "low", "fault")
_WAVE = [round(math.cos(2 * math.pi * (hour - 7) / 24), 6) for hour in range(24)]  # most heat at seven


def bulk(folder: Path, *, files: int = 160, rows: int = 60_000, seed: int) -> Deliveries:
    """Write the benchmark's deliveries: `D001_2022-01.csv` and so on, about 49 bytes a row.

    Six columns: device, time (every 40 seconds), flow in m³/h, temperature in degrees Celsius, a
    counter in kWh that never falls, and a status of ok, low or fault. No defects: what the benchmark
    measures must not depend on luck.

    Parameters
    ----------
    folder : Path
        Where the files are written.
    files : int
        One for each device and month, twelve months of a device before the next.
    rows : int
        Records of each file, at most 60,480.
    seed : int
        The same seed makes the same bytes, on any machine. More files leave the others as they are;
        fewer rows are the first of more.

    Returns
    -------
    Deliveries

    Raises
    ------
    UsageError
        When files or rows are out of range, or other files of these names stand in the folder.
    StorageError
        When a file cannot be written.
    """
    if not 1 <= files <= 999 * _MONTHS or not 0 <= rows <= MOST_ROWS:
        raise UsageError(
            f"{files} files of {rows} rows cannot be made",
            where="files and rows of the benchmark's simulator",
            why=f"there are 1 to {999 * _MONTHS} files, and a month of every {STEP} seconds has {MOST_ROWS} rows",
            next_="give more files instead of more rows",
        )
    first = clock.parse_month(_START)
    made = []
    for n in range(files):
        device, offset = divmod(n, _MONTHS)
        name, month = f"D{device + 1:03d}", clock.month_text(first + offset)
        content = bulk_file(seed, device, first + offset, rows)
        made.append(deliver(folder, f"{name}_{month}.csv", content, kind="bulk", device=name, month=month, rows=rows))
    return Deliveries(folder, tuple(made), ())


def bulk_file(seed: int, device: int, month: int, rows: int) -> bytes:
    """One file of the benchmark."""
    streams = [Stream(seed, _BULK, device, month, part) for part in range(3)]
    jitter, warmth, luck = (stream.uniform(rows) for stream in streams)
    seconds: Ints = np.arange(rows, dtype=np.int64) * STEP
    wave = np.array(_WAVE)[seconds // 3600 % 24]
    flow = whole(900 + 500 * wave + 500 * jitter)  # thousandths of m³/h
    temperature = whole(7_300 + 900 * wave + 800 * warmth)  # hundredths of a degree
    # a litre takes 1.163 Wh per degree, and 40 seconds are a ninetieth of an hour
    heat = flow * (temperature - 4_000) * 1_163 // 9_000_000  # Wh
    before = (10_000 + 40 * device + 60_000 * (month % 12)) * 1_000  # more than a month can use
    energy = (before + np.cumsum(heat)) // 10  # hundredths of kWh
    status = np.where(luck < 0.002, 2, np.where(flow < 500, 1, 0)).astype(np.int64)
    columns = (
        text.words([f"D{device + 1:03d}"], np.zeros(rows, dtype=np.int64)),
        text.stamps(seconds, month),
        text.number(flow, 3, 1),
        text.number(temperature, 2, 2),
        text.number(energy, 2, 6),
        text.words(_STATUS, status),
    )
    return HEADER.encode() + text.lines(columns)
