"""What one simulation is made of, checked once: devices, months, step, and what arrives late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vertebra.errors import UsageError
from vertebra.simulator import clock
from vertebra.simulator.draws import Stream

if TYPE_CHECKING:
    from vertebra.simulator.defects import Defects

_LATE = 6  # purpose in the path of a stream
_STEPS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class Plan:
    """A simulation before anything is written.

    Parameters
    ----------
    seed : int
        Seed.
    devices, months : int
        How many of each.
    start : int
        First month.
    step : int
        Minutes between readings at the start.
    defects : Defects
        What goes wrong.
    """

    seed: int
    devices: int
    months: int
    start: int
    step: int
    defects: Defects

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """From which minute on the meters are read every how many minutes; only ever finer."""
        steps = [(0, self.step)]
        for offset, step in sorted(self.defects.finer_steps):
            if step < steps[-1][1]:
                steps.append((clock.month_start(self.start + offset) + 3 * clock.DAY + 4 * clock.HOUR, step))
        return tuple(steps)

    def late(self) -> tuple[tuple[int, int], ...]:
        """Device and month (both from 0) of each file that is held back, in the order of the rounds.

        Which ones depends on the seed only, so that more devices or months leave the others in time.
        """
        held = (
            (n, 4 + 2 * n + Stream(self.seed, _LATE, n).below(2))
            for n in range(min(self.defects.late_files, self.devices))
        )
        return tuple((device, offset) for device, offset in held if offset < self.months)


def plan(*, seed: int, devices: int, months: int, start: str, step_minutes: int, defects: Defects) -> Plan:
    """Check what was asked for.

    Raises
    ------
    UsageError
        When a number is out of its range, or the start is no month.
    """
    _within("devices", devices, 1, 100_000)
    _within("months", months, 1, 1_200)
    for step in (step_minutes, *(step for _, step in defects.finer_steps)):
        if step not in _STEPS:
            raise UsageError(
                f"{step} is no step between readings",
                where="step_minutes or finer_steps of the simulator",
                why="a step divides the hour, so that every hour has its reading",
                next_=f"give one of {', '.join(map(str, _STEPS))} minutes",
            )
    return Plan(seed, devices, months, clock.parse_month(start), step_minutes, defects)


def _within(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise UsageError(
            f"{value} {what} cannot be simulated",
            where=f"{what} of the simulator",
            why=f"there are between {low} and {high:,}".replace(",", " "),
            next_=f"give {what} in that range",
        )
