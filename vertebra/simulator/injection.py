"""Spoil the sound readings of a month, and record what was spoiled.

`RULES` is the order of work: each rule takes a month and returns it with its defect. Readings that a
rule has touched are taken, so that a later one cannot hide what an earlier one recorded. The rules that
a corrected file is free of come last: leaving them out moves none of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from vertebra.simulator import faults, losses
from vertebra.simulator.defects import Defects
from vertebra.simulator.month import Month

Rule: TypeAlias = Callable[[Month, Defects], Month]

RULES: Final[tuple[Rule, ...]] = (
    losses.phantom_hour,
    losses.finer_step,
    losses.gaps,
    faults.sentinel,
    faults.false_jump,
    faults.frozen,
    faults.counter_zero_runs,
    faults.counter_zero,
    faults.all_zero,
    faults.zero_temperature,
    faults.spikes,
    losses.empty_power,
)


def spoil(month: Month, defects: Defects) -> Month:
    """Apply every rule in order."""
    for rule in RULES:
        month = rule(month, defects)
    return month


def repaired(defects: Defects) -> Defects:
    """The defects that a corrected file still has."""
    return replace(defects, counter_zero=0, counter_zero_run=0, all_zero=0, zero_temperature=0, spike=0)
