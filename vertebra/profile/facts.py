"""What a profile says, as plain facts; for people, for scripts and for the catalog."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie in each of some ranges of equal width, or are equal to each of a few values.

    Parameters
    ----------
    edges : tuple of str
        Of the ranges, one more than there are counts; or as many values as counts.
    counts : tuple of float
        The last range holds its upper edge too.
    below, above : float
        Values outside of the ranges, where a few far ones would hide the others.
    """

    edges: tuple[str, ...]
    counts: tuple[float, ...]
    below: float = 0.0
    above: float = 0.0

    @property
    def single(self) -> bool:
        """Are the edges values?"""
        return len(self.edges) == len(self.counts)


@dataclass(frozen=True, slots=True)
class Frequent:
    """A frequent value, or pattern, and how many rows have it."""

    value: str
    count: float


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of a text, in characters."""

    shortest: int
    longest: int
    mean: float
    quantiles: dict[str, str]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What is known of a column.

    Parameters
    ----------
    name, type, kind, unit, term, description : str
        As the dataset has them; `kind` is what a profile makes of the type.
    values, nulls : int
        Exact.
    distinct : int
        Different values.
    distinct_exact : bool
        Else it is estimated, with a relative standard error of 3.25%.
    nan, positive_infinity, negative_infinity : int
        Exact; they stand in no other measure.
    low, high : str or None
        Smallest and largest finite value, exact; texts by their code points.
    mean, deviation : float or None
        Of all finite numbers; for truth values, `mean` is the share of the true ones.
    quantiles : dict
        `0.01` … `0.99` to the value.
    histogram : Histogram or None
        Of numbers and times.
    top : tuple of Frequent
        The most frequent values first.
    top_exact : bool
        Are their counts exact? Else they are of a sample, or put together from files that did not list all values.
    lengths : Lengths or None
        Of a text.
    patterns, patterns_exact : tuple of Frequent, bool
        The same for the patterns of a text.
    unique : str
        `yes`, `no`, or `likely` where it was not looked at row by row.
    """

    name: str
    type: str
    kind: str
    unit: str
    term: str
    description: str
    values: int
    nulls: int
    distinct: int
    distinct_exact: bool
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    low: str | None = None
    high: str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: dict[str, str] | None = None
    histogram: Histogram | None = None
    top: tuple[Frequent, ...] = ()
    top_exact: bool = False
    lengths: Lengths | None = None
    patterns: tuple[Frequent, ...] = ()
    patterns_exact: bool = False
    unique: str = "no"


@dataclass(frozen=True, slots=True)
class Key:
    """The declared key of a dataset.

    Parameters
    ----------
    columns : tuple of str
        Of which it is made.
    distinct : int
        Different keys, estimated where `distinct_exact` is false.
    unique : bool
        Does it identify every row?
    how : str
        How that is known.
    """

    columns: tuple[str, ...]
    distinct: int
    distinct_exact: bool
    unique: bool
    how: str


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r of two columns."""

    one: str
    other: str
    r: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a dataset version.

    Parameters
    ----------
    dataset, zone, description : str
        Of which dataset.
    version : int
        The catalog's number of the version.
    rows, files, size : int
        Exact; bytes.
    looked : int
        Rows that were looked at one by one: for quantiles, histograms, frequent values, patterns, correlations.
    error : float
        How far, at most, the rank of a quantile is from what is asked, in 95 of 100 samples; 0 where every row was
        looked at and nothing was drawn together.
    columns : tuple of ColumnProfile
        In order.
    key : Key or None
        The declared one.
    correlations : tuple of Correlation
        The strongest first.
    correlated : tuple of str
        Columns that were held against each other.
    made_at : datetime or None
        When it was recorded; None where it was not.
    seconds : float
        What measuring it took.
    """

    dataset: str
    zone: str
    description: str
    version: int
    rows: int
    files: int
    size: int
    looked: int
    error: float
    columns: tuple[ColumnProfile, ...]
    key: Key | None
    correlations: tuple[Correlation, ...]
    correlated: tuple[str, ...]
    made_at: datetime | None = None
    seconds: float = 0.0

    @property
    def sampled(self) -> bool:
        """Was only a part of the rows looked at one by one?"""
        return self.looked < self.rows

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values."""
        found = asdict(self)
        found["sampled"] = self.sampled
        found["made_at"] = self.made_at.isoformat() if self.made_at else None
        return found
