"""What goes wrong with real meters, and how often; and the record of what the simulator spoiled."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias, get_args

from vertebra.errors import UsageError

Kind: TypeAlias = Literal[
    "phantom-hour",
    "spring-hour-missing",
    "autumn-hour-missing",
    "finer-step",
    "gap",
    "sentinel",
    "false-jump",
    "frozen",
    "counter-zero-run",
    "counter-zero",
    "all-zero",
    "zero-temperature",
    "spike",
    "empty-power",
    "late-file",
    "corrected-file",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# Measured on the two real substations, 93 months: share of the events, and their size.
GAP_HOURS: Final = ((0.0, 2.0), (0.25, 3.0), (0.5, 14.0), (0.75, 36.0), (0.9, 90.0), (1.0, 446.0))
RUN_READINGS: Final = ((0.0, 2.0), (0.25, 4.0), (0.5, 7.0), (0.75, 17.0), (0.9, 23.0), (0.97, 145.0), (1.0, 944.0))
FROZEN_READINGS: Final = ((0.0, 6.0), (0.5, 9.0), (0.9, 25.0), (1.0, 335.0))


@dataclass(frozen=True, slots=True)
class Defects:
    """How often each defect happens; the defaults are near those of the real deliveries.

    A *rate* is the expected number of events per device and month (an event that finds no sound place
    in its month is left out), a *share* is that of devices, evenly spread, beginning with the first.

    Parameters
    ----------
    counter_zero : float
        Rate of single readings for which the heat meter did not answer: both primary temperatures,
        `e` and `pe` are 0.
    counter_zero_run : float
        Rate of runs of such readings, 2 to 944 of them. Heat is delivered all the same, so that the
        counter comes back higher.
    all_zero : float
        Rate of readings, rarely runs of them, in which every value is 0.
    zero_temperature : float
        Rate of single readings in which `t_amb` or `t_ref` is 0.
    spike : float
        Rate of single readings in which one temperature is 15 degrees or more off both neighbours.
    gap : float
        Rate of gaps of 2 to 446 hours.
    frozen : float
        Rate of runs of 6 to 335 readings with all values the same.
    sentinel : float
        Share of devices whose sensors are not connected in their first month: up to 356 readings with
        -39.9 in `t_amb`, `t_sup_sec` and `t_ret_sec`, and no heat meter.
    false_jump : float
        Share of devices whose counter shows another register (from 168.43009 MWh) until a day of
        the second month, then zeros, then its own thousands of MWh.
    empty_power : float
        Share of devices whose `pe` is empty for the first months.
    empty_power_months : int
        How many months.
    phantom_hour : float
        Share of device and spring in which the hour that summer time skips has a reading.
    weather_phantom_hour : bool
        Whether the weather has one in every spring, as the real one does.
    finer_steps : tuple of (int, int)
        Month (counted from 0) from whose fourth day at 04:00 on the meters are read every so many
        minutes. Counted from the start so that more months leave the earlier ones as they are.
    clock_change : bool
        Whether the record lists the hours that the local clock loses. They are missing either way.
    late_files : int
        How many files, one device each, are held back until their redelivery: at most as many as
        there are devices, from the fifth month on.
    """

    counter_zero: float = 1.7
    counter_zero_run: float = 2.3
    all_zero: float = 0.4
    zero_temperature: float = 2.3
    spike: float = 5.5
    gap: float = 1.35
    frozen: float = 0.23
    sentinel: float = 0.5
    false_jump: float = 0.5
    empty_power: float = 0.5
    empty_power_months: int = 4
    phantom_hour: float = 0.15
    weather_phantom_hour: bool = True
    finer_steps: tuple[tuple[int, int], ...] = ((21, 15), (23, 3))
    clock_change: bool = True
    late_files: int = 2

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, tuple) and value < 0:
                raise UsageError(
                    f"{field.name} cannot be {value}",
                    where=f"defects of the simulator, {field.name}",
                    why="a rate, a share or a number of months is not negative",
                    next_="give 0 to leave the defect out",
                )

    @classmethod
    def none(cls) -> Defects:
        """Sound deliveries, all in time."""
        return cls(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, False, (), False, 0)


@dataclass(frozen=True, slots=True)
class Injected:
    """One defect that the simulator put into a file: what a check should find.

    Parameters
    ----------
    device : str
        Device, or `weather`.
    kind : str
        One of `KINDS`.
    columns : tuple of str
        Columns with wrong values; empty when it is about records.
    first, last : str
        Local time of the first and the last reading concerned, as the file writes it. Of a gap
        or a false jump: the sound readings on either side; of a missing hour: its start and end.
    readings : int
        Readings concerned; of a gap, those that are missing.
    file : str
        Path of the file in the deliveries' folder.
    """

    device: str
    kind: Kind
    columns: tuple[str, ...]
    first: str
    last: str
    readings: int
    file: str


def chosen(device: int, share: float) -> bool:
    """Whether a device (from 0) is among a share of all, evenly spread, beginning with the first.

    Examples
    --------
    >>> [chosen(n, 0.5) for n in range(4)]
    [True, False, True, False]
    """
    return -int(-(device + 1) * share // 1) > -int(-device * share // 1)
