"""Drawings of residuals: measured against predicted, and what is left over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vertebra.analysis.definition import Analysis
from vertebra.analysis.split import VALIDATION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, GRID = "#22303c", "#7b8794", "#e4e9ee"
COLOURS = ("#d1495b", "#00798c", "#edae49", "#30638e", "#66a182", "#8d5b9c")
_PANELS = 4  # slices that get a panel of their own
_SIZE = (12.0, 5.6)  # inches


def measured(analysis: Analysis, rows: Mapping[str, Any], candidate: str) -> Figure:
    """Measured against predicted: along the validation period for each slice, and all rows at once."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    slices = list(_slices(analysis, rows))
    shown = slices[:_PANELS]
    grid = figure.add_gridspec(len(shown), 2, width_ratios=(1.9, 1))
    first: Axes | None = None
    for place, (title, chosen) in enumerate(shown):
        axes = figure.add_subplot(grid[place, 0], sharex=first)
        first = first or axes
        held_out = chosen & (rows["part"] == VALIDATION)
        _along(axes, rows, held_out, analysis, COLOURS[place % len(COLOURS)])
        axes.set_title(
            f"{title}: validation period, mean absolute error {_error(rows, held_out):.3g} {analysis.label.unit}",
            **_TITLE,
        )
        axes.set_ylabel(_unit(analysis), color=SOFT)
        axes.legend(loc="upper right", frameon=False, ncols=2, fontsize=8.5, labelcolor=INK)
        axes.margins(x=0.01)
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]), top=axes.get_ylim()[1] * 1.15)
    _against(figure.add_subplot(grid[:, 1]), rows, slices, analysis)
    _head(figure, analysis, candidate, "measured and predicted")
    return figure


def residuals(analysis: Analysis, rows: Mapping[str, Any], candidate: str) -> Figure:
    """What is left over: along time, and how it is distributed."""
    import numpy as np
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    grid = figure.add_gridspec(1, 2, width_ratios=(2.6, 1))
    axes = figure.add_subplot(grid[0, 0])
    spread = figure.add_subplot(grid[0, 1], sharey=axes)
    slices = list(_slices(analysis, rows))
    bins = np.linspace(rows["residual"].min(), rows["residual"].max(), 51).tolist()
    for place, (title, chosen) in enumerate(slices):
        colour = COLOURS[place % len(COLOURS)]
        time = rows[analysis.split.time][chosen]
        axes.scatter(time, rows["residual"][chosen], s=9, color=colour, alpha=0.55, linewidths=0, label=title)
        spread.hist(
            rows["residual"][chosen], bins=bins, orientation="horizontal", color=colour, alpha=0.55, label=title
        )
    begin = rows[analysis.split.time][rows["part"] == VALIDATION].min()
    axes.axvspan(begin, rows[analysis.split.time].max(), color=GRID, alpha=0.6, zorder=0, linewidth=0)
    axes.annotate(
        "validation",
        (begin, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -6),
        textcoords="offset points",
        ha="right",
        va="top",
        color=SOFT,
        fontsize=9,
    )
    axes.set_title("out of fold, then validation", **_TITLE)
    axes.set_ylabel(f"measured minus predicted, {_unit(analysis)}", color=SOFT)
    _legend(axes)
    spread.set_title(
        f"mean {rows['residual'].mean():+.2g}, deviation {rows['residual'].std():.2g} {analysis.label.unit}", **_TITLE
    )
    spread.set_xlabel("rows", color=SOFT)
    spread.tick_params(labelleft=False)
    for one in (axes, spread):
        one.axhline(0, color=INK, linewidth=0.9)
        _plain(one)
    _dates(axes)
    _head(figure, analysis, candidate, "residuals")
    return figure


_TITLE: dict[str, Any] = {"loc": "left", "fontsize": 9.5, "color": INK}


def _slices(analysis: Analysis, rows: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name and rows of each value of the first slicing column that is in the grain; all rows where there is none."""
    import numpy as np

    column = next((name for name in analysis.slices if name in analysis.key), None)
    if column is None:
        yield "all rows", np.ones(rows["actual"].shape, dtype=bool)
        return
    for value in sorted(set(rows[column]), key=str):
        yield f"{column} {value}", rows[column] == value


def _along(axes: Axes, rows: Mapping[str, Any], chosen: Any, analysis: Analysis, colour: str) -> None:
    time, *lines = _broken(rows[analysis.split.time][chosen], rows["actual"][chosen], rows["prediction"][chosen])
    axes.plot(time, lines[0], color=INK, linewidth=1.4, label="measured")
    axes.plot(time, lines[1], color=colour, linewidth=1.6, label="predicted")
    axes.fill_between(time, lines[0], lines[1], color=colour, alpha=0.15, linewidth=0)
    _plain(axes)
    _dates(axes)


def _broken(time: Any, *lines: Any) -> tuple[Any, ...]:
    """Lines with a hole where time has one: no line is drawn over days that nobody measured."""
    import numpy as np

    time = np.asarray(time, dtype="datetime64[us]")
    steps = np.diff(time)
    if not len(steps):
        return (time, *lines)
    after = np.flatnonzero(steps > 1.5 * np.median(steps.astype(np.int64)).astype("timedelta64[us]")) + 1
    middle = time[after - 1] + steps[after - 1] // 2
    return (np.insert(time, after, middle), *(np.insert(line.astype(float), after, np.nan) for line in lines))


def _against(axes: Axes, rows: Mapping[str, Any], slices: list[tuple[str, Any]], analysis: Analysis) -> None:
    for place, (title, chosen) in enumerate(slices):
        colour = COLOURS[place % len(COLOURS)]
        axes.scatter(
            rows["actual"][chosen], rows["prediction"][chosen], s=10, color=colour, alpha=0.5, linewidths=0, label=title
        )
    low = min(rows["actual"].min(), rows["prediction"].min(), 0.0)
    high = max(rows["actual"].max(), rows["prediction"].max()) * 1.03
    axes.plot((low, high), (low, high), color=INK, linewidth=0.9)
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal", adjustable="box")
    axes.set_title("all rows, each unseen by its model", **_TITLE)
    axes.set_xlabel(f"measured, {_unit(analysis)}", color=SOFT)
    axes.set_ylabel(f"predicted, {_unit(analysis)}", color=SOFT)
    axes.legend(loc="upper left", frameon=False, markerscale=2, fontsize=9, labelcolor=INK)
    _plain(axes)


def _error(rows: Mapping[str, Any], chosen: Any) -> float:
    return float(abs(rows["residual"][chosen]).mean()) if chosen.any() else float("nan")


def _unit(analysis: Analysis) -> str:
    return analysis.label.unit or analysis.label.name


def _legend(axes: Axes) -> None:
    """The legend in the line of the title, where it covers no point."""
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1, 0.985),
        ncols=_PANELS,
        frameon=False,
        markerscale=2,
        fontsize=9,
        labelcolor=INK,
        borderaxespad=0,
        handletextpad=0.1,
    )


def _plain(axes: Axes) -> None:
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=SOFT, length=0, labelsize=8.5)


def _dates(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _head(figure: Figure, analysis: Analysis, candidate: str, what: str) -> None:
    about = analysis.label.description or analysis.label.name
    figure.suptitle(f"{about}: {what} ({candidate})", x=0.01, ha="left", fontsize=13, color=INK, fontweight="bold")
