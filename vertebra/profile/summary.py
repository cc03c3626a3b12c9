"""From what is known of a version's rows to what its profile says."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from vertebra.profile import digest as shape
from vertebra.profile import hyperloglog
from vertebra.profile.counts import Counts
from vertebra.profile.digest import Digest
from vertebra.profile.facts import ColumnProfile, Correlation, Frequent, Histogram, Lengths
from vertebra.profile.kinds import Kind, kind_of, spelled
from vertebra.profile.moments import Together, correlation
from vertebra.profile.part import ColumnPart, Part
from vertebra.table import Column

SHARES: Final = ("0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99")
BARS: Final = 24
_SHOWN = 10  # frequent values and patterns
_FAR = 6  # so many times the distance between the 1st and the 99th percentile is a range that hides all but far values


def column_profile(column: Column, part: ColumnPart, rows: int, *, whole: bool, unique: str) -> ColumnProfile:
    """What a column's part says.

    Parameters
    ----------
    rows : int
        Of the version.
    whole : bool
        Was every row looked at?
    unique : str
        Whether its values are all different: `yes`, `likely` or `no`.
    """
    kind = kind_of(column.type)
    said = part.sampled
    exact = exact_distinct(part, whole=whole)
    finite = part.values - part.nan - part.positive - part.negative
    return ColumnProfile(
        name=column.name,
        type=column.type,
        kind=str(kind),
        unit=column.unit,
        term=column.term,
        description=column.description,
        values=part.values,
        nulls=rows - part.values,
        distinct=distinct(part) if exact is None else exact,
        distinct_exact=exact is not None,
        nan=part.nan,
        positive_infinity=part.positive,
        negative_infinity=part.negative,
        low=part.low.text if part.low else None,
        high=part.high.text if part.high else None,
        mean=part.moments.mean if part.moments and part.moments.count and math.isfinite(part.moments.mean) else None,
        deviation=part.moments.deviation if part.moments and kind.number else None,
        quantiles=quantiles(kind, column.type, said.digest) if kind.number or kind.time else None,
        histogram=histogram(kind, column.type, part, finite) if kind.number or kind.time else None,
        top=_frequent(said.top),
        top_exact=whole and said.top is not None and not said.top.short,
        lengths=_lengths(part),
        patterns=_frequent(said.patterns),
        patterns_exact=whole and said.patterns is not None and not said.patterns.short,
        unique=unique,
    )


def distinct(part: ColumnPart) -> int:
    """Different values, estimated; never more than there are."""
    return min(hyperloglog.estimate(part.registers), part.values)


def exact_distinct(part: ColumnPart, *, whole: bool) -> int | None:
    """Different values, where all of them are listed; None else."""
    top = part.sampled.top
    if not part.values:
        return 0
    if not whole or top is None or not top.whole or any(text.endswith("…") for text in top.items):
        return None
    return len(top.items) + sum(1 for count in (part.nan, part.positive, part.negative) if count)


def quantiles(kind: Kind, type_: str, found: Digest | None) -> dict[str, str] | None:
    """Values at `SHARES` of all of them."""
    if found is None or not len(found.values):
        return None
    values = {share: shape.quantile(found, float(share)) for share in SHARES}
    return {share: spelled(kind, value, type_) for share, value in values.items() if value is not None}


def histogram(kind: Kind, type_: str, part: ColumnPart, finite: int) -> Histogram | None:
    """How the finite values of a column lie between its smallest and its largest."""
    found = part.sampled.digest
    if found is None or not len(found.values) or part.low is None or part.high is None:
        return None
    if found.stepped and len(found.values) <= BARS:
        counts = found.weights / found.total * finite
        return Histogram(tuple(spelled(kind, v, type_) for v in found.values), tuple(counts.tolist()))
    edges = bins(found, float(part.low.key), float(part.high.key))
    if edges is None:
        return None
    shares = shape.below(found, edges)
    shares[0] = shape.below(found, np.nextafter(edges[:1], -np.inf))[0]
    counts = np.diff(shares) * finite
    texts = tuple(spelled(kind, edge, type_) for edge in edges)
    return Histogram(texts, tuple(counts.tolist()), float(shares[0] * finite), float((1 - shares[-1]) * finite))


def bins(found: Digest, low: float, high: float) -> shape.Floats | None:
    """Edges of equal ranges over all values, or over most of them where a few far ones would hide the others."""
    first, last = (shape.quantile(found, share) for share in (0.01, 0.99))
    assert first is not None  # noqa: S101  the caller has seen that there are values
    assert last is not None  # noqa: S101
    apart = last - first
    if 0 < apart * _FAR < high - low:
        low, high = max(low, first - apart), min(high, last + apart)
    edges: shape.Floats = np.linspace(low, high, BARS + 1)
    return edges if np.isfinite(edges).all() and high > low else None


def correlations(found: Together | None) -> tuple[Correlation, ...]:
    """All correlations that there are, the strongest first, equally strong ones in the columns' order."""
    if found is None:
        return ()
    r = correlation(found)
    pairs = [(i, j) for i in range(len(found.names)) for j in range(i) if np.isfinite(r[i, j])]
    pairs.sort(key=lambda pair: (-abs(round(float(r[pair]), 12)), pair[1], pair[0]))
    return tuple(Correlation(found.names[j], found.names[i], float(r[i, j])) for i, j in pairs)


def rank_error(part: Part) -> float:
    """How far the rank of a quantile is off at most, in 95 of 100 samples.

    The inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant (1990), for a sample; and what drawing
    points together adds.
    """
    digests = [column.sampled.digest for column in part.columns.values() if column.sampled.digest]
    drawn = 0.0 if all(one.stepped for one in digests) else shape.RANK_ERROR
    if part.looked >= part.rows:
        return drawn
    return math.sqrt(math.log(2 / 0.05) / (2 * part.looked)) + drawn


def _frequent(found: Counts | None) -> tuple[Frequent, ...]:
    return () if found is None else tuple(Frequent(v, c) for v, c in list(found.items.items())[:_SHOWN])


def _lengths(part: ColumnPart) -> Lengths | None:
    if part.lengths is None or part.shortest is None or part.longest is None:
        return None
    return Lengths(
        part.shortest,
        part.longest,
        part.lengths.mean,
        quantiles(Kind.INTEGER, "BIGINT", part.sampled.digest) or {},
    )


def looks_unique(column: Column, part: ColumnPart, rows: int) -> bool:
    """May a column identify every row? Nothing that was seen speaks against it."""
    if kind_of(column.type) is Kind.OTHER or part.values < rows or not rows:
        return False
    top = part.sampled.top
    # a value that was seen once is listed only where its whole file was looked at, with the count 1
    repeated = top is not None and any(count > 1.5 for count in top.items.values())
    few = hyperloglog.estimate(part.registers) < rows * (1 - 4 * hyperloglog.STANDARD_ERROR)
    return not repeated and not few
