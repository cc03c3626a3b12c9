"""Are the statistics of a Parquet file those of its values? The engine passes over rows by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from vertebra.engine import Engine
from vertebra.engine.duckdb import exactly
from vertebra.sql import literal, quote
from vertebra.table import Column

if TYPE_CHECKING:
    import pyarrow as pa

_WHAT = ("low", "high", "values", "within")
_PLAIN = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "TIME")


def misstated(engine: Engine, file: str, columns: Sequence[Column]) -> Iterator[str]:
    """What the statistics of a file say that its values do not, in words.

    Values are never compared with anything in a query that reads them: the engine would answer by the statistics.

    Parameters
    ----------
    engine : Engine
        What reads.
    file : str
        The file, as the engine opens it; it can be read.
    columns : sequence of Column
        Of its table; a file may lack some.
    """
    told = engine.arrow(
        "select row_group_id as part, row_group_num_rows as rows, path_in_schema as name, stats_null_count as nulls, "
        f"stats_min_value as low, stats_max_value as high from parquet_metadata({exactly(file)}) order by all"
    ).to_pylist()
    kinds = {c.name: c.type for c in columns if any(word in c.type for word in _PLAIN) and c.type[-1] not in "])"}
    kinds |= {c.name: c.type for c in columns if c.type.startswith("DECIMAL")}
    there = [name for name in kinds if any(one["name"] == name for one in told)]
    parts = sorted({(one["part"], one["rows"]) for one in told})
    if not there or not parts:
        return
    found = _found(engine, file, there, [rows for _, rows in parts])
    for part, rows in parts:
        yield from _part(
            engine, [one for one in told if one["part"] == part and one["name"] in there], kinds, found, rows
        )


def _found(engine: Engine, file: str, names: Sequence[str], rows: Sequence[int]) -> pa.Table:
    """Rows, values, least and greatest of each column, by part."""
    ends = [*accumulate(rows)]
    part = " ".join(f"when file_row_number < {end} then {number}" for number, end in enumerate(ends))
    facts = ", ".join(
        f"min({quote(n)}) as {quote(f'{n} low')}, max({quote(n)}) as {quote(f'{n} high')}, "
        f"count({quote(n)}) as {quote(f'{n} values')}"
        for n in names
    )
    read = f"read_parquet({exactly(file)}, file_row_number = true)"
    return engine.arrow(f"select case {part} end as part, count(*) as rows, {facts} from {read} group by 1")


def _part(
    engine: Engine, told: Sequence[Mapping[str, Any]], kinds: Mapping[str, str], found: pa.Table, rows: int
) -> Iterator[str]:
    """What is wrong with what is said of one part."""
    part = told[0]["part"]
    asked = ", ".join(_asked(one, kinds[one["name"]]) for one in told)
    there = engine.arrow(f"select rows, {asked} from _found where part = {part}", (), {"_found": found}).to_pylist()
    if not there or there[0]["rows"] != rows:
        yield f"part {part} says {rows} rows, and has {there[0]['rows'] if there else 0}"
        return
    for one in told:
        name, (low, high, values, within) = one["name"], (there[0][f"{one['name']} {what}"] for what in _WHAT)
        if one["nulls"] is not None and one["nulls"] != rows - values:
            yield f"part {part} says {one['nulls']} nulls of {name}, and has {rows - values}"
        if not within:
            yield f"part {part} says {name} is from {one['low']} to {one['high']}, and it is from {low} to {high}"


def _asked(one: Mapping[str, Any], kind: str) -> str:
    """SQL that holds what was found against what is said; a text that is no value of the type bounds nothing."""
    low, high, values = (quote(f"{one['name']} {what}") for what in _WHAT[:3])
    within = "true"
    if one["low"] is not None and one["high"] is not None:
        least, most = (f"try_cast({literal(one[what])} as {kind})" for what in ("low", "high"))
        within = f"{low} is null or coalesce({least} <= {low} and {high} <= {most}, false)"
    shown = ", ".join(f"{value}::varchar as {value}" for value in (low, high))
    name = quote(f"{one['name']} within")
    return f"{shown}, {values}, {within} as {name}"
