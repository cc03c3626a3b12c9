"""How far one column of two relations is apart, read as streams; for whoever has no profile of either."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from vertebra.profile.counts import Counts
from vertebra.profile.digest import Digest, digest, merged
from vertebra.profile.drift import Drift, of_categories, of_numbers
from vertebra.profile.kinds import Kind, kind_of
from vertebra.sql import quote
from vertebra.table import Relation

if TYPE_CHECKING:
    from vertebra.engine import Engine


def apart(engine: Engine, before: Relation, now: Relation, column: str) -> Drift | None:
    """The drift of a column that both have; None where one side has no value of it, or its values are nested.

    Parameters
    ----------
    engine : Engine
        What reads them.
    before, now : Relation
        The two sides.
    column : str
        Of the same type in both.
    """
    kind = kind_of(next(one.type for one in now.columns if one.name == column))
    if kind is Kind.OTHER:
        return None
    if kind.number or kind.time:
        old, new = (_digest(engine, side, column, kind) for side in (before, now))
        return of_numbers(old, new)
    counted = [_counts(engine, side, column) for side in (before, now)]
    return of_categories(counted[0], counted[1], (int(_total(counted[0])), int(_total(counted[1]))))


def _digest(engine: Engine, side: Relation, column: str, kind: Kind) -> Digest:
    """Of the finite values; times are seconds since 1970."""
    name = quote(column)
    value = f"epoch({name})" if kind.time else f"{name}::double"
    finite = f"{name} is not null and isfinite({name if kind.time else value})"
    text = f"select {value} as v from {quote(side.name)} where {finite}"
    batches = (digest(batch.column("v").to_numpy(zero_copy_only=False)) for batch in engine.reader(text, (side,)))
    return reduce(merged, batches, digest(np.empty(0)))


def _counts(engine: Engine, side: Relation, column: str) -> Counts:
    name = quote(column)
    rows = engine.arrow(
        f"select {name}::varchar as v, count(*) as n from {quote(side.name)} where {name} is not null group by all",
        (side,),
    )
    return Counts(dict(zip(rows["v"].to_pylist(), map(float, rows["n"].to_pylist()), strict=True)))


def _total(found: Counts) -> float:
    return sum(found.items.values())
