"""Text from outside, parsed once at the gate: YAML whose every complaint names file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vertebra.errors import ProjectError, nearest

if TYPE_CHECKING:
    import yaml

_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of a project file that remembers where each key stands.

    Parameters
    ----------
    file : str
        Name of the file, as errors show it.
    path : str
        Dotted path of this mapping in the file, empty at its top.
    line : int
        1-based line on which the mapping begins.
    values : mapping
        Keys to plain values; mappings are `Section`s, sequences are tuples.
    lines : mapping
        Keys to their 1-based lines.
    """

    file: str
    path: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def only(self, known: Iterable[str]) -> Section:
        """Refuse keys that mean nothing here, naming the nearest that does."""
        names = tuple(known)
        for key in self.values:
            if key not in names:
                raise self.error(key, f'"{key}" is no key of {self._place()}', nearest(key, names))
        return self

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def get(self, key: str, default: Any = _REQUIRED) -> Any:
        """The plain value of a key, whatever its type."""
        if key in self.values:
            return self.values[key]
        if default is _REQUIRED:
            raise self.error(None, f'{self._place()} has no "{key}"', f"add a line `{key}: …` below line {self.line}")
        return default

    def text(self, key: str, default: Any = _REQUIRED) -> Any:
        """A text; numbers and dates that YAML read as such are refused, since they may have changed."""
        value = self.get(key, default)
        if key in self.values and not isinstance(value, str):
            raise self.error(key, f"{value!r} is not a text", f'put it in quotes: `{key}: "{value}"`')
        return value

    def integer(self, key: str, default: Any = _REQUIRED) -> Any:
        """A whole number."""
        value = self.get(key, default)
        if key in self.values and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.error(key, f"{value!r} is not a whole number", f"write for example `{key}: 1`")
        return value

    def number(self, key: str, default: Any = _REQUIRED) -> Any:
        """A number."""
        value = self.get(key, default)
        if key in self.values and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise self.error(key, f"{value!r} is not a number", f"write for example `{key}: 1.5`")
        return value

    def boolean(self, key: str, default: Any = _REQUIRED) -> Any:
        """`true` or `false`."""
        value = self.get(key, default)
        if key in self.values and not isinstance(value, bool):
            raise self.error(key, f"{value!r} is neither true nor false", f"write `{key}: true` or `{key}: false`")
        return value

    def choice(self, key: str, options: Iterable[str], default: Any = _REQUIRED) -> Any:
        """One word of a given few."""
        value = self.text(key, default)
        names = tuple(options)
        if key in self.values and value not in names:
            raise self.error(key, f'"{value}" is not one of them', nearest(value, names))
        return value

    def texts(self, key: str, default: Any = _REQUIRED) -> Any:
        """A sequence of texts, as a tuple; a single text stands for a sequence of one."""
        value = self.get(key, default)
        if key not in self.values:
            return value
        items = (value,) if isinstance(value, str) else value
        if not isinstance(items, tuple) or not all(isinstance(item, str) for item in items):
            raise self.error(key, f"{value!r} is not a list of texts", f"write for example `{key}: [a, b]`")
        return items

    def section(self, key: str, default: Any = _REQUIRED) -> Any:
        """A mapping below this one."""
        value = self.get(key, default)
        if key in self.values and not isinstance(value, Section):
            raise self.error(key, f"{value!r} is not a mapping", f"write `{key}: {{…}}`")
        return value

    def sections(self, key: str, default: Any = _REQUIRED) -> Any:
        """A sequence of mappings, as a tuple."""
        value = self.get(key, default)
        if key in self.values and not (isinstance(value, tuple) and all(isinstance(item, Section) for item in value)):
            raise self.error(key, "a list of mappings is needed", f"write `{key}:` and below it lines `- {{…}}`")
        return value

    def plain(self) -> dict[str, Any]:
        """The values as ordinary dicts and lists, ready for JSON."""
        return {key: _plain(value) for key, value in self.values.items()}

    def error(self, key: str | None, why: str, next_: str) -> ProjectError:
        """An error at a key of this mapping, ready to be raised."""
        line = self.lines.get(key, self.line) if key else self.line
        dotted = ".".join(part for part in (self.path, key) if part)
        return ProjectError(
            f'cannot use "{dotted}"' if dotted else "cannot use this file",
            where=f"{self.file}:{line}",
            why=why,
            next_=next_,
        )

    def _place(self) -> str:
        return f'"{self.path}"' if self.path else "this file"


def read_yaml(path: Path, shown: str | None = None) -> Section:
    """Read a YAML file whose top is a mapping.

    Parameters
    ----------
    path : Path
        The file.
    shown : str, optional
        Its name in errors; the path itself by default.

    Raises
    ------
    ProjectError
        If the file cannot be read, is no YAML, or its top is no mapping.
    """
    name = shown or str(path)
    return parse_yaml(read_text(path, name), name)


def read_text(path: Path, shown: str) -> str:
    """The text of a project file.

    Raises
    ------
    ProjectError
        If it is no readable UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(
            "cannot read a project file", where=shown, why=str(error), next_="make it a readable UTF-8 text file"
        ) from error


def parse_yaml(text: str, file: str, first_line: int = 1) -> Section:
    r"""Read YAML text whose top is a mapping; `first_line` is where the text begins in its file.

    Examples
    --------
    >>> parse_yaml("a: 1\nb: {c: x}", "f.yaml").section("b").text("c")
    'x'
    """
    import yaml

    node = _composed(text, file, first_line)
    if not isinstance(node, yaml.MappingNode):
        raise _no_mapping(node, file, first_line)
    section: Section = _build(node, file, "", first_line, constructed)
    return section


def parse_several(text: str, file: str, scalar: Callable[[yaml.ScalarNode], Any]) -> tuple[Section, ...]:
    r"""Read YAML text whose top is a mapping, or a list of them.

    `scalar` makes values of nodes, where `constructed` would change what is written; it may raise a ValueError.

    Examples
    --------
    >>> [one.text("a") for one in parse_several("- a: x\n- a: y", "f.yaml", constructed)]
    ['x', 'y']
    """
    import yaml

    node = _composed(text, file, 1)
    nodes = node.value if isinstance(node, yaml.SequenceNode) and node.value else [node]
    found = []
    for one in nodes:
        if not isinstance(one, yaml.MappingNode):
            raise _no_mapping(one, file, one.start_mark.line + 1 if one else 1)
        found.append(_mapping(one, file, "", 1, scalar))
    return tuple(found)


def constructed(node: yaml.ScalarNode) -> Any:
    """The plain value of a node, as YAML understands it."""
    import yaml

    return yaml.SafeLoader("").construct_object(node, deep=True)


def _composed(text: str, file: str, first_line: int) -> yaml.Node | None:
    import yaml

    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        why = getattr(error, "problem", None) or str(error)
        raise ProjectError(
            "cannot read this as YAML",
            where=f"{file}:{line}",
            why=str(why),
            next_="mend the line; texts with `:` or `#` need quotes",
        ) from error
    return node


def _no_mapping(node: yaml.Node | None, file: str, line: int) -> ProjectError:
    return ProjectError(
        "cannot use this file",
        where=f"{file}:{line}",
        why="it is empty" if node is None else "its top is not a mapping of keys to values",
        next_="begin with a line `key: value`",
    )


def _build(node: yaml.Node, file: str, path: str, first_line: int, scalar: Callable[[yaml.ScalarNode], Any]) -> Any:
    import yaml

    match node:
        case yaml.MappingNode():
            return _mapping(node, file, path, first_line, scalar)
        case yaml.SequenceNode():
            return tuple(
                _build(child, file, f"{path}[{number}]", first_line, scalar) for number, child in enumerate(node.value)
            )
        case _:
            assert isinstance(node, yaml.ScalarNode)  # noqa: S101  YAML has no fourth kind
            try:
                return scalar(node)
            except (yaml.YAMLError, ValueError) as error:
                raise ProjectError(
                    f'cannot use "{path}"',
                    where=f"{file}:{first_line + node.start_mark.line}",
                    why=str(error),
                    next_="write a plain text, number, true or false",
                ) from error


def _mapping(
    node: yaml.MappingNode, file: str, path: str, first_line: int, scalar: Callable[[yaml.ScalarNode], Any]
) -> Section:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = first_line + key_node.start_mark.line
        if key in values:
            raise ProjectError(
                f'the key "{key}" stands twice',
                where=f"{file}:{line}",
                why=f"it stands on line {lines[key]} already",
                next_="keep one of the two",
            )
        lines[key] = line
        values[key] = _build(value_node, file, f"{path}.{key}" if path else key, first_line, scalar)
    return Section(file, path, first_line + node.start_mark.line, values, lines)


def _plain(value: Any) -> Any:
    match value:
        case Section():
            return value.plain()
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value
