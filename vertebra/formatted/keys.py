"""Records that repeat a key: which one stands in the table, and what the others are.

The answer is a pure function of the delivered records, so that it does not depend on the order of loads: among all
records of a key the newest delivery wins (the highest file version, in it the highest record); of the records that
say the same as the winner the oldest stands; the rest of those are duplicates; records that say something else are
conflicts (or, in an upsert, were superseded).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vertebra.formatted.branch import table_columns
from vertebra.formatted.parquet import scan, scan_as
from vertebra.formatted.quarantine import Severity
from vertebra.project import Load, Source
from vertebra.sql import literal, quote
from vertebra.table import FILE, RECORD, DataFile
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

DUPLICATE, CONFLICT, SUPERSEDED = "duplicate", "key-conflict", "superseded"
LOSERS = (DUPLICATE, CONFLICT, SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Data of a table and of its quarantine at one moment of a load.

    Parameters
    ----------
    folder : str
        The table's folder.
    old, new : sequence of DataFile
        What stands, and what this load wrote.
    quarantine : str
        The quarantine's folder.
    findings : sequence of DataFile
        What stands in it.
    gone : frozenset of int
        File versions that leave.
    """

    folder: str
    old: Sequence[DataFile]
    new: Sequence[DataFile]
    quarantine: str
    findings: Sequence[DataFile]
    gone: frozenset[int]


def decide(ws: Workspace, source: Source, loaded: Loaded) -> pa.Table | None:
    """What changes for the records whose key repeats and is touched by this load.

    Returns
    -------
    pyarrow.Table or None
        Records that change sides, or of whose being out there is something else to be said. Columns `_file`,
        `_record`, `key`, `row_hash`, `was` (`in`, or a kind of loser), `now` (the same), `reason` (why it is out);
        None if no key repeats.
    """
    touched = _touched(ws, source, loaded)
    if touched is None or not touched.num_rows:
        return None
    other = SUPERSEDED if source.load is Load.UPSERT else CONFLICT
    rows = " union all ".join(_candidates(source, loaded))
    return ws.engine.arrow(
        f"""
        with c as ({rows}),
        w as (
            select *, last_value(row_hash) over k as best, last_value({FILE}) over k as winner from c
            window k as (partition by key order by {FILE}, {RECORD}
                         rows between unbounded preceding and unbounded following)
        ),
        d as (
            select *, case when row_hash <> best then '{other}'
                when row_number() over (partition by key, row_hash order by {FILE}, {RECORD}) = 1 then 'in'
                else '{DUPLICATE}' end as now
            from w
        ),
        s as (
            select {FILE}, {RECORD}, key, row_hash, was, now, said, case now
                when '{DUPLICATE}' then 'an earlier record has the same key and the same values'
                when '{SUPERSEDED}' then 'a newer record has the same key'
                when '{CONFLICT}' then 'file version ' || winner || ' has the key, newer, with other values'
                else '' end as reason
            from d
        )
        select * exclude (said) from s where was <> now or said <> reason order by {FILE}, {RECORD}
        """,
        tables={"touched": touched},
    )


def losers(source: Source) -> str:
    """Marks of the records that a table `decisions` puts out, or says something else about."""
    column = literal(", ".join(source.key))
    return (
        f"select now as type, case now when '{CONFLICT}' then '{Severity.REJECTED}' else '{Severity.SKIPPED}' end "
        f"as severity, {FILE}, {RECORD}, {column} as column_name, key as value, reason, row_hash "
        "from decisions where now <> 'in'"
    )


def _key(source: Source) -> str:
    """A key as text that is different for different keys."""
    return f"to_json([{', '.join(f'{quote(name)}::varchar' for name in source.key)}])::varchar"


def _hash(source: Source) -> str:
    """Of the values that are there: a column that comes later changes nothing about the records before it."""
    names = sorted(column.name for column in source.columns)
    pairs = ", ".join(f"{literal(name + '=')} || {quote(name)}::varchar" for name in names)
    return f"md5(to_json(list_filter([{pairs}], lambda pair: pair is not null))::varchar)"


def _touched(ws: Workspace, source: Source, loaded: Loaded) -> pa.Table | None:
    """Keys that repeat because of this load."""
    if not loaded.new:
        return None
    names = ", ".join(quote(name) for name in source.key)
    columns = table_columns(source.columns)
    new = scan_as(loaded.folder, loaded.new, columns)
    found = [f"select {_key(source)} as key from {new} group by {names} having count(*) > 1"]
    if loaded.old:
        same = " and ".join(f"n.{quote(name)} = o.{quote(name)}" for name in source.key)
        found.append(
            f"select {_key(source)} as key from {scan_as(loaded.folder, loaded.old, columns)} o "
            f"where {_bounds(ws, source, new)} and {_not_in(loaded.gone)} and exists (from {new} n where {same})"
        )
    if loaded.findings and _losers_stand(ws, loaded):
        found.append(
            f"select value as key from {scan(loaded.quarantine, loaded.findings)} "
            f"where type in {LOSERS} and {_not_in(loaded.gone)} and value in (select {_key(source)} from {new})"
        )
    return ws.engine.arrow(f"select distinct key from ({' union all '.join(found)})")


def _losers_stand(ws: Workspace, loaded: Loaded) -> bool:
    query = f"select 1 from {scan(loaded.quarantine, loaded.findings)} where type in {LOSERS} limit 1"
    return bool(ws.engine.arrow(query).num_rows)


def _bounds(ws: Workspace, source: Source, new: str) -> str:
    """Smallest and largest new key, so that the engine passes over row groups that cannot hold any of them."""
    ends = ", ".join(
        f"min({quote(n)})::varchar as l{i}, max({quote(n)})::varchar as h{i}, any_value(typeof({quote(n)})) as t{i}"
        for i, n in enumerate(source.key)
    )
    row = ws.engine.arrow(f"select {ends} from {new}").to_pylist()[0]
    tests = [
        f"{quote(name)} between {literal(row[f'l{i}'])}::{row[f't{i}']} and {literal(row[f'h{i}'])}::{row[f't{i}']}"
        for i, name in enumerate(source.key)
        if row[f"l{i}"] is not None and "\0" not in row[f"l{i}"] + row[f"h{i}"]  # SQL text cannot hold a zero byte
    ]
    return " and ".join(tests) or "true"


def _not_in(files: Collection[int]) -> str:
    return f"{FILE} not in ({', '.join(map(str, sorted(files)))})" if files else "true"


def _candidates(source: Source, loaded: Loaded) -> list[str]:
    """Every record of the touched keys: formatted, old and new, and losers of earlier loads."""
    columns = table_columns(source.columns)
    own = f"select {FILE}, {RECORD}, {_key(source)} as key, {_hash(source)} as row_hash, 'in' as was, '' as said"
    chosen = f"{_key(source)} in (select key from touched)"
    found = [f"{own} from {scan_as(loaded.folder, loaded.new, columns)} where {chosen}"]
    if loaded.old:
        found.append(
            f"{own} from {scan_as(loaded.folder, loaded.old, columns)} where {_not_in(loaded.gone)} and {chosen}"
        )
    if loaded.findings:
        found.append(
            f"select {FILE}, {RECORD}, value as key, row_hash, type as was, reason as said "
            f"from {scan(loaded.quarantine, loaded.findings)} "
            f"where type in {LOSERS} and {_not_in(loaded.gone)} and value in (select key from touched)"
        )
    return found


def bereaved(ws: Workspace, source: Source, loaded: Loaded) -> set[int]:
    """File versions with records that lost against others of their key, one of which leaves: they are read again.

    One that leaves may stand in the table, or have lost itself: it was the newest all the same and chose which of
    the older records stands.
    """
    if not (loaded.gone and loaded.findings):
        return set()
    leaving = f"{FILE} in ({', '.join(map(str, sorted(loaded.gone)))})"
    losers = f"from {scan(loaded.quarantine, loaded.findings)} where type in {LOSERS}"
    keys = [f"select value {losers} and {leaving}"]
    if loaded.old:
        columns = table_columns(source.columns)
        keys.append(f"select {_key(source)} from {scan_as(loaded.folder, loaded.old, columns)} where {leaving}")
    rows = ws.engine.arrow(
        f"select distinct {FILE} as f {losers} and {_not_in(loaded.gone)} and value in ({' union all '.join(keys)})"
    )
    return set(rows["f"].to_pylist())
