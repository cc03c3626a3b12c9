"""The words of a profile, the same on the terminal and on the page."""

from __future__ import annotations

from typing import Final

from vertebra.profile.compare import ColumnChange, Comparison
from vertebra.profile.facts import ColumnProfile, Histogram, Key, Profile

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"


def number(value: float | None) -> str:
    """A number with as many digits as are worth reading.

    Examples
    --------
    >>> number(1234567), number(0.83084006), number(None), number(1.5e-7), number(float("nan"))
    ('1,234,567', '0.83084', '', '1.5e-07', 'nan')
    """
    if value is None:
        return ""
    if isinstance(value, int) or (value == value and abs(value) < 1e15 and float(value).is_integer()):  # noqa: PLR0124  NaN
        return f"{int(value):,}"
    return f"{value:,.1f}" if 1e4 <= abs(value) < 1e15 else f"{value:.6g}"


def counted(value: float, *, exact: bool) -> str:
    """A count; one that is not exact has a sign before it.

    Examples
    --------
    >>> counted(1200, exact=True), counted(1199.7, exact=False)
    ('1,200', '≈ 1,200')
    """
    return f"{value:,.0f}" if exact else f"≈ {value:,.0f}"


def share(part: float, whole: float) -> str:
    """A part of a whole in percent.

    Examples
    --------
    >>> share(1, 3), share(0, 3), share(1, 100_000), share(99_999, 100_000), share(3, 3), share(0, 0)
    ('33.3%', '0%', '< 0.1%', '> 99.9%', '100%', '')
    """
    if not whole:
        return ""
    percent = 100 * part / whole
    if percent in (0, 100):
        return f"{percent:.0f}%"
    if 99.95 <= percent < 100:
        return "> 99.9%"
    return "< 0.1%" if percent < 0.05 else f"{percent:.1f}%"


def value(column: ColumnProfile, text: str | None) -> str:
    """A value of a column, numbers with the digits that are worth reading.

    A decimal and a whole number are shown with all of their digits.
    """
    if text is None:
        return ""
    if column.kind == "double":
        return number(float(text))
    return text


def measured(profile: Profile) -> str:
    """How the profile was measured, and how far its numbers can be off."""
    if not profile.rows:
        return "the table is empty"
    if not profile.sampled:
        looked = "every row was looked at"
        if profile.error:
            looked += f"; quantiles and histograms are off by at most {100 * profile.error:.1f}% of the rows"
        return f"{looked}; {_ESTIMATED}"
    return (
        "rows, nulls, smallest, largest, mean and deviation are of all rows; quantiles, histograms, frequent values, "
        f"patterns and correlations are of a sample of {profile.looked:,} rows, quantiles off by at most "
        f"{100 * profile.error:.1f}% of the rows in 95 of 100 samples; {_ESTIMATED}"
    )


_ESTIMATED = "numbers of different values with ≈ are estimates (HyperLogLog, standard error 3.25%)"


def key(found: Key | None, profile: Profile) -> str:
    """What is known of the declared key and of columns that could be one."""
    alone = [column.name for column in profile.columns if column.unique == "yes"]
    likely = [column.name for column in profile.columns if column.unique == "likely"]
    parts = []
    if found is None:
        parts.append("no key is declared")
    else:
        parts.append(f"key {', '.join(found.columns)}: unique ({found.how})")
    if alone:
        parts.append(f"identifies every row by itself: {', '.join(alone)}")
    if likely:
        parts.append(f"may identify every row by itself: {', '.join(likely)}")
    return "; ".join(parts)


def spark(found: Histogram | None, width: int = 24) -> str:
    """A histogram in one line of text; the smallest bar that is not empty can be seen.

    Examples
    --------
    >>> spark(Histogram(("0", "1", "2"), (1.0, 8.0)))
    '▁█'
    """
    if found is None:
        return ""
    counts = list(found.counts[:width])
    most = max(counts, default=0.0)
    return "".join(_BLOCKS[0 if not n else max(1, round(n / most * 8))] for n in counts) if most else ""


def changed(change: ColumnChange) -> str:
    """What became of a column, in words."""
    match change:
        case ColumnChange(change="came"):
            return "new column"
        case ColumnChange(change="gone"):
            return "gone"
        case ColumnChange(change="retyped", before=ColumnProfile() as before, now=ColumnProfile() as now):
            return f"{before.type} became {now.type}"
        case ColumnChange(drift=None):
            return "not comparable" if change.now and change.now.values else "no values"
        case _:
            assert change.drift is not None  # noqa: S101  the case before
            drift = change.drift
            noise = drift.ks is not None and drift.certain and drift.ks <= drift.certain and drift.word != "none"
            return {"none": "no drift", "some": "some drift", "much": "much drift"}[drift.word] + (
                ", within what samples differ by" if noise else ""
            )


def difference(found: Comparison, profile: Profile) -> str:
    """How many rows more or less than in the earlier version."""
    more = profile.rows - found.rows
    if not more:
        return f"against version {found.version}: as many rows"
    return (
        f"against version {found.version}: {abs(more):,} rows {'more' if more > 0 else 'fewer'} ({found.rows:,} before)"
    )
