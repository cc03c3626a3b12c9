"""Dotted paths into JSON records: the value at one, and the values that nothing takes.

A dot may part a name from one in it, or be part of a name. So one path may lead to several values of a record; the one
that is meant by it has the longest last name, and before it the shortest names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Generic, TypeVar

from vertebra.formatted.formats.port import Problem, RawRecord
from vertebra.project import ColumnTemplate, Source

_MOST = 100  # fields that the template does not name; where names are data there is no end of them
_SHAPES = 1_000  # of records, that are told apart by their names
_Shape = tuple["str | tuple[str, _Shape]", ...]
_Way = tuple[str, ...]
_T = TypeVar("_T")


def way(value: Any, path: str) -> _Way:
    """The names that lead to what a dotted path means; none where there is nothing.

    Examples
    --------
    >>> [way(one, "a.b.c") for one in ({"a.b": {"c": 1}, "a": {"b": 2, "b.c": 3}}, {"a.b": {"c": 1}}, {"a": 1})]
    [('a', 'b.c'), ('a.b', 'c'), ()]
    """
    if isinstance(value, dict):
        if path in value:
            return (path,)
        dot = path.find(".")
        while dot >= 0:
            name = path[:dot]
            if name in value and (rest := way(value[name], path[dot + 1 :])):
                return (name, *rest)
            dot = path.find(".", dot + 1)
    return ()


def value_at(value: Any, path: str) -> Any:
    """The value at a dotted path; None where there is nothing."""
    if not isinstance(value, dict):
        return None
    if path in value:
        return value[path]
    name, dot, rest = path.partition(".")
    found = value_at(value[name], rest) if dot and name in value else None
    if found is None and "." in rest:  # it may be null, or not there, or behind a name that holds dots
        names = way(value, path)
        return _behind(value, names) if names else None
    return found


def leaves(value: Any, known: Collection[str] = (), names: _Way = ()) -> Iterator[_Way]:
    """The names that lead to the values of a record; what is in a known one is not looked into."""
    if names and ".".join(names) in known:
        yield names
    elif isinstance(value, dict) and (value or not names):
        for name, inner in value.items():
            yield from leaves(inner, known, (*names, name))
    else:
        yield names


class Untaken(Generic[_T]):
    """Values of records that no column and no child table takes, each with the first record that has it.

    A record is kept as the caller knows it, until it is asked for.

    Parameters
    ----------
    source : Source
        What names the values.
    levels : sequence of str
        Those of nested values, if it is they that are looked at, and not records.
    """

    def __init__(self, source: Source, levels: Sequence[str] = ()) -> None:
        self._inside = "".join(f"{level}{'' if level.endswith('{}') else '[]'}." for level in levels)
        columns = source.columns if not levels else _columns_at(source, levels)
        named = [column.origin for column in columns if not column.from_file_name]
        deep, own = len(levels), tuple(levels)
        below = [child.levels[deep] for child in source.children if child.levels[:deep] == own != child.levels]
        nested = [level.removesuffix("{}") for level in below]
        self._above = frozenset(path[:at] for path in named for at, sign in enumerate(path) if sign == ".")
        self._taken = frozenset((*named, *nested))
        ignored = [path.removeprefix(self._inside) for path in source.ignore if path.startswith(self._inside)]
        self._known = self._taken.union(ignored)
        self._dotted = any("." in path for path in self._taken)
        self._unknown: dict[str, _T] = {}
        self._repeated: dict[_Way, _T] = {}
        self._shapes: dict[_Shape, tuple[_Way, ...]] = {}

    def look(self, value: dict[str, Any], record: _T) -> None:
        """Remember what a record has."""
        full = len(self._unknown) >= _MOST
        if self._known.issuperset(value) or (full and not self._dotted):
            return
        shape = _shape(value)
        ways = self._shapes.get(shape)
        if ways is None:
            ways = tuple(self._untaken(value))
            if len(self._shapes) < _SHAPES:
                self._shapes[shape] = ways
        for names in ways:
            path, there = ".".join(names), _behind(value, names) not in (None, {})
            if path in self._known:
                if there:
                    self._repeated.setdefault(names, record)
            elif (there or path not in self._above) and not full:
                self._unknown.setdefault(path, record)

    def _untaken(self, value: dict[str, Any]) -> Iterator[_Way]:
        """Those of a record; what stands under a name that is taken is not, where the path means another."""
        for names in leaves(value, self._known):
            path = ".".join(names)
            if path not in self._known or (path in self._taken and names != way(value, path)):
                yield names

    def problems(self, place: Callable[[_T], RawRecord]) -> Iterator[Problem]:
        """A warning for each."""
        for path, record in self._unknown.items():
            yield Problem("unknown-field", f'the template does not name "{self._inside}{path}"', place(record))
        for names, record in self._repeated.items():
            inside = " in ".join(f'"{name}"' for name in reversed(names))
            path = f"{self._inside}{'.'.join(names)}"
            reason = f'a record has several values at "{path}": that of {inside} is not taken'
            yield Problem("repeated-field", reason, place(record))


def _columns_at(source: Source, levels: Sequence[str]) -> tuple[ColumnTemplate, ...]:
    """The columns of the child tables that stand for these levels."""
    return tuple(c for child in source.children if child.levels == tuple(levels) for c in child.columns)


def _behind(value: Any, names: _Way) -> Any:
    for name in names:
        value = value[name]
    return value


def _shape(value: dict[str, Any]) -> _Shape:
    """The names of a record and of the objects in it."""
    return tuple([(name, _shape(inner)) if type(inner) is dict else name for name, inner in value.items()])
