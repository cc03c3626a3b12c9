"""Every command has help with an example and a section in docs/commands.md, which names nothing that does not exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from vertebra.cli.main import app

PAGE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = GROUP.commands
SECTIONS: dict[str, str] = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def understood(line: str) -> None:
    """Read a command line as the real one does, without doing what it says."""
    words = shlex.split(line)
    assert words[0] == "vertebra"
    name, *rest = words[1:]
    known = {"--project", "--env", "--output"}
    kept = [word for n, word in enumerate(rest) if word not in known and (n == 0 or rest[n - 1] not in known)]
    COMMANDS[name].make_context(name, kept).close()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_that_the_command_line_understands(name: str) -> None:
    text = COMMANDS[name].help or ""
    (example,) = re.findall(r"^Example: (.*)$", text, re.MULTILINE)
    assert shlex.split(example)[1] == name
    understood(example)
    assert all(parameter.help for parameter in COMMANDS[name].params), "a parameter without help"


def test_the_page_has_a_section_for_every_command_in_their_order_and_for_nothing_else() -> None:
    assert [*SECTIONS] == sorted(SECTIONS, key=[*COMMANDS].index)
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_an_example_and_names_every_option_and_no_other(name: str) -> None:
    section = SECTIONS[name]
    examples = re.findall(r"^\$ (vertebra .*)$", section, re.MULTILINE)
    assert examples
    for example in examples:
        assert shlex.split(example)[1] == name
        understood(example)
    documented = set(re.findall(r"^- `(--[a-z-]+)", section, re.MULTILINE))
    assert documented == options(COMMANDS[name])


def test_the_page_names_every_global_option_and_no_option_that_does_not_exist() -> None:
    known = options(GROUP).union(*(options(command) for command in COMMANDS.values()), {"--help"})
    head = PAGE.split("\n## ")[0]
    assert set(re.findall(r"^- `(--[a-z-]+)", head, re.MULTILINE)) == options(GROUP) - {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) <= known
