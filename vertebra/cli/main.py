"""The command line: read it, do it, print the answer, and turn whatever happens into an exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import typer
from typer.exceptions import TyperException

from vertebra.cli import (
    check,
    compact,
    demo,
    diff,
    disk,
    draft,
    drift,
    files,
    history,
    impact,
    init,
    land,
    models,
    peek,
    plan,
    predict,
    profile,
    promote,
    push,
    quarantine,
    query,
    releases,
    retain,
    rollback,
    run,
    runs,
    status,
    test,
    trace,
    train,
    verify,
    version,
)
from vertebra.cli.answer import Answer
from vertebra.cli.printing import JsonPrinter, Printer, TextPrinter
from vertebra.cli.settings import Settings, hoist, wants_json
from vertebra.errors import UsageError, VertebraError

INTERRUPTED = 130
_PIPE = 141  # what a shell says of a process that SIGPIPE ended

app = typer.Typer(
    name="vertebra",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.callback()
def options(
    context: typer.Context,
    project: Annotated[Path, typer.Option(help="Folder of the project.", metavar="DIR")] = Path(),
    env: Annotated[
        str | None, typer.Option(help="Environment; the first in vertebra.yaml by default.", metavar="NAME")
    ] = None,
    output: Annotated[Literal["text", "json"], typer.Option(help="Form of the answer.")] = "text",
) -> None:
    """The data management backbone of an organisation, and the analyses that stand on it.

    The options below may stand before or after the command. Exit status: 0 done, 1 something failed while it ran,
    2 the request is wrong.

    Example: vertebra demo heating
    """
    context.obj = Settings(project, env, output == "json")


app.command("init")(init.command)
app.command("demo")(demo.command)
app.command("draft")(draft.command)
app.command("peek")(peek.command)
app.command("land")(land.command)
app.command("push")(push.command)
app.command("plan")(plan.command)
app.command("run")(run.command)
app.command("status")(status.command)
app.command("files")(files.command)
app.command("history")(history.command)
app.command("runs")(runs.command)
app.command("query")(query.command)
app.command("trace")(trace.command)
app.command("impact")(impact.command)
app.command("quarantine")(quarantine.command)
app.command("drift")(drift.command)
app.command("check")(check.command)
app.command("test")(test.command)
app.command("profile")(profile.command)
app.command("releases")(releases.command)
app.command("promote")(promote.command)
app.command("rollback")(rollback.command)
app.command("diff")(diff.command)
app.command("retain")(retain.command)
app.command("compact")(compact.command)
app.command("disk")(disk.command)
app.command("train")(train.command)
app.command("models")(models.command)
app.command("predict")(predict.command)
app.command("verify")(verify.command)
app.command("version")(version.command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line says.

    Parameters
    ----------
    arguments : sequence of str, optional
        Of the process by default.

    Returns
    -------
    int
        The exit status.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    printer: Printer = JsonPrinter() if wants_json(given) else TextPrinter()
    _listen()
    try:
        return _answered(printer, given)
    except BrokenPipeError:
        # whoever read has gone (`| head`); Python must not try to write the rest when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE


def _answered(printer: Printer, given: Sequence[str]) -> int:
    try:
        answer = app(hoist(given) or ["--help"], prog_name="vertebra", standalone_mode=False)
        if answer == INTERRUPTED:  # what Typer makes of a KeyboardInterrupt
            printer.error(_stopped())
        if not isinstance(answer, Answer):  # else help was asked for and printed
            return int(answer)
        printer.answer(answer)
    except VertebraError as error:
        printer.error(error)
        return error.exit_status
    except TyperException as error:
        printer.error(_usage(error, given))
        return UsageError.exit_status
    except KeyboardInterrupt:  # while the answer was printed
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  the last boundary: nobody outside should see a traceback
        from vertebra.bug import bug

        printer.error(bug(error, _storage(given)))
        return 1
    return answer.status


def _usage(error: TyperException, given: Sequence[str]) -> UsageError:
    """A complaint of the command line's reader in four lines."""
    command = next((word for word in hoist(given) if word in _names()), "")
    what, _, hint = error.format_message().partition(". Did you mean ")
    return UsageError(
        what.rstrip("."),
        where=f"vertebra {' '.join(given)}",
        why="the command line cannot be read",
        next_=f"did you mean {hint}" if hint else f"vertebra {command} --help".replace("  ", " "),
    )


def _names() -> set[str]:
    return {found.name for found in app.registered_commands if found.name}


class Stopped(VertebraError):  # noqa: N818  an interrupt, in the form of an error
    """Ctrl-C or SIGTERM."""

    exit_status = INTERRUPTED


def _stopped() -> Stopped:
    return Stopped(
        "stopped",
        where="the run in progress",
        why="Ctrl-C, or the process was asked to end",
        next_="type the same command again: it goes on from what is done",
    )


def _storage(given: Sequence[str]) -> Path | None:
    """Where the project of a command line keeps its data, if it has one."""
    from vertebra.project import read_project

    words = hoist(given)
    folder = next((Path(words[n + 1]) for n, word in enumerate(words[:-1]) if word == "--project"), Path())
    try:
        return read_project(folder.resolve()).storage
    except VertebraError:  # no project, or one that cannot be read: there is no better place then
        return None


def _listen() -> None:
    """Let SIGTERM end a run as Ctrl-C does; a second signal ends the process at once, which the next run mends."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: os._exit(INTERRUPTED))
        raise KeyboardInterrupt

    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
    except ValueError:  # not in the main thread, where Python delivers no signals anyway
        return
