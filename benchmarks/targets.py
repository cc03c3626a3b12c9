"""What must hold, as values, and the pure functions that turn outcomes into the rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.campaign import Outcome


@dataclass(frozen=True, slots=True)
class Figure:
    """A median: of one measurement, or the least among several."""

    names: tuple[str, ...]
    key: str = "seconds"


@dataclass(frozen=True, slots=True)
class Target:
    """Vertebra's figure, what it is held against, and the bound on their ratio.

    Parameters
    ----------
    what : str
        The first cell.
    ours : Figure
        Vertebra's.
    theirs : Figure or float
        A peer's figure, an own one, or a fixed limit in the unit of `ours`.
    ratio : {"speed", "share"}
        `speed` is theirs / ours (more is better), `share` is ours / theirs (less is better).
    bound : float or None
        The least speed or the largest share; None where nothing was promised.
    """

    what: str
    ours: Figure
    theirs: Figure | float
    ratio: Literal["speed", "share"]
    bound: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, as text."""

    what: str
    vertebra: str
    reference: str
    ratio: str
    must: str
    reached: str


LOAD = Figure(("vertebra_load",))
PEAK = Figure(("vertebra_load",), "peak")
DUCKDB, DLT, PANDAS = ("duckdb_script",), ("dlt_pipeline",), ("pandas_files", "pandas_concat")
MORE = ("vertebra_one_more",)
PROFILED = ("vertebra_profile",)
PROFILE, EVERY = Figure(PROFILED), Figure(PROFILED, "all_seconds")

TARGETS = (
    Target("load, beside a DuckDB script that only casts", LOAD, Figure(DUCKDB), "speed", 0.7),
    Target("the same without profiles", Figure(("vertebra_bare",)), Figure(DUCKDB), "speed", 0.7),
    Target("load, beside dlt", LOAD, Figure(DLT), "speed", 4.0),
    Target("load, beside pandas", LOAD, Figure(PANDAS), "speed", 1.0),
    Target("peak memory of the load", PEAK, 1.5e9, "share", 1.0),
    Target("peak memory, beside DuckDB", PEAK, Figure(DUCKDB, "peak"), "share", None),
    Target("peak memory, beside dlt", PEAK, Figure(DLT, "peak"), "share", None),
    Target("peak memory, beside pandas", PEAK, Figure(PANDAS, "peak"), "share", None),
    Target("peak memory of twice the files", Figure(("vertebra_double",), "peak"), PEAK, "share", 1.1),
    Target("profile, beside the load (CPU)", PROFILE, Figure(PROFILED, "load_seconds"), "share", 0.2),
    Target("profile of every row, beside the load (CPU)", EVERY, Figure(PROFILED, "load_seconds"), "share", None),
    Target(
        "JSON lines, beside DuckDB's read_json with a given schema",
        Figure(("vertebra_json",)),
        Figure(("duckdb_json",)),
        "speed",
        0.6,
    ),
    Target("Excel, beside pandas.read_excel", Figure(("vertebra_excel",)), Figure(("pandas_excel",)), "speed", 1.0),
    Target("one file more, beside all", Figure(MORE), Figure(MORE, "base_seconds"), "share", 0.05),
    Target(
        "one small file more: on ten times as many",
        Figure(("vertebra_small_many",)),
        Figure(("vertebra_small_few",)),
        "share",
        1.3,
    ),
    Target("20 MB of the slowest slow path", Figure(("vertebra_slow_paths",)), 1.0, "share", 1.0),
    Target("vertebra run, nothing to do (heating)", Figure(("vertebra_nothing_to_do",)), 1.2, "share", 1.0),
    Target("vertebra --help", Figure(("vertebra_help",)), 0.3, "share", 1.0),
    Target("draft of a source from all files", Figure(("vertebra_draft",)), 5.0, "share", 1.0),
    Target("promote of 10,000 datasets under 50 ms (CPU)", Figure(("vertebra_promote",)), 0.05, "share", 1.0),
    Target("rollback of 10,000 datasets (CPU)", Figure(("vertebra_promote",), "rollback_seconds"), 0.05, "share", 1.0),
    Target("plan for 1,000 views, one edited", Figure(("vertebra_plan",)), 2.0, "share", 1.0),
    Target("trace of one row of a view", Figure(("vertebra_trace",)), 0.5, "share", 1.0),
)


def amount(value: float, key: str) -> str:
    """Write a figure with its unit.

    >>> amount(12.345, "seconds"), amount(3, "base_seconds"), amount(412e6, "peak")
    ('12.3 s', '3.00 s', '412 MB')
    """
    if key == "peak":
        return f"{value / 1e6:,.0f} MB"
    return f"{value:.1f} s" if value >= 10 else f"{value:#.3g} s"


def _missing(figure: Figure, outcomes: Mapping[str, Outcome]) -> str | None:
    """Say why a figure has no value, None when it has one."""
    for name in figure.names:
        if name not in outcomes:
            return "not run"
        if outcomes[name].error is not None:
            return f"failed: {outcomes[name].error}"
    return None


def _side(side: Figure | float, key: str, outcomes: Mapping[str, Outcome], *, named: bool) -> tuple[float | None, str]:
    """Give the value of one side, and its cell, with the measurement's name if asked."""
    if isinstance(side, float):
        return side, amount(side, key)
    missing = _missing(side, outcomes)
    if missing is not None:
        return None, missing
    value, name = min((outcomes[name].median(side.key), name) for name in side.names)
    return value, amount(value, side.key) + (f" ({name})" if named else "")


def _must(target: Target) -> str:
    match target:
        case Target(bound=None):
            return ""
        case Target(theirs=float(limit)):
            return f"under {amount(limit, target.ours.key)}"
        case Target(ratio="speed", bound=1.0):
            return "faster"
        case Target(ratio="speed"):
            return f"at least {target.bound:g} times the speed"
        case _:
            return f"at most {target.bound:g} of it"


def holds(target: Target, ratio: float) -> bool:
    """Hold a ratio against the bound; a fixed limit and `faster` are strict.

    >>> holds(Target("", Figure(()), 1.5e9, "share", 1.0), 1.0)
    False
    >>> holds(Target("", Figure(()), Figure(()), "speed", 0.7), 0.7)
    True
    """
    bound = target.bound
    match target.ratio:
        case _ if bound is None:
            return True
        case "speed":
            return ratio > bound if bound == 1.0 else ratio >= bound
        case "share":
            return ratio < bound if isinstance(target.theirs, float) else ratio <= bound


def row(target: Target, outcomes: Mapping[str, Outcome]) -> Row:
    """Give the line of a target; what has no value says why."""
    mine, ours = _side(target.ours, target.ours.key, outcomes, named=False)
    other, theirs = _side(target.theirs, target.ours.key, outcomes, named=True)
    must = _must(target)
    if mine is None or other is None:
        return Row(target.what, ours, theirs, "", must, "no" if "failed" in ours + theirs and must else "")
    ratio = other / mine if target.ratio == "speed" else mine / other
    reached = "yes" if holds(target, ratio) else "no"
    return Row(target.what, ours, theirs, f"{ratio:#.3g}", must, reached if must else "")


def rows(outcomes: Mapping[str, Outcome]) -> tuple[Row, ...]:
    """Give the lines of all targets that a measurement was asked for."""
    wanted = (
        target
        for target in TARGETS
        if any(
            name in outcomes for side in (target.ours, target.theirs) if isinstance(side, Figure) for name in side.names
        )
    )
    return tuple(row(target, outcomes) for target in wanted)
