"""What a measurement is: a description, what it needs, and a function that does it once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from benchmarks.deliveries import Shape


@dataclass(frozen=True, slots=True)
class Task:
    """One repetition: the number of files of the main load, and an own folder to write into."""

    files: int
    work: Path


@dataclass(frozen=True, slots=True)
class Result:
    """What one repetition found: the seconds that count, and whatever else is worth keeping."""

    seconds: float
    extras: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement, described.

    Parameters
    ----------
    name : str
        As `--only` knows it.
    what : str
        One line for a reader.
    once : callable
        Does one repetition in a process of its own.
    needs : callable
        Which deliveries must lie on disk, given the number of files of the main load.
    prepare : callable, optional
        Done once, before all repetitions, in a process of its own; its folder is then kept for all of them.
        Without it each repetition begins with an empty folder.
    """

    name: str
    what: str
    once: Callable[[Task], Result]
    needs: Callable[[int], tuple[Shape, ...]]
    prepare: Callable[[Task], None] | None = None


class WrongCountError(RuntimeError):
    """A contender that is fast because it lost rows has not been measured."""


def expect(found: int, wanted: int, what: str) -> None:
    """Refuse a repetition whose result is not whole."""
    if found != wanted:
        raise WrongCountError(f"{what}: {found:,} where {wanted:,} were delivered")
