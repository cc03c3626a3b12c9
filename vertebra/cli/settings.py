"""What holds for every command: project, environment, form of the output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vertebra.errors import UsageError

if TYPE_CHECKING:
    from vertebra.workspace import Workspace

GLOBAL: Final = ("--project", "--env", "--output")


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options.

    Parameters
    ----------
    project : Path
        Folder of the project.
    environment : str or None
        None for the project's first.
    json : bool
        JSON instead of text.
    """

    project: Path = Path()
    environment: str | None = None
    json: bool = False


def hoist(arguments: Sequence[str]) -> list[str]:
    """Bring global options to the front, where the command line reads them; they may be written anywhere.

    Examples
    --------
    >>> hoist(["query", "select 1", "--output", "json"])
    ['--output', 'json', 'query', 'select 1']
    >>> hoist(["query", "--", "--output"])
    ['query', '--', '--output']

    Raises
    ------
    UsageError
        If one of them has no value.
    """
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument in GLOBAL:
            value = next(left, None)
            if value is None:
                raise UsageError(
                    f"{argument} needs a value",
                    where=f"vertebra {' '.join(arguments)}",
                    why="it is the last word",
                    next_="vertebra --help",
                )
            front += [argument, value]
        elif argument.startswith(tuple(f"{option}=" for option in GLOBAL)):
            front.append(argument)
        else:
            rest.append(argument)
    return [*front, *rest]


def wants_json(arguments: Sequence[str]) -> bool:
    """Is JSON asked for? Asked before the options are read, for an error in reading them.

    Examples
    --------
    >>> wants_json(["run", "--output", "json"]), wants_json(["run", "--output=text"])
    (True, False)
    """
    words = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    return "--output=json" in words or ("--output", "json") in pairwise(words)


@contextmanager
def opened(settings: Settings) -> Iterator[Workspace]:
    """The project's workspace, for as long as a command needs it."""
    from vertebra.workspace import open_workspace

    ws = open_workspace(settings.project)
    try:
        yield ws
    finally:
        ws.close()
