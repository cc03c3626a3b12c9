"""The fields of JSON records: dotted paths of values, arrays of objects, objects whose names are data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from vertebra.formatted.draft.decision import Decision
from vertebra.formatted.draft.structured.fields import Fields, Nested, stands

_MANY = 100  # names at one place beyond which they may be data
_ALIKE = 8  # members of an object that are objects of the same names


@dataclass(slots=True)
class Node:
    """What stands at one path.

    Parameters
    ----------
    plain, arrays, objects : int
        How often a value, an array, an object stands there; null is none of them.
    members : int
        Of all objects together.
    inside : dict
        What the objects hold, by name.
    elements : Node or None
        What the objects in the arrays hold; None where there are none.
    lone : bool
        Do the arrays hold anything but objects?
    """

    plain: int = 0
    arrays: int = 0
    objects: int = 0
    members: int = 0
    inside: dict[str, Node] = field(default_factory=dict)
    elements: Node | None = None
    lone: bool = False

    def look(self, value: Any) -> None:
        """Take one value into account."""
        match value:
            case None:
                return
            case dict():
                self.objects += 1
                self.members += len(value)
                for name, one in value.items():
                    self.inside.setdefault(name, Node()).look(one)
            case list():
                self.arrays += 1
                for one in value:
                    if isinstance(one, dict):
                        self.elements = self.elements or Node()
                        self.elements.look(one)
                    elif one is not None:
                        self.lone = True
            case _:
                self.plain += 1

    @property
    def named_by_data(self) -> bool:
        """Are the names of the members data, as days or numbers are?"""
        if len(self.inside) > _MANY and len(self.inside) * self.objects > 3 * self.members:
            return True
        shapes = {frozenset(node.inside) for node in self.inside.values()}
        return (
            len(self.inside) >= _ALIKE
            and len(shapes) == 1
            and all(node.objects and not node.plain and not node.arrays for node in self.inside.values())
        )

    def merged(self) -> Node:
        """What all members hold together."""
        found = Node()
        for node in self.inside.values():
            found.take(node)
        return found

    def take(self, other: Node) -> None:
        """Add what stands at another path."""
        self.plain += other.plain
        self.arrays += other.arrays
        self.objects += other.objects
        self.members += other.members
        self.lone = self.lone or other.lone
        for name, node in other.inside.items():
            self.inside.setdefault(name, Node()).take(node)
        if other.elements:
            self.elements = self.elements or Node()
            self.elements.take(other.elements)


def json_fields(records: Iterable[Any]) -> Fields:
    """The columns of JSON records, by all of them.

    Examples
    --------
    >>> found = json_fields([{"a": 1, "b": {"c": 2}, "d": [{"e": 3}], "f": [1]}, {"b": None}])
    >>> found.paths, found.nested
    (('a', 'b.c', 'd', 'f'), (Nested(path='d', instead='d', paths=('e',), deep=False),))
    """
    top = Node()
    for one in records:
        if isinstance(one, dict):
            top.look(one)
    found = list(_columns(top, ""))
    able = [path for path, _ in found if nameable(path)]
    left = tuple(path for path, _ in found if not nameable(path))
    nested = tuple(one for path, node in found if _splits(path) for one in _nested(path, node))
    return Fields(tuple(dict.fromkeys(able)), nested, left, tuple(_said(found, nested, left)))


def nameable(path: str) -> bool:
    """Can a template name it? Not a name that would mean something else there."""
    return bool(path) and path != "." and not path.startswith(("#", "file_name.")) and not {"\0", "\n"} & set(path)


def _splits(path: str) -> bool:
    """Does a path mean itself where a child table names it?"""
    return nameable(path) and "[]" not in path and "{}" not in path


def _columns(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Paths of values, in the order in which they were met."""
    for name, inner in node.inside.items():
        at = f"{path}.{name}" if path else name
        if inner.inside and not inner.named_by_data:
            if inner.plain or inner.arrays:
                yield at, inner
            yield from _columns(inner, at)
        else:
            yield at, inner


def _nested(path: str, node: Node, instead: str = "") -> Iterator[Nested]:
    """The child tables that could be made of what stands at a path; those of its own values behind it."""
    if node.elements and not node.plain and not node.objects:
        yield from _tables(path, node.elements, instead, lone=node.lone)
    elif node.inside and node.named_by_data and not node.plain and not node.arrays:
        every = node.merged()
        yield from _tables(f"{path}{{}}", every, instead, lone=bool(every.plain or every.arrays))


def _tables(path: str, node: Node, instead: str, *, lone: bool) -> Iterator[Nested]:
    """The child table of objects, or of values where some are none, and those of what nests in them."""
    named = path.endswith("{}")
    top = instead or path.removesuffix("{}")
    columns = [] if lone else [(at, inner) for at, inner in _columns(node, "") if nameable(at) and at != "{}"]
    deeper: dict[str, tuple[Nested, ...]] = {}
    for at, inner in columns:
        further = f"{path}.{at}" if named else f"{path}[].{at}"
        if _splits(at) and stands(further):
            deeper[at] = tuple(_nested(further, inner, top))
    own = [at for at, _ in columns if not deeper.get(at)]
    if not columns:
        own = ["."]
    if own or named:
        yield Nested(path, top, ("{}", *own) if named else tuple(own), deep=bool(instead))
    for tables in deeper.values():
        yield from tables


def _said(found: list[tuple[str, Node]], nested: tuple[Nested, ...], left: tuple[str, ...]) -> Iterator[Decision]:
    tables = {one.instead for one in nested}
    for path, node in found:
        if path in tables or not nameable(path):
            continue
        kinds = [
            word
            for word, count in (("values", node.plain), ("arrays", node.arrays), ("objects", node.objects))
            if count
        ]
        if len(kinds) > 1:
            why = f"it holds {' and '.join(kinds)}: each is kept as it is written"
            yield Decision(f"from.{path}", "text", 0.8, why)
        elif node.arrays and node.lone:
            yield Decision(f"from.{path}", "text", 0.9, "an array of values is kept as JSON")
    if left:
        why = "no template can name them: their values stay in the landed files"
        yield Decision("ignore", list(left), 0.6, why)
