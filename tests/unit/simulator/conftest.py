"""One sound and one spoiled simulation for all of the simulator's tests, and a plain reader."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from vertebra.simulator import Defects, Deliveries, simulate

SEED = 7


@dataclass(frozen=True)
class Series:
    """All readings of a device, oldest first; an empty `pe` is not a number."""

    times: list[str]
    values: npt.NDArray[np.float64]

    def between(self, first: str, last: str) -> npt.NDArray[np.float64]:
        """The readings of a range, both ends included."""
        rows = [n for n, time in enumerate(self.times) if first <= time <= last]
        return self.values[rows]

    def minutes(self) -> npt.NDArray[np.float64]:
        """Minutes between one reading and the next, by the local clock."""
        return np.diff(np.array(self.times, dtype="datetime64[m]")).astype(np.float64)


def read_series(made: Deliveries, device: str) -> Series:
    """Read a device's files with the standard library only."""
    records: list[list[str]] = []
    for file in made.files:
        if file.device == device:
            with (made.folder / file.path).open(encoding="ascii", newline="") as lines:
                records.extend(reversed(list(csv.reader(lines))[1:]))
    values = [[float(cell) if cell else np.nan for cell in record[1:]] for record in records]
    return Series([record[0] for record in records], np.array(values))


@pytest.fixture(scope="session")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Deliveries:
    """Two devices, 24 months, the default defects."""
    return simulate(tmp_path_factory.mktemp("spoiled"), seed=SEED)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Deliveries:
    """The same without any defect."""
    return simulate(tmp_path_factory.mktemp("sound"), seed=SEED, defects=Defects.none())


@pytest.fixture(scope="session")
def spoiled_series(spoiled: Deliveries) -> dict[str, Series]:
    """What the spoiled meters show, by device."""
    return {device: read_series(spoiled, device) for device in ("S1", "S2")}


@pytest.fixture(scope="session")
def sound_series(sound: Deliveries) -> dict[str, Series]:
    """What the sound meters show, by device."""
    return {device: read_series(sound, device) for device in ("S1", "S2")}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[3]
