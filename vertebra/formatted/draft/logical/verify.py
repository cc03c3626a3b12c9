"""Hold a template against every value: what the load would quarantine is found while drafting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from vertebra.errors import StepError
from vertebra.formatted.branch import layers
from vertebra.formatted.conversion import VALUE, Conversion, convert, given
from vertebra.formatted.draft.logical.matching import Joined
from vertebra.formatted.draft.logical.raw import NO_NULL, Raw, by_file
from vertebra.project import ColumnTemplate
from vertebra.sql import quote

Columns = Sequence[tuple[Joined | None, ColumnTemplate]]
"""Templates with the raw columns that they read; None for a field of the file name."""
_EXAMPLES = 200  # different texts that are fetched of those that do not fit
_EXACT = 15
_TOGETHER = 60  # columns that are held in one pass: the engine's memory for more is bounded


@dataclass(frozen=True, slots=True)
class Checked:
    """What all values of a column say of a template.

    Parameters
    ----------
    texts : int
        Values that are there, words for none left out.
    misfits : int
        Values that do not fit.
    long : int
        Characters of the longest text.
    zeros : int
        Texts with a zero in front that a number would lose.
    """

    texts: int
    misfits: int
    long: int
    zeros: int


@dataclass(frozen=True, slots=True)
class Distinct:
    """Different values of some columns, and the records that they are of."""

    values: int
    records: int


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
    distinct: Mapping[tuple[str, ...], Distinct]


def union(raw: Raw, columns: Sequence[tuple[str, Joined]], fields: Mapping[str, Sequence[str]], null: str) -> str:
    """SQL of all raw records: columns under these names, and fields of the file names, which stand for every file."""
    parts = []
    for number, shape in enumerate(raw.shapes):
        for relation, files in raw.relations(shape, null):
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
    share: int = 1,
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
    share : int
        Of so many values one is counted there, with all its records.
    """
    wanted = tuple(dict.fromkeys(keys))
    apart = share > 1 or len(columns) > _TOGETHER  # a scan of its own for few columns
    found: dict[str, Checked] = {}
    records = 0
    for first in range(0, len(columns), _TOGETHER):
        some = columns[first : first + _TOGETHER]
        row = tried(raw, partial(_pass, raw, some, fields, () if apart else wanted))[0]
        records = row["n"]
        for number, (_, template) in enumerate(some):
            t, m, w, z = (row[f"{part}{number}"] for part in "tmwz")
            found[template.name] = Checked(t, m, w or 0, z)
    if apart:
        return Verified(records, found, {key: _share_of(raw, columns, fields, key, share) for key in wanted})
    return Verified(
        records, found, {key: Distinct(row[f"k{number}"], row[f"n{number}"]) for number, key in enumerate(wanted)}
    )


def _pass(raw: Raw, columns: Columns, fields: Mapping[str, Sequence[str]], keys: Sequence[tuple[str, ...]]) -> str:
    return f"select {_counts(raw, columns, keys)} from {typed(raw, columns, fields)}"


def _share_of(
    raw: Raw, columns: Columns, fields: Mapping[str, Sequence[str]], key: tuple[str, ...], share: int
) -> Distinct:
    """Different values of some columns among a share of them, by their texts."""
    own = [(one, template) for one, template in columns if template.name in key]
    joined = [(template.name, one) for one, template in own if one is not None]
    named = {template.name: fields[template.from_file_name] for one, template in own if one is None}
    names = ", ".join(map(quote, key))
    row = tried(
        raw,
        lambda: (
            f"select count(*) as n, count(distinct h) as k from (select hash({names}) as h from "
            f"{union(raw, joined, named, NO_NULL)}) where h % {share} = 0"
        ),
    )[0]
    return Distinct(row["k"], row["n"])


def typed(raw: Raw, columns: Columns, fields: Mapping[str, Sequence[str]]) -> str:
    """SQL of all records with raw text, parsed and typed value of every column."""
    joined = [(template.name, one) for one, template in columns if one is not None]
    named = {template.name: fields[template.from_file_name] for one, template in columns if one is None}
    null = "" if _blank(raw, columns) else NO_NULL
    relation, _ = layers(_converted(raw, columns), union(raw, joined, named, null))
    return relation


def _blank(raw: Raw, columns: Columns) -> bool:
    """May the engine's own reader say what is no value? An empty text is none everywhere then, at no cost."""
    return raw.swift and all("" in template.nulls for one, template in columns if one is not None)


def _converted(raw: Raw, columns: Columns) -> dict[str, Conversion]:
    return {template.name: convert(template, quote(template.name)) for template in _bare(raw, columns)}


def _bare(raw: Raw, columns: Columns) -> list[ColumnTemplate]:
    """The templates, without words for no value that the reader knows."""
    blank = _blank(raw, columns)
    return [
        replace(template, nulls=tuple(word for word in template.nulls if word or not blank)) for _, template in columns
    ]


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


def _counts(raw: Raw, columns: Columns, keys: Sequence[tuple[str, ...]]) -> str:
    parts = ["count(*) as n"]
    converted = _converted(raw, columns)
    for number, template in enumerate(_bare(raw, columns)):
        fits = converted[template.name].fits
        text = quote(template.name)
        parts.append(f"count({given(template, text)}) as t{number}")
        parts.append(f"{'0' if fits == 'true' else f'count(*) filter (where not {fits})'} as m{number}")
        parts.append(f"{f'max(strlen({text}))' if template.type == 'double' else '0'} as w{number}")
        zeros = f"count(*) filter (where {text} like '0_%')"
        parts.append(f"{zeros if template.type == 'integer' else '0'} as z{number}")
    for number, key in enumerate(keys):
        values = ", ".join(quote(VALUE.format(name)) for name in key)
        parts.append(f"count(distinct hash({values})) as k{number}, count(*) as n{number}")
    return ", ".join(parts)
