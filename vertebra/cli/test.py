"""`vertebra test`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.cli.answer import Answer
from vertebra.cli.settings import Settings
from vertebra.cli.words import counted, seconds
from vertebra.errors import RequestError

if TYPE_CHECKING:
    from vertebra.exploitation.testing import Verdict

Names = Annotated[
    list[str] | None,
    typer.Argument(help="Tests, files of tests without `.yaml`, or views; all by default.", metavar="[NAME]..."),
]


def command(context: typer.Context, names: Names = None) -> Answer:
    """Run the tests of views: `tests/*.yaml`, each with given rows and expected rows.

    Nothing of the project's data is read or written, so they run before there is any. A failure shows which rows are
    missing, which are too many, and which differ in what.

    Example: vertebra test daily_heat
    """
    from vertebra.operations.testing import run_tests

    settings: Settings = context.obj
    verdicts = run_tests(settings.project, names or ())
    failed = sum(not verdict.passed for verdict in verdicts)
    data = {
        "tests": [_data(verdict) for verdict in verdicts],
        "passed": len(verdicts) - failed,
        "failed": failed,
    }
    said = f"{counted(len(verdicts), 'test')} " + (f"run, {failed} failed" if failed else "passed")
    wrong = any(isinstance(verdict.error, RequestError) for verdict in verdicts)
    return Answer(
        data,
        [*(line for verdict in verdicts for line in _lines(verdict)), said if verdicts else "there are no tests"],
        status=RequestError.exit_status if wrong else int(failed > 0),
    )


def _lines(verdict: Verdict) -> Iterator[str]:
    from vertebra.exploitation.testing import tell

    test = verdict.test
    word = "passed" if verdict.passed else "failed"
    yield f"{word}  {test.view}: {test.name} ({test.file}:{test.line}), {seconds(verdict.seconds)}"
    yield from (f"  {line}" for line in tell(verdict))


def _data(verdict: Verdict) -> dict[str, Any]:
    from vertebra.operations.report import check_json

    test, difference = verdict.test, verdict.difference
    return {
        "name": test.name,
        "view": test.view,
        "file": test.file,
        "line": test.line,
        "outcome": "passed" if verdict.passed else "failed",
        "seconds": verdict.seconds,
        "differing": [
            {"expected": pair.expected, "found": pair.found, "columns": list(pair.columns)}
            for pair in difference.differing
        ],
        "missing": list(difference.missing),
        "surplus": list(difference.surplus),
        "disordered": difference.disordered,
        "checks_failed": [check_json(check) for check in verdict.failed],
        "checks_held": list(verdict.held),
        "between": [check_json(check) for check in verdict.between],
        "error": None if verdict.error is None else verdict.error.to_json(),
    }
