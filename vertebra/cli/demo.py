"""`vertebra demo`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from vertebra.cli.answer import Answer, Grid
from vertebra.cli.progress import say, watching
from vertebra.cli.settings import Settings, opened
from vertebra.errors import StorageError, UsageError

if TYPE_CHECKING:
    from vertebra.operations import RunReport
    from vertebra.workspace import Workspace

_SEED = 20_240_501
_DELIVERIES = "deliveries"
_PARTS = ("glossary.yaml", "sources", "views", "tests", "analyses", "vertebra.yaml")


def command(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="Folder to make.", metavar="[DIR]")] = Path("heating"),
    seed: Annotated[int, typer.Option(help="Other deliveries.", metavar="N", min=0)] = _SEED,
) -> Answer:
    """Make a heating project with simulated deliveries, defects included, and run it: load, views, model, forecast.

    On a folder that it made before it goes on from there.

    Example: vertebra demo heating
    """
    settings: Settings = context.obj
    _write(directory, seed)
    return show(Settings(directory, settings.environment, settings.json))


def show(settings: Settings) -> Answer:
    """Run a heating project, train its analyses, let them predict, and name three commands worth typing next."""
    from vertebra.cli.progress import counting
    from vertebra.cli.reports import reported
    from vertebra.operations.learn import predict, train
    from vertebra.operations.run import run

    answers: list[Answer] = []
    with opened(settings) as ws, watching() as watch:
        verbs: tuple[Callable[[], RunReport], ...] = (
            lambda: run(ws, settings.environment, watch),
            lambda: train(ws, (), settings.environment, watch, counting(watch)),
            lambda: predict(ws, (), settings.environment, watch),
        )
        for verb in verbs:
            answers.append(reported(verb()))
            if answers[-1].status:
                break
        key = _a_day(settings, ws) if not answers[-1].status else ""
    where = "" if settings.project == Path() else f" --project {quote(str(settings.project))}"
    following = [
        f'vertebra query "select * from monthly_report order by all limit 10"{where}',
        f"vertebra trace daily_heat {key}{where}",
        f"vertebra quarantine{where}",
    ]
    blocks: list[str | Grid] = [block for answer in answers for block in answer.blocks]
    errors = [error for answer in answers for error in answer.errors]
    if not errors:
        blocks += ["", "type next:", *(f"  {line}" for line in following)]
    data = dict(zip(("run", "train", "predict"), (answer.data for answer in answers), strict=False))
    return Answer(data | {"next": following}, blocks, errors, max(answer.status for answer in answers))


def _a_day(settings: Settings, ws: Workspace) -> str:
    """The key of a row that is worth tracing."""
    from vertebra.operations.query import query

    found = query(
        ws, "select device, day from daily_heat order by day desc, device limit 1", None, settings.environment
    )
    return " ".join(f"{column}={value}" for row in found.to_pylist() for column, value in row.items())


def _write(directory: Path, seed: int) -> None:
    """Make the project's files, unless they stand; one that was interrupted while it was made is made again."""
    from vertebra.simulator import project_files, simulate

    part = directory / ".part"
    if (directory / "vertebra.yaml").exists() and (directory / _DELIVERIES).is_dir():
        return
    with _told(directory):
        if directory.exists() and {path.name for path in directory.iterdir()} - {part.name}:
            raise UsageError(
                "this folder is not empty",
                where=str(directory),
                why="a new project would mix with what stands there",
                next_=f"vertebra demo {directory}-new",
            )
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        say(f"writing a heating project with simulated deliveries to {directory}")
        for name in _PARTS:
            origin = project_files() / name
            if origin.is_dir():
                shutil.copytree(origin, part / name)
            else:
                shutil.copyfile(origin, part / name)
        simulate(part / _DELIVERIES, seed=seed)
        for name in (_DELIVERIES, *_PARTS):  # vertebra.yaml last: with it the folder is a project
            (part / name).rename(directory / name)
        part.rmdir()


@contextmanager
def _told(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "cannot write the project",
            where=str(error.filename or directory),
            why=error.strerror or str(error),
            next_="name a folder that you may write to",
        ) from error
