"""Hold on the data that features know nothing of what they are to predict.

Reading SQL finds a label among the features where it stands openly. Here the future is taken away and the feature
table is made again: whatever changes has looked there. Two questions are asked.

*Do features look back only?* At the first moment T of every fold and of the validation, all rows after T are taken
out of every input that has the time column, and the label's own columns are emptied from T on. The features of all
rows up to T must be the same. This finds windows over all time, joins to later days, a second alias of the same row,
and another device's label of the same day.

*Is the gap as long as they look back?* For every fold, the label's columns are emptied within its block. The features
of the rows that its model learns from must be the same; else it would read the labels that it is judged on.
(Kaufman, Rosset and Perlich, Leakage in Data Mining, KDD 2011, section 3.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vertebra.analysis.definition import Analysis
from vertebra.analysis.expressions import references, tables
from vertebra.analysis.features import Sandbox
from vertebra.analysis.matrix import Matrix, matrix
from vertebra.analysis.split import VALIDATION, rounds
from vertebra.errors import CheckError
from vertebra.sql import literal, quote
from vertebra.step import Check
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BACK = "features look back only"
GAP = "the gap is as long as features look back"
_CLOSE = 1e-9  # relative; the order of additions may differ between two makings


@dataclass(frozen=True, slots=True)
class Probe:
    """The feature table, made again from inputs of which something was taken away.

    Parameters
    ----------
    check : str
        Which question it asks.
    words : str
        What was taken away.
    last : datetime or None
        Rows after it leave the inputs; None for none.
    hidden : tuple of (datetime, datetime or None)
        From when until when the label's columns are emptied; None for the end of time.
    same : array of bool, shape (rows,)
        Rows whose features must not change.
    """

    check: str
    words: str
    last: datetime | None
    hidden: tuple[datetime, datetime | None]
    same: NDArray[np.bool_]


def check_leakage(
    ws: Workspace,
    analysis: Analysis,
    box: Sandbox,
    data: Matrix,
    part: NDArray[np.str_],
    fold: NDArray[np.int64],
    progress: Callable[[str, int, int], None],
) -> tuple[Check, ...]:
    """Ask both questions of every fold.

    Raises
    ------
    CheckError
        If a feature changes; the error names it, the fold and a row.
    """
    probes = (*_backward(analysis, data, part, fold), *_purged(analysis, data, fold))
    for number, probe in enumerate(probes):
        progress("looking for leaks", number, len(probes))
        _hold(analysis, data, probe, _again(ws, analysis, box, probe))
    untimed = sorted(name for name in box.versions if _time_column(analysis, box, name) is None)
    message = f"not cut, since without a column {_time(analysis)}: {', '.join(untimed)}" if untimed else ""
    dataset = analysis.dataset("features")
    return tuple(Check(dataset, name, "fail", "passed", 0, message) for name in (BACK, GAP))


def _backward(analysis: Analysis, data: Matrix, part: NDArray[np.str_], fold: NDArray[np.int64]) -> Iterator[Probe]:
    begins = [data.time[fold == number].min() for number in range(2, analysis.split.folds + 1)]
    for begin in (*begins, data.time[part == VALIDATION].min()):
        moment = begin.item()
        yield Probe(
            BACK, f"when all that came after {moment} is taken away", moment, (moment, None), data.time <= begin
        )


def _purged(analysis: Analysis, data: Matrix, fold: NDArray[np.int64]) -> Iterator[Probe]:
    for number, learning, judged in rounds(data.time, fold, analysis.split):
        block = data.time[judged].min().item(), data.time[judged].max().item()
        yield Probe(GAP, f"when the labels of fold {number} are emptied", None, block, learning)


def _again(ws: Workspace, analysis: Analysis, box: Sandbox, probe: Probe) -> Matrix:
    """The feature table, made from what a probe leaves."""
    relations = tuple(ws.relation(version, name=f"{name}__whole") for name, version in box.versions.items())
    cuts = ",\n".join(_cut(analysis, box, name, probe) for name in box.versions)
    order = ", ".join(quote(column) for column in analysis.key)
    sql = f"with {cuts}\nselect * from (\n{analysis.query.text}\n) order by {order}"
    return matrix(analysis, ws.engine.arrow(sql, relations))


def _cut(analysis: Analysis, box: Sandbox, name: str, probe: Probe) -> str:
    """One input, as a WITH query that stands before the dataset of the same name."""
    column = _time_column(analysis, box, name)
    whole = f"select * from {quote(f'{name}__whole')}"
    if column is None:
        return f"{quote(name)} as ({whole})"
    time, (first, last) = quote(column), probe.hidden
    hide = f"{time} >= {literal(first)}" if last is None else f"{time} between {literal(first)} and {literal(last)}"
    labels = [quote(label) for label in _label_columns(analysis, box, name) if label != column]
    emptied = ", ".join(f"case when {hide} then null else {label} end as {label}" for label in labels)
    star = f"* replace ({emptied})" if emptied else "*"
    # a row without a time belongs to no stretch of it, and stays
    keep = "" if probe.last is None else f" where {time} <= {literal(probe.last)} or {time} is null"
    return f"{quote(name)} as (select {star} from ({whole}){keep})"


def _time(analysis: Analysis) -> str:
    column = next(column for column in analysis.grain if column.name == analysis.split.time)
    return column.sql.rpartition(".")[2].lower()


def _time_column(analysis: Analysis, box: Sandbox, name: str) -> str | None:
    wanted = _time(analysis)
    return next((c.name for c in box.versions[name].columns if c.name.lower() == wanted), None)


def _label_columns(analysis: Analysis, box: Sandbox, name: str) -> tuple[str, ...]:
    """Columns of an input that the label is made of."""
    aliases = tables(analysis.source)
    # without a qualifier, or from a subquery, it may come from any dataset that has it
    own = {column for qualifier, column in references(analysis.label.sql) if (aliases.get(qualifier) or name) == name}
    return tuple(column.name for column in box.versions[name].columns if column.name.lower() in own)


def _hold(analysis: Analysis, data: Matrix, probe: Probe, again: Matrix) -> None:
    import numpy as np

    keys = list(analysis.key)
    before = data.table.select(keys)
    rows = before.filter(probe.same)
    known = {tuple(row.values()): position for position, row in enumerate(again.table.select(keys).to_pylist())}
    places = [known.get(tuple(row.values())) for row in rows.to_pylist()]
    if None in places:
        lost = rows.slice(places.index(None), 1).to_pylist()[0]
        raise _leak(analysis, probe, "the population", lost, "the row is gone", analysis.query.where)
    old, new = data.x[probe.same], again.x[np.array(places, dtype=np.int64)]
    for position, feature in enumerate(analysis.features):
        changed = ~_same(old[:, position], new[:, position], text=position in data.texts)
        if changed.any():
            at = int(np.flatnonzero(changed)[0])
            words = f"{old[at, position]} becomes {new[at, position]}, and {int(changed.sum())} rows change"
            raise _leak(
                analysis, probe, f'the feature "{feature.name}"', rows.slice(at, 1).to_pylist()[0], words, feature.where
            )


def _same(old: NDArray[np.object_], new: NDArray[np.object_], *, text: bool) -> NDArray[np.bool_]:
    import numpy as np

    if text:
        return np.asarray(old == new, dtype=bool)
    return np.isclose(old.astype(np.float64), new.astype(np.float64), rtol=_CLOSE, atol=_CLOSE, equal_nan=True)


def _leak(analysis: Analysis, probe: Probe, who: str, row: dict[str, object], words: str, where: str) -> CheckError:
    key = ", ".join(f"{name}={value}" for name, value in row.items())
    next_ = (
        "join only rows that lie before the row's own time, and no label of its own time"
        if probe.check == BACK
        else f"make `gap` longer than {analysis.split.gap}, or let the feature look back less far"
    )
    return CheckError(
        f"{who} of {analysis.name} knows what it is to predict",
        where=where,
        why=f"{probe.words}, it changes at {key}: {words}",
        next_=next_,
    )
