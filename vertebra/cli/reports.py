"""The answer of every command that ran something."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.words import counted, seconds, size
from vertebra.step import Outcome

if TYPE_CHECKING:
    from vertebra.operations import RunReport

_SHOWN = 20  # fallbacks and notes on the screen; all of them are in the JSON and in the catalog


def reported(report: RunReport) -> Answer:
    """What a run did, what it found, and what failed."""
    blocks: list[str | Grid] = []
    did = [step for step in report.steps if step.outcome is not Outcome.NONE]
    if did:
        columns = ("step", "name", "outcome", "rows", "written", "time", "cpu", "why")
        rows = [
            (
                str(step.step.kind),
                step.step.name,
                str(step.outcome),
                step.rows,
                size(step.size),
                seconds(step.wall_seconds),
                seconds(step.cpu_seconds),
                step.step.why,
            )
            for step in did
        ]
        blocks.append(Grid(columns, rows))
    blocks.extend(_accounts(report))
    blocks.extend(_checks(report))
    blocks.extend(_some("fallback", report.fallbacks))
    blocks.extend(_some("note", report.notes))
    blocks.extend(_some("swept", report.swept))
    blocks.append(_last(report))
    return Answer(report.to_json(), blocks, report.errors, 0 if report.outcome == "done" else 1)


def _accounts(report: RunReport) -> list[str | Grid]:
    """Where the records of each table's files went, in one line a table."""
    totals: dict[str, Counter[str]] = {}
    for account in report.accounts:
        total = totals.setdefault(account.table, Counter())
        total.update(records=account.records, formatted=account.formatted, quarantined=account.quarantined)
        total.update({f"skipped as {reason}": number for reason, number in account.skipped.items()})
    lines: list[str | Grid] = []
    for table, total in totals.items():
        parts = [f"{number:,} {word}" for word, number in total.items() if number and word != "records"]
        lines.append(f"account: {table}: {counted(total['records'], 'record')} = {' + '.join(parts) or 0}")
    return lines


def _checks(report: RunReport) -> list[str | Grid]:
    told = [check for check in report.checks if check.outcome != "passed"]
    return [
        f"check: {c.dataset}: {c.name}: {c.outcome} ({counted(c.failed, 'row') if c.failed else c.message})"
        for c in told
    ]


def _some(word: str, texts: tuple[str, ...]) -> list[str | Grid]:
    shown: list[str | Grid] = [f"{word}: {text}" for text in texts[:_SHOWN]]
    if len(texts) > _SHOWN:
        shown.append(f"{word}: and {len(texts) - _SHOWN} more, see --output json")
    return shown


def _last(report: RunReport) -> str:
    took = seconds(report.seconds)
    if report.outcome != "done":
        failed = sum(step.outcome is Outcome.FAILED for step in report.steps)
        return f"run {report.run}: {counted(failed, 'step')} failed, nothing was published, in {took}"
    if report.release is not None:
        return f"run {report.run}: release {report.release} is published, in {took}"
    return f"run {report.run}: nothing new to publish, in {took}"
