"""The answer of `vertebra plan --diff`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.diff import details, rows_json
from vertebra.cli.progress import say
from vertebra.cli.words import counted, seconds

if TYPE_CHECKING:
    from vertebra.analysis import Progress, Score
    from vertebra.operations.beside import Beside, PlannedDiff
    from vertebra.operations.beside_scores import AnalysisDiff

_COLUMNS = ("dataset", "status", "rows before", "after", "added", "removed", "changed", "told apart by", "time", "why")


def saying() -> Progress:
    """What is told how it goes: each thing that is done, once."""
    last = ""

    def tell(what: str, done: int, total: int) -> None:  # noqa: ARG001  the signature is that of `Progress`
        nonlocal last
        if what != last:
            say(what)
        last = what

    return tell


def told(found: Beside) -> Answer:
    """What differs, how good models would be, and what could not be built."""
    return Answer(_json(found), list(_blocks(found)), found.errors, 1 if found.errors else 0)


def _blocks(found: Beside) -> Iterator[str | Grid]:
    beside = f"beside release {found.release} of {found.environment}"
    yield f"{beside}: {counted(len(found.datasets), 'dataset')} to change, {found.untouched:,} untouched"
    if found.datasets:
        yield Grid(_COLUMNS, [_row(one) for one in found.datasets])
    for one in found.datasets:
        yield from _dataset(one)
    if found.analyses:
        columns = ("analysis", "metric", "validation before", "after", "folds before", "after", "best before", "after")
        yield Grid(columns, [_score(one) for one in found.analyses])
    for analysis in found.analyses:
        if analysis.error:
            yield f"failed: {analysis.name}: {analysis.error.what}: {analysis.error.why}"
        if analysis.note:
            yield f"note: {analysis.name}: before: {analysis.note}"
    yield from (f"fallback: {text}" for text in found.fallbacks)
    yield "nothing was published, and nothing of it is kept"


def _dataset(one: PlannedDiff) -> Iterator[str | Grid]:
    if one.error:
        yield f"failed: {one.name}: {one.error.what}: {one.error.why}"
    for check in one.checks:
        if check.outcome != "passed":
            how = counted(check.failed, "row") if check.failed else check.message
            yield f"check: {check.dataset}: {check.name}: {check.outcome} ({how})"
    if one.rows:
        yield from details(one.name, one.rows)


def _row(one: PlannedDiff) -> tuple[Any, ...]:
    rows, took = one.rows, seconds(one.seconds) if one.seconds else ""
    if rows is None:
        return (one.name, str(one.status), one.before, one.after, None, None, None, "", took, one.why)
    by = ", ".join(rows.key) or f"whole rows: {rows.why}"
    counts = (rows.added, rows.removed, rows.changed)
    return (one.name, str(one.status), one.before, one.after, *counts, by, took, one.why)


def _score(one: AnalysisDiff) -> tuple[Any, ...]:
    pair = (one.before, one.after)
    validation = (_number(score.validation) if score else "" for score in pair)
    folds = (_number(score.folds) if score else "" for score in pair)
    return (one.name, one.metric, *validation, *folds, *(score.model if score else "" for score in pair))


def _number(value: float) -> str:
    return f"{value:.4g}"


def _json(found: Beside) -> dict[str, Any]:
    return {
        "environment": found.environment,
        "release": found.release,
        "untouched": found.untouched,
        "datasets": [
            {
                "dataset": one.name,
                "status": str(one.status),
                "why": one.why,
                "before": one.before,
                "after": one.after,
                "rows": rows_json(one.rows) if one.rows else None,
                "checks": [asdict(check) for check in one.checks],
                "seconds": one.seconds,
                "error": one.error.to_json() if one.error else None,
            }
            for one in found.datasets
        ],
        "analyses": [
            {
                "analysis": one.name,
                "metric": one.metric,
                "reads": list(one.reads),
                "before": _score_json(one.before),
                "after": _score_json(one.after),
                "note": one.note,
                "error": one.error.to_json() if one.error else None,
            }
            for one in found.analyses
        ],
        "fallbacks": list(found.fallbacks),
    }


def _score_json(score: Score | None) -> dict[str, Any] | None:
    return None if score is None else asdict(score)
