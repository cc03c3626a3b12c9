"""Hold a template against every value: what the load would quarantine is found while drafting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vertebra.errors import StepError
from vertebra.formatted.branch import layers
from vertebra.formatted.conversion import VALUE, Conversion, convert
from vertebra.formatted.draft.matching import Joined
from vertebra.formatted.draft.raw import Raw, by_file
from vertebra.project import ColumnTemplate
from vertebra.sql import quote

Columns = Sequence[tuple[Joined | None, ColumnTemplate]]
"""Templates with the raw columns that they read; None for a field of the file name."""
_EXAMPLES = 200  # different texts that are fetched of those that do not fit
_EXACT = 15


@dataclass(frozen=True, slots=True)
class Checked:
    """What all values of a column say of a template.

    Parameters
    ----------
    texts : int
        Values that are there.
    misfits : int
        Values that do not fit.
    low, high : Any
        Smallest and largest value; None for text.
    long : int
        Characters of the longest text.
    zeros : int
        Texts with a zero in front that a number would lose.
    """

    texts: int
    misfits: int
    low: Any
    high: Any
    long: int
    zeros: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What one pass over all records found.

    Parameters
    ----------
    records : int
        That were read.
    columns : mapping
        By name of the template.
    distinct : mapping
        Different values of some columns together, by these columns.
    """

    records: int
    columns: Mapping[str, Checked]
    distinct: Mapping[tuple[str, ...], int]


def union(raw: Raw, columns: Sequence[tuple[str, Joined]], fields: Mapping[str, Sequence[str]]) -> str:
    """SQL of all raw records: columns under these names, and fields of the file names, which stand for every file."""
    parts = []
    for number, shape in enumerate(raw.shapes):
        for relation, files in raw.relations(shape):
            own = [f"{_raw(joined.at[number])} as {quote(name)}" for name, joined in columns] + [
                f"{by_file(files, [values[file.number] for file in files], relation)} as {quote(name)}"
                for name, values in fields.items()
            ]
            parts.append(f"select {', '.join(own) or '1'} from {relation}")
    return f"({' union all '.join(parts)})"


def _raw(at: int | None) -> str:
    return "null::varchar" if at is None else f"c{at + 1}"


def verify(
    raw: Raw,
    columns: Columns,
    fields: Mapping[str, Sequence[str]],
    keys: Iterable[tuple[str, ...]] = (),
) -> Verified:
    """Count in one pass what of all values fits.

    Parameters
    ----------
    columns : sequence of (Joined, ColumnTemplate)
        The templates; several may read the same column. None for a field of the file name.
    fields : mapping
        Fields of the file names, each with its value for every file.
    keys : iterable of tuple of str
        Names of templates whose different values are counted together.
    """
    wanted = tuple(dict.fromkeys(keys))
    row = tried(raw, lambda: f"select {_counts(columns, wanted)} from {typed(raw, columns, fields)}")[0]
    found = {}
    for number, (_, template) in enumerate(columns):
        t, m, low, high, w, z = (row[f"{part}{number}"] for part in "tmlhwz")
        found[template.name] = Checked(t, m, low, high, w or 0, z)
    return Verified(row["n"], found, {key: row[f"k{number}"] for number, key in enumerate(wanted)})


def typed(raw: Raw, columns: Columns, fields: Mapping[str, Sequence[str]]) -> str:
    """SQL of all records with raw text, parsed and typed value of every column."""
    joined = [(template.name, one) for one, template in columns if one is not None]
    named = {template.name: fields[template.from_file_name] for one, template in columns if one is None}
    relation, _ = layers(_converted(columns), union(raw, joined, named))
    return relation


def misfits(raw: Raw, columns: Columns, fields: Mapping[str, Sequence[str]], name: str, test: str) -> dict[str, int]:
    """Texts of a column for which an SQL test over its text, parsed and typed value holds; the most frequent."""
    own = tuple((one, template) for one, template in columns if template.name == name)
    text = quote(name)
    rows = tried(
        raw,
        lambda: (
            f"select {text} as t, count(*) as n from {typed(raw, own, fields)} where {text} is not null and ({test}) "
            f"group by 1 order by n desc, t limit {_EXAMPLES}"
        ),
    )
    return {row["t"]: row["n"] for row in rows}


def doubts(template: ColumnTemplate, checked: Checked) -> str:
    """SQL of the texts of a column that a template should be asked about again; empty where there are none."""
    fits = convert(template, quote(template.name)).fits
    text, value = quote(template.name), quote(VALUE.format(template.name))
    tests = [f"not {fits}"] if checked.misfits else []
    if checked.zeros:
        tests.append(f"{text} like '0_%'")
    if template.type == "double" and checked.long > _EXACT + 1:
        tests.append(f"strlen({text}) > {_EXACT + 1} and {value}::varchar <> {text}")
    return " or ".join(f"({test})" for test in tests)


def tried(raw: Raw, sql: Callable[[], str]) -> list[dict[str, Any]]:
    """Run a query; where the engine's own reader stops at a file, that is read record by record."""
    try:
        found: list[dict[str, Any]] = raw.arrow(sql()).to_pylist()
    except StepError:
        if not raw.find_careful():
            raise
        found = raw.arrow(sql()).to_pylist()
    return found


def _converted(columns: Columns) -> dict[str, Conversion]:
    return {template.name: convert(template, quote(template.name)) for _, template in columns}


def _counts(columns: Columns, keys: Sequence[tuple[str, ...]]) -> str:
    parts = ["count(*) as n"]
    converted = _converted(columns)
    for number, (_, template) in enumerate(columns):
        fits = converted[template.name].fits
        text, value = quote(template.name), quote(VALUE.format(template.name))
        parts.append(f"count({text}) as t{number}")
        parts.append(f"{'0' if fits == 'true' else f'count(*) filter (where not {fits})'} as m{number}")
        for end, function in (("l", "min"), ("h", "max")):
            parts.append(f"{'null' if template.type == 'text' else f'{function}({value})::varchar'} as {end}{number}")
        parts.append(f"{f'max(strlen({text}))' if template.type == 'double' else '0'} as w{number}")
        zeros = f"count(*) filter (where {text} like '0_%')"
        parts.append(f"{zeros if template.type == 'integer' else '0'} as z{number}")
    for number, key in enumerate(keys):
        values = ", ".join(quote(VALUE.format(name)) for name in key)
        parts.append(f"count(distinct hash({values})) as k{number}")
    return ", ".join(parts)
